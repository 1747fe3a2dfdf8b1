//! The server killed at every step of a shoot that a service makes: one credit, one set of headshots, one mail,
//! and no file that belongs to nothing. H3, C2, C5, N8, QUALITY 19

use headcount::studio::storage::Storage;
use time::Duration;

use super::*;
use crate::files::{Killer, age, bury, promised};

/// What becomes of the shoots: two are made, then one is refused.
const ROUNDS: i32 = 9;

#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_killed_server_settles_each_shoot_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let (mut acme, service) = served(connect, ROUNDS).await;
    let disk = Disk::default();
    acme.server.state.storage = Storage::over(disk.clone());
    acme.reroute();
    let [mut work, mut put, mut say] = [const { Killer::new() }; 3];
    for round in 0..ROUNDS {
        let member = acme.managed(&format!("P{round}"), Some(&format!("p{round}@acme.com"))).await;
        acme.submit(member).await;
        let before = service.count();
        while service.count() == before {
            work.kill(worker::drain(&acme.server.state)).await;
            bury(&acme).await;
        }
        let job = service.job();
        // Whoever hears nothing does the same again.
        for number in ["1", "2"] {
            while put.kill(acme.put(&job, number, picture())).await.is_none() {}
        }
        let message = if round % 3 == 2 { failed(&job, &json!([])) } else { ready(&job, 2) };
        while say.kill(acme.say(&service, &message)).await.is_none() {}
        acme.say(&service, &failed(&job, &json!([]))).await.with(StatusCode::NO_CONTENT);
        work.kill(worker::drain(&acme.server.state)).await;
        bury(&acme).await;
    }
    let kills = [work.kills, put.kills, say.kills];
    assert!(kills.iter().all(|kills| *kills >= 10), "killed too seldom: {kills:?}");
    bury(&acme).await;
    acme.server.work().await;
    age(&acme).await;
    worker::sweep_files(&acme.server.state, Duration::HOUR).await.unwrap();

    let made = i64::from(ROUNDS) * 2 / 3;
    let count = async |query: &str| acme.server.number(query).await;
    assert_eq!(count("select count(*) from shoots where state = 'ready'").await, made);
    assert_eq!(count("select count(*) from shoots where state = 'failed'").await, made / 2);
    assert_eq!(count("select count(*) from headshots").await, 2 * made);
    let sets = "select count(*) from (select from headshots group by shoot_id having count(*) = 2) s";
    assert_eq!(count(sets).await, made, "each has its set");
    assert_eq!(acme.balance().await, made / 2);
    for (kind, expected) in [("shoot", i64::from(ROUNDS)), ("refund", made / 2)] {
        let entries = format!("select count(*) from credit_entries where kind = '{kind}'");
        assert_eq!(count(&entries).await, expected, "{kind}");
    }
    for (mail, expected) in [("ready", made), ("shoot_failed", made / 2)] {
        let mails = format!("select count(*) from jobs where kind = 'mail' and payload -> 'mail' ? '{mail}'");
        assert_eq!(count(&mails).await, expected, "{mail}");
    }
    assert_eq!(count("select count(*) from engine_results").await, 0);
    assert_eq!(disk.keys().await, promised(&acme).await, "files and rows belong together");
    acme.close().await;
}
