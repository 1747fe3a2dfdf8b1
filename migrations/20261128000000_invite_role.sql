-- The same as before, in a language that keeps its plan and asks nothing where nobody is to lead. In SQL it was planned
-- for each invite that is shown or mailed, which took as long as everything else about it together.
set local lock_timeout = '5s';

create or replace function invite_role(i invites) returns text language plpgsql stable as $$
begin
    if i.role = 'member' or exists (
        select from members m where m.org_id = i.org_id and m.id = i.invited_by and m.role <> 'member'
    ) then
        return i.role;
    end if;
    return 'member';
end
$$;
