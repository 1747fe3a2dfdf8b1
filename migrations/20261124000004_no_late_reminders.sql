-- Automatic reminders are new: invites that were sent before get those that are still to come, and
-- nobody gets at once what was never promised.

update invites
set auto_reminded = case when sent_at <= now() - interval '7 days' then 2 else 1 end
where state = 'sent' and sent_at <= now() - interval '3 days';
