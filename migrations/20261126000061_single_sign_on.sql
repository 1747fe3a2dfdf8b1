-- Single sign-on: each organization's identity provider, who signed in through it, sign-ins under way,
-- and an Owner's way back in.

alter table domains add column sso_required boolean not null default false;

create table connections (
    org_id uuid not null constraint connections_pkey primary key
        constraint connections_org_fkey references organizations (id) on delete cascade,
    -- Another one with each change of what follows it: a sign-in that began before ends nowhere.
    revision uuid not null,
    preset text not null
        constraint connections_preset check (preset in ('entra', 'google', 'okta', 'keycloak', 'other')),
    issuer text not null,
    client_id text not null,
    -- Sealed with a key that is derived from the server's.
    client_secret bytea not null,
    enabled boolean not null default false,
    jit boolean not null default false,
    team_id uuid,
    -- The claim whose values say the sub-team; see connection_teams.
    team_claim text,
    tested_at timestamptz,
    changed_at timestamptz not null default now(),
    constraint connections_team_fkey foreign key (org_id, team_id)
        references teams (org_id, id) on delete set null (team_id),
    constraint connections_enabled_is_tested check (not enabled or tested_at is not null)
);

create table connection_teams (
    org_id uuid not null,
    value text not null,
    team_id uuid not null,
    constraint connection_teams_pkey primary key (org_id, value),
    constraint connection_teams_connection_fkey foreign key (org_id)
        references connections (org_id) on delete cascade,
    constraint connection_teams_team_fkey foreign key (org_id, team_id)
        references teams (org_id, id) on delete cascade
);

-- Whom a provider knows under a subject, which never changes, and whose account that is. Barred where
-- the person was removed from the organization.
create table identities (
    org_id uuid not null constraint identities_org_fkey references organizations (id) on delete cascade,
    issuer text not null,
    subject text not null,
    account_id uuid not null constraint identities_account_fkey references accounts (id),
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    barred_at timestamptz,
    constraint identities_pkey primary key (org_id, issuer, subject)
);
create unique index identities_one_person on identities (org_id, issuer, account_id) where barred_at is null;
create index identities_account on identities (account_id, org_id);

create table sign_ins (
    org_id uuid not null constraint sign_ins_org_fkey references organizations (id) on delete cascade,
    id uuid not null,
    revision uuid not null,
    purpose text not null constraint sign_ins_purpose check (purpose in ('sign_in', 'test')),
    browser_hash bytea not null,
    network text not null,
    -- The page of ours from which it began, where it is to end there.
    back text,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null default now() + interval '10 minutes',
    used_at timestamptz,
    constraint sign_ins_pkey primary key (org_id, id)
);
create index sign_ins_expiry on sign_ins (expires_at);
create index sign_ins_network on sign_ins (network, created_at);

create table recovery_codes (
    org_id uuid not null,
    id uuid not null,
    member_id uuid not null,
    created_at timestamptz not null default now(),
    used_at timestamptz,
    constraint recovery_codes_pkey primary key (org_id, id),
    constraint recovery_codes_member_fkey foreign key (org_id, member_id)
        references members (org_id, id) on delete cascade
);
create index recovery_codes_member on recovery_codes (org_id, member_id);

alter table members
    drop constraint members_kind,
    add constraint members_kind check (kind in ('founder', 'invite', 'link', 'managed', 'sso'));

-- Through whose provider a login came.
alter table logins add column sso_org_id uuid;
