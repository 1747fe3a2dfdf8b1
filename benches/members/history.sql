-- What the organizations of generated.sql leave behind in the tables that grow with time: for each member a login,
-- three mails, a code and four lines of who did what; a line in the ledger for each shoot, and the photos of a third
-- of the shoots, which are kept for 30 days. Only to measure how large rows are: docs/scaling.md.

set session_replication_role = replica;

insert into logins (id, account_id, secret_hash, current_org_id, device, network, expires_at)
select bench_id(16, n), bench_id(2, n), sha256(n::text::bytea), org_id, 'Firefox on Windows', '203.0.113.' || n % 250,
       now() + interval '30 days'
from bench_people;

insert into login_codes (id, purpose, email, address, browser_hash, network, used_at)
select bench_id(17, n), 'sign_in', 'p' || n || '@corp.example', 'p' || n || '@corp.example', sha256(n::text::bytea),
       '203.0.113.' || n % 250, now()
from bench_people;

insert into jobs (id, kind, payload, state, run_at, attempts, finished_at, priority)
select bench_id(18, n * 3 + k), 'mail',
       jsonb_build_object('invite', jsonb_build_object('org', org_id, 'invite', bench_id(8, n), 'round', 0)), 'done',
       now(), 1, now(), 2
from bench_people, generate_series(0, 2) k;

insert into audit_entries (org_id, id, act, actor_kind, actor_id, actor_name, network, object_id, object_name)
select org_id, bench_id(19, n * 4 + k), 'member_joined', 'member', bench_id(5, n), bench_name(n),
       '203.0.113.' || n % 250, bench_id(5, n), bench_name(n)
from bench_people, generate_series(0, 3) k;

insert into credit_entries (org_id, number, kind, change, balance_after, shoot_id, who)
select org_id, row_number() over (partition by org_id), 'shoot', -1, 1000, id, 'Ada Okafor' from shoots;

insert into photos (org_id, id, member_id, shoot_id, file_name, width, height, fingerprint, digest)
select s.org_id, bench_id(20, row_number() over ()), s.member_id, s.id, 'IMG_' || k || '.jpeg', 3024, 4032,
       row_number() over (), sha256(k::text::bytea)
from shoots s, generate_series(1, 8) k
where s.created_at > now() - interval '1 hour';

insert into recipient_mail_counts (email, mails) select email, 1 from accounts on conflict do nothing;

set session_replication_role = origin;
vacuum analyze;

-- Bytes of a row with its indexes.
select c.relname as "table", c.reltuples::bigint as rows, pg_total_relation_size(c.oid) / 1024 as "kB",
       round(pg_total_relation_size(c.oid) / c.reltuples) as "bytes a row"
from pg_class c
where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname !~ '^(bench|_sqlx)' and c.reltuples >= 5000
order by pg_total_relation_size(c.oid) desc;
