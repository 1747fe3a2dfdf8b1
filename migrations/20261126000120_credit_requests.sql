-- What leads ask of the operator (C7). Who asked is known by their row, so that a removal leaves no name here.
create table credit_requests (
    org_id uuid not null constraint credit_requests_org_fkey references organizations (id) on delete cascade,
    id uuid not null,
    credits integer not null constraint credit_requests_credits check (credits between 1 and 100000),
    note text constraint credit_requests_note_length check (char_length(note) <= 500),
    state text not null default 'open' constraint credit_requests_state
        check (state in ('open', 'confirmed', 'declined', 'withdrawn')),
    requested_by uuid,
    -- What the operator remarked.
    answer text constraint credit_requests_answer_length check (char_length(answer) <= 200),
    created_at timestamptz not null default now(),
    closed_at timestamptz,
    constraint credit_requests_pkey primary key (org_id, id),
    constraint credit_requests_closed_has_time check ((state = 'open') = (closed_at is null)),
    constraint credit_requests_member_fkey foreign key (org_id, requested_by)
        references members (org_id, id) on delete set null (requested_by)
);
create index credit_requests_member on credit_requests (org_id, requested_by) where requested_by is not null;
-- For the operator, who sees those of all organizations and names one by its id alone.
create index credit_requests_by_state on credit_requests (state, created_at);
create index credit_requests_by_id on credit_requests (id);

-- A request is paid into the ledger once, whoever confirms it how often.
alter table credit_entries
    add column request_id uuid,
    add constraint credit_entries_request_once unique (org_id, request_id),
    add constraint credit_entries_request_grants check (request_id is null or kind = 'grant');
