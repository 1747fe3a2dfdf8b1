-- 500 organizations of a hundred members each, and around the one that is measured: 10,000 members, 3,000
-- pending invites, 20,000 shoots, 20 teams, 30 links. Written without triggers: nothing here has to be
-- checked, and no job rings. The id of the measured organization stands for {org}.

set session_replication_role = replica;

-- The id of the n-th row of a kind: in order, as UUIDv7 are.
create function bench_id(kind integer, n bigint) returns uuid language sql immutable parallel safe
    return (lpad(to_hex(kind), 8, '0') || lpad(to_hex(n), 24, '0'))::uuid;

create function bench_name(n bigint) returns text language sql immutable parallel safe
    return (array['Ada', 'Björn', 'Carmen', 'Daniel', 'Elif', 'Farid', 'Grace', 'Hiro', 'Imani', 'José', 'Katya', 'Leila',
                  'Marta', 'Nils', 'Oskar', 'Priya', 'Quentin', 'Rosa', 'Søren', 'Tomás'])[1 + n % 20]
        || ' ' || (array['Okafor', 'Halvorsen', 'Iglesias', 'Whitcombe', 'Demir', 'Nasser', 'Lindqvist', 'Tanabe', 'Brooks',
                         'Ekman', 'Haddad', 'Haidari', 'Kowalczyk'])[1 + n / 20 % 13] || ' ' || to_hex(n * 7919 % 65521);

insert into organizations (id, name) select bench_id(1, n), 'Organization ' || n from generate_series(1, 500) n;

create table bench_people as
select bench_id(1, 1 + n % 500) as org_id, n, false as measured from generate_series(1, 50000) n
union all
select '{org}'::uuid, 100000 + n, true from generate_series(1, 9999) n;

insert into accounts (id, email, address)
select bench_id(2, n), 'p' || n || '@corp.example', 'p' || n || '@corp.example' from bench_people;

insert into teams (org_id, id, name, name_key)
select '{org}', bench_id(3, n), 'Team ' || n, 'team ' || n from generate_series(1, 20) n;

insert into invite_links (org_id, id, label, domains, usage_limit, used, created_by_name)
select '{org}', bench_id(4, n), 'Link ' || n, '{corp.example}', 1000, 10, 'Owner' from generate_series(1, 30) n;

insert into members (org_id, id, account_id, role, kind, name, email, address, title, team_id, link_id, stage, joined_at)
select org_id, bench_id(5, n), bench_id(2, n), 'member', case when n % 3 = 0 then 'link' else 'invite' end, bench_name(n),
       'p' || n || '@corp.example', 'p' || n || '@corp.example', case when n % 4 = 0 then 'Engineer' end,
       case when measured and n % 5 <> 0 then bench_id(3, 1 + n % 20) end,
       case when measured and n % 3 = 0 then bench_id(4, 1 + n % 30) end,
       case when n % 3 <> 0 then 'ready' else (array['joined', 'adding_photos', 'needs_attention'])[1 + n / 3 % 3] end,
       now() - make_interval(mins => (n % 40000)::int)
from bench_people;

-- Three for each of two thirds.
insert into shoots (org_id, id, member_id, state, created_at, finished_at)
select org_id, bench_id(6, n * 3 + k), bench_id(5, n), 'ready', now() - make_interval(hours => k), now()
from bench_people, generate_series(0, 2) k
where n % 3 <> 0;

insert into headshots (org_id, id, shoot_id, member_id, number, width, height, favorite)
select org_id, bench_id(7, n * 3 + k), bench_id(6, n * 3 + k), bench_id(5, n), 1, 800, 1000, k = 0
from bench_people, generate_series(0, 2) k
where n % 3 <> 0;

insert into invites (org_id, id, email, address, name, invited_by_name, state, failure, sent_at, mailed_at, settled_at, expires_at)
select '{org}', bench_id(8, n), 'asked' || n || '@corp.example', 'asked' || n || '@corp.example',
       case when n % 2 = 0 then bench_name(n) end, 'Owner',
       case when n % 50 = 0 then 'failed' else 'sent' end, case when n % 50 = 0 then '550 No such mailbox' end,
       now() - interval '2 days', now() - interval '2 days', now() - interval '2 days', now() + interval '20 days'
from generate_series(1, 3000) n;

-- Twenty in each of the others.
insert into invites (org_id, id, email, address, invited_by_name, state, sent_at, mailed_at, settled_at, expires_at)
select bench_id(1, 1 + n % 500), bench_id(9, n), 'other' || n || '@corp.example', 'other' || n || '@corp.example',
       'Owner', 'sent', now() - interval '2 days', now() - interval '2 days', now() - interval '2 days',
       now() + interval '20 days'
from generate_series(1, 10000) n;

set session_replication_role = origin;
analyze;
