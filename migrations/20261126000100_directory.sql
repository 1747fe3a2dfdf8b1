-- Directories of customers (SCIM): the token by which each calls, the people it provisions, and its groups,
-- which are sub-teams.

create table directories (
    org_id uuid not null constraint directories_pkey primary key
        constraint directories_org_fkey references organizations (id) on delete cascade,
    -- SHA-256 of the token.
    token_hash bytea not null,
    made_at timestamptz not null default now(),
    used_at timestamptz,
    -- How many requests came within the minute that began then.
    minute_began_at timestamptz not null default now(),
    requests integer not null default 0 constraint directories_requests_not_negative check (requests >= 0)
);

-- Whom the directory deactivated: the row stays with everything that was paid for, without the account.
alter table members
    add column deactivated_at timestamptz,
    drop constraint members_account_or_managed,
    add constraint members_account_or_managed
        check (account_id is not null or kind = 'managed' or deactivated_at is not null),
    add constraint members_deactivated_has_no_account check (deactivated_at is null or account_id is null);

-- A person as the directory describes them, and the member whom that is.
create table directory_users (
    org_id uuid not null,
    id uuid not null,
    member_id uuid not null,
    -- Case-folded, as are `emails`.
    user_name text not null,
    external_id text,
    emails text[] not null default '{}',
    profile jsonb not null,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    constraint directory_users_pkey primary key (org_id, id),
    constraint directory_users_user_name_key unique (org_id, user_name),
    constraint directory_users_member_key unique (org_id, member_id),
    constraint directory_users_member_fkey foreign key (org_id, member_id)
        references members (org_id, id) on delete cascade
);
create index directory_users_external_id on directory_users (org_id, external_id) where external_id is not null;
create index directory_users_emails on directory_users using gin (org_id, emails);

create table directory_groups (
    org_id uuid not null,
    id uuid not null,
    team_id uuid not null,
    external_id text,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    constraint directory_groups_pkey primary key (org_id, id),
    constraint directory_groups_team_key unique (org_id, team_id),
    constraint directory_groups_team_fkey foreign key (org_id, team_id)
        references teams (org_id, id) on delete cascade
);

create table directory_group_members (
    org_id uuid not null,
    group_id uuid not null,
    user_id uuid not null,
    added_at timestamptz not null default clock_timestamp(),
    constraint directory_group_members_pkey primary key (org_id, group_id, user_id),
    constraint directory_group_members_group_fkey foreign key (org_id, group_id)
        references directory_groups (org_id, id) on delete cascade,
    constraint directory_group_members_user_fkey foreign key (org_id, user_id)
        references directory_users (org_id, id) on delete cascade
);
create index directory_group_members_user on directory_group_members (org_id, user_id);
create index directory_groups_external_id on directory_groups (org_id, external_id) where external_id is not null;
