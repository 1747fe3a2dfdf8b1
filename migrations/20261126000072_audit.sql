-- Who did what (P7): written in the transaction that did it. Names stand here as they were then; those of
-- somebody who is removed are taken out.
create table audit_entries (
    org_id uuid not null constraint audit_entries_org_fkey references organizations (id) on delete cascade,
    id uuid not null,
    created_at timestamptz not null default now(),
    act text not null,
    actor_kind text not null,
    -- The member who acted, where it was one.
    actor_id uuid,
    actor_name text,
    network text,
    -- What it was done to, where it is one thing.
    object_id uuid,
    object_name text,
    -- To how many it was done.
    people integer not null default 1 constraint audit_entries_people check (people >= 0),
    detail text,
    constraint audit_entries_pkey primary key (org_id, id)
);
create index audit_entries_by_act on audit_entries (org_id, act, id);
create index audit_entries_by_actor on audit_entries (org_id, actor_id, id) where actor_id is not null;
create index audit_entries_about on audit_entries (org_id, object_id, id) where object_id is not null;
create index audit_entries_age on audit_entries (created_at);
