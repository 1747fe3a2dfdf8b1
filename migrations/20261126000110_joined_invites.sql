-- The invite that a member came by, for their page (P4).
create index invites_joined on invites (org_id, email) where state = 'joined';
