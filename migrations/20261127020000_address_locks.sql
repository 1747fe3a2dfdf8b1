-- Whoever invites an address and whoever makes it a member's wait for each other, so that no invite of a member
-- stays pending (src/store/address_locks.rs). Addresses share 256 locks in each organization: as many as a batch
-- of thousands takes at most. Always true, so that a condition can ask for it.
set local lock_timeout = '5s';

create function lock_to_invite(org uuid, emails text[]) returns boolean
language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext(org::text), bucket)
    from (select distinct hashtext(email) & 255 as bucket from unnest(emails) as x (email) order by bucket) x;
    return true;
end
$$;

create function lock_to_join(org uuid, emails text[]) returns boolean
language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext(org::text), bucket)
    from (select distinct hashtext(email) & 255 as bucket from unnest(emails) as x (email) order by bucket) x;
    return true;
end
$$;

-- Those that were left by the race that these end.
update invites i
set state = 'joined', failure = null, settled_at = coalesce(settled_at, now())
from members m
where m.org_id = i.org_id and m.email = i.email and m.account_id is not null
  and i.state in ('queued', 'sent', 'failed');

-- Pending invites were told from those of members by it.
drop index members_with_account;
