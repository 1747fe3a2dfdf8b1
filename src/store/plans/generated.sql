-- 1,000 organizations and two million rows, so that the planner chooses as it would in a database that
-- has grown. Written as a superuser without triggers: nothing here has to be checked, and no job rings.
-- Organization 1 is large (5,000 members), the others have some hundred people each.

set session_replication_role = replica;

-- The id of the n-th row of a kind: in order, as UUIDv7 are.
create function generated_id(kind integer, n bigint) returns uuid language sql immutable parallel safe
    return (lpad(to_hex(kind), 8, '0') || lpad(to_hex(n), 24, '0'))::uuid;

insert into organizations (id, name) select generated_id(1, n), 'Organization ' || n from generate_series(1, 1000) n;

-- Everybody belongs to one organization; a person's number says to which. In the order of the
-- organizations, so that what is made of them lies side by side in the indexes.
create table people as
    select n, case when n <= 5000 then 1 else 2 + n % 999 end as org from generate_series(1, 200000) n
    order by org, n;

insert into accounts (id, email, address)
select generated_id(2, n), 'p' || n || '@example.com', 'P' || n || '@example.com' from people;

insert into logins (id, account_id, secret_hash, current_org_id, device, network, expires_at)
select generated_id(3, n), generated_id(2, n), decode(md5(n::text), 'hex'), generated_id(1, org), 'Firefox', '10.0.0.1',
       now() + make_interval(mins => n % 40000)
from people where n % 2 = 0;

insert into login_codes (id, purpose, email, address, browser_hash, network, created_at, expires_at)
select generated_id(4, n), 'sign_in', 'p' || n || '@example.com', 'p' || n || '@example.com', decode(md5(n::text), 'hex'),
       '10.0.' || n % 200 || '.1', now() - make_interval(secs => n % 86400), now() - make_interval(secs => n % 86400 - 600)
from people where n % 4 = 0;

insert into code_guesses (network, guesses, began_at)
select '10.' || n / 10000 || '.' || n / 100 % 100 || '.' || n % 100, 3, now() - make_interval(hours => n % 72)
from generate_series(1, 100000) n;

insert into teams (org_id, id, name, name_key)
select generated_id(1, 1 + n % 1000), generated_id(5, n), 'Team ' || n, 'team ' || n from generate_series(1, 5000) n;

insert into invite_links (org_id, id, domains, usage_limit, used, team_id, created_by, created_by_name)
select generated_id(1, 1 + n % 1000), generated_id(6, n), '{example.com}', 100, 10, generated_id(5, n), generated_id(7, n), 'Lea'
from generate_series(1, 5000) n;

insert into members (org_id, id, account_id, role, kind, name, email, address, team_id, stage)
select generated_id(1, org), generated_id(7, n), generated_id(2, n),
       case when row_number() over (partition by org order by n) = 1 then 'owner' when n % 50 = 0 then 'team_lead' else 'member' end,
       'invite', 'Person ' || n, 'p' || n || '@example.com', 'P' || n || '@example.com', generated_id(5, org - 1 + 1000 * (n % 5)),
       (array['ready', 'adding_photos', 'joined', 'joined', 'joined'])[1 + n % 5]
from people;

insert into removals (org_id, id, email, removed_at)
select generated_id(1, org), generated_id(8, n), 'gone' || n || '@example.com', now() from people where n % 10 = 0;

-- Those who joined, and those who are asked: sent, queued, failed, ended.
insert into invites (org_id, id, email, address, team_id, invited_by_name, state, failure, sent_at, mailed_at, settled_at,
                     ended_at, batch_id, auto_reminded, expires_at)
select generated_id(1, org), generated_id(9, n), email, email, null, 'Lea', state, case when state = 'failed' then '550' end,
       case when state <> 'queued' then now() - make_interval(hours => n % 720) end, now() - make_interval(hours => n % 720),
       case when state <> 'queued' then now() end, case when state in ('declined', 'revoked') then now() end,
       generated_id(10, n / 50), n % 3, now() + make_interval(hours => 720 - n % 800)
from (
    select n, org, 'p' || n || '@example.com' as email, 'joined' as state from people
    union all
    select n + 200000, org, 'asked' || n || '@example.com',
           (array['sent', 'sent', 'sent', 'sent', 'sent', 'failed', 'queued', 'declined', 'revoked'])[1 + n % 9]
    from people where n % 2 = 0
) x;

insert into invite_batches (org_id, id, created_at)
select generated_id(1, 1 + n % 1000), generated_id(10, n), now() - make_interval(hours => n % 720) from generate_series(0, 6000) n;

insert into invite_former_addresses (org_id, invite_id, generation, email)
select generated_id(1, org), generated_id(9, n), 0, 'typo' || n || '@example.com' from people where n % 20 = 0;

insert into member_former_addresses (org_id, member_id, email)
select generated_id(1, org), generated_id(7, n), 'former' || n || '@example.com' from people where n % 10 = 0;

insert into opt_outs (org_id, email)
select generated_id(1, org), 'asked' || n || '@example.com' from people where n % 40 = 0;

insert into credit_requests (org_id, id, credits, state, requested_by, created_at, closed_at)
select generated_id(1, 1 + n % 1000), generated_id(18, n), 10, case when n % 500 = 0 then 'open' else 'confirmed' end, null,
       now() - make_interval(hours => n % 10000), case when n % 500 <> 0 then now() end
from generate_series(1, 50000) n;

insert into audit_entries (org_id, id, created_at, act, actor_kind, actor_id, actor_name, object_id, object_name)
select generated_id(1, org), generated_id(16, n), now() - make_interval(hours => n % 10000),
       (array['invites_sent', 'team_created', 'member_removed'])[1 + n % 3], 'member', generated_id(7, n % 5000), 'Lea',
       generated_id(7, n), 'Person ' || n
from people;

insert into pending_pictures (org_id, id, kind, noted_at)
select generated_id(1, 1 + n % 1000), generated_id(12, n), 'photo', now() - make_interval(mins => n % 60)
from generate_series(1, 20000) n;

insert into link_waiters (org_id, id, link_id, email, address, network, created_at)
select generated_id(1, 1 + n % 1000), generated_id(11, n), generated_id(6, n % 5000), 'w' || n || '@example.com',
       'w' || n || '@example.com', '10.0.' || n % 200 || '.1', now() - make_interval(hours => n % 2160)
from generate_series(1, 20000) n;

insert into org_mail_counts (org_id, mails) select id, 100 from organizations;
insert into recipient_mail_counts (email, mails, began_at)
select 'p' || n || '@example.com', 1, now() - make_interval(hours => n % 72) from people where n % 3 = 0;

insert into shoots (org_id, id, member_id, state, finished_at)
select generated_id(1, org), generated_id(12, n), generated_id(7, n), case when n % 100 = 0 then 'generating' else 'ready' end,
       case when n % 100 <> 0 then now() end
from people where n % 5 = 0;

insert into photos (org_id, id, member_id, shoot_id, file_name, width, height, fingerprint)
select generated_id(1, org), generated_id(13, n * 20 + k), generated_id(7, n), case when n % 5 = 0 then generated_id(12, n) end,
       'a.jpg', 800, 1000, n + k
from people, generate_series(1, 6) k where n % 5 <= 1;

insert into uploads (org_id, id, member_id, sender_id, file_name, size, expires_at)
select generated_id(1, org), generated_id(21, n), generated_id(7, n), generated_id(7, n), 'a.jpg', 3000000, now() + make_interval(mins => n % 1440)
from people where n % 10 = 0;

insert into upload_parts (org_id, upload_id, number, end_offset, bytes)
select generated_id(1, org), generated_id(21, n), k, (k + 1) * 1000, 'a'
from people, generate_series(0, 4) k where n % 10 = 0;

insert into headshots (org_id, id, shoot_id, member_id, number, width, height, favorite)
select generated_id(1, org), generated_id(14, n * 10 + k), generated_id(12, n), generated_id(7, n), k, 800, 1000, k = 1
from people, generate_series(1, 4) k where n % 5 = 0 and n % 100 <> 0;

insert into engine_results (org_id, shoot_id, number, headshot_id, width, height)
select generated_id(1, org), generated_id(12, n), k, generated_id(14, n * 10 + k), 800, 1000
from people, generate_series(1, 4) k where n % 5 = 0;

insert into credit_entries (org_id, number, kind, change, balance_after, shoot_id, who)
select generated_id(1, org), row_number() over (partition by org order by n), 'shoot', -1, 10, generated_id(12, n), 'Ada'
from people where n % 5 = 0;

insert into jobs (id, kind, payload, priority, state, run_at, finished_at)
select generated_id(15, n), case when n % 10 = 0 then 'delete_originals' else 'mail' end, '{}', n % 3,
       case when n % 100 = 0 then 'waiting' when n % 97 = 0 then 'failed' else 'done' end,
       now() - make_interval(secs => n), case when n % 100 <> 0 then now() - make_interval(secs => n * 20) end
from generate_series(1, 400000) n;

insert into domains (org_id, domain, state, next_look_at, verified_at)
select generated_id(1, 1 + n % 1000), 'company' || n || '.example', case when n % 3 = 0 then 'verified' else 'waiting' end,
       now() + make_interval(mins => n % 1440), case when n % 3 = 0 then now() end
from generate_series(1, 20000) n;

insert into connections (org_id, revision, preset, issuer, client_id, client_secret, enabled, tested_at)
select id, id, 'okta', 'https://okta.example', 'client', '', true, now() from organizations;

insert into connection_teams (org_id, value, team_id)
select generated_id(1, 1 + n % 1000), 'group ' || n, generated_id(5, n) from generate_series(1, 5000) n;

insert into identities (org_id, issuer, subject, account_id)
select generated_id(1, org), 'https://okta.example', 'subject ' || n, generated_id(2, n) from people;

insert into sign_ins (org_id, id, revision, purpose, browser_hash, network, created_at, expires_at)
select generated_id(1, org), generated_id(16, n), generated_id(1, org), 'sign_in', decode(md5(n::text), 'hex'),
       '10.0.' || n % 200 || '.1', now() - make_interval(secs => n % 86400), now() - make_interval(secs => n % 86400 - 600)
from people;

insert into recovery_codes (org_id, id, member_id)
select generated_id(1, org), generated_id(17, n), generated_id(7, n) from people where n % 20 = 0;

insert into directories (org_id, token_hash) select id, '' from organizations;

insert into directory_users (org_id, id, member_id, user_name, external_id, emails, profile)
select generated_id(1, org), generated_id(18, n), generated_id(7, n), 'p' || n || '@example.com', 'external ' || n,
       array['p' || n || '@example.com'], '{}'
from people where n % 2 = 0;

insert into directory_groups (org_id, id, team_id, external_id)
select generated_id(1, 1 + n % 1000), generated_id(19, n), generated_id(5, n), 'external ' || n from generate_series(1, 5000) n;

insert into directory_group_members (org_id, group_id, user_id)
select generated_id(1, org), generated_id(19, org - 1 + 1000 * (n % 5)), generated_id(18, n) from people where n % 2 = 0;

insert into deleted_organizations (org_id) select generated_id(20, n) from generate_series(1, 5000) n;

drop table people;
set session_replication_role = origin;
analyze;
