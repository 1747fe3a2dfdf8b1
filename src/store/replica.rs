//! A read replica of the database, by which lists are read where a setting names one. Nothing that decides is.
//!
//! What it has is older than what its primary has, by milliseconds as a rule. So that nobody misses in a list what
//! was done before they asked for it, it has to have replayed all that was committed by then.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::{PgPool, Result};
use tokio::time::{sleep, timeout};

/// How long a replica is waited for, to connect and to catch up. Nobody notices it in a list.
const PATIENCE: Duration = Duration::from_millis(100);
/// Between two looks whether it has caught up.
const LOOK: Duration = Duration::from_millis(5);
/// How long nothing is asked of one that was away or late.
const REST: Duration = Duration::from_secs(10);

/// Cheap to clone.
#[derive(Clone)]
pub(super) struct Replica {
    connections: PgPool,
    rests: Arc<AtomicBool>,
}

impl Replica {
    pub(super) fn new(connections: PgPool) -> Self {
        Self { connections, rests: Arc::default() }
    }

    pub(super) const fn connections(&self) -> &PgPool {
        &self.connections
    }

    /// Whether anything may be asked of it now.
    pub(super) fn is_awake(&self) -> bool {
        !self.rests.load(Ordering::Relaxed)
    }

    /// Whether all is there up to a place in the log of the primary, or comes soon. Where it does not, nothing is asked
    /// for a while.
    pub(super) async fn has(&self, place: &str) -> bool {
        let why = match timeout(PATIENCE, self.wait(place)).await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it is behind, or does not answer".to_owned(),
        };
        if !self.rests.swap(true, Ordering::Relaxed) {
            tracing::warn!(%why, "lists are read from the primary for {} s: the replica cannot be used", REST.as_secs());
            let rests = self.rests.clone();
            tokio::spawn(async move {
                sleep(REST).await;
                rests.store(false, Ordering::Relaxed);
            });
        }
        false
    }

    /// For good on a server that is no replica, or no longer.
    async fn wait(&self, place: &str) -> Result<()> {
        let mut db = self.connections.acquire().await?;
        loop {
            let has = sqlx::query_scalar!(
                r#"select pg_is_in_recovery() and pg_last_wal_replay_lsn() >= $1::text::pg_lsn as "has""#,
                place,
            );
            if has.fetch_one(&mut *db).await? == Some(true) {
                return Ok(());
            }
            sleep(LOOK).await;
        }
    }
}
