-- Pending invites were told from those of members by it. It goes at once, as soon as nobody writes.
set local lock_timeout = '5s';
-- squawk-ignore require-concurrent-index-deletion
drop index members_with_account;
