//! The outbox: takes mails from the queue, hands them to the mail server over several connections at
//! once, and records what became of each. I11, I12, N8, N9
//!
//! There is one for each priority, with connections of its own that are opened when there is mail: a
//! code goes out while all connections of a bulk send hang. I14
//!
//! Commits are shared: one transaction after the other (a batch) records all answers that have come and
//! takes the next mails, which are read before the next one begins: answers come meanwhile, and a
//! transaction costs as much for one as for many. While connections answer, it takes more mails than
//! connections are free, up to as many again as there are. These are ready for whichever connection is
//! free first; when none is for a second or two they go back to the queue: what they say may be wrong by
//! then, and another server may have a connection for them.
//!
//! A connection begins its next mail at once, but gives its text only when what became of the one before
//! is committed: a crash repeats at most one mail of each connection, under the same Message-ID. Where
//! that takes too long, because the database is away, the mail goes back to the queue and the connection
//! is closed, which takes the mail from the server again.

mod held;
mod sending;

use std::{cmp::Reverse, pin::pin, time::Duration};

use futures_util::future::{Fuse, FusedFuture, FutureExt};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_util::sync::CancellationToken;

use self::{
    held::{Delivery, Held, Outcome, Settled, Slot},
    sending::{deliver, work},
};
use crate::{
    mail::without_addresses,
    server::state::AppState,
    store::{
        self,
        jobs::{self, Job, Later, Leased, Mail, Priority, Queue},
        outbox::{self, Answer, Over, Said},
    },
    worker::{
        LEASE, RENEW, REST, backoff,
        compose::{self, Contents},
        pause,
    },
};

/// Between two tries when the database is away.
const AWAY: Duration = Duration::from_secs(1);
/// A mail that no connection has taken for once to twice this time goes back to the queue.
const READY_FOR: Duration = Duration::from_secs(1);

/// The most connections to the mail server at once. Those of codes and notices are few but in the
/// first minutes of an office that joins, and none at all most of the time.
const fn most_connections(state: &AppState, priority: Priority) -> usize {
    match priority {
        Priority::Code => 16,
        Priority::Notice => 4,
        Priority::Bulk => state.mail_connections,
    }
}

/// A transaction that was committed, or was not, with the mails that it took.
#[derive(Default)]
struct Batch {
    /// The connections whose answers are recorded.
    recorded: Vec<usize>,
    /// What is still to be recorded or given back: all of it or nothing.
    settled: Vec<Settled>,
    unsent: Vec<Leased>,
    deliveries: Vec<Delivery>,
    /// When to look again, where there were fewer mails than room.
    rest: Option<Duration>,
}

/// Sends mails of this priority until it is told to stop, then waits for those that are under way; what no
/// connection has begun goes back to the queue.
pub async fn run(
    state: AppState,
    priority: Priority,
    stop: CancellationToken,
    mut queued: watch::Receiver<()>,
) {
    let (answer, mut answers) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    let slots = (0..most_connections(&state, priority)).map(|number| {
        let (slot, deliveries) = mpsc::unbounded_channel();
        tasks.spawn(work(number, state.clone(), deliveries, answer.clone()));
        Slot::new(slot)
    });
    let mut held = Held::new(slots.collect());
    let mut batch = pin!(Fuse::terminated());
    let mut look = true;
    let mut nap = pin!(sleep(REST));
    let mut renew = interval(RENEW);
    let mut ready_for = interval(READY_FOR);
    // They do not catch up on a time in which there was nothing to do.
    for ticks in [&mut renew, &mut ready_for] {
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    loop {
        let stopping = stop.is_cancelled();
        if stopping {
            held.give_back(held.ready.len());
        } else {
            held.hand_out();
        }
        let room = if stopping { 0 } else { held.room() };
        if batch.is_terminated() {
            if look && room > 0 || !held.settled.is_empty() || !held.unsent.is_empty() {
                let (settled, unsent) = (std::mem::take(&mut held.settled), std::mem::take(&mut held.unsent));
                batch.set(commit(&state, priority, settled, unsent, room).fuse());
                look = false;
                nap.set(sleep(REST));
                continue;
            }
            if stopping && held.under_way().is_empty() {
                break;
            }
        }
        tokio::select! {
            done = batch.as_mut() => {
                for number in done.recorded {
                    held.slots[number].unrecorded -= 1;
                }
                held.settled.extend(done.settled);
                held.unsent.extend(done.unsent);
                for delivery in done.deliveries {
                    if matches!(delivery.contents, Contents::Void) {
                        let void = Settled { job: delivery.job, outcome: Outcome::Void, answer: None };
                        held.settled.push(void);
                    } else {
                        held.ready.push_back(delivery);
                    }
                }
                match done.rest {
                    Some(rest) => nap.set(sleep(rest)),
                    None => look = true,
                }
            }
            Some(first) = answers.recv() => {
                let mut next = Some(first);
                while let Some((number, outcome, recorded)) = next {
                    held.answered(number, outcome, recorded);
                    next = answers.try_recv().ok();
                }
            }
            _ = renew.tick(), if held.slots.iter().any(|slot| slot.under_way.is_some()) => {
                // Beside all this: the batch may hold the database connection that it waits for, and
                // while it was waited for here that would not go on.
                tokio::spawn(renew_leases(state.pool.clone(), held.under_way()));
            }
            _ = ready_for.tick(), if !held.ready.is_empty() => held.give_back(held.waited),
            // Not while a batch looks: it may have looked before the mail was there, and ends with a rest.
            Ok(()) = queued.changed(), if batch.is_terminated() => look = true,
            () = nap.as_mut(), if room > 0 && !look => look = true,
            () = stop.cancelled(), if !stopping => {}
        }
    }
    // Their channels are closed by it.
    drop(held);
    while tasks.join_next().await.is_some() {}
}

async fn renew_leases(pool: store::Pool, held: Vec<Leased>) {
    let held: Vec<&Leased> = held.iter().collect();
    if let Err(error) = jobs::renew(&pool, &held, LEASE).await {
        tracing::warn!(%error, "leases could not be renewed");
    }
}

async fn commit(
    state: &AppState,
    priority: Priority,
    settled: Vec<Settled>,
    unsent: Vec<Leased>,
    room: usize,
) -> Batch {
    let mut leased = match record_and_lease(state, priority, &settled, &unsent, room).await {
        Ok(leased) => leased,
        Err(error) => {
            tracing::warn!(%error, "the outbox could not record or take mails");
            sleep(AWAY).await;
            return Batch { settled, unsent, ..Batch::default() };
        }
    };
    let mut recorded = Vec::new();
    for (number, connection) in settled.into_iter().filter_map(|settled| settled.answer) {
        // At once, not when the next mails are read as well.
        connection.send(()).ok();
        recorded.push(number);
    }
    let has_rest = leased.len() < room;
    // The first in the queue goes out first.
    leased.sort_by_key(|leased| Reverse(leased.age));
    match read(state, leased).await {
        Ok(deliveries) => {
            let rest = if has_rest { Some(pause(state, Queue::Mail(priority)).await) } else { None };
            Batch { recorded, deliveries, rest, ..Batch::default() }
        }
        Err(error) => {
            tracing::warn!(%error, "mails could not be read; they are tried again when their leases have run out");
            sleep(AWAY).await;
            Batch { recorded, ..Batch::default() }
        }
    }
}

/// What a lead reads of a mail that failed by a fault of ours.
const OUR_FAULT: &str = "Headcount could not write this email. Its operator can see why.";

/// Records what became of mails, gives others back unsent, and takes up to `room` new ones, all of it or
/// nothing.
async fn record_and_lease(
    state: &AppState,
    priority: Priority,
    settled: &[Settled],
    unsent: &[Leased],
    room: usize,
) -> store::Result<Vec<Leased>> {
    let mut over = Vec::new();
    let mut answers = Vec::new();
    let mut later = Vec::new();
    let mut unsent: Vec<&Leased> = unsent.iter().collect();
    for Settled { job, outcome, .. } in settled {
        // Why it was given up, for the operator; and what the lead reads.
        let (refusal, said) = match outcome {
            Outcome::Taken => (None, Some(Said::Taken)),
            Outcome::Void => (None, None),
            Outcome::Refused(words) => {
                let said = without_addresses(words);
                tracing::warn!(job = %job.id, attempts = job.attempts, words = said, "a mail was given up");
                (Some(words.as_str()), Some(Said::Refused(words.clone())))
            }
            Outcome::Failed(why) => {
                let said = without_addresses(why);
                tracing::error!(job = %job.id, attempts = job.attempts, why = said, "a mail could not be written");
                (Some(why.as_str()), Some(Said::Refused(OUR_FAULT.into())))
            }
            Outcome::Delayed(why) | Outcome::Later(why) => {
                let said = without_addresses(why);
                tracing::info!(job = %job.id, attempts = job.attempts, why = said, "a mail is put back");
                later.push(Later { job, wait: backoff(job), why });
                (None, matches!(outcome, Outcome::Delayed(_)).then(|| Said::Delayed(why.clone())))
            }
            Outcome::NotGiven => {
                unsent.push(job);
                (None, None)
            }
        };
        if !matches!(outcome, Outcome::Delayed(_) | Outcome::Later(_) | Outcome::NotGiven) {
            over.push(Over { job, refusal });
        }
        let Some(said) = said else { continue };
        if let Job::Mail(Mail::Invite { org, invite, round } | Mail::Reminder { org, invite, round }) =
            job.job
        {
            answers.push(Answer { org, invite, round, said });
        }
    }
    let leased = if later.is_empty() && unsent.is_empty() {
        // One statement, which needs no transaction around it.
        let mut db = state.pool.autocommit().await?;
        let leased = outbox::settle_and_lease(&mut db, &over, &answers, priority, room, LEASE).await?;
        db.finish().await?;
        leased
    } else {
        let mut tx = state.begin().await?;
        jobs::put_back(&mut tx, &later).await?;
        jobs::give_back(&mut tx, &unsent).await?;
        let leased = outbox::settle_and_lease(&mut tx, &over, &answers, priority, room, LEASE).await?;
        // Whom it is about is told here.
        state.commit_unseen(tx).await?;
        leased
    };
    for settled in settled {
        state.metrics.mailed(settled.outcome.measured());
        if matches!(settled.outcome, Outcome::NotGiven) {
            continue;
        }
        if let Some(org) = settled.job.job.org() {
            state.live.changed(org, settled.job.job.invite().into_iter().collect());
        }
    }
    Ok(leased)
}

async fn read(state: &AppState, leased: Vec<Leased>) -> store::Result<Vec<Delivery>> {
    if leased.is_empty() {
        return Ok(Vec::new());
    }
    // Who reads that an invite is void closes it.
    let mut db = state.pool.autocommit().await?;
    let contents = compose::read(state, &mut db, &leased).await?;
    db.finish().await?;
    let deliveries = leased.into_iter().zip(contents);
    Ok(deliveries.map(|(job, contents)| Delivery { job, contents }).collect())
}

/// Sends what can be sent now, one after the other over one connection, and says how many mails that
/// were.
pub async fn drain(state: &AppState) -> store::Result<usize> {
    let mut connection = state.mailer.connection();
    let mut count = 0;
    for priority in Priority::ALL {
        let mut settled = Vec::new();
        loop {
            let leased = record_and_lease(state, priority, &settled, &[], 50).await?;
            settled.clear();
            if leased.is_empty() {
                break;
            }
            count += leased.len();
            for delivery in read(state, leased).await? {
                let outcome = deliver(state, &mut connection, &delivery, None).await;
                settled.push(Settled { job: delivery.job, outcome, answer: None });
            }
        }
    }
    connection.close().await;
    Ok(count)
}
