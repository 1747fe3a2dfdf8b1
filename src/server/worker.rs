//! Does what transactions queued: sends mails, generates headshots, deletes pictures. Survives a
//! crash anywhere: what was not finished is leased again. I12, H3, N8, N9

mod generate;
mod post;
mod remind;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::remind::remind_who_is_due;
use super::state::AppState;
use crate::{
    store::{
        self,
        jobs::{self, Bell, Job, Leased},
        shoots,
    },
    studio::storage,
};

/// Jobs that one server works on at once.
const AT_ONCE: usize = 8;
/// How long a dead server's job waits to be taken over.
const LEASE: time::Duration = time::Duration::seconds(30);
/// The longest rest between two looks, should a ring of the bell get lost.
const REST: Duration = Duration::from_secs(2);

/// Between two looks for reminders that are due.
const REMINDING: Duration = Duration::from_secs(60);
/// Between two times of tidying.
const TIDYING: Duration = Duration::from_secs(60 * 60);

/// How a job ended, for this time.
pub enum Outcome {
    /// Done, and noted as done in the job's own transaction.
    Done,
    /// To be tried again; `why` is for the operator.
    Later { why: String },
}

/// Works until it is told to stop, then finishes what it has begun.
pub async fn run(state: AppState, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let tracker = TaskTracker::new();
    tracker.spawn(look_after_time(state.clone(), stop.clone()));
    let mut bell = None;
    while !stop.is_cancelled() {
        if bell.is_none() {
            bell = Bell::hang(&state.pool).await.ok();
        }
        if let Err(error) = take(&state, &slots, &tracker).await {
            tracing::warn!(%error, "the worker could not look for jobs");
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = rest(&state, &slots, &mut bell) => {}
        }
    }
    tracker.close();
    tracker.wait().await;
}

/// Does what no transaction causes, only time.
async fn look_after_time(state: AppState, stop: CancellationToken) {
    let mut reminding = tokio::time::interval(REMINDING);
    let mut tidying = tokio::time::interval(TIDYING);
    loop {
        let done = tokio::select! {
            () = stop.cancelled() => return,
            _ = reminding.tick() => remind_who_is_due(&state).await.map(|_| ()),
            _ = tidying.tick() => remind::tidy(&state).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "the worker could not look for what is due");
        }
    }
}

/// Leases as many jobs as there are free slots and works on them beside.
async fn take(state: &AppState, slots: &Arc<Semaphore>, tracker: &TaskTracker) -> store::Result<()> {
    let mut permits: Vec<OwnedSemaphorePermit> = Vec::new();
    while let Ok(permit) = Arc::clone(slots).try_acquire_owned() {
        permits.push(permit);
    }
    let limit = i64::try_from(permits.len()).unwrap_or(0);
    if limit == 0 {
        return Ok(());
    }
    for job in jobs::lease(&state.pool, limit, LEASE).await? {
        let permit = permits.pop();
        let state = state.clone();
        tracker.spawn(async move {
            work(&state, &job).await;
            drop(permit);
        });
    }
    Ok(())
}

/// Waits for the bell, for a job whose time comes, or for a slot, whichever is first.
async fn rest(state: &AppState, slots: &Arc<Semaphore>, bell: &mut Option<Bell>) {
    let due = jobs::next_in(&state.pool).await.ok().flatten();
    let pause = due.map_or(REST, |seconds| Duration::from_secs_f64(seconds.clamp(0.02, REST.as_secs_f64())));
    if slots.available_permits() == 0 {
        drop(slots.acquire().await);
        return;
    }
    match bell {
        Some(hung) => {
            if let Ok(Err(_)) = timeout(pause, hung.ring()).await {
                *bell = None;
            }
        }
        None => tokio::time::sleep(pause).await,
    }
}

/// Does every job that can be done now, one after the other, and says how many; for tests and the
/// command line, where nothing works in the background.
///
/// # Errors
/// The database fails.
pub async fn drain(state: &AppState) -> store::Result<usize> {
    let mut count = 0;
    loop {
        let leased = jobs::lease(&state.pool, 50, LEASE).await?;
        if leased.is_empty() {
            return Ok(count);
        }
        for job in &leased {
            work(state, job).await;
            count += 1;
        }
    }
}

async fn work(state: &AppState, job: &Leased) {
    let doing = async {
        match &job.job {
            Job::Mail(mail) => post::deliver(state, job, mail).await,
            Job::Generate { org, shoot } => generate::headshots(state, job, *org, *shoot).await,
            Job::DeleteOriginals { org, shoot } => {
                let mut db = state.pool.acquire().await?;
                for photo in shoots::originals(&mut db, *org, *shoot).await? {
                    storage::delete_photo(&state.storage, *org, photo).await?;
                }
                shoots::forget_originals(&mut db, *org, *shoot).await?;
                jobs::finish(&mut db, job).await?;
                Ok(Outcome::Done)
            }
            Job::DeletePictures { org, photos, headshots } => {
                for photo in photos {
                    storage::delete_photo(&state.storage, *org, *photo).await?;
                }
                for headshot in headshots {
                    storage::delete_headshot(&state.storage, *org, *headshot).await?;
                }
                let mut db = state.pool.acquire().await?;
                jobs::finish(&mut db, job).await?;
                Ok(Outcome::Done)
            }
        }
    };
    let outcome: anyhow::Result<Outcome> = keep_lease(state, job, doing).await;
    let why = match outcome {
        Ok(Outcome::Done) => return,
        Ok(Outcome::Later { why }) => why,
        Err(error) => format!("{error:#}"),
    };
    tracing::warn!(job = %job.id, attempts = job.attempts, %why, "a job is put back");
    let put_back = async {
        let mut db = state.pool.acquire().await?;
        jobs::put_back(&mut db, job, backoff(job), &why).await
    };
    if let Err(error) = put_back.await {
        tracing::warn!(job = %job.id, %error, "a job could not be put back; its lease will run out");
    }
}

/// Renews the lease while the work goes on, so that only a dead server loses it.
async fn keep_lease<T>(state: &AppState, job: &Leased, doing: impl Future<Output = T>) -> T {
    let renewing = async {
        loop {
            tokio::time::sleep(Duration::from_secs(10)).await;
            if let Err(error) = jobs::renew(&state.pool, job, LEASE).await {
                tracing::warn!(job = %job.id, %error, "a lease could not be renewed");
            }
        }
    };
    tokio::select! {
        done = doing => done,
        () = renewing => unreachable!("renewing never ends"),
    }
}

/// 5 s, 10 s, 20 s … at most an hour, up to a quarter less by chance so that a mail server that
/// comes back is not met by all at once.
fn backoff(job: &Leased) -> time::Duration {
    let exponent = u32::try_from(job.attempts.clamp(1, 11) - 1).unwrap_or(0);
    let seconds = (5 * 2_i64.pow(exponent)).min(3600);
    time::Duration::seconds(seconds) * (1.0 - rand::random::<f64>() / 4.0)
}
