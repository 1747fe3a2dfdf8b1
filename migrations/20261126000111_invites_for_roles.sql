-- What an invite makes of whoever joins by it (P5), and the state of one that was turned into a managed member
-- (M4): nobody is reminded of it, and its link still lets the person claim that member.
alter table invites
    add column role text not null default 'member' constraint invites_role check (role in ('member', 'team_lead')),
    drop constraint invites_state,
    add constraint invites_state check (
        state in ('queued', 'sent', 'failed', 'joined', 'declined', 'revoked', 'managed')
    );
