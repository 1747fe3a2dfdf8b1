-- Who is removed is taken out of the log of who did what (P3, P7): also where an invite to their address ended,
-- and where they acted by a link, known by that address. The log is filtered by the leads, who are few.
set local lock_timeout = '5s';
-- Each reads its table once and keeps little of it: for a million rows, a second for which writing waits.
-- squawk-ignore require-concurrent-index-creation
create index invites_ended_by_email on invites (org_id, email) where state in ('declined', 'revoked');
-- squawk-ignore require-concurrent-index-creation
create index audit_entries_by_holder on audit_entries (org_id, lower(actor_name)) where actor_kind = 'link_holder';
-- squawk-ignore require-concurrent-index-creation
create index members_leads on members (org_id, sort_name, id) where role in ('owner', 'team_lead');
