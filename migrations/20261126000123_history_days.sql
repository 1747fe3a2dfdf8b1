-- How long an organization keeps who did what (P7).
alter table organizations add column history_days smallint not null default 730
    constraint organizations_history_days check (history_days between 90 and 3650);
create index audit_entries_by_age on audit_entries (org_id, created_at);
drop index audit_entries_age;
