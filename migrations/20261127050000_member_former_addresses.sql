-- Addresses that a member had before: the log may know them by those, and forgets them with the member (P3, P7).
set local lock_timeout = '5s';

create table member_former_addresses (
    org_id uuid not null,
    member_id uuid not null,
    email text not null,
    constraint member_former_addresses_pkey primary key (org_id, member_id, email),
    constraint member_former_addresses_member_fkey foreign key (org_id, member_id)
        references members (org_id, id) on delete cascade
);
create index member_former_addresses_email on member_former_addresses (org_id, email);

-- Whoever changes an address: a lead, a directory, a sign-in service.
create function keep_former_address() returns trigger language plpgsql as $$
begin
    insert into member_former_addresses (org_id, member_id, email)
    values (old.org_id, old.id, old.email)
    on conflict do nothing;
    return null;
end $$;
create trigger members_keep_former_address after update of email on members
    for each row when (old.email is not null and old.email is distinct from new.email)
    execute function keep_former_address();
