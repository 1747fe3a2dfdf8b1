-- The members who have these words in name, address or title, or are in a team that has (P1). Planned anew
-- for each search: only who knows the words can tell whether the trigram index finds fewer people than the
-- organization has.
create function members_found(org uuid, words text) returns setof uuid
language plpgsql stable parallel safe
set plan_cache_mode = force_custom_plan
as $$
declare
    pattern constant text := search_pattern(words);
begin
    return query
    select m.id from members m where m.org_id = org and m.search like pattern
    union all
    select m.id
    from teams t
    join members m on m.org_id = org and m.team_id = t.id
    where t.org_id = org and search_key(t.name) like pattern;
end $$;
