-- Codes, notices and bulk mail are taken from the queue apart from each other, for connections of
-- their own. `bulk` stays for servers of an earlier version, until a later migration drops it.

alter table jobs
    add column priority smallint not null default 1
        constraint jobs_priority check (priority between 0 and 2);

update jobs
set priority = case when payload -> 'mail' ? 'login_code' then 0
                    when bulk then 2
                    else 1 end
where state = 'waiting' and kind = 'mail';

drop index jobs_mail_waiting;
create index jobs_mail_waiting on jobs (priority, run_at) where state = 'waiting' and kind = 'mail';
