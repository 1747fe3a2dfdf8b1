//! Beside a real read replica that is late, and one that dies. N9

use std::time::Duration;

use headcount::store::{Lists, MIGRATIONS, Pool, open_replica};
use serde_json::Value;
use sqlx::ConnectOptions;

use crate::harness::*;

/// Where a list would be read now.
async fn is_on_replica(pool: &Pool) -> bool {
    let read = |lists: Lists| async move {
        let mut db = lists.acquire().await?;
        sqlx::query_scalar("select pg_is_in_recovery()").fetch_one(&mut *db).await
    };
    pool.list(read).await.unwrap()
}

/// Waits until lists are read there: a machine that is busy may take longer than a list waits.
async fn comes_to_replica(pool: &Pool) {
    let coming = async || is_on_replica(pool).await.then_some(());
    until(Duration::from_secs(60), "the replica is not used", coming).await;
}

fn addresses(page: &Value) -> Vec<&str> {
    page["rows"].as_array().unwrap().iter().filter_map(|row| row["address"].as_str()).collect()
}

/// N7, N9: a list has all that was done before it was asked for, whoever answers: the replica, as a rule; the primary
/// while that is late or away.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the server programs of Postgres, which ./x test brings"]
async fn a_list_is_read_from_a_replica_and_misses_nothing() {
    let primary = Cluster::new().await;
    let connect = primary.database("acme").await;
    let own = PgPoolOptions::new().connect_with(connect.clone()).await.unwrap();
    MIGRATIONS.run(&own).await.unwrap();
    let replica = primary.replica().await;
    let at_replica = replica.connect("acme");

    let start = async || {
        let lists = open_replica(at_replica.to_url_lossy().as_str(), 4).unwrap();
        Server::start_through(Pool::from(own.clone()).with_replica(lists), connect.clone()).await
    };
    let acme = Acme::found_on(start().await, 1).await;
    let on_replica = PgPoolOptions::new().connect_with(at_replica.clone()).await.unwrap();
    let pool = &acme.server.state.pool;
    comes_to_replica(pool).await;
    for n in 0..10 {
        let address = format!("p{n}@acme.com");
        acme.invite(&address).await;
        assert!(addresses(&acme.people("").await).contains(&&*address), "{address} is missing");
    }
    let lists = "select count(*) from pg_stat_activity
                 where query like '%from members%' and pid <> pg_backend_pid()";
    let reading = async {
        while sqlx::query_scalar::<_, i64>(lists).fetch_one(&on_replica).await.unwrap() == 0 {
            comes_to_replica(pool).await;
            acme.people("").await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), reading).await.expect("the primary answers all the time");
    for (path, words) in
        [("/members.csv", "Olga Owner"), ("/history.csv", "Olga Owner"), ("/credits.csv", "Operator")]
    {
        acme.lead.browser.get(path).await.with(StatusCode::OK).says(words);
    }
    comes_to_replica(pool).await;

    sqlx::query("select pg_wal_replay_pause()").execute(&on_replica).await.unwrap();
    acme.invite("late@acme.com").await;
    assert!(addresses(&acme.people("").await).contains(&"late@acme.com"));
    assert!(!is_on_replica(pool).await);
    acme.close().await;

    sqlx::query("select pg_wal_replay_resume()").execute(&on_replica).await.unwrap();
    let other = start().await;
    let pool = other.state.pool.clone();
    comes_to_replica(&pool).await;
    on_replica.close().await;
    replica.crash();
    let globex = Acme::found_on(other, 1).await;
    globex.invite("away@globex.com").await;
    assert!(addresses(&globex.people("").await).contains(&"away@globex.com"));
    globex.close().await;
}

/// N9: nobody waits for a replica that falls silent in the middle of a list, as when its machine is cut off.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the server programs of Postgres, which ./x test brings"]
async fn a_replica_that_falls_silent_in_a_list_is_not_waited_for() {
    let primary = Cluster::new().await;
    let own = PgPoolOptions::new().connect_with(primary.database("acme").await).await.unwrap();
    let replica = primary.replica().await;
    let way = Way::to(replica.connect("acme").get_port()).await;
    let lists = open_replica(replica.connect("acme").port(way.port).to_url_lossy().as_str(), 4).unwrap();
    let pool = Pool::from(own).with_replica(lists);
    comes_to_replica(&pool).await;
    let silence = |lists: Lists| {
        let way = &way;
        async move {
            let mut db = lists.acquire().await?;
            way.set(Line::Silent);
            sqlx::query_scalar("select pg_is_in_recovery()").fetch_one(&mut *db).await
        }
    };
    assert!(!pool.list::<bool, _>(silence).await.unwrap(), "the replica cannot have answered");
    assert!(!is_on_replica(&pool).await);
    way.set(Line::Good);
    comes_to_replica(&pool).await;
}

/// N9: another database of the same servers, and that which a primary had before it was restored.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the server programs of Postgres, which ./x test brings"]
async fn what_is_the_replica_of_something_else_answers_for_nothing() {
    let primary = Cluster::new().await;
    let (acme, other) = (primary.database("acme").await, primary.database("other").await);
    let (replica, restored) = (primary.replica().await, primary.replica().await);
    let pool = async |primary: PgConnectOptions, replica: PgConnectOptions| {
        let lists = open_replica(replica.to_url_lossy().as_str(), 2).unwrap();
        Pool::from(PgPoolOptions::new().connect_with(primary).await.unwrap()).with_replica(lists)
    };
    comes_to_replica(&pool(acme.clone(), replica.connect("acme")).await).await;
    let elsewhere = pool(acme.clone(), replica.connect("other")).await;
    assert!(!elsewhere.reads_lists_in_replica().await.unwrap());
    comes_to_replica(&pool(other, replica.connect("other")).await).await;

    let restored = restored.connect("acme");
    let db = PgPoolOptions::new().connect_with(restored.clone()).await.unwrap();
    sqlx::query("select pg_promote()").execute(&db).await.unwrap();
    let own = PgPoolOptions::new().connect_with(acme.clone()).await.unwrap();
    sqlx::query("create table lost as select generate_series(1, 10000)").execute(&own).await.unwrap();
    comes_to_replica(&pool(acme, replica.connect("acme")).await).await;
    let before = pool(restored, replica.connect("acme")).await;
    assert!(!before.reads_lists_in_replica().await.unwrap());
}
