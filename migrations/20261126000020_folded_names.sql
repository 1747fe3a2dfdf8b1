-- Names that look the same are the same (T1). The server fills `name_key` with what they are compared
-- by: NFKC, case-folded, without what nobody sees. Teams that are there get what this database can make
-- of their names; twins stay as they are, for a key of their own lets nobody lose a team.
alter table teams add column name_key text;

update teams
set name_key = replace(
    lower(
        normalize(
            regexp_replace(
                name,
                '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F'
                    || '\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A'
                    || '\U000E0000-\U000E0FFF]',
                '',
                'g'
            ),
            nfkc
        )
    ),
    'ß',
    'ss'
);

update teams t
set name_key = t.name_key || ' ' || t.id
from (
    select org_id, id, row_number() over (partition by org_id, name_key order by created_at, id) as place
    from teams
) x
where t.org_id = x.org_id and t.id = x.id and x.place > 1;

alter table teams alter column name_key set not null;
drop index teams_name_key;
create unique index teams_name_key on teams (org_id, name_key);

-- Which invites nobody has answered, and which of them can still be used. Said here and nowhere else; the
-- planner puts what they mean in their place, so that the index of the pending ones serves them.
create function invite_is_pending(state text) returns boolean
language sql immutable parallel safe
return state in ('queued', 'sent', 'failed');

create function invite_is_open(state text, expires_at timestamptz) returns boolean
language sql stable parallel safe
return invite_is_pending(state) and expires_at > now();
