//! Does what transactions queued: sends mails, generates headshots, deletes pictures; and what only
//! time causes. Survives a crash anywhere: what was not finished is leased again. I12, H3, N8, N9

mod generate;
mod outbox;
mod post;
mod remind;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::remind::remind_who_is_due;
use crate::{
    domain::actor::Actor,
    server::state::AppState,
    store::{
        self,
        jobs::{self, Job, JobListener, Later, Leased, Queue},
        shoots,
    },
    studio::storage,
};

/// Jobs other than mails that one server works on at once.
const AT_ONCE: usize = 8;
/// How long a dead server's job waits to be taken over.
const LEASE: time::Duration = time::Duration::seconds(30);
/// How often a server that lives says so.
const RENEW: Duration = Duration::from_secs(10);
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
    let tracker = TaskTracker::new();
    let (ring, bell) = watch::channel(());
    tracker.spawn(listen(state.clone(), stop.clone(), ring));
    tracker.spawn(look_after_time(state.clone(), stop.clone()));
    tracker.spawn(outbox::run(state.clone(), stop.clone(), bell.clone()));
    do_the_rest(&state, &stop, bell, &tracker).await;
    tracker.close();
    tracker.wait().await;
}

/// Passes on that jobs were queued, by whatever server. Without it everything is done as well, only
/// a little later.
async fn listen(state: AppState, stop: CancellationToken, ring: watch::Sender<()>) {
    let listening = async {
        loop {
            if let Ok(mut listener) = JobListener::connect(&state.pool).await {
                while listener.recv().await.is_ok() {
                    ring.send_replace(());
                }
            }
            tokio::time::sleep(REST).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = listening => {}
    }
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

/// Everything but mails.
async fn do_the_rest(
    state: &AppState,
    stop: &CancellationToken,
    mut bell: watch::Receiver<()>,
    tracker: &TaskTracker,
) {
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    while !stop.is_cancelled() {
        if let Err(error) = take(state, &slots, tracker).await {
            tracing::warn!(%error, "the worker could not look for jobs");
        }
        let waiting = async {
            if slots.available_permits() == 0 {
                drop(slots.acquire().await);
            } else {
                timeout(pause(state, Queue::Other).await, bell.changed()).await.ok();
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = waiting => {}
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
    let mut db = state.pool.acquire().await?;
    for job in jobs::lease(&mut db, limit, LEASE).await? {
        let permit = permits.pop();
        let state = state.clone();
        tracker.spawn(async move {
            work(&state, &job).await;
            drop(permit);
        });
    }
    Ok(())
}

/// How long to rest before the next look at a queue.
async fn pause(state: &AppState, queue: Queue) -> Duration {
    let due = jobs::next_in(&state.pool, queue).await.ok().flatten();
    due.map_or(REST, |seconds| Duration::from_secs_f64(seconds.clamp(0.02, REST.as_secs_f64())))
}

/// Does every job that can be done now, one after the other, and says how many; for tests and the
/// command line, where nothing works in the background.
pub async fn drain(state: &AppState) -> store::Result<usize> {
    let mut count = 0;
    loop {
        let mails = outbox::drain(state).await?;
        let leased = {
            let mut db = state.pool.acquire().await?;
            jobs::lease(&mut db, 50, LEASE).await?
        };
        if mails + leased.len() == 0 {
            return Ok(count);
        }
        for job in &leased {
            work(state, job).await;
        }
        count += mails + leased.len();
    }
}

async fn work(state: &AppState, job: &Leased) {
    let doing = async {
        match &job.job {
            // Those are the outbox's.
            Job::Mail(_) => Ok(Outcome::Later { why: "a mail in the wrong queue".into() }),
            Job::Generate { org, shoot } => generate::headshots(state, job, *org, *shoot).await,
            Job::DeleteOriginals { org, shoot } => {
                let mut db = state.pool.acquire().await?;
                for photo in shoots::originals(&mut db, *org, *shoot).await? {
                    storage::delete_photo(&state.storage, *org, photo).await?;
                }
                shoots::forget_originals(&mut db, &Actor::system(*org), *shoot).await?;
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
    if let Some(org) = job.job.org() {
        state.live.changed(org);
    }
    let why = match outcome {
        Ok(Outcome::Done) => return,
        Ok(Outcome::Later { why }) => why,
        Err(error) => format!("{error:#}"),
    };
    tracing::warn!(job = %job.id, attempts = job.attempts, %why, "a job is put back");
    let put_back = async {
        let mut db = state.pool.acquire().await?;
        jobs::put_back(&mut db, &[Later { job, wait: backoff(job), why: &why }]).await
    };
    if let Err(error) = put_back.await {
        tracing::warn!(job = %job.id, %error, "a job could not be put back; its lease will run out");
    }
}

/// Renews the lease while the work goes on, so that only a dead server loses it.
async fn keep_lease<T>(state: &AppState, job: &Leased, doing: impl Future<Output = T>) -> T {
    let renewing = async {
        loop {
            tokio::time::sleep(RENEW).await;
            if let Err(error) = jobs::renew(&state.pool, &[job], LEASE).await {
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// I12
    #[test]
    fn a_job_rests_longer_each_time_and_never_as_long_as_another() {
        let wait = |attempts| {
            let job = Job::DeletePictures {
                org: crate::domain::ids::OrgId(Uuid::nil()),
                photos: Vec::new(),
                headshots: Vec::new(),
            };
            backoff(&Leased { id: Uuid::nil(), lease: Uuid::nil(), job, attempts }).as_seconds_f64()
        };
        for (attempts, longest) in
            [(0, 5.0), (1, 5.0), (2, 10.0), (5, 80.0), (10, 2560.0), (11, 3600.0), (50, 3600.0)]
        {
            for _ in 0..20 {
                assert!((longest * 0.75..=longest).contains(&wait(attempts)));
            }
            assert_ne!(wait(attempts), wait(attempts));
        }
    }
}
