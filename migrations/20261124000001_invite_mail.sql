-- Sent invites in depth: batches and their progress, reminders, declining, opting out, mended
-- addresses, limits on mail, and an outbox in which a code never waits behind a bulk send.

alter table organizations add column auto_reminders boolean not null default true;

alter table invites
    add column title text constraint invites_title_length check (char_length(title) <= 100),
    -- The send that queued the newest mail; see invite_batches.
    add column batch_id uuid,
    -- Counts the times that the invite's own mail was queued; a job of an earlier round is void.
    add column round integer not null default 0,
    -- Part of the token's proof: raised when the address changes, so that the old link is dead.
    add column generation integer not null default 0,
    -- When a mail of this invite was last queued or taken: not twice within an hour.
    add column mailed_at timestamptz,
    -- When the mail server's answer to the newest round came, be it yes or no.
    add column settled_at timestamptz,
    add column reminders integer not null default 0,
    add column reminded_at timestamptz,
    -- How many of the automatic reminders are behind it: 0, 1 or 2.
    add column auto_reminded smallint not null default 0
        constraint invites_auto_reminded check (auto_reminded between 0 and 2),
    -- When it was declined or revoked.
    add column ended_at timestamptz;

update invites
set mailed_at = coalesce(sent_at, created_at), settled_at = case when state <> 'queued' then coalesce(sent_at, created_at) end,
    ended_at = case when state in ('declined', 'revoked') then now() end;

create index invites_batch on invites (org_id, batch_id, settled_at);
create index invites_to_remind on invites (sent_at) where state = 'sent' and auto_reminded < 2;
create index invites_ended on invites (org_id, ended_at) where state in ('declined', 'revoked');

-- One send by one lead, told as one progress. Its invites name it; no foreign key, it is only told.
create table invite_batches (
    org_id uuid not null constraint invite_batches_org_fkey references organizations (id) on delete cascade,
    id uuid not null,
    created_at timestamptz not null default now(),
    constraint invite_batches_pkey primary key (org_id, id)
);

-- Addresses that an invite had before they were mended: who got that mail can still opt out.
create table invite_former_addresses (
    org_id uuid not null,
    invite_id uuid not null,
    generation integer not null,
    email text not null,
    constraint invite_former_addresses_pkey primary key (org_id, invite_id, generation),
    constraint invite_former_addresses_invite_fkey foreign key (org_id, invite_id)
        references invites (org_id, id) on delete cascade
);

-- Who wants no more invites from an organization.
create table opt_outs (
    org_id uuid not null constraint opt_outs_org_fkey references organizations (id) on delete cascade,
    email text not null,
    opted_out_at timestamptz not null default now(),
    constraint opt_outs_pkey primary key (org_id, email)
);

-- Invite mails of the current day; a day begins with its first mail. One row for each organization,
-- and one for each recipient over all organizations.
create table org_mail_counts (
    org_id uuid not null constraint org_mail_counts_pkey primary key
        constraint org_mail_counts_org_fkey references organizations (id) on delete cascade,
    began_at timestamptz not null default now(),
    mails integer not null constraint org_mail_counts_not_negative check (mails >= 0)
);
create table recipient_mail_counts (
    email text not null constraint recipient_mail_counts_pkey primary key,
    began_at timestamptz not null default now(),
    mails integer not null constraint recipient_mail_counts_not_negative check (mails >= 0)
);

-- Mails have slots of their own, and what somebody waits for goes before what was sent in bulk.
alter table jobs add column bulk boolean not null default false;
drop index jobs_waiting;
create index jobs_mail_waiting on jobs (bulk, run_at) where state = 'waiting' and kind = 'mail';
create index jobs_other_waiting on jobs (run_at) where state = 'waiting' and kind <> 'mail';
