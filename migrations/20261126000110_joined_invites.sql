-- The invite that a member came by, for their page (P4); and that of somebody who was added on their behalf
-- instead (M4).
create index invites_settled on invites (org_id, email) where state in ('joined', 'managed');
