//! Where the database undoes a transaction for the sake of another, nobody notices but by the time it
//! takes; where it does so time and again, they read that they should try again. QUALITY 20, N1

use crate::harness::*;

/// Lets the database undo so many of the next changes of a table, as if each were part of a deadlock.
async fn undo(acme: &Acme, table: &str, times: u32) {
    for statement in [
        "drop function if exists undo cascade",
        // A sequence counts on in what is undone.
        "create sequence if not exists changes",
        &format!(
            "create function undo() returns trigger language plpgsql as $$
             begin
                 if nextval('changes') <= {times} then
                     raise exception 'deadlock detected' using errcode = 'deadlock_detected';
                 end if;
                 return null;
             end $$"
        ),
        &format!(
            "create trigger undone after insert or update or delete on {table}
                 for each row execute function undo()"
        ),
    ] {
        acme.server.execute(statement).await;
    }
}

/// QUALITY 20
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_lead_does_not_notice_a_conflict(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let team = acme.team("Sales").await.to_string();
    undo(&acme, "teams", 2).await;
    acme.lead.call("teams/delete", &[("team", &team)]).await.with(StatusCode::OK);
    assert_eq!(acme.server.number("select count(*) from teams").await, 0);
    acme.close().await;
}

/// QUALITY 20
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_invitee_does_not_notice_a_conflict(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.invite_path(acme.invite("ada@acme.com").await);
    acme.server.execute("delete from jobs").await;
    undo(&acme, "members", 2).await;
    acme.server.browser().post(&path, &[("name", "Ada")]).await.to("/me");
    assert_eq!(acme.server.number("select count(*) from members where kind = 'invite'").await, 1);
    acme.close().await;
}

/// QUALITY 20, N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn conflict_upon_conflict_says_to_try_again(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let team = acme.team("Sales").await.to_string();
    let path = acme.invite_path(acme.invite("ada@acme.com").await);
    acme.server.execute("delete from jobs").await;
    undo(&acme, "teams", u32::MAX).await;
    let busy = acme.lead.call("teams/delete", &[("team", &team)]).await.with(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(busy.json(), serde_json::json!("Busy"));
    undo(&acme, "members", u32::MAX).await;
    let busy = acme.server.browser().post(&path, &[("name", "Ada")]).await;
    busy.with(StatusCode::SERVICE_UNAVAILABLE).says("Somebody else is changing the same thing");
    assert_eq!(acme.server.number("select count(*) from members").await, 1, "nothing was changed");
    acme.close().await;
}
