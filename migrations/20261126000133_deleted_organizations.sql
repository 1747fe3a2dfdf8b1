-- Deleting an organization: asked for, taken back within days, then done. Everything that belongs to it goes
-- with its row; the ledger and the log of who did what outlive it, without anybody's name.
alter table organizations add column deletion_due_at timestamptz;
create index organizations_deletion_due on organizations (deletion_due_at) where deletion_due_at is not null;

-- Organizations that are being deleted or were.
create table deleted_organizations (
    org_id uuid not null constraint deleted_organizations_pkey primary key,
    deleted_at timestamptz not null default now()
);

-- They name their organization instead of pointing at it, as the ledger does with members and shoots.
alter table credit_entries drop constraint credit_entries_org_fkey;
alter table audit_entries drop constraint audit_entries_org_fkey;

-- Names may be taken out of the ledger of an organization that is being deleted; nothing else changes, ever.
create or replace function refuse_ledger_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if new.who = '' and new.note is null
            and to_jsonb(new) - 'who' - 'note' = to_jsonb(old) - 'who' - 'note'
            and exists (select from deleted_organizations where org_id = old.org_id)
        then
            return new;
        end if;
    end if;
    raise exception 'credit entries are only ever added' using errcode = 'restrict_violation';
end $$;

-- Nothing points at an organization from its ledger any more, so this keeps it: only what its Owner asked
-- for, and waited for, goes.
create function refuse_organization_removal() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if exists (select from deleted_organizations where org_id = old.id) then
            return old;
        end if;
    end if;
    raise exception 'an organization is deleted only when its Owner asked for it' using errcode = 'restrict_violation';
end $$;
create trigger organizations_no_delete before delete on organizations
    for each row execute function refuse_organization_removal();
create trigger organizations_no_truncate before truncate on organizations
    for each statement execute function refuse_organization_removal();
