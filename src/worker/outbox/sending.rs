//! One connection of the outbox: a mail, its answer, the next mail. I12

use std::time::Duration;

use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};
use tracing::Instrument;

use super::held::{Delivery, Outcome};
use crate::{
    mail::mailer::Connection,
    server::{metrics::MailOutcome, state::AppState, traces},
    store::jobs::Leased,
    worker::compose::{Contents, contain},
};

/// A mail is given up when it was queued so long ago …
const GIVE_UP_AFTER: time::Duration = time::Duration::days(2);
/// … and was tried so often, which takes some eight hours: a server that was itself away for days does
/// not give everything up at once. N8
const GIVE_UP_ATTEMPTS: i32 = 20;
/// A connection that is not used for so long is closed; mail servers do not like idle ones.
const IDLE: Duration = Duration::from_secs(5);
/// How long the mail server waits for the text of a mail while the one before is recorded.
const RECORDED_WITHIN: Duration = Duration::from_secs(3);

/// Sends what comes, and answers with what became of it and with whom to tell when that is recorded.
pub async fn work(
    number: usize,
    state: AppState,
    mut deliveries: mpsc::UnboundedReceiver<Delivery>,
    answer: mpsc::UnboundedSender<(usize, Outcome, oneshot::Sender<()>)>,
) {
    let mut connection = state.mailer.connection();
    // Says when what became of the last mail is recorded. So is then what became of all mails before it: what one
    // transaction could not record, the next one does with what has come since.
    let mut before = None;
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
        let outcome = deliver(&state, &mut connection, &delivery, before.as_mut()).await;
        let (recorded, until_recorded) = oneshot::channel();
        // Whatever comes after a mail that was not given still waits for the one before that.
        if !matches!(outcome, Outcome::NotGiven) {
            before = Some(until_recorded);
        }
        if answer.send((number, outcome, recorded)).is_err() {
            break;
        }
    }
    connection.close().await;
}

/// Sends one mail, whose text is not given before what became of the mail before is recorded. I12
pub async fn deliver(
    state: &AppState,
    connection: &mut Connection,
    delivery: &Delivery,
    before: Option<&mut oneshot::Receiver<()>>,
) -> Outcome {
    let Delivery { job, contents } = delivery;
    let trace = traces::job(job.job.kind(), job.id, job.attempts);
    let sending = compose_and_send(state, connection, job, contents, before);
    let outcome = match contain(sending).instrument(trace.clone()).await {
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
    before: Option<&mut oneshot::Receiver<()>>,
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
    let end = match connection.begin(job.id, &to, &email).await {
        Ok(end) => end,
        Err(error) => return error.into(),
    };
    if let Some(before) = before
        && !matches!(timeout(RECORDED_WITHIN, before).await, Ok(Ok(())))
    {
        return Outcome::NotGiven;
    }
    end.await.map_or_else(Outcome::from, |()| Outcome::Taken)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::store::jobs::{Job, Mail};

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
