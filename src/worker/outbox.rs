//! The outbox: takes mails from the queue, hands them to the mail server over several connections at
//! once, and records what became of each. I11, I12, N8, N9
//!
//! There is one for each priority, with connections of its own that are opened when there is mail: a
//! code goes out while all connections of a bulk send hang. I14
//!
//! A connection gets its next mail only when what became of the one before is committed: a crash
//! repeats at most one mail of each connection, under the same Message-ID. Commits are shared: one
//! transaction records all answers that have come and takes the next mails for those who are free.

use std::{collections::HashMap, pin::pin, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{
    mail::{SendError, mailer::Connection, without_addresses},
    server::{metrics::MailOutcome, state::AppState, traces},
    store::{
        self,
        jobs::{self, Job, Later, Leased, Mail, Priority, Queue},
        outbox::{self, Answer, Over, Said},
    },
    worker::{
        LEASE, RENEW, REST, backoff,
        compose::{self, Contents, contain},
        pause,
    },
};

/// A mail is given up when it was queued so long ago …
const GIVE_UP_AFTER: time::Duration = time::Duration::days(2);
/// … and was tried so often, which takes some eight hours: a server that was itself away for days does
/// not give everything up at once. N8
const GIVE_UP_ATTEMPTS: i32 = 20;
/// A connection that is not used for so long is closed; mail servers do not like idle ones.
const IDLE: Duration = Duration::from_secs(5);
/// Between two tries when the database is away.
const AWAY: Duration = Duration::from_secs(1);

/// How many transactions of one outbox record and take at the same time. With two of them, each finds half as many
/// answers and costs as much: that was slower.
const BATCHES: usize = 1;

/// The most connections to the mail server at once. Those of codes and notices are few but in the
/// first minutes of an office that joins, and none at all most of the time.
const fn most_connections(state: &AppState, priority: Priority) -> usize {
    match priority {
        Priority::Code => 16,
        Priority::Notice => 4,
        Priority::Bulk => state.mail_connections,
    }
}

/// A mail that is to be sent.
struct Delivery {
    job: Leased,
    contents: Contents,
}

/// A mail that was dealt with.
struct Settled {
    job: Leased,
    outcome: Outcome,
}

enum Outcome {
    Taken,
    /// Nobody needs it any more.
    Void,
    /// For good, in the mail server's words.
    Refused(String),
    /// For good, by a fault of ours; for the operator.
    Failed(String),
    /// For now, in the mail server's words, or because there was none.
    Delayed(String),
    /// For now, by a fault of ours; for the operator.
    Later(String),
}

impl Outcome {
    const fn measured(&self) -> MailOutcome {
        match self {
            Self::Taken => MailOutcome::Sent,
            Self::Void => MailOutcome::Void,
            Self::Refused(_) | Self::Failed(_) => MailOutcome::Failed,
            Self::Delayed(_) | Self::Later(_) => MailOutcome::Deferred,
        }
    }
}

/// A batch that was committed, or was not.
struct Batch {
    settled: Vec<Settled>,
    /// The connections it looked for mails for.
    connections: Vec<usize>,
    result: store::Result<Found>,
}

/// What a batch found in the queue.
struct Found {
    deliveries: Vec<Delivery>,
    /// When to look again, where there were fewer mails than connections.
    rest: Option<Duration>,
}

/// Sends mails of this priority until it is told to stop, then waits for those that are under way.
pub async fn run(
    state: AppState,
    priority: Priority,
    stop: CancellationToken,
    mut queued: watch::Receiver<()>,
) {
    let (answer, mut answers) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    let connections: Vec<mpsc::UnboundedSender<Delivery>> = (0..most_connections(&state, priority))
        .map(|number| {
            let (connection, deliveries) = mpsc::unbounded_channel();
            tasks.spawn(work(number, state.clone(), deliveries, answer.clone()));
            connection
        })
        .collect();
    let mut free: Vec<usize> = (0..connections.len()).collect();
    let mut under_way: HashMap<usize, Leased> = HashMap::new();
    let mut settled: Vec<Settled> = Vec::new();
    let mut batches = FuturesUnordered::new();
    let mut look = true;
    let mut nap = pin!(sleep(REST));
    let mut renew = interval(RENEW);
    loop {
        let stopping = stop.is_cancelled();
        if stopping && under_way.is_empty() && settled.is_empty() && batches.is_empty() {
            break;
        }
        let may_look = !stopping && !free.is_empty();
        if batches.len() < BATCHES && (look && may_look || !settled.is_empty()) {
            let free = if stopping { Vec::new() } else { std::mem::take(&mut free) };
            batches.push(commit(&state, priority, std::mem::take(&mut settled), free));
            look = false;
            nap.set(sleep(REST));
            continue;
        }
        tokio::select! {
            Some(mut batch) = batches.next(), if !batches.is_empty() => {
                match batch.result {
                    Ok(found) => {
                        for delivery in found.deliveries {
                            if matches!(delivery.contents, Contents::Void) {
                                settled.push(Settled { job: delivery.job, outcome: Outcome::Void });
                            } else if let Some(connection) = batch.connections.pop() {
                                // One of the batch's own: what it sent before is committed.
                                under_way.insert(connection, delivery.job.clone());
                                connections[connection].send(delivery).ok();
                            }
                        }
                        match found.rest {
                            Some(rest) => nap.set(sleep(rest)),
                            None => look = true,
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the outbox could not record or take mails");
                        settled.extend(batch.settled);
                        look = true;
                        sleep(AWAY).await;
                    }
                }
                free.extend(batch.connections);
            }
            Some(first) = answers.recv() => {
                let mut next = Some(first);
                while let Some((connection, outcome)) = next {
                    free.push(connection);
                    if let Some(job) = under_way.remove(&connection) {
                        settled.push(Settled { job, outcome });
                    }
                    next = answers.try_recv().ok();
                }
            }
            _ = renew.tick(), if !under_way.is_empty() => {
                // Beside all this: the batches may hold the database connection that it waits for, and
                // while it was waited for here they would not go on.
                tokio::spawn(renew_leases(state.pool.clone(), under_way.values().cloned().collect()));
            }
            // Not while a batch looks: it may have looked before the mail was there, and ends with a rest.
            Ok(()) = queued.changed(), if batches.is_empty() => look = true,
            () = nap.as_mut(), if may_look && !look => look = true,
            () = stop.cancelled(), if !stopping => {}
        }
    }
    drop(connections);
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
    connections: Vec<usize>,
) -> Batch {
    let look = async {
        let deliveries = settle_and_lease(state, priority, &settled, connections.len()).await?;
        let rest = if deliveries.len() < connections.len() {
            Some(pause(state, Queue::Mail(priority)).await)
        } else {
            None
        };
        Ok(Found { deliveries, rest })
    };
    let result = look.await;
    Batch { settled, connections, result }
}

/// One connection to the mail server: a mail, its answer, the next mail.
async fn work(
    number: usize,
    state: AppState,
    mut deliveries: mpsc::UnboundedReceiver<Delivery>,
    answer: mpsc::UnboundedSender<(usize, Outcome)>,
) {
    let mut connection = state.mailer.connection();
    loop {
        let delivery = match timeout(IDLE, deliveries.recv()).await {
            Ok(delivery) => delivery,
            Err(_) => {
                // The next mail does not wait for the goodbyes.
                let mut idle = std::mem::replace(&mut connection, state.mailer.connection());
                tokio::spawn(async move { idle.close().await });
                deliveries.recv().await
            }
        };
        let Some(delivery) = delivery else { break };
        let outcome = deliver(&state, &mut connection, &delivery).await;
        if answer.send((number, outcome)).is_err() {
            break;
        }
    }
    connection.close().await;
}

async fn deliver(state: &AppState, connection: &mut Connection, delivery: &Delivery) -> Outcome {
    let Delivery { job, contents } = delivery;
    let trace = traces::job(job.job.kind(), job.id, job.attempts);
    let sent = contain(compose_and_send(state, connection, job, contents)).instrument(trace.clone()).await;
    let outcome = match sent {
        Ok(Outcome::Delayed(why) | Outcome::Later(why)) if is_to_be_given_up(job) => Outcome::Refused(why),
        Ok(outcome) => outcome,
        Err(panicked) => Outcome::Failed(panicked.to_string()),
    };
    let measured = outcome.measured();
    traces::ended(&trace, measured.as_str(), matches!(measured, MailOutcome::Sent | MailOutcome::Void));
    outcome
}

fn is_to_be_given_up(job: &Leased) -> bool {
    job.age >= GIVE_UP_AFTER && job.attempts >= GIVE_UP_ATTEMPTS
}

async fn compose_and_send(
    state: &AppState,
    connection: &mut Connection,
    job: &Leased,
    contents: &Contents,
) -> Outcome {
    match contents {
        Contents::Unreadable(why) => return Outcome::Later(why.clone()),
        Contents::Panicked(panicked) => return Outcome::Failed(panicked.to_string()),
        _ => {}
    }
    let (to, email) = match contents.write(state) {
        Ok(Some(addressed)) => addressed,
        Ok(None) => return Outcome::Void,
        Err(error) => return Outcome::Later(format!("{error:#}")),
    };
    match connection.send(job.id, &to, &email).await {
        Ok(()) => Outcome::Taken,
        Err(SendError::Refused(words)) => Outcome::Refused(words),
        Err(SendError::Later(why)) => Outcome::Delayed(why),
    }
}

/// Records what became of mails and takes up to `room` new ones, all of it or nothing.
async fn settle_and_lease(
    state: &AppState,
    priority: Priority,
    settled: &[Settled],
    room: usize,
) -> store::Result<Vec<Delivery>> {
    if settled.is_empty() && room == 0 {
        return Ok(Vec::new());
    }
    let leased = record_and_lease(state, priority, settled, room).await?;
    for settled in settled {
        state.metrics.mailed(settled.outcome.measured());
        if let Some(org) = settled.job.job.org() {
            state.live.changed(org, settled.job.job.invite().into_iter().collect());
        }
    }
    // Who reads that an invite is void closes it.
    let mut db = state.pool.autocommit().await?;
    let contents = compose::read(state, &mut db, &leased).await?;
    db.finish().await?;
    let deliveries = leased.into_iter().zip(contents);
    Ok(deliveries.map(|(job, contents)| Delivery { job, contents }).collect())
}

/// What a lead reads of a mail that failed by a fault of ours.
const OUR_FAULT: &str = "Headcount could not write this email. Its operator can see why.";

async fn record_and_lease(
    state: &AppState,
    priority: Priority,
    settled: &[Settled],
    room: usize,
) -> store::Result<Vec<Leased>> {
    let mut over = Vec::new();
    let mut answers = Vec::new();
    let mut later = Vec::new();
    for Settled { job, outcome } in settled {
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
        };
        if !matches!(outcome, Outcome::Delayed(_) | Outcome::Later(_)) {
            over.push(Over { job, refusal });
        }
        let Some(said) = said else { continue };
        if let Job::Mail(Mail::Invite { org, invite, round } | Mail::Reminder { org, invite, round }) =
            job.job
        {
            answers.push(Answer { org, invite, round, said });
        }
    }
    if later.is_empty() {
        // One statement, which needs no transaction around it.
        let mut db = state.pool.autocommit().await?;
        let leased = outbox::settle_and_lease(&mut db, &over, &answers, priority, room, LEASE).await?;
        db.finish().await?;
        return Ok(leased);
    }
    let mut tx = state.begin().await?;
    jobs::put_back(&mut tx, &later).await?;
    let leased = outbox::settle_and_lease(&mut tx, &over, &answers, priority, room, LEASE).await?;
    // The caller tells whom it is about.
    state.commit_unseen(tx).await?;
    Ok(leased)
}

/// Sends what can be sent now, one after the other over one connection, and says how many mails that
/// were.
pub async fn drain(state: &AppState) -> store::Result<usize> {
    let mut connection = state.mailer.connection();
    let mut count = 0;
    for priority in Priority::ALL {
        let mut settled = Vec::new();
        loop {
            let deliveries = settle_and_lease(state, priority, &settled, 50).await?;
            settled.clear();
            if deliveries.is_empty() {
                break;
            }
            count += deliveries.len();
            for delivery in deliveries {
                let outcome = deliver(state, &mut connection, &delivery).await;
                settled.push(Settled { job: delivery.job, outcome });
            }
        }
    }
    connection.close().await;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn job(age: time::Duration, attempts: i32) -> Leased {
        let job = Job::Mail(Mail::LoginCode { code: Uuid::nil() });
        Leased { id: Uuid::nil(), lease: Uuid::nil(), job, attempts, age }
    }

    /// I12, N8: however often it was tried, and however long its server slept.
    #[test]
    fn no_mail_is_given_up_within_two_days_or_after_a_few_tries() {
        let days = time::Duration::days;
        assert!(!is_to_be_given_up(&job(days(2) - time::Duration::SECOND, 10_000)));
        assert!(!is_to_be_given_up(&job(days(30), GIVE_UP_ATTEMPTS - 1)));
        assert!(is_to_be_given_up(&job(days(2), GIVE_UP_ATTEMPTS)));
    }
}
