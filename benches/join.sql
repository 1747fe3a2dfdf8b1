-- One join through an open link, the statements that the server sends, for pgbench.
-- Mirrors routes::join::let_in: account, login, then store::links::redeem.
\set n random(1, 2000000000)
begin;
insert into accounts (id, email, address)
values (gen_random_uuid(), 'p' || :n || '-' || :client_id || '@corp.example', 'p' || :n || '-' || :client_id || '@corp.example')
on conflict on constraint accounts_email_key do update set email = excluded.email
returning id as account \gset
insert into logins (id, account_id, secret_hash, current_org_id, device, network, expires_at)
values (gen_random_uuid(), :'account'::uuid, uuid_send(gen_random_uuid()), :'org'::uuid, 'bench', 'local', now() + interval '30 days');
select domains, usage_limit, used, revoked_at is not null, coalesce(expires_at <= now(), false)
from invite_links
where org_id = :'org'::uuid and id = :'link'::uuid;
select id, account_id from members where org_id = :'org'::uuid and email = 'p' || :n || '-' || :client_id || '@corp.example';
with place as (
    update invite_links
    set used = used + 1
    where org_id = :'org'::uuid and id = :'link'::uuid
      and revoked_at is null
      and (expires_at is null or expires_at > now())
      and (usage_limit is null or used < usage_limit)
    returning team_id
), joined as (
    insert into members (org_id, id, account_id, role, kind, name, email, address, team_id, link_id)
    select :'org'::uuid, gen_random_uuid(), :'account'::uuid, 'member', 'link', 'Bench',
           'p' || :n || '-' || :client_id || '@corp.example', 'p' || :n || '-' || :client_id || '@corp.example',
           place.team_id, :'link'::uuid
    from place
    on conflict on constraint members_email_key do nothing
    returning id
)
select (select count(*) from place), (select id from joined);
commit;
