-- The list of people at 10,000 (P1): members and pending invites are found by their words, filtered by
-- stage and read page by page in the order of their names, without any of it being worked out for all.
create extension if not exists pg_trgm;
create extension if not exists btree_gin;

-- What texts are searched and sorted by: small letters without accents.
create function search_key(text text) returns text
language sql immutable strict parallel safe
return replace(
    replace(
        replace(
            translate(
                regexp_replace(normalize(lower(text), nfkd), '[\u0300-\u036F]', '', 'g'),
                'øłđðħŧıς',
                'olddhtiσ'
            ),
            'ß', 'ss'
        ),
        'æ', 'ae'
    ),
    'œ', 'oe'
);

-- Matches what has these words in it.
create function search_pattern(words text) returns text
language sql immutable strict parallel safe
return '%' || regexp_replace(search_key(words), '([\\%_])', '\\\1', 'g') || '%';

alter table members
    add column stage text not null default 'joined' constraint members_stage
        check (stage in ('joined', 'adding_photos', 'generating', 'ready', 'needs_attention')),
    add column sort_name text collate "C" not null generated always as (search_key(name)) stored,
    add column search text not null generated always as (
        search_key(name || ' ' || coalesce(address, '') || ' ' || coalesce(title, ''))
    ) stored;

alter table invites
    add column sort_name text collate "C" not null generated always as (search_key(coalesce(name, address))) stored,
    add column search text not null generated always as (
        search_key(coalesce(name, '') || ' ' || address || ' ' || coalesce(title, ''))
    ) stored;

create index members_by_name on members (org_id, sort_name, id);
create index members_search on members using gin (org_id, search gin_trgm_ops);
create index members_team on members (org_id, team_id) where team_id is not null;

-- How far a member is: by the newest shoot, or else by the photos in the draft. Said here and nowhere
-- else; `members.stage` follows by the triggers below.
create function member_stage(org uuid, member uuid) returns text
language sql stable
return coalesce(
    (
        select case s.state
                   when 'ready' then 'ready'
                   when 'failed' then 'needs_attention'
                   else 'generating'
               end
        from shoots s
        where s.org_id = org and s.member_id = member
        order by s.created_at desc
        limit 1
    ),
    case
        when exists (
            select from photos p where p.org_id = org and p.member_id = member and p.shoot_id is null
        ) then 'adding_photos'
        else 'joined'
    end
);

-- Whoever changes shoots or photos holds the member's row already (the order of locks is in src/store/mod.rs).
create function follow_stage() returns trigger language plpgsql as $$
begin
    update members m
    set stage = x.stage
    from (
        select c.org_id, c.member_id, member_stage(c.org_id, c.member_id) as stage
        from (select distinct org_id, member_id from changed) c
    ) x
    where m.org_id = x.org_id and m.id = x.member_id and m.stage <> x.stage;
    return null;
end $$;

create trigger shoots_begun after insert on shoots
    referencing new table as changed for each statement execute function follow_stage();
create trigger shoots_changed after update on shoots
    referencing new table as changed for each statement execute function follow_stage();
create trigger shoots_gone after delete on shoots
    referencing old table as changed for each statement execute function follow_stage();
create trigger photos_added after insert on photos
    referencing new table as changed for each statement execute function follow_stage();
create trigger photos_changed after update on photos
    referencing new table as changed for each statement execute function follow_stage();
create trigger photos_gone after delete on photos
    referencing old table as changed for each statement execute function follow_stage();

update members set stage = member_stage(org_id, id) where stage <> member_stage(org_id, id);

-- When a member was last reminded of the photos that they owe, by hand or by itself.
alter table members add column reminded_at timestamptz;
