-- Pending invites stand in one list with members, by name: a page of it reads what it shows, and no more.
create index invites_by_name on invites (org_id, sort_name, id) where state in ('queued', 'sent', 'failed');
