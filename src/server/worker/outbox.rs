//! The outbox: takes mails from the queue, hands them to the mail server over several connections at
//! once, and notes what became of each. I11, I12, N8, N9
//!
//! A connection gets its next mail only when what became of the one before is committed: a crash
//! repeats at most one mail of each connection, under the same Message-ID. Commits are shared: one
//! transaction notes all answers that have come and takes the next mails for those who are free.

use std::{collections::HashMap, time::Duration};

use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{interval, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    super::state::AppState,
    LEASE, RENEW, backoff, pause,
    post::{self, Contents},
};
use crate::{
    mail::{SendError, mailer::Lane},
    store::{
        self, Error,
        invites::{self, Answer},
        jobs::{self, Job, Later, Leased, Mail, Queue},
    },
};

/// After so many attempts, some two days, a mail that never got through is given up.
const ATTEMPTS: i32 = 50;
/// A connection that is not used for so long is closed; mail servers do not like idle ones.
const IDLE: Duration = Duration::from_secs(5);
/// Between two tries when the database is away.
const AWAY: Duration = Duration::from_secs(1);

/// A mail on its way.
struct Parcel {
    job: Leased,
    contents: Contents,
}

/// What became of a mail.
struct Done {
    job: Leased,
    fate: Fate,
}

enum Fate {
    Taken,
    /// Nobody needs it any more.
    Void,
    /// For good, in the mail server's words.
    Refused(String),
    /// For now.
    Later(String),
}

/// Sends until it is told to stop, then waits for the mails that are under way.
pub async fn run(state: AppState, stop: CancellationToken, mut bell: watch::Receiver<()>) {
    let (answer, mut answers) = mpsc::unbounded_channel();
    let mut connections = JoinSet::new();
    let desks: Vec<mpsc::UnboundedSender<Parcel>> = (0..state.mail_connections)
        .map(|number| {
            let (desk, parcels) = mpsc::unbounded_channel();
            connections.spawn(work(number, state.clone(), parcels, answer.clone()));
            desk
        })
        .collect();
    let mut free: Vec<usize> = (0..desks.len()).collect();
    let mut under_way: HashMap<usize, Leased> = HashMap::new();
    let mut done: Vec<Done> = Vec::new();
    let mut renew = interval(RENEW);
    loop {
        let stopping = stop.is_cancelled();
        if stopping && under_way.is_empty() && done.is_empty() {
            break;
        }
        let room = if stopping { 0 } else { free.len() };
        let parcels = match turn(&state, &done, room).await {
            Ok(parcels) => parcels,
            Err(error) => {
                tracing::warn!(%error, "the outbox could not note or take mails");
                tokio::time::sleep(AWAY).await;
                continue;
            }
        };
        done.clear();
        let all_busy = parcels.len() >= room;
        for parcel in parcels {
            if matches!(parcel.contents, Contents::Void) {
                done.push(Done { job: parcel.job, fate: Fate::Void });
            } else if let Some(desk) = free.pop() {
                under_way.insert(desk, parcel.job.clone());
                desks[desk].send(parcel).ok();
            }
        }
        if !done.is_empty() {
            continue;
        }
        let rest = if all_busy || stopping { None } else { Some(pause(&state, Queue::Mail).await) };
        tokio::select! {
            Some((desk, fate)) = answers.recv() => {
                let mut next = Some((desk, fate));
                while let Some((desk, fate)) = next {
                    free.push(desk);
                    if let Some(job) = under_way.remove(&desk) {
                        done.push(Done { job, fate });
                    }
                    next = answers.try_recv().ok();
                }
            }
            _ = renew.tick() => {
                let held: Vec<&Leased> = under_way.values().collect();
                if let Err(error) = jobs::renew(&state.pool, &held, LEASE).await {
                    tracing::warn!(%error, "leases could not be renewed");
                }
            }
            _ = bell.changed(), if rest.is_some() => {}
            () = tokio::time::sleep(rest.unwrap_or(AWAY)), if rest.is_some() => {}
            () = stop.cancelled(), if !stopping => {}
        }
    }
    drop(desks);
    while connections.join_next().await.is_some() {}
}

/// One connection to the mail server: a mail, its answer, the next mail.
async fn work(
    desk: usize,
    state: AppState,
    mut parcels: mpsc::UnboundedReceiver<Parcel>,
    answer: mpsc::UnboundedSender<(usize, Fate)>,
) {
    let mut lane = state.mailer.lane();
    loop {
        let parcel = match timeout(IDLE, parcels.recv()).await {
            Ok(Some(parcel)) => parcel,
            Ok(None) => break,
            Err(_) => {
                lane.rest().await;
                match parcels.recv().await {
                    Some(parcel) => parcel,
                    None => break,
                }
            }
        };
        let fate = deliver(&state, &mut lane, &parcel).await;
        if answer.send((desk, fate)).is_err() {
            break;
        }
    }
    lane.rest().await;
}

async fn deliver(state: &AppState, lane: &mut Lane, parcel: &Parcel) -> Fate {
    let (to, letter) = match parcel.contents.write(state) {
        Ok(Some(addressed)) => addressed,
        Ok(None) => return Fate::Void,
        Err(error) => return Fate::Later(format!("{error:#}")),
    };
    match lane.send(parcel.job.id, &to, &letter).await {
        Ok(()) => Fate::Taken,
        Err(SendError::Refused(words)) => Fate::Refused(words),
        Err(SendError::Later(why)) if parcel.job.attempts >= ATTEMPTS => Fate::Refused(why),
        Err(SendError::Later(why)) => Fate::Later(why),
    }
}

/// In one transaction: notes what became of mails, and takes up to `room` new ones.
async fn turn(state: &AppState, done: &[Done], room: usize) -> store::Result<Vec<Parcel>> {
    if done.is_empty() && room == 0 {
        return Ok(Vec::new());
    }
    let mut tx = state.pool.begin().await?;
    note(&mut tx, done).await?;
    let mut leased = Vec::new();
    if room > 0 {
        leased = jobs::lease(&mut tx, Queue::Mail, i64::try_from(room).unwrap_or(i64::MAX), LEASE).await?;
    }
    let invites: Vec<_> = leased.iter().filter_map(|job| post::invite_of(&job.job)).collect();
    let found = match invites.is_empty() {
        true => HashMap::new(),
        false => invites::find_all(&mut tx, &invites).await?,
    };
    let mut parcels = Vec::with_capacity(leased.len());
    for job in leased {
        let contents = match post::invite_of(&job.job) {
            None => Contents::Unread,
            Some((org, invite)) => {
                // Left where it is: another mail of the same invite may be among these.
                let contents = Contents::of_invite(&job.job, found.get(&invite).cloned());
                if contents.opted_out() {
                    // They opted out while it waited. I10
                    match invites::decline(&mut tx, org, invite).await {
                        Ok(()) | Err(Error::Refused(_)) => Contents::Void,
                        Err(Error::Broken(error)) => return Err(error.into()),
                    }
                } else {
                    contents
                }
            }
        };
        parcels.push(Parcel { job, contents });
    }
    tx.commit().await?;
    for org in done.iter().filter_map(|done| done.job.job.org()) {
        state.live.changed(org);
    }
    // Few, and each its own kind of reading.
    for parcel in &mut parcels {
        if let (Contents::Unread, Job::Mail(mail)) = (&parcel.contents, &parcel.job.job) {
            let mut db = state.pool.acquire().await?;
            parcel.contents = match post::read(state, &mut db, mail).await {
                Ok(Some((to, letter))) => Contents::Written(to, Box::new(letter)),
                Ok(None) => Contents::Void,
                Err(error) => Contents::Broken(format!("{error:#}")),
            };
        }
    }
    Ok(parcels)
}

async fn note(db: &mut store::PgConnection, done: &[Done]) -> store::Result<()> {
    let mut finished = Vec::new();
    let mut answers = Vec::new();
    let mut later = Vec::new();
    for Done { job, fate } in done {
        let refusal = match fate {
            Fate::Taken | Fate::Void => {
                finished.push(job);
                None
            }
            Fate::Refused(words) => {
                tracing::warn!(job = %job.id, attempts = job.attempts, %words, "a mail was given up");
                jobs::give_up(db, job, words).await?;
                Some(words.clone())
            }
            Fate::Later(why) => {
                tracing::info!(job = %job.id, attempts = job.attempts, %why, "a mail is put back");
                later.push(Later { job, wait: backoff(job), why });
                continue;
            }
        };
        if matches!(fate, Fate::Void) {
            continue;
        }
        if let Job::Mail(Mail::Invite { org, invite, round } | Mail::Reminder { org, invite, round }) =
            job.job
        {
            answers.push(Answer { org, invite, round, refusal });
        }
    }
    if !finished.is_empty() {
        jobs::finish_all(db, &finished).await?;
    }
    if !later.is_empty() {
        jobs::put_back(db, &later).await?;
    }
    invites::settle(db, &answers).await
}

/// Sends what can be sent now, one after the other over one connection, and says how many mails that
/// were.
///
/// # Errors
/// The database fails.
pub async fn drain(state: &AppState) -> store::Result<usize> {
    let mut lane = state.mailer.lane();
    let mut count = 0;
    let mut done = Vec::new();
    loop {
        let parcels = turn(state, &done, 50).await?;
        done.clear();
        if parcels.is_empty() {
            lane.rest().await;
            return Ok(count);
        }
        count += parcels.len();
        for parcel in parcels {
            let fate = deliver(state, &mut lane, &parcel).await;
            done.push(Done { job: parcel.job, fate });
        }
    }
}
