-- Joining: a code can prove an address to a personal invite; joining closes the invite of the address.
-- Limits: codes of letters under pressure, and counted guesses.

alter table login_codes
    drop constraint login_codes_purpose,
    add constraint login_codes_purpose check (purpose in ('sign_in', 'sign_up', 'join', 'invite')),
    add column invite_id uuid,
    add column kind text not null default 'digits'
        constraint login_codes_kind check (kind in ('digits', 'letters')),
    -- The request whose mail carries this one's code too; its own mail where there is none.
    add column shares uuid,
    add constraint login_codes_only_letters_are_shared check (shares is null or kind = 'letters');

-- Wrong guesses at codes of digits in a day, which begins with its first: a row for each network, and
-- the row '*' for all together.
create table code_guesses (
    network text not null constraint code_guesses_pkey primary key,
    began_at timestamptz not null default now(),
    guesses integer not null constraint code_guesses_not_negative check (guesses >= 0)
);
create index code_guesses_age on code_guesses (began_at);

-- Where somebody was removed, for their own account page.
create index removals_by_email on removals (email);

-- Invites of people who have joined some other way.
update invites i
set state = 'joined', failure = null
from members m
where m.org_id = i.org_id and m.email = i.email and m.account_id is not null
  and i.state in ('queued', 'sent', 'failed');
