-- Domains that organizations claim for single sign-on. A claim counts once a DNS record proves it;
-- any number of organizations may claim a domain, one may have it.

create table domains (
    org_id uuid not null constraint domains_org_fkey references organizations (id) on delete cascade,
    domain text not null constraint domains_domain_length check (char_length(domain) between 4 and 253),
    state text not null default 'waiting'
        constraint domains_state check (state in ('waiting', 'verified', 'missing', 'lost')),
    -- What the last look at the DNS found.
    finding text constraint domains_finding
        check (finding in ('found', 'no_name', 'no_text', 'other_text', 'no_answer', 'taken')),
    looked_at timestamptz,
    -- Looks in a row that did not find the record.
    misses integer not null default 0,
    next_look_at timestamptz not null default now(),
    verified_at timestamptz,
    missing_since timestamptz,
    claimed_by uuid,
    created_at timestamptz not null default now(),
    constraint domains_pkey primary key (org_id, domain),
    constraint domains_missing_has_time check ((state = 'missing') = (missing_since is not null))
);
create unique index domains_one_owner on domains (domain) where state in ('verified', 'missing');
create index domains_domain on domains (domain, org_id);
create index domains_next_look on domains (next_look_at);
