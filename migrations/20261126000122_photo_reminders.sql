-- Members who join and then do not submit are reminded by themselves (I15), unless the organization switches it off.
-- Organizations from before choose first: nobody there expects such a mail.
alter table organizations
    add column photo_reminders boolean not null default false,
    add column photo_reminder_days smallint not null default 3
        constraint organizations_photo_reminder_days check (photo_reminder_days between 1 and 30),
    add column photo_reminders_max smallint not null default 2
        constraint organizations_photo_reminders_max check (photo_reminders_max between 1 and 5);
alter table organizations alter column photo_reminders set default true;

-- How often a member was reminded without a lead's doing.
alter table members add column auto_reminded smallint not null default 0
    constraint members_auto_reminded check (auto_reminded >= 0);

create index members_unsubmitted on members (org_id, greatest(joined_at, reminded_at))
    where stage in ('joined', 'adding_photos') and account_id is not null and kind <> 'founder';

-- Who has an account, has not submitted, and has neither added a photo nor been reminded for as many days as the
-- organization says. Those who want no mail of its own accord are left in peace.
create view stuck_members as
select m.org_id, m.id, m.name, m.stage, m.auto_reminded, greatest(m.joined_at, m.reminded_at) as since
from members m
join organizations o on o.id = m.org_id
where m.stage in ('joined', 'adding_photos') and m.account_id is not null and m.kind <> 'founder'
  and greatest(m.joined_at, m.reminded_at) <= now() - make_interval(days => o.photo_reminder_days)
  and not exists (
      select from photos p
      where p.org_id = m.org_id and p.member_id = m.id
        and p.created_at > now() - make_interval(days => o.photo_reminder_days)
  )
  and not exists (select from opt_outs x where x.org_id = m.org_id and x.email = m.email);
