-- Pictures are written down before their files are, so that a crash leaves no file that nobody
-- knows of; and what went wrong with a shoot is told apart: its photos, the storage, the process.

-- A picture whose files are being written or deleted. The transaction that makes its own row
-- takes this one away; what is left here is swept. No foreign key: it outlives the member whose
-- picture it was.
create table pending_pictures (
    org_id uuid not null,
    id uuid not null,
    kind text not null constraint pending_pictures_kind check (kind in ('photo', 'headshot')),
    noted_at timestamptz not null default now(),
    -- Its files are being deleted: nobody may write them before that is over.
    sweeping boolean not null default false,
    constraint pending_pictures_pkey primary key (org_id, id)
);
create index pending_pictures_noted on pending_pictures (noted_at);

-- When the files of an organization were last compared with its rows.
alter table organizations add column files_compared_at timestamptz not null default '-infinity';
create index organizations_files_compared on organizations (files_compared_at);

-- Why the last shoot with this photo failed, where the photo was at fault.
alter table photos add column fault text
    constraint photos_fault check (fault in ('unreadable', 'too_narrow', 'lost'));

alter table shoots
    -- How often its headshots were begun since something was last heard of them.
    add column starts smallint not null default 0 constraint shoots_starts_not_negative check (starts >= 0),
    -- Since when its photos or the place for its headshots have been out of reach.
    add column stalled_since timestamptz;
