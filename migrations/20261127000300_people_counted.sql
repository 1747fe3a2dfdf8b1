-- Members are counted by stage, and pending invites are told from those of members, by indexes alone: a page of
-- 10,000 people waited for these counts more than for all the rest.
set local lock_timeout = '5s';
-- For 60,000 members it takes a tenth of a second, for which joining waits.
-- squawk-ignore require-concurrent-index-creation
create index members_by_stage on members (org_id, stage, kind);
-- squawk-ignore require-concurrent-index-creation
create index members_with_account on members (org_id, email) where account_id is not null;
