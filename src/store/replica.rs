//! A read replica of the database, by which lists are read where a setting names one. Nothing that decides is.
//!
//! What it has is older than what its primary has, by milliseconds as a rule. So that nobody misses in a list what
//! was done before they asked for it, it has to have replayed all that was committed by then. And nobody waits for
//! it: where it is away, late, silent, or the replica of something else, the primary answers.

use std::{
    fmt::Display,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use sqlx::{PgPool, Result};
use tokio::time::{sleep, timeout};

/// How long a replica is waited for, to connect and to catch up. Nobody notices it in a list.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long a list may take there.
const READ: Duration = Duration::from_secs(2);
/// Between two looks whether it has caught up.
const LOOK: Duration = Duration::from_millis(5);
/// How long nothing is asked of one that failed.
const REST: Duration = Duration::from_secs(10);

/// Which database it is, and how far its log is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Of the cluster, which a replica has from its primary.
    pub system: i64,
    pub database: String,
    /// Bytes from the beginning of the log.
    pub log: i64,
}

/// Cheap to clone.
#[derive(Clone)]
pub(super) struct Replica {
    connections: Arc<Mutex<PgPool>>,
    rests: Arc<AtomicBool>,
    /// How far its log was when it was last asked; 0 before.
    seen: Arc<AtomicI64>,
}

impl Replica {
    pub(super) fn new(connections: PgPool) -> Self {
        Self { connections: Arc::new(Mutex::new(connections)), rests: Arc::default(), seen: Arc::default() }
    }

    pub(super) fn connections(&self) -> PgPool {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How far its log is at least, where something may be asked of it now. To be called before the primary is asked
    /// for its place, of which a replica of that primary cannot be ahead.
    pub(super) async fn seen(&self) -> Option<i64> {
        if self.rests.load(Ordering::Relaxed) {
            return None;
        }
        let seen = self.seen.load(Ordering::Relaxed);
        if seen > 0 {
            return Some(seen);
        }
        match timeout(PATIENCE, self.look()).await {
            Ok(Ok(_)) => return Some(self.seen.load(Ordering::Relaxed)),
            Ok(Err(error)) => self.rest(&error),
            Err(_) => self.rest(&"it does not answer"),
        };
        None
    }

    /// Whether all is there up to this place of the primary, or comes soon. Where it does not, nothing is asked for a
    /// while. `seen` is what [`Self::seen`] said before the primary was asked: others have looked since.
    pub(super) async fn has(&self, seen: i64, place: &Place) -> bool {
        if seen > place.log {
            // As after a restore: what it has is not what the database had.
            self.seen.store(0, Ordering::Relaxed);
            return self.rest(&"it is ahead of the database, so it is the replica of another");
        }
        match timeout(PATIENCE, self.wait(place)).await {
            Ok(Ok(true)) => true,
            Ok(Ok(false)) => self.rest(&"it is no replica of this database"),
            Ok(Err(error)) => self.rest(&error),
            Err(_) => self.rest(&"it is behind, or does not answer"),
        }
    }

    /// What a list found there in time; nothing where the primary has to be asked.
    pub(super) async fn read<T>(&self, reading: impl Future<Output = Result<T>>) -> Option<T> {
        match timeout(READ, reading).await {
            Ok(Ok(found)) => return Some(found),
            Ok(Err(error)) => self.rest(&error),
            Err(_) => {
                // Its connections may hang for as long as TCP does. New ones take their place.
                let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
                let (options, connect) = (connections.options().clone(), connections.connect_options());
                *connections = options.connect_lazy_with(connect.as_ref().clone());
                self.rest(&"it does not answer")
            }
        };
        None
    }

    /// Nothing is asked of it for a while. False: it cannot be used.
    pub(super) fn rest(&self, why: &impl Display) -> bool {
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

    /// False on a server that is not the replica of that database, or no longer.
    async fn wait(&self, place: &Place) -> Result<bool> {
        loop {
            let Some(own) = self.look().await? else { return Ok(false) };
            if (own.system, &own.database) != (place.system, &place.database) {
                return Ok(false);
            }
            if own.log >= place.log {
                return Ok(true);
            }
            sleep(LOOK).await;
        }
    }

    /// Where it is; nothing on a server that is no replica.
    async fn look(&self) -> Result<Option<Place>> {
        let look = sqlx::query!(
            r#"select pg_is_in_recovery() as "replays!", system_identifier as "system!",
                      current_database() as "database!",
                      coalesce(pg_last_wal_replay_lsn() - '0/0', 0)::bigint as "log!"
               from pg_control_system()"#
        );
        let found = look.fetch_one(&self.connections()).await?;
        self.seen.fetch_max(found.log, Ordering::Relaxed);
        Ok(found.replays.then_some(Place { system: found.system, database: found.database, log: found.log }))
    }
}
