-- Growing tables: what is looked up often, and what is deleted when its time is over, is found by an
-- index.

-- Every page that waits for headshots counts the photos of a shoot.
create index photos_shoot on photos (org_id, shoot_id);

create index login_codes_expiry on login_codes (expires_at);
create index logins_expiry on logins (expires_at);
create index link_waiters_age on link_waiters (created_at);
create index jobs_finished on jobs (finished_at) where state <> 'waiting';
create index invite_batches_age on invite_batches (created_at);
create index recipient_mail_counts_age on recipient_mail_counts (began_at);

-- Whom to remind is asked of each organization by itself.
drop index invites_to_remind;
create index invites_to_remind on invites (org_id, sent_at) where state = 'sent' and auto_reminded < 2;
