-- As what an invite lets somebody in: as a lead only while whoever sent it leads.
create function invite_role(i invites) returns text language sql stable
    return case
        when i.role = 'member' or exists (
            select from members m where m.org_id = i.org_id and m.id = i.invited_by and m.role <> 'member'
        ) then i.role
        else 'member'
    end;
