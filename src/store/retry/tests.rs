//! What was undone for the sake of another is done again, nothing else is, and not for ever. QUALITY 20

use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::sync::Barrier;

use super::*;
use crate::store::{Error, Result, testing::Acme};

impl Acme {
    /// Locks two organizations one after the other. On the first try it waits in between until the other
    /// has locked its first, so that both wait for each other.
    async fn lock_both(&self, names: [&str; 2], both_have_one: &Barrier, tries: &AtomicU32) -> Result<()> {
        retry(|| async {
            let first_try = tries.fetch_add(1, Ordering::Relaxed) == 0;
            let mut tx = self.pool.begin().await?;
            for name in names {
                sqlx::query("update organizations set name = name where name = $1")
                    .bind(name)
                    .execute(&mut *tx)
                    .await?;
                if first_try && name == names[0] {
                    both_have_one.wait().await;
                }
            }
            tx.commit().await
        })
        .await
    }
}

/// QUALITY 20
#[sqlx::test]
async fn two_that_wait_for_each_other_are_both_done(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    crate::store::testing::found(&acme.pool, "Other", "otto@other.com").await;
    let (barrier, tries) = (Barrier::new(2), [AtomicU32::new(0), AtomicU32::new(0)]);
    let (one, other) = join(
        acme.lock_both(["Acme", "Other"], &barrier, &tries[0]),
        acme.lock_both(["Other", "Acme"], &barrier, &tries[1]),
    )
    .await;
    one.unwrap();
    other.unwrap();
    let tries: u32 = tries.iter().map(|tries| tries.load(Ordering::Relaxed)).sum();
    // More when the one that was undone comes first again.
    assert!(tries >= 3, "one of them was undone");
}

/// Fails in the database with this SQLSTATE, and says how often it was tried.
async fn tries_that_end_with(acme: &Acme, code: &str) -> u32 {
    let tries = AtomicU32::new(0);
    let failed = retry(|| async {
        tries.fetch_add(1, Ordering::Relaxed);
        acme.execute(&format!("do $$ begin raise exception 'no' using errcode = '{code}'; end $$")).await
    });
    let error = failed.await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), code);
    tries.load(Ordering::Relaxed)
}

/// QUALITY 20
#[sqlx::test]
async fn only_conflicts_are_tried_again_and_three_times_at_most(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 0).await;
    for conflict in ["40001", "40P01"] {
        assert_eq!(tries_that_end_with(&acme, conflict).await, 3);
    }
    for other in ["23505", "55P03", "57014", "P0001"] {
        assert_eq!(tries_that_end_with(&acme, other).await, 1, "{other}");
    }
}

/// QUALITY 20
#[tokio::test]
async fn a_refusal_stands() {
    let tries = AtomicU32::new(0);
    let refused: Result<(), Error<&str>> = retry(|| async {
        tries.fetch_add(1, Ordering::Relaxed);
        Err(Error::Refused("no"))
    })
    .await;
    assert!(matches!(refused, Err(Error::Refused("no"))));
    assert_eq!(tries.load(Ordering::Relaxed), 1);
}
