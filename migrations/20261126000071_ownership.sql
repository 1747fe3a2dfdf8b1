-- Handing an organization over (P5): its Owner offers it to a member, who accepts. One offer at a time, by
-- whoever is the Owner then.
alter table members
    add column ownership_offered_at timestamptz,
    add constraint members_offered_to_account check (
        ownership_offered_at is null or (account_id is not null and role <> 'owner')
    );
create unique index members_one_offer on members (org_id) where ownership_offered_at is not null;
