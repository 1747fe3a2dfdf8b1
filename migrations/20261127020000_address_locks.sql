-- Whoever invites an address and whoever makes it a member's wait for each other, so that no invite of a member
-- stays pending (src/store/address_locks.rs). Addresses share 256 locks in each organization: as many as a batch
-- of thousands takes at most. Always true, so that a condition can ask for it.
set local lock_timeout = '5s';

create function address_locks(emails text[]) returns setof integer
language sql immutable as $$
    select distinct hashtext(email) & 255 from unnest(emails) as x (email) order by 1
$$;

create function lock_to_invite(org uuid, emails text[]) returns boolean
language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext(org::text), bucket)
    from address_locks(emails) as bucket;
    return true;
end
$$;

create function lock_to_join(org uuid, emails text[]) returns boolean
language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext(org::text), bucket)
    from address_locks(emails) as bucket;
    return true;
end
$$;

-- Locks the addresses of people who join, and then their pending invites, in the order of ids: with the role that each
-- lets its person in as. A statement that calls it has begun before the locks were there, and so does not see what was
-- committed while it waited for them: this does, and close_invites as well.
create function invites_of_joiners(org uuid, emails text[]) returns table (found uuid, found_email text, lets_in_as text)
language plpgsql as $$
begin
    perform lock_to_join(org, emails);
    return query
        select i.id, i.email, case when i.expires_at > clock_timestamp() then invite_role(i) else 'member' end
        from (
            select x.id
            from unnest(emails) as e (email)
            cross join lateral (
                select id from invites
                where org_id = org and email = e.email and state in ('queued', 'sent', 'failed')
                offset 0
            ) x
            order by x.id
        ) x
        cross join lateral (
            select * from invites
            where org_id = org and id = x.id and state in ('queued', 'sent', 'failed')
            for update
        ) i;
end
$$;

-- How many of these were closed because their people have joined.
create function close_invites(org uuid, ids uuid[]) returns bigint
language plpgsql as $$
declare
    closed bigint;
begin
    update invites
    set state = 'joined', failure = null, settled_at = coalesce(settled_at, now())
    where org_id = org and id = any(ids);
    get diagnostics closed = row_count;
    return closed;
end
$$;

-- Those that were left by the race that these end.
update invites i
set state = 'joined', failure = null, settled_at = coalesce(settled_at, now())
from members m
where m.org_id = i.org_id and m.email = i.email and m.account_id is not null
  and i.state in ('queued', 'sent', 'failed');
