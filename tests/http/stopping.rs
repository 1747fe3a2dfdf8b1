//! A server that is asked to stop while it works. N8, N9

use std::time::Duration;

use headcount::worker;
use tokio_util::sync::CancellationToken;

use crate::harness::*;

/// N8, N9: what is not finished in time is another server's at once, not only when the lease has run out.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn unfinished_work_is_handed_back(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found_on(Server::start_with(connect, 8).await, 5).await;
    let member = acme.managed("Bob", None).await;
    acme.submit(member).await;
    // Whoever works on the shoot waits for its row.
    let mut held = acme.server.pool().begin().await.unwrap();
    sqlx::query("select from shoots for update").execute(&mut *held).await.unwrap();
    let stop = CancellationToken::new();
    let state = acme.server.state.clone();
    let working = tokio::spawn(worker::run_with(state, stop.clone(), Duration::from_millis(100)));
    let leased = "select count(*) from jobs where kind = 'generate' and leased_until > now()";
    while acme.server.number(leased).await == 0 {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(20), working).await.expect("the worker ends").unwrap();
    assert_eq!(acme.server.number(leased).await, 0);
    let waits =
        "select count(*) from jobs where kind = 'generate' and state = 'waiting' and last_error is null";
    assert_eq!(
        acme.server.number(waits).await,
        1,
        "it waits for another server, and nothing was wrong with it"
    );
    held.rollback().await.unwrap();
    acme.server.leave_the_engine_out().await;
    acme.close().await;
}
