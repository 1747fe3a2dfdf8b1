//! Does what transactions queued: the loop that takes jobs, and a file for each kind of job. Survives a
//! crash anywhere: what was not finished is leased again. I12, H3, N8, N9

mod compose;
mod delete_pictures;
mod deletions;
mod domains;
mod generate;
mod lease;
mod outbox;
mod reminders;
mod remote;
mod schedule;
mod sweep;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument;

use self::lease::{LEASE, RENEW, backoff, keep_lease};
pub use self::{
    deletions::{delete_due_organizations, delete_due_pictures},
    domains::look_at_due,
    reminders::{remind_of_photos, remind_who_is_due},
    sweep::{compare_files, sweep_files},
};
use crate::{
    server::{state::AppState, traces},
    store::{
        self,
        jobs::{self, Job, JobListener, Later, Leased, Priority, Queue},
    },
};

/// Jobs other than mails that one server works on at once.
const AT_ONCE: usize = 8;
/// How long jobs that have begun may go on when the server is asked to stop.
const GRACE: Duration = Duration::from_secs(4);
/// The longest rest between two looks, should a ring of the bell get lost.
const REST: Duration = Duration::from_secs(2);

/// Jobs that are queued within this time are looked for together. Each look costs the database as much as the
/// queueing of a job, and several queues look at each ring.
const GATHER: Duration = Duration::from_millis(50);

/// How a job ended, for this time.
pub enum Outcome {
    /// Done, and noted as done in the job's own transaction.
    Done,
    /// To be tried again; `why` is for the operator.
    Later { why: String },
}

/// Works until it is told to stop. What it has begun then it finishes, or hands back.
pub async fn run(state: AppState, stop: CancellationToken) {
    run_with(state, stop, GRACE).await;
}

/// The same, with another time for what has begun to come to its end.
pub async fn run_with(state: AppState, stop: CancellationToken, grace: Duration) {
    let over = CancellationToken::new();
    tokio::spawn({
        let (stop, over) = (stop.clone(), over.clone());
        async move {
            stop.cancelled().await;
            tokio::time::sleep(grace).await;
            over.cancel();
        }
    });
    let tracker = TaskTracker::new();
    let (ring, bell) = watch::channel(());
    tracker.spawn(listen(state.clone(), stop.clone(), ring));
    tracker.spawn(schedule::run(state.clone(), stop.clone()));
    tracker.spawn(sweep::run(state.clone(), stop.clone()));
    for priority in Priority::ALL {
        tracker.spawn(outbox::run(state.clone(), priority, stop.clone(), bell.clone()));
    }
    do_the_rest(&state, &stop, &over, bell, &tracker).await;
    tracker.close();
    tracker.wait().await;
}

/// Passes on that jobs were queued, by whatever server: at once, and then not again before [`GATHER`] is over.
/// Without it everything is done as well, only a little later.
async fn listen(state: AppState, stop: CancellationToken, ring: watch::Sender<()>) {
    let listening = async {
        loop {
            if let Ok(mut listener) = JobListener::connect(&state.pool).await {
                while listener.recv().await.is_ok() {
                    ring.send_replace(());
                    tokio::time::sleep(GATHER).await;
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

/// Everything but mails.
async fn do_the_rest(
    state: &AppState,
    stop: &CancellationToken,
    over: &CancellationToken,
    mut bell: watch::Receiver<()>,
    tracker: &TaskTracker,
) {
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    while !stop.is_cancelled() {
        if let Err(error) = take(state, &slots, over, tracker).await {
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
async fn take(
    state: &AppState,
    slots: &Arc<Semaphore>,
    over: &CancellationToken,
    tracker: &TaskTracker,
) -> store::Result<()> {
    let mut permits: Vec<OwnedSemaphorePermit> = Vec::new();
    while let Ok(permit) = Arc::clone(slots).try_acquire_owned() {
        permits.push(permit);
    }
    let limit = i64::try_from(permits.len()).unwrap_or(0);
    if limit == 0 {
        return Ok(());
    }
    let mut db = state.pool.autocommit().await?;
    let leased = jobs::lease(&mut db, limit, LEASE).await?;
    db.finish().await?;
    for job in leased {
        let permit = permits.pop();
        let (state, over) = (state.clone(), over.clone());
        tracker.spawn(async move {
            work(&state, &job, &over).await;
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
            let mut db = state.pool.autocommit().await?;
            let leased = jobs::lease(&mut db, 50, LEASE).await?;
            db.finish().await?;
            leased
        };
        if mails + leased.len() == 0 {
            return Ok(count);
        }
        for job in &leased {
            work(state, job, &CancellationToken::new()).await;
        }
        count += mails + leased.len();
    }
}

async fn work(state: &AppState, job: &Leased, over: &CancellationToken) {
    let doing = async {
        match &job.job {
            // Those are the outbox's.
            Job::Mail(_) => Ok(Outcome::Later { why: "a mail in the wrong queue".into() }),
            Job::Generate { org, shoot } => match &state.engine {
                Some(engine) => remote::hand_over(state, engine, job, *org, *shoot).await,
                None => generate::headshots(state, job, *org, *shoot).await,
            },
            Job::DeleteOriginals { org, shoot } => delete_pictures::originals(state, job, *org, *shoot).await,
            Job::DeleteFiles { org } => delete_pictures::of_organization(state, job, *org).await,
            Job::DeletePictures { org, photos, headshots } => {
                delete_pictures::without_rows(state, job, *org, photos, headshots).await
            }
        }
    };
    let trace = traces::job(job.job.kind(), job.id, job.attempts);
    let why = match keep_lease(state, job, over, doing).instrument(trace.clone()).await {
        None => return traces::ended(&trace, "handed back", true),
        Some(Ok(Outcome::Done)) => {
            state.metrics.worked(job.job.kind(), true);
            return traces::ended(&trace, "done", true);
        }
        Some(Ok(Outcome::Later { why })) => why,
        Some(Err(error)) => format!("{error:#}"),
    };
    state.metrics.worked(job.job.kind(), false);
    traces::ended(&trace, "put back", false);
    tracing::warn!(job = %job.id, attempts = job.attempts, %why, "a job is put back");
    let put_back = async {
        let mut db = state.pool.autocommit().await?;
        jobs::put_back(&mut db, &[Later { job, wait: backoff(job), why: &why }]).await?;
        db.finish().await
    };
    if let Err(error) = put_back.await {
        tracing::warn!(job = %job.id, %error, "a job could not be put back; its lease will run out");
    }
}
