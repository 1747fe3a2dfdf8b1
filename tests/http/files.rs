//! Files and rows belong together, whatever ends in the middle of what. H5, N8, QUALITY 19

use headcount::{
    studio::storage::{self, Storage},
    worker,
};
use time::Duration;

use crate::harness::*;

/// An organization whose storage is this disk, where one photo is enough for a shoot.
async fn with_disk(connect: PgConnectOptions, credits: i32) -> (Acme, Disk) {
    let mut acme = Acme::found(connect, credits).await;
    let disk = Disk::default();
    acme.server.state.storage = Storage::over(disk.clone());
    acme.server.state.photo_limits.min_photos = 1;
    acme.reroute();
    (acme, disk)
}

/// The keys of the files that rows promise, in order.
pub async fn promised(acme: &Acme) -> Vec<String> {
    let ids = "select coalesce(string_agg('photo ' || id, ',' ), '') from photos";
    let photos = acme.server.text(ids).await;
    let ids = "select coalesce(string_agg('headshot ' || id, ',' ), '') from headshots";
    let headshots = acme.server.text(ids).await;
    let mut keys: Vec<String> = photos
        .split(',')
        .chain(headshots.split(','))
        .filter_map(|picture| picture.split_once(' '))
        .flat_map(|(kind, id)| {
            let kind = kind.parse().unwrap();
            storage::picture_keys(acme.org().0, kind, id.parse().unwrap())
        })
        .collect();
    keys.sort();
    keys
}

/// Kills the first of what it is given at its first step, the next at its second and so on; and begins
/// again once one came to its end.
pub struct Killer {
    step: usize,
    pub kills: usize,
}

impl Killer {
    pub const fn new() -> Self {
        Self { step: 1, kills: 0 }
    }

    /// What came of it; `None` where it was killed.
    pub async fn kill<T>(&mut self, doing: impl Future<Output = T>) -> Option<T> {
        let done = killed_after(self.step, doing).await;
        if done.is_some() {
            self.step = 1;
        } else {
            (self.step, self.kills) = (self.step + 1, self.kills + 1);
        }
        done
    }
}

/// What a killed process held is free again, and the time for which it might have lived is over.
pub async fn bury(acme: &Acme) {
    // That a shoot is given up after five kills is proved elsewhere.
    acme.server.execute("update shoots set starts = 0").await;
    acme.server
        .execute("update jobs set leased_until = now() - interval '1 second' where lease is not null")
        .await;
    acme.server
        .execute("update jobs set run_at = now() where state = 'waiting' and kind <> 'delete_originals'")
        .await;
}

pub async fn age(acme: &Acme) {
    acme.server.execute("update pending_pictures set noted_at = noted_at - interval '2 hours'").await;
}

/// QUALITY 19: of a hundred and more kills in the middle of uploads, generations and removals.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn no_file_without_a_row_and_no_row_without_its_files(_: PgPoolOptions, connect: PgConnectOptions) {
    const ROUNDS: usize = 28;
    let (acme, disk) = with_disk(connect, ROUNDS as i32).await;
    let [mut upload, mut work, mut remove, mut sweep] = [const { Killer::new() }; 4];
    let mut left_behind = 0;
    for round in 0..ROUNDS {
        let member = acme.managed(&format!("P{round}"), None).await;
        acme.fill_draft(member, 1).await;
        let (photos, path) = ([photo(round as u32)], format!("/members/{member}/photos"));
        upload.kill(acme.lead.browser.upload(&path, &photos, "application/json")).await;
        acme.lead.browser.post(&format!("/members/{member}/submit"), &[]).await.with(StatusCode::SEE_OTHER);
        for _ in 0..2 {
            work.kill(worker::drain(&acme.server.state)).await;
            bury(&acme).await;
        }
        if round % 3 != 0 {
            let id = member.to_string();
            remove.kill(acme.lead.call("members/remove", &[("member", &id)])).await;
            work.kill(worker::drain(&acme.server.state)).await;
            bury(&acme).await;
        }
        left_behind += usize::from(acme.server.number("select count(*) from pending_pictures").await > 0);
        if round % 4 == 3 {
            age(&acme).await;
            sweep.kill(worker::sweep_files(&acme.server.state, Duration::HOUR)).await;
        }
    }
    let kills = upload.kills + work.kills + remove.kills + sweep.kills;
    assert!(kills >= 100, "only {kills} were killed before they came to their end");
    assert!(left_behind >= 3, "only {left_behind} kills left anything behind");
    // First what a killed sweeper began: until then no headshots are written under the same names.
    age(&acme).await;
    worker::sweep_files(&acme.server.state, Duration::HOUR).await.unwrap();
    bury(&acme).await;
    acme.server.work().await;
    age(&acme).await;
    worker::sweep_files(&acme.server.state, Duration::HOUR).await.unwrap();

    let (stored, promised) = (disk.keys().await, promised(&acme).await);
    let only = |some: &[String], others: &[String]| {
        some.iter().filter(|key| !others.contains(key)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(only(&stored, &promised), [""; 0], "files without a row");
    assert_eq!(only(&promised, &stored), [""; 0], "rows without their file");
    assert_eq!(acme.server.number("select count(*) from pending_pictures").await, 0);
    assert_eq!(acme.server.number("select count(*) from shoots where state <> 'ready'").await, 0);
    let sets = "select count(*) from shoots s where 1 <> (select count(distinct shoot_id) from headshots h where h.shoot_id = s.id)";
    assert_eq!(acme.server.number(sets).await, 0, "each shoot has its headshots");
    let spent = "select count(*) from credit_entries where kind = 'shoot'";
    assert_eq!(acme.server.number(spent).await, ROUNDS as i64 - acme.balance().await);
    acme.close().await;
}

/// P3, H5: killed in the middle of a generation, then the member removed.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_a_killed_worker_stored_of_somebody_removed_is_swept(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let (acme, disk) = with_disk(connect, 1).await;
    let bob = acme.managed("Bob", None).await;
    acme.submit(bob).await;
    let stored = async {
        while !disk.keys().await.iter().any(|key| key.contains("headshots")) {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = stored => {}
        _ = worker::drain(&acme.server.state) => panic!("it was not killed"),
    }
    acme.lead.call("members/remove", &[("member", &bob.to_string())]).await.with(StatusCode::OK);
    bury(&acme).await;
    acme.server.work().await;
    assert!(!disk.keys().await.is_empty(), "nothing was left behind");
    worker::sweep_files(&acme.server.state, Duration::HOUR).await.unwrap();
    assert!(!disk.keys().await.is_empty(), "what may still be written is left alone");
    age(&acme).await;
    worker::sweep_files(&acme.server.state, Duration::HOUR).await.unwrap();
    assert_eq!(disk.keys().await, [""; 0]);
    acme.close().await;
}

/// C5, H5: a shoot that fails after some of its headshots were stored.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn of_a_failed_shoot_no_headshot_stays(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, disk) = with_disk(connect, 1).await;
    let bob = acme.managed("Bob", None).await;
    acme.submit(bob).await;
    let stored = async {
        while !disk.keys().await.iter().any(|key| key.contains("headshots")) {
            tokio::task::yield_now().await;
        }
        disk.take_away();
    };
    tokio::join!(stored, acme.server.work());
    acme.server.execute("update shoots set stalled_since = now() - interval '2 days'").await;
    bury(&acme).await;
    acme.server.work().await;
    assert_eq!(acme.server.text("select state from shoots").await, "failed");
    assert_eq!(acme.balance().await, 1);
    disk.bring_back();
    assert!(disk.keys().await.iter().any(|key| key.contains("headshots")), "nothing was stored of it");
    worker::sweep_files(&acme.server.state, Duration::HOUR).await.unwrap();
    assert_eq!(disk.keys().await, promised(&acme).await);
    acme.close().await;
}

/// N8: what came about in any other way.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn files_that_no_row_knows_are_found(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, disk) = with_disk(connect, 1).await;
    let bob = acme.managed("Bob", None).await;
    acme.shoot(bob).await;
    let draft = acme.fill_draft(bob, 2).await;
    acme.server.work().await;
    let files = promised(&acme).await;
    assert_eq!(disk.keys().await, files);
    let (org, storage) = (acme.org().0, &acme.server.state.storage);
    let strays = [draft[0].0, bob.0].map(|id| storage::headshot_key(org, id));
    for stray in &strays {
        storage.put(stray, "stray".into()).await.unwrap();
    }
    let elsewhere = storage::photo_key(bob.0, bob.0);
    storage.put(&elsewhere, "of an organization that is not here".into()).await.unwrap();
    storage.put(&format!("org/{org}/logo.png"), "no picture of ours".into()).await.unwrap();

    worker::compare_files(&acme.server.state, Duration::DAY).await.unwrap();
    assert_eq!(disk.keys().await.len(), files.len() + 4, "what is young is left alone");
    acme.server.execute("update organizations set files_compared_at = '-infinity'").await;
    worker::compare_files(&acme.server.state, Duration::ZERO).await.unwrap();
    let left = disk.keys().await;
    assert!(strays.iter().all(|stray| !left.contains(stray)), "{left:?}");
    assert!(files.iter().all(|file| left.contains(file)) && left.contains(&elsewhere), "{left:?}");
    assert_eq!(left.len(), files.len() + 2);
    assert_eq!(acme.server.number("select count(*) from photos where fault is not null").await, 0);

    // And the other way round: of two photos in the draft one is lost.
    storage.delete(&storage::photo_key(org, draft[1].0)).await.unwrap();
    acme.server.execute("update organizations set files_compared_at = '-infinity'").await;
    worker::compare_files(&acme.server.state, Duration::ZERO).await.unwrap();
    let lost = acme.server.text("select string_agg(id::text, ' ') from photos where fault = 'lost'").await;
    assert_eq!(lost, draft[1].to_string());
    acme.close().await;
}

/// N8: the storage of another installation, or an old copy of the database.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn where_too_much_differs_nothing_is_deleted(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, disk) = with_disk(connect, 1).await;
    let org = acme.org().0;
    for n in 0..101 {
        let id = uuid::Uuid::from_u128(n);
        acme.server.state.storage.put(&storage::photo_key(org, id), "photo".into()).await.unwrap();
    }
    worker::compare_files(&acme.server.state, Duration::ZERO).await.unwrap();
    assert_eq!(disk.keys().await.len(), 101);
    acme.close().await;
}
