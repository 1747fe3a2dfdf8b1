//! The mails that the outbox has at one moment: which connection has which, which are ready, which are to
//! be recorded. I12, I14

use std::collections::VecDeque;

use tokio::sync::{mpsc, oneshot};

use crate::{mail::SendError, server::metrics::MailOutcome, store::jobs::Leased, worker::compose::Contents};

/// A mail that is to be sent.
pub struct Delivery {
    pub job: Leased,
    pub contents: Contents,
}

/// A mail that was dealt with.
pub struct Settled {
    pub job: Leased,
    pub outcome: Outcome,
    /// Which connection's answer that is, and how to tell it that this is recorded; `None` where it needed none.
    pub answer: Option<(usize, oneshot::Sender<()>)>,
}

impl Settled {
    /// Of the mail server, which had the mail.
    const fn is_an_answer(&self) -> bool {
        self.answer.is_some() && !matches!(self.outcome, Outcome::NotGiven)
    }
}

pub enum Outcome {
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
    /// It was not given, as the one before was not recorded in time. That is no try.
    NotGiven,
}

impl From<SendError> for Outcome {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Refused(words) => Self::Refused(words),
            SendError::Later(why) => Self::Delayed(why),
        }
    }
}

impl Outcome {
    pub const fn measured(&self) -> MailOutcome {
        match self {
            Self::Taken => MailOutcome::Sent,
            Self::Void => MailOutcome::Void,
            Self::Refused(_) | Self::Failed(_) => MailOutcome::Failed,
            Self::Delayed(_) | Self::Later(_) | Self::NotGiven => MailOutcome::Deferred,
        }
    }
}

/// A connection, as the loop sees it.
pub struct Slot {
    deliveries: mpsc::UnboundedSender<Delivery>,
    pub under_way: Option<Leased>,
    /// How many of its answers are still to be recorded.
    pub unrecorded: usize,
}

impl Slot {
    pub const fn new(deliveries: mpsc::UnboundedSender<Delivery>) -> Self {
        Self { deliveries, under_way: None, unrecorded: 0 }
    }

    /// It can take a mail. One that has already answered while it waited for a record waits for that first.
    const fn is_free(&self) -> bool {
        self.under_way.is_none() && self.unrecorded < 2
    }
}

/// The mails that the outbox has, and its connections.
pub struct Held {
    pub slots: Vec<Slot>,
    /// Those that no connection has yet; the first one goes first.
    pub ready: VecDeque<Delivery>,
    /// How many of these, the first ones, have been here for a while.
    pub waited: usize,
    /// To be recorded.
    pub settled: Vec<Settled>,
    /// To go back to the queue.
    pub unsent: Vec<Leased>,
}

impl Held {
    pub const fn new(slots: Vec<Slot>) -> Self {
        Self { slots, ready: VecDeque::new(), waited: 0, settled: Vec::new(), unsent: Vec::new() }
    }

    /// How many mails the next transaction is to take. Where no connection answers, none is taken ahead: it
    /// would be kept from other servers, whose connections may work. I14, N9
    pub fn room(&self) -> usize {
        let free = self.slots.iter().filter(|slot| slot.under_way.is_none()).count();
        let answers = self.settled.iter().filter(|settled| settled.is_an_answer()).count();
        (free + self.slots.len().min(2 * answers)).saturating_sub(self.ready.len())
    }

    /// Gives mails to connections that are free, at first to those that need not wait for a record.
    pub fn hand_out(&mut self) {
        while !self.ready.is_empty() {
            let free = self.slots.iter_mut().filter(|slot| slot.is_free());
            let Some(slot) = free.min_by_key(|slot| slot.unrecorded) else { return };
            let Some(delivery) = self.ready.pop_front() else { return };
            self.waited = self.waited.saturating_sub(1);
            slot.under_way = Some(delivery.job.clone());
            slot.deliveries.send(delivery).ok();
        }
    }

    /// Gives up the first so many that are ready; those that stay have waited by now.
    pub fn give_back(&mut self, count: usize) {
        self.unsent.extend(self.ready.drain(..count).map(|delivery| delivery.job));
        self.waited = self.ready.len();
    }

    /// A connection says what became of its mail.
    pub fn answered(&mut self, number: usize, outcome: Outcome, recorded: oneshot::Sender<()>) {
        let slot = &mut self.slots[number];
        let Some(job) = slot.under_way.take() else { return };
        slot.unrecorded += 1;
        self.settled.push(Settled { job, outcome, answer: Some((number, recorded)) });
    }

    pub fn under_way(&self) -> Vec<Leased> {
        self.slots.iter().filter_map(|slot| slot.under_way.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::store::jobs::{Job, Mail};

    fn mail(attempts: i32) -> Delivery {
        let job = Job::Mail(Mail::LoginCode { code: Uuid::nil() });
        let job = Leased { id: Uuid::nil(), lease: Uuid::nil(), job, attempts, age: time::Duration::ZERO };
        Delivery { job, contents: Contents::Unreadable(String::new()) }
    }

    /// So many connections, and mails that are ready, told apart by their attempts.
    fn held(connections: usize, ready: i32) -> (Held, Vec<mpsc::UnboundedReceiver<Delivery>>) {
        let (slots, receivers) = (0..connections)
            .map(|_| {
                let (slot, receiver) = mpsc::unbounded_channel();
                (Slot::new(slot), receiver)
            })
            .unzip();
        let mut held = Held::new(slots);
        held.ready.extend((0..ready).map(mail));
        (held, receivers)
    }

    fn answer(held: &mut Held, number: usize) {
        held.answered(number, Outcome::Taken, oneshot::channel().0);
    }

    /// I14: a mail is no connection's before one can take it.
    #[test]
    fn a_mail_goes_to_whichever_connection_is_free_first() {
        let (mut held, mut receivers) = held(2, 4);
        held.hand_out();
        assert_eq!((held.under_way().len(), held.ready.len()), (2, 2));
        // The first one hangs.
        for n in 1..4 {
            assert_eq!(receivers[1].try_recv().unwrap().job.attempts, n);
            answer(&mut held, 1);
            held.slots[1].unrecorded = 0;
            held.hand_out();
        }
        assert!(held.ready.is_empty());
    }

    /// I12: where nothing is recorded, a connection begins one more mail, and then none.
    #[test]
    fn a_connection_begins_one_mail_before_the_one_before_is_recorded() {
        let (mut held, _receivers) = held(1, 9);
        for under_way in [1, 1, 0] {
            held.hand_out();
            assert_eq!(held.under_way().len(), under_way);
            answer(&mut held, 0);
        }
        assert_eq!((held.slots[0].unrecorded, held.settled.len(), held.ready.len()), (2, 2, 7));
        held.slots[0].unrecorded -= 1;
        held.hand_out();
        assert_eq!(held.under_way().len(), 1);
    }

    /// I14, N9
    #[test]
    fn no_mail_is_taken_ahead_while_no_connection_answers() {
        let (mut held, _receivers) = held(8, 8);
        assert_eq!(held.room(), 0, "there are mails for all");
        held.hand_out();
        assert_eq!(held.room(), 0);
        answer(&mut held, 3);
        assert_eq!(held.room(), 1 + 2);
        for number in [0, 1, 2, 4, 5, 6, 7] {
            answer(&mut held, number);
        }
        assert_eq!(held.room(), 8 + 8);
    }

    /// I14, N9
    #[test]
    fn a_mail_that_no_connection_takes_is_given_back() {
        let (mut held, _receivers) = held(1, 3);
        held.give_back(held.waited);
        assert_eq!((held.unsent.len(), held.waited), (0, 3));
        held.hand_out();
        held.ready.push_back(mail(3));
        held.give_back(held.waited);
        let attempts: Vec<i32> = held.unsent.iter().map(|job| job.attempts).collect();
        assert_eq!((attempts, held.ready.len(), held.waited), (vec![1, 2], 1, 1));
    }
}
