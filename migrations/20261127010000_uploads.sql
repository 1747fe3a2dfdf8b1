-- Files on their way in, part by part, so that one that broke off goes on where it ended.
set local lock_timeout = '5s';

create table uploads (
    org_id uuid not null,
    id uuid not null,
    -- Whose draft it is for.
    member_id uuid not null,
    -- Who sends it. So many are kept for each, however many drafts they are for.
    sender_id uuid not null,
    file_name text not null,
    size integer not null constraint uploads_size check (size > 0),
    -- By which a browser sees that a file is this one; not every browser makes it.
    digest bytea constraint uploads_digest_length check (octet_length(digest) = 32),
    expires_at timestamptz not null,
    -- What it became. No foreign key: it was that also when the photo is gone.
    photo_id uuid,
    constraint uploads_pkey primary key (org_id, id),
    constraint uploads_member_fkey foreign key (org_id, member_id) references members (org_id, id) on delete cascade
);
create index uploads_member on uploads (org_id, member_id, id);
create index uploads_sender on uploads (org_id, sender_id, id);
create index uploads_expires on uploads (expires_at);

-- What has come of them. Unlogged: these bytes live for minutes, and a write-ahead log, replicas and archives
-- would carry all of them. When Postgres crashes they are gone, and how much there is of a file is what is here;
-- so the browser, which has the file, begins again.
create unlogged table upload_parts (
    org_id uuid not null,
    upload_id uuid not null,
    number smallint not null constraint upload_parts_number check (number >= 0),
    -- Bytes of the file up to the end of this part.
    end_offset integer not null,
    bytes bytea not null constraint upload_parts_size check (octet_length(bytes) between 1 and 1048576),
    constraint upload_parts_pkey primary key (org_id, upload_id, number),
    constraint upload_parts_upload_fkey foreign key (org_id, upload_id) references uploads (org_id, id) on delete cascade
);
-- Pictures are compressed already.
alter table upload_parts alter column bytes set storage external;
-- Their space is used again as soon as they are gone, and not a while after: somebody may send and give up all day.
alter table upload_parts set (
    autovacuum_vacuum_cost_delay = 0,
    autovacuum_vacuum_scale_factor = 0.02,
    toast.autovacuum_vacuum_cost_delay = 0,
    toast.autovacuum_vacuum_scale_factor = 0.02
);
