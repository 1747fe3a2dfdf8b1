-- The ledger keeps no name of somebody who was removed: it may be taken out of the entries of a shoot that went
-- with its member. Amount, date and shoot stay, and no name is ever changed into another.
set local lock_timeout = '5s';

create or replace function refuse_ledger_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if new.who = '' and new.note is null
            and to_jsonb(new) - 'who' - 'note' = to_jsonb(old) - 'who' - 'note'
            and exists (select from deleted_organizations where org_id = old.org_id)
        then
            return new;
        end if;
        if new.who = '' and to_jsonb(new) - 'who' = to_jsonb(old) - 'who'
            and old.shoot_id is not null
            and not exists (select from shoots where org_id = old.org_id and id = old.shoot_id)
        then
            return new;
        end if;
    end if;
    raise exception 'credit entries are only ever added' using errcode = 'restrict_violation';
end $$;

-- Of those who were removed before.
update credit_entries e set who = ''
where e.shoot_id is not null and e.who <> ''
  and not exists (select from shoots s where s.org_id = e.org_id and s.id = e.shoot_id);
