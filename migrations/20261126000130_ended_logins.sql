-- Whoever ends a login, in whatever way, ends the streams that are open with it: every server hears of it. N3
create function announce_ended_login() returns trigger language plpgsql as $$
begin
    perform pg_notify('changed', 'login ' || old.id);
    return null;
end $$;
create trigger logins_announced after delete on logins
    for each row execute function announce_ended_login();
