//! Writers of one organization who come at once. Each transaction waits for the disk, and where they write the same row,
//! for the one before it as well, so those who come while others write go together, in one transaction.
//! QUALITY performance 5, 6, 13
//!
//! Only faster: whoever cannot go with others, for whatever reason, goes alone, by the caller.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

use crate::{
    domain::ids::OrgId,
    server::live::Live,
    store::{self, Pool},
};

/// After a group, so long is waited for the next to gather.
const LINGER: Duration = Duration::from_millis(1);

/// What can be written for many with one transaction.
pub trait Work: 'static {
    /// What one of them asks for.
    type Item: Send + Sync + 'static;
    /// What became of it.
    type Done: Send + 'static;

    /// Whether the next can go with these; with nobody, everybody can.
    fn goes_with(group: &[Self::Item], next: &Self::Item) -> bool;

    /// Does and commits what all of them ask for; what became of it in their order, `None` for whoever has to go
    /// alone.
    ///
    /// # Errors
    /// Nothing was done, and all of them have to go alone.
    fn write(
        pool: &Pool,
        live: &Live,
        org: OrgId,
        group: &[Self::Item],
    ) -> impl Future<Output = store::Result<Vec<Option<Self::Done>>>> + Send;
}

/// The lines before the organizations of this server. Cheap to clone.
pub struct GroupCommit<W: Work> {
    /// An organization is in here while somebody of its line is being served.
    lines: Arc<Mutex<Lines<W>>>,
    live: Live,
}

type Lines<W> = HashMap<OrgId, Vec<Waiter<W>>>;

struct Waiter<W: Work> {
    item: W::Item,
    answer: oneshot::Sender<Option<W::Done>>,
}

/// Those who go together, and who waits for each of them.
struct Group<W: Work> {
    items: Vec<W::Item>,
    answers: Vec<oneshot::Sender<Option<W::Done>>>,
}

impl<W: Work> Clone for GroupCommit<W> {
    fn clone(&self) -> Self {
        Self { lines: self.lines.clone(), live: self.live.clone() }
    }
}

impl<W: Work> GroupCommit<W> {
    /// Without anybody in line; `live` is told of what is done.
    #[must_use]
    pub fn new(live: Live) -> Self {
        Self { lines: Arc::default(), live }
    }

    /// Does what is asked for, in a transaction that is committed then; `None` when that did not go together with
    /// the others, for whatever reason.
    pub async fn write(&self, pool: &Pool, org: OrgId, item: W::Item) -> Option<W::Done> {
        let (answer, answered) = oneshot::channel();
        if self.enqueue(org, Waiter { item, answer }) {
            // A task of its own: it goes on for the others when this person's browser goes away.
            tokio::spawn(self.clone().run(pool.clone(), org));
        }
        answered.await.ok().flatten()
    }

    /// Joins the line; true for the first of it.
    fn enqueue(&self, org: OrgId, waiter: Waiter<W>) -> bool {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !lines.contains_key(&org);
        lines.entry(org).or_default().push(waiter);
        first
    }

    async fn run(self, pool: Pool, org: OrgId) {
        let broken = Broken { queue: &self, org };
        while let Some(Group { items, answers }) = self.next(org) {
            let is_crowded = items.len() > 1;
            let done = W::write(&pool, &self.live, org, &items).await.unwrap_or_else(|error| {
                tracing::info!(%error, people = items.len(), "what was to be written together is written one by one");
                Vec::new()
            });
            let mut done = done.into_iter();
            for answer in answers {
                // For whoever went away it is done all the same.
                answer.send(done.next().flatten()).ok();
            }
            if is_crowded {
                // Else the first to come again would go alone, and the others all wait for that.
                tokio::time::sleep(LINGER).await;
            }
        }
        std::mem::forget(broken);
    }

    /// The next who go together; at the end of the line, nobody. Who went away has asked for nothing.
    fn next(&self, org: OrgId) -> Option<Group<W>> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.get_mut(&org)?;
        let mut group = Group { items: Vec::new(), answers: Vec::new() };
        let mut later = Vec::new();
        for waiter in line.drain(..).filter(|waiter| !waiter.answer.is_closed()) {
            if W::goes_with(&group.items, &waiter.item) {
                group.items.push(waiter.item);
                group.answers.push(waiter.answer);
            } else {
                later.push(waiter);
            }
        }
        *line = later;
        if group.items.is_empty() {
            lines.remove(&org);
            return None;
        }
        Some(group)
    }
}

/// Should a line end in a panic, nobody must wait there for ever.
struct Broken<'a, W: Work> {
    queue: &'a GroupCommit<W>,
    org: OrgId,
}

impl<W: Work> Drop for Broken<'_, W> {
    fn drop(&mut self) {
        self.queue.lines.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.org);
    }
}
