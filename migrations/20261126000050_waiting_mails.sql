-- A queued invite whose mail has to wait says why, in the mail server's words. I11
alter table invites drop constraint invites_failure_has_words;
alter table invites add constraint invites_failure_has_words check (
    case state
        when 'failed' then failure is not null
        when 'queued' then true
        else failure is null
    end
);
