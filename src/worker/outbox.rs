//! The outbox: takes mails from the queue, hands them to the mail server over several connections at
//! once, and notes what became of each. I11, I12, N8, N9
//!
//! A connection gets its next mail only when what became of the one before is committed: a crash
//! repeats at most one mail of each connection, under the same Message-ID. Commits are shared: one
//! transaction notes all answers that have come and takes the next mails for those who are free.

use std::{collections::HashMap, pin::pin, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    domain::actor::Actor,
    mail::{SendError, mailer::Lane},
    server::state::AppState,
    store::{
        self, Error, invites,
        jobs::{self, Job, Later, Leased, Mail, Queue},
        outbox::{self, Answer, Over},
    },
    worker::{
        LEASE, RENEW, REST, backoff, pause,
        post::{self, Contents},
    },
};

/// After so many attempts, some two days, a mail that never got through is given up.
const ATTEMPTS: i32 = 50;
/// A connection that is not used for so long is closed; mail servers do not like idle ones.
const IDLE: Duration = Duration::from_secs(5);
/// Between two tries when the database is away.
const AWAY: Duration = Duration::from_secs(1);

/// How many transactions note and take at the same time: one can wait for the disk while the next
/// is prepared.
const TURNS: usize = 2;

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

/// A turn that is over, whether it came to something or not.
struct Turn {
    done: Vec<Done>,
    /// The connections it looked for mails for.
    desks: Vec<usize>,
    result: store::Result<Found>,
}

/// What a turn found in the queue.
struct Found {
    parcels: Vec<Parcel>,
    /// When to look again, where there were fewer mails than connections.
    rest: Option<Duration>,
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
    let mut turns = FuturesUnordered::new();
    let mut look = true;
    let mut nap = pin!(sleep(REST));
    let mut renew = interval(RENEW);
    loop {
        let stopping = stop.is_cancelled();
        if stopping && under_way.is_empty() && done.is_empty() && turns.is_empty() {
            break;
        }
        let may_look = !stopping && !free.is_empty();
        if turns.len() < TURNS && (look && may_look || !done.is_empty()) {
            let desks = if stopping { Vec::new() } else { std::mem::take(&mut free) };
            turns.push(take_turn(&state, std::mem::take(&mut done), desks));
            look = false;
            nap.set(sleep(REST));
            continue;
        }
        tokio::select! {
            Some(mut turn) = turns.next(), if !turns.is_empty() => {
                match turn.result {
                    Ok(found) => {
                        for parcel in found.parcels {
                            if matches!(parcel.contents, Contents::Void) {
                                done.push(Done { job: parcel.job, fate: Fate::Void });
                            } else if let Some(desk) = turn.desks.pop() {
                                // One of the turn's own: what it sent before is committed.
                                under_way.insert(desk, parcel.job.clone());
                                desks[desk].send(parcel).ok();
                            }
                        }
                        match found.rest {
                            Some(rest) => nap.set(sleep(rest)),
                            None => look = true,
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the outbox could not note or take mails");
                        done.extend(turn.done);
                        look = true;
                        sleep(AWAY).await;
                    }
                }
                free.extend(turn.desks);
            }
            Some(first) = answers.recv() => {
                let mut next = Some(first);
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
            // Not while a turn looks: it may have looked before the mail was there, and ends with a rest.
            Ok(()) = bell.changed(), if turns.is_empty() => look = true,
            () = nap.as_mut(), if may_look && !look => look = true,
            () = stop.cancelled(), if !stopping => {}
        }
    }
    drop(desks);
    while connections.join_next().await.is_some() {}
}

async fn take_turn(state: &AppState, done: Vec<Done>, desks: Vec<usize>) -> Turn {
    let look = async {
        let parcels = turn(state, &done, desks.len()).await?;
        let rest = if parcels.len() < desks.len() { Some(pause(state, Queue::Mail).await) } else { None };
        Ok(Found { parcels, rest })
    };
    let result = look.await;
    Turn { done, desks, result }
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
    let mut db = state.pool.acquire().await?;
    let leased = note_and_lease(&mut db, done, room).await?;
    for org in done.iter().filter_map(|done| done.job.job.org()) {
        state.live.changed(org);
    }
    let invites: Vec<_> = leased.iter().filter_map(|job| post::invite_of(&job.job)).collect();
    let found = match invites.is_empty() {
        true => HashMap::new(),
        false => invites::find_all(&mut db, &invites).await?,
    };
    let mut parcels = Vec::with_capacity(leased.len());
    for job in leased {
        let contents = match (post::invite_of(&job.job), &job.job) {
            (Some((org, invite)), _) => {
                // Left where it is: another mail of the same invite may be among these.
                let contents = Contents::of_invite(&job.job, found.get(&invite).cloned());
                if contents.opted_out() {
                    // They opted out while it waited. I10
                    match invites::decline(&mut db, &Actor::system(org), invite).await {
                        Ok(()) | Err(Error::Refused(_)) => Contents::Void,
                        Err(Error::Broken(error)) => return Err(error),
                    }
                } else {
                    contents
                }
            }
            // Few, and each its own kind of reading.
            (None, Job::Mail(mail)) => match post::read(state, &mut db, mail).await {
                Ok(Some((to, letter))) => Contents::Written(to, Box::new(letter)),
                Ok(None) => Contents::Void,
                Err(error) => Contents::Broken(format!("{error:#}")),
            },
            (None, _) => Contents::Broken("no mail".into()),
        };
        parcels.push(Parcel { job, contents });
    }
    Ok(parcels)
}

async fn note_and_lease(
    db: &mut store::PgConnection,
    done: &[Done],
    room: usize,
) -> store::Result<Vec<Leased>> {
    let mut over = Vec::new();
    let mut answers = Vec::new();
    let mut later = Vec::new();
    for Done { job, fate } in done {
        let refusal = match fate {
            Fate::Taken | Fate::Void => None,
            Fate::Refused(words) => {
                tracing::warn!(job = %job.id, attempts = job.attempts, %words, "a mail was given up");
                Some(words.as_str())
            }
            Fate::Later(why) => {
                tracing::info!(job = %job.id, attempts = job.attempts, %why, "a mail is put back");
                later.push(Later { job, wait: backoff(job), why });
                continue;
            }
        };
        over.push(Over { job, refusal });
        if matches!(fate, Fate::Void) {
            continue;
        }
        if let Job::Mail(Mail::Invite { org, invite, round } | Mail::Reminder { org, invite, round }) =
            job.job
        {
            answers.push(Answer { org, invite, round, refusal: refusal.map(str::to_owned) });
        }
    }
    if !later.is_empty() {
        jobs::put_back(db, &later).await?;
    }
    outbox::settle_and_lease(db, &over, &answers, room, LEASE).await
}

/// Sends what can be sent now, one after the other over one connection, and says how many mails that
/// were.
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
