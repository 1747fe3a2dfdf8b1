//! What a shoot survives: a storage that is away, a process that ends. C5, H3, QUALITY 16

use headcount::{
    studio::storage::{self, Storage},
    worker,
};

use crate::harness::*;

async fn with_disk(connect: PgConnectOptions) -> (Acme, Disk) {
    let mut acme = Acme::found(connect, 2).await;
    let disk = Disk::default();
    acme.server.state.storage = Storage::over(disk.clone());
    acme.reroute();
    (acme, disk)
}

/// Lets so much time go by for shoots and their jobs.
async fn let_pass(acme: &Acme, time: &str) {
    for (table, column) in [("shoots", "stalled_since"), ("jobs", "run_at")] {
        acme.server.execute(&format!("update {table} set {column} = {column} - interval '{time}'")).await;
    }
}

/// QUALITY 16, H3: looked for each minute, for three hours.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_storage_that_is_away_fails_no_shoot(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, disk) = with_disk(connect).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    acme.fill_draft(id, 8).await;
    disk.take_away();
    ada.post(&format!("/members/{id}/submit"), &[]).await.to("/me");
    for _ in 0..180 {
        acme.server.work().await;
        let_pass(&acme, "1 minute").await;
    }
    let due = "select count(*) from jobs where kind = 'generate' and state = 'waiting' and run_at <= now() and attempts >= 180";
    assert_eq!(acme.server.number(due).await, 1, "it is looked for each minute");
    assert_eq!(ada.get(&format!("/members/{id}/progress")).await.json(), "generating");
    disk.bring_back();
    acme.server.work().await;
    assert_eq!(ada.get(&format!("/members/{id}/progress")).await.json(), "ready");
    assert_eq!(acme.server.number("select count(*) from credit_entries where kind <> 'grant'").await, 1);
    assert_eq!(acme.server.number("select count(*) from headshots").await, 8);
    acme.close().await;
}

/// C5: in the end the credit is back, and no photo is blamed.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn after_a_day_without_storage_the_credit_is_given_back(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, disk) = with_disk(connect).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    acme.fill_draft(id, 8).await;
    ada.post(&format!("/members/{id}/submit"), &[]).await.to("/me");
    disk.take_away();
    acme.server.work().await;
    let_pass(&acme, "25 hours").await;
    acme.server.work().await;
    assert_eq!(ada.get(&format!("/members/{id}/progress")).await.json(), "failed");
    ada.get("/me").await.says("our photo storage was out of reach. Nothing is wrong with the photos.");
    assert_eq!(acme.server.number("select count(*) from photos where fault is not null").await, 0);
    assert_eq!(acme.balance().await, 2);
    acme.close().await;
}

/// C5: a file that is missing is looked for during an hour, then its photo is named.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_photo_that_is_lost_is_named_in_the_end(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, _disk) = with_disk(connect).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let photos = acme.fill_draft(id, 8).await;
    let key = storage::photo_key(acme.org().0, photos[2].0);
    acme.server.state.storage.delete(&key).await.unwrap();
    ada.post(&format!("/members/{id}/submit"), &[]).await.to("/me");
    for time in ["59 minutes", "2 minutes"] {
        acme.server.work().await;
        assert_eq!(ada.get(&format!("/members/{id}/progress")).await.json(), "generating");
        let_pass(&acme, time).await;
    }
    acme.server.work().await;
    assert_eq!(ada.get(&format!("/members/{id}/progress")).await.json(), "failed");
    let lost = acme.server.text("select string_agg(id::text, ' ') from photos where fault = 'lost'").await;
    assert_eq!(lost, photos[2].to_string());
    acme.close().await;
}

/// H3: it is begun five times, each time the process ends, and then no more.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_shoot_that_ends_the_process_is_given_up(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, disk) = with_disk(connect).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    acme.fill_draft(id, 8).await;
    ada.post(&format!("/members/{id}/submit"), &[]).await.to("/me");
    disk.hang();
    for start in 1..=5 {
        let begun = async {
            while acme.server.number("select max(starts)::bigint from shoots").await < start {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = begun => {}
            _ = worker::drain(&acme.server.state) => panic!("nothing hung"),
        }
        acme.server
            .execute("update jobs set leased_until = now() - interval '1 second' where lease is not null")
            .await;
    }
    disk.bring_back();
    acme.server.work().await;
    assert_eq!(ada.get(&format!("/members/{id}/progress")).await.json(), "failed");
    ada.get("/me").await.says("because of a fault on our side");
    assert_eq!(acme.server.number("select count(*) from photos where fault is not null").await, 0);
    assert_eq!(acme.balance().await, 2);
    assert_eq!(acme.server.number("select count(*) from photos where shoot_id is null").await, 8);
    // The photos were not to blame, so they may be tried again.
    ada.post(&format!("/members/{id}/submit"), &[]).await.to("/me");
    acme.server.work().await;
    assert_eq!(ada.get(&format!("/members/{id}/progress")).await.json(), "ready");
    acme.close().await;
}

/// H3: four deploys in a row at a bad moment are no reason to give up, nor is what came back.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_shoot_that_came_back_counts_from_the_beginning(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, disk) = with_disk(connect).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    acme.fill_draft(id, 8).await;
    ada.post(&format!("/members/{id}/submit"), &[]).await.to("/me");
    acme.server.execute("update shoots set starts = 4").await;
    disk.take_away();
    acme.server.work().await;
    assert_eq!(acme.server.number("select starts::bigint from shoots").await, 0);
    disk.bring_back();
    acme.server.execute("update jobs set run_at = now() where state = 'waiting'").await;
    acme.server.execute("update shoots set starts = 4").await;
    acme.server.work().await;
    assert_eq!(ada.get(&format!("/members/{id}/progress")).await.json(), "ready");
    acme.close().await;
}

/// N8: a load balancer takes a server out that cannot do its work, and leaves alone one that can.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_server_is_ready_while_storage_and_schema_are_there(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, disk) = with_disk(connect).await;
    let anyone = acme.server.browser();
    anyone.get("/readyz").await.with(StatusCode::OK).says("ready");
    disk.take_away();
    anyone.get("/readyz").await.with(StatusCode::SERVICE_UNAVAILABLE).says("cannot reach its pictures");
    anyone.get("/healthz").await.with(StatusCode::OK);
    disk.bring_back();
    acme.server
        .execute("delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)")
        .await;
    anyone.get("/readyz").await.with(StatusCode::SERVICE_UNAVAILABLE).says("older");
    acme.close().await;
}
