-- One join through an open link as one statement, for pgbench: the guard and the writes of
-- store::links::let_in for one person who is signed in. Who joins is the next of bench_people;
-- one link of so many as the variable links says is chosen by chance.
\set k random(1, :links)
with me as (
    select account, login, email
    from bench_people
    where n = (select nextval('bench_next'))
), invited as (
    select i.id
    from (
        select i.id
        from me
        cross join lateral (
            select id from invites
            where org_id = :org::uuid and email = me.email and state in ('queued', 'sent', 'failed')
            offset 0
        ) i
        order by i.id
    ) x
    cross join lateral (
        select id from invites
        where org_id = :org::uuid and id = x.id and state in ('queued', 'sent', 'failed')
        for update
    ) i
), place as (
    update invite_links l
    set used = used + 1
    where l.org_id = :org::uuid
      and l.id = (select id from bench_links where n = :k)
      and (select count(*) from invited) >= 0
      and l.revoked_at is null
      and l.paused_at is null
      and (l.expires_at is null or l.expires_at > clock_timestamp())
      and (l.usage_limit is null or l.used < l.usage_limit)
      and (l.domains = '{}' or l.domains && array['@corp.example', '*.example'])
      and (select m.id from members m, me where m.org_id = :org::uuid and m.email = me.email) is null
    returning l.id, l.team_id
), joined as (
    insert into members (org_id, id, account_id, role, kind, name, email, address, team_id, link_id)
    select :org::uuid, gen_random_uuid(), me.account, 'member', 'link', 'Bench', me.email, me.email,
           place.team_id, place.id
    from me
    cross join place
), closed as (
    update invites
    set state = 'joined', failure = null, settled_at = coalesce(settled_at, now())
    from invited
    cross join place
    where invites.org_id = :org::uuid and invites.id = invited.id
), turned as (
    update logins
    set current_org_id = :org::uuid
    from me
    cross join place
    where logins.id = me.login
)
select count(*) from place;
