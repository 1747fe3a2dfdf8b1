-- Accounts, organizations, members, invites, links, credits, shoots, jobs.
-- Forward only; every constraint has a name, because a violated name becomes a refusal.
-- `org_id` leads every key of a tenant's rows. Text keys named `email` are case-folded whole
-- addresses; `address` is the same as it was written, for showing and sending.

create table accounts (
    id uuid not null constraint accounts_pkey primary key,
    email text not null constraint accounts_email_key unique,
    address text not null,
    created_at timestamptz not null default now()
);

create table organizations (
    id uuid not null constraint organizations_pkey primary key,
    name text not null constraint organizations_name_length check (char_length(name) between 1 and 80),
    credit_balance integer not null default 0
        constraint organizations_balance_not_negative check (credit_balance >= 0),
    entry_count integer not null default 0,
    invite_days smallint not null default 30
        constraint organizations_invite_days check (invite_days between 1 and 90),
    out_of_credits_told_at timestamptz,
    created_at timestamptz not null default now()
);

create table logins (
    id uuid not null constraint logins_pkey primary key,
    account_id uuid not null
        constraint logins_account_fkey references accounts (id) on delete cascade,
    secret_hash bytea not null constraint logins_secret_key unique,
    current_org_id uuid,
    device text not null,
    network text not null,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index logins_account on logins (account_id);

-- A six-digit code that was asked for. The code itself is not stored: it is derived from the
-- server's key, this row's id and the browser that asked.
create table login_codes (
    id uuid not null constraint login_codes_pkey primary key,
    purpose text not null constraint login_codes_purpose check (purpose in ('sign_in', 'sign_up', 'join')),
    email text not null,
    address text not null,
    browser_hash bytea not null,
    network text not null,
    org_id uuid,
    link_id uuid,
    name text,
    tries_left smallint not null default 5 constraint login_codes_tries check (tries_left >= 0),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null default now() + interval '10 minutes',
    used_at timestamptz
);
create index login_codes_email on login_codes (email, created_at);
create index login_codes_network on login_codes (network, created_at);
create index login_codes_browser on login_codes (browser_hash, created_at);

create table teams (
    org_id uuid not null constraint teams_org_fkey references organizations (id) on delete cascade,
    id uuid not null,
    name text not null constraint teams_name_length check (char_length(name) between 1 and 80),
    created_at timestamptz not null default now(),
    constraint teams_pkey primary key (org_id, id)
);
create unique index teams_name_key on teams (org_id, lower(name));

create table invite_links (
    org_id uuid not null constraint invite_links_org_fkey references organizations (id) on delete cascade,
    id uuid not null,
    label text,
    domains text[] not null default '{}',
    usage_limit integer constraint invite_links_limit_positive check (usage_limit > 0),
    used integer not null default 0 constraint invite_links_used_not_negative check (used >= 0),
    expires_at timestamptz,
    team_id uuid,
    created_by uuid not null,
    created_by_name text not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    constraint invite_links_pkey primary key (org_id, id),
    constraint invite_links_within_limit check (usage_limit is null or used <= usage_limit),
    constraint invite_links_team_fkey foreign key (org_id, team_id)
        references teams (org_id, id) on delete set null (team_id)
);

create table members (
    org_id uuid not null constraint members_org_fkey references organizations (id) on delete cascade,
    id uuid not null,
    account_id uuid constraint members_account_fkey references accounts (id),
    role text not null constraint members_role check (role in ('owner', 'team_lead', 'member')),
    kind text not null constraint members_kind check (kind in ('founder', 'invite', 'link', 'managed')),
    name text not null constraint members_name_length check (char_length(name) between 1 and 100),
    email text,
    address text,
    title text,
    team_id uuid,
    link_id uuid,
    results_generation integer not null default 0,
    results_revoked boolean not null default false,
    joined_at timestamptz not null default now(),
    constraint members_pkey primary key (org_id, id),
    constraint members_email_key unique (org_id, email),
    constraint members_account_key unique (org_id, account_id),
    constraint members_account_or_managed check (account_id is not null or kind = 'managed'),
    constraint members_lead_has_account check (account_id is not null or role = 'member'),
    constraint members_team_fkey foreign key (org_id, team_id)
        references teams (org_id, id) on delete set null (team_id),
    -- Deferred: an immediate check locks the one row that all who join through a link need.
    constraint members_link_fkey foreign key (org_id, link_id)
        references invite_links (org_id, id) deferrable initially deferred
);
create unique index members_one_owner on members (org_id) where role = 'owner';
create index members_account on members (account_id);

-- Who was removed, so that an old door does not let them in again.
create table removals (
    org_id uuid not null constraint removals_org_fkey references organizations (id) on delete cascade,
    id uuid not null,
    email text not null,
    removed_by uuid not null,
    removed_at timestamptz not null default now(),
    constraint removals_pkey primary key (org_id, id)
);
create index removals_email on removals (org_id, email);

create table invites (
    org_id uuid not null constraint invites_org_fkey references organizations (id) on delete cascade,
    id uuid not null,
    email text not null,
    address text not null,
    name text,
    note text constraint invites_note_length check (char_length(note) <= 500),
    team_id uuid,
    invited_by uuid not null,
    invited_by_name text not null,
    state text not null default 'queued' constraint invites_state
        check (state in ('queued', 'sent', 'failed', 'joined', 'declined', 'revoked')),
    failure text,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    expires_at timestamptz not null,
    constraint invites_pkey primary key (org_id, id),
    constraint invites_failure_has_words check ((state = 'failed') = (failure is not null)),
    constraint invites_team_fkey foreign key (org_id, team_id)
        references teams (org_id, id) on delete set null (team_id)
);
create unique index invites_one_pending on invites (org_id, email) where state in ('queued', 'sent', 'failed');

create table shoots (
    org_id uuid not null,
    id uuid not null,
    member_id uuid not null,
    state text not null default 'queued' constraint shoots_state
        check (state in ('queued', 'generating', 'ready', 'failed')),
    failure text,
    submitted_by uuid not null,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    constraint shoots_pkey primary key (org_id, id),
    constraint shoots_member_fkey foreign key (org_id, member_id)
        references members (org_id, id) on delete cascade,
    constraint shoots_finished_has_time check ((state in ('ready', 'failed')) = (finished_at is not null))
);
create index shoots_member on shoots (org_id, member_id, created_at);

-- A photo without a shoot is in its member's draft.
create table photos (
    org_id uuid not null,
    id uuid not null,
    member_id uuid not null,
    shoot_id uuid,
    file_name text not null,
    width integer not null,
    height integer not null,
    fingerprint bigint not null,
    created_at timestamptz not null default now(),
    constraint photos_pkey primary key (org_id, id),
    constraint photos_member_fkey foreign key (org_id, member_id)
        references members (org_id, id) on delete cascade,
    constraint photos_shoot_fkey foreign key (org_id, shoot_id)
        references shoots (org_id, id) on delete cascade
);
create index photos_member on photos (org_id, member_id, created_at);

create table headshots (
    org_id uuid not null,
    id uuid not null,
    shoot_id uuid not null,
    member_id uuid not null,
    number smallint not null,
    width integer not null,
    height integer not null,
    favorite boolean not null default false,
    constraint headshots_pkey primary key (org_id, id),
    constraint headshots_number_key unique (org_id, shoot_id, number),
    constraint headshots_shoot_fkey foreign key (org_id, shoot_id)
        references shoots (org_id, id) on delete cascade,
    constraint headshots_member_fkey foreign key (org_id, member_id)
        references members (org_id, id) on delete cascade
);
create index headshots_member on headshots (org_id, member_id);
create unique index headshots_one_favorite on headshots (org_id, member_id) where favorite;

-- The ledger. It outlives members and shoots, so it names them instead of pointing at them.
create table credit_entries (
    org_id uuid not null constraint credit_entries_org_fkey references organizations (id),
    number integer not null,
    kind text not null constraint credit_entries_kind check (kind in ('grant', 'shoot', 'refund')),
    change integer not null constraint credit_entries_change_not_zero check (change <> 0),
    balance_after integer not null constraint credit_entries_balance_not_negative check (balance_after >= 0),
    shoot_id uuid,
    who text not null,
    note text,
    created_at timestamptz not null default now(),
    constraint credit_entries_pkey primary key (org_id, number),
    constraint credit_entries_once unique (org_id, shoot_id, kind),
    constraint credit_entries_shoot_named check ((kind = 'grant') = (shoot_id is null))
);

create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
    raise exception 'credit entries are only ever added' using errcode = 'restrict_violation';
end $$;
create trigger credit_entries_append_only before update or delete on credit_entries
    for each row execute function refuse_ledger_change();
create trigger credit_entries_no_truncate before truncate on credit_entries
    for each statement execute function refuse_ledger_change();

-- Work to be done after a transaction commits: mails, headshots, deletions. A row is ready when
-- its time has come and nobody holds a lease on it.
create table jobs (
    id uuid not null constraint jobs_pkey primary key,
    kind text not null,
    payload jsonb not null,
    state text not null default 'waiting' constraint jobs_state check (state in ('waiting', 'done', 'failed')),
    run_at timestamptz not null default now(),
    attempts integer not null default 0,
    lease uuid,
    leased_until timestamptz,
    last_error text,
    created_at timestamptz not null default now(),
    finished_at timestamptz
);
create index jobs_waiting on jobs (run_at) where state = 'waiting';

create function announce_job() returns trigger language plpgsql as $$
begin
    notify jobs;
    return null;
end $$;
create trigger jobs_announced after insert on jobs for each statement execute function announce_job();
