//! Where people who are signed in go through an organization's links at once. The row of a link can be written by one
//! transaction at a time, and each transaction waits for the disk, so those who come while another writes go in
//! together, in one statement. L4, QUALITY performance 5, 6
//!
//! Only faster: the statement decides who gets in. Whoever it does not let in is looked at alone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot;

use crate::{
    domain::ids::{LinkId, MemberId, OrgId},
    server::live::Live,
    store::{Pool, links, proof::Joiner},
};

/// People who go in with one statement at most.
const TOGETHER: usize = 64;

/// The lines before the organizations of this server.
#[derive(Clone)]
pub struct JoinQueue {
    /// An organization is in here while somebody of its line is being let in.
    lines: Arc<Mutex<Lines>>,
    live: Live,
}

type Lines = HashMap<OrgId, Vec<Waiter>>;

struct Waiter {
    link: LinkId,
    joiner: Joiner,
    answer: oneshot::Sender<Option<MemberId>>,
}

impl JoinQueue {
    /// An empty one; `live` is told of who goes in.
    #[must_use]
    pub fn new(live: Live) -> Self {
        Self { lines: Arc::default(), live }
    }

    /// Lets somebody in through a link, in a transaction of its own that is committed; `None` when
    /// that did not go together with the others, for whatever reason.
    pub async fn join(&self, pool: &Pool, org: OrgId, link: LinkId, joiner: Joiner) -> Option<MemberId> {
        let (answer, answered) = oneshot::channel();
        if self.enqueue(org, Waiter { link, joiner, answer }) {
            // A task of its own: it goes on for the others when this person's browser goes away.
            tokio::spawn(self.clone().run(pool.clone(), org));
        }
        answered.await.ok().flatten()
    }

    /// Joins the line; true for the first of it.
    fn enqueue(&self, org: OrgId, waiter: Waiter) -> bool {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !lines.contains_key(&org);
        lines.entry(org).or_default().push(waiter);
        first
    }

    async fn run(self, pool: Pool, org: OrgId) {
        let broken = Broken { queue: &self, org };
        while let Some(group) = self.next(org) {
            let (joiners, answers): (Vec<_>, Vec<_>) =
                group.into_iter().map(|waiter| ((waiter.link, waiter.joiner), waiter.answer)).unzip();
            let members = let_in(&pool, org, &joiners).await.unwrap_or_default();
            if members.iter().any(Option::is_some) {
                self.live.changed(org, members.iter().flatten().copied().collect());
            }
            for (n, answer) in answers.into_iter().enumerate() {
                // Whoever went away is in all the same.
                answer.send(members.get(n).copied().flatten()).ok();
            }
        }
        std::mem::forget(broken);
    }

    /// The next who go in together, no person twice among them; at the end of the line, nobody.
    fn next(&self, org: OrgId) -> Option<Vec<Waiter>> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.get_mut(&org)?;
        let mut group: Vec<Waiter> = Vec::new();
        let mut later = Vec::new();
        for waiter in line.drain(..) {
            let twice =
                group.iter().any(|other| other.joiner.proof.account() == waiter.joiner.proof.account());
            if twice || group.len() == TOGETHER { later.push(waiter) } else { group.push(waiter) }
        }
        *line = later;
        if group.is_empty() {
            lines.remove(&org);
            return None;
        }
        Some(group)
    }
}

/// Should a line end in a panic, nobody must wait there for ever.
struct Broken<'a> {
    queue: &'a JoinQueue,
    org: OrgId,
}

impl Drop for Broken<'_> {
    fn drop(&mut self) {
        self.queue.lines.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.org);
    }
}

async fn let_in(pool: &Pool, org: OrgId, joiners: &[(LinkId, Joiner)]) -> Option<Vec<Option<MemberId>>> {
    let mut db = pool.autocommit().await.ok()?;
    let members = links::let_in(&mut db, org, joiners).await.ok()?;
    db.finish().await.ok()?;
    Some(members)
}
