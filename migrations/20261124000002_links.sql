-- Open links: pausing them, and who waits for a place at a full one.

alter table invite_links
    add column paused_at timestamptz,
    -- When the last mail about who waits was due, or is due; the next is an hour later at the earliest.
    add column waiting_told_at timestamptz;

-- Addresses that people left at a full link. Nobody has proved them.
create table link_waiters (
    org_id uuid not null,
    id uuid not null,
    link_id uuid not null,
    email text not null,
    address text not null,
    network text not null,
    -- The mail that told of this address.
    told_in uuid,
    created_at timestamptz not null default now(),
    constraint link_waiters_pkey primary key (org_id, id),
    constraint link_waiters_once unique (org_id, link_id, email),
    constraint link_waiters_link_fkey foreign key (org_id, link_id)
        references invite_links (org_id, id) on delete cascade
);
create index link_waiters_network on link_waiters (network, created_at);
