//! Who is told that something of an organization changed: every server hears of it from the one that
//! changed it. Their pages follow by `http::events`. N7, N9

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

use crate::{
    domain::ids::OrgId,
    store::{
        PgPool,
        changes::{self, ChangeListener},
    },
};

/// Changes that come together are told together.
const GATHER: Duration = Duration::from_millis(200);
/// Where changes are noted and heard of; cheap to clone.
#[derive(Clone, Default)]
pub struct Live(Arc<Inner>);

#[derive(Default)]
struct Inner {
    changed: Mutex<HashSet<OrgId>>,
    bell: Notify,
    /// There while this server listens; streams end with it.
    heard: Mutex<Option<broadcast::Sender<Word>>>,
}

/// What is heard: one organization changed, or who knows which.
pub type Word = Option<OrgId>;

impl Live {
    /// Notes that something of an organization changed; call it after the commit.
    pub fn changed(&self, org: OrgId) {
        self.0.changed.lock().unwrap_or_else(PoisonError::into_inner).insert(org);
        self.0.bell.notify_one();
    }

    fn take(&self) -> Vec<OrgId> {
        self.0.changed.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }

    /// Whether this server hears of changes.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.listen().is_some()
    }

    /// Hears of changes from now on; `None` while this server does not.
    #[must_use]
    pub fn listen(&self) -> Option<broadcast::Receiver<Word>> {
        let heard = self.0.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.as_ref().map(broadcast::Sender::subscribe)
    }

    fn set_heard(&self, sender: Option<broadcast::Sender<Word>>) {
        *self.0.heard.lock().unwrap_or_else(PoisonError::into_inner) = sender;
    }
}

/// Passes word on between this server and the others, until it is told to stop.
pub async fn run(live: Live, pool: PgPool, stop: CancellationToken) {
    let (heard, _) = broadcast::channel(256);
    live.set_heard(Some(heard.clone()));
    tokio::select! {
        () = stop.cancelled() => {}
        () = speak(&live, &pool) => {}
        () = hear(&pool, &heard) => {}
    }
    live.set_heard(None);
}

async fn speak(live: &Live, pool: &PgPool) {
    loop {
        live.0.bell.notified().await;
        tokio::time::sleep(GATHER).await;
        let orgs = live.take();
        if !orgs.is_empty()
            && let Err(error) = changes::announce(pool, &orgs).await
        {
            tracing::warn!(%error, "changes could not be announced; pages look by themselves");
        }
    }
}

async fn hear(pool: &PgPool, heard: &broadcast::Sender<Word>) {
    loop {
        match ChangeListener::connect(pool).await {
            Ok(mut listener) => {
                heard.send(None).ok();
                while let Ok(word) = listener.recv().await {
                    heard.send(word).ok();
                }
            }
            Err(error) => tracing::warn!(%error, "cannot hear of changes; pages look by themselves"),
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}
