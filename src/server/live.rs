//! Who is told that something of an organization changed, or that their login ended: every server hears of
//! it from the one that did it. Their pages follow by `http::events`. N3, N7, N9

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    domain::{ids::OrgId, limits::STREAMS_PER_LOGIN, people::Changed},
    store::{
        Pool,
        changes::{self, ChangeListener, Word},
    },
};

/// Changes that come together are told together.
const GATHER: Duration = Duration::from_millis(200);
/// What failed is tried again after this time.
const AGAIN: Duration = Duration::from_secs(2);
/// So many changes wait for a subscription; one that misses some hears that anybody may have changed.
const KEPT: usize = 16;

/// Where changes are noted and heard of; cheap to clone.
#[derive(Clone, Default)]
pub struct Live(Arc<Inner>);

#[derive(Default)]
struct Inner {
    changed: Mutex<HashMap<OrgId, Changed>>,
    bell: Notify,
    /// There while this server listens; subscriptions end with it.
    subscribers: Mutex<Option<Subscribers>>,
}

#[derive(Default)]
struct Subscribers {
    /// One for each organization that a page of is open.
    organizations: HashMap<OrgId, broadcast::Sender<Changed>>,
    logins: HashMap<Uuid, OpenLogin>,
}

/// A login with subscriptions.
#[derive(Default)]
struct OpenLogin {
    subscriptions: usize,
    ended: CancellationToken,
}

/// Hears of the changes of one organization, until the login ends.
pub struct Subscription {
    heard: broadcast::Receiver<Changed>,
    ended: CancellationToken,
    live: Live,
    org: OrgId,
    login: Uuid,
}

impl Live {
    /// Notes that something of an organization changed, and whom it is about; call it after the commit.
    pub fn changed(&self, org: OrgId, changed: Changed) {
        self.note(org, changed);
        self.0.bell.notify_one();
    }

    fn note(&self, org: OrgId, changed: Changed) {
        let mut waiting = self.0.changed.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = waiting.entry(org).or_default();
        *noted = std::mem::take(noted).and(changed);
    }

    fn take(&self) -> Vec<(OrgId, Changed)> {
        self.0.changed.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }

    /// Whether this server hears of changes.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.with(|subscribers| subscribers.is_some())
    }

    /// How many subscriptions there are on this server.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.with(|subscribers| {
            let logins = subscribers.iter().flat_map(|subscribers| subscribers.logins.values());
            logins.map(|login| login.subscriptions).sum()
        })
    }

    /// Hears of an organization's changes from now on; `None` while this server does not, and for a
    /// login that has many subscriptions already.
    #[must_use]
    pub fn subscribe(&self, org: OrgId, login: Uuid) -> Option<Subscription> {
        let (heard, ended) = self.with(|subscribers| {
            let subscribers = subscribers.as_mut()?;
            let own = subscribers.logins.entry(login).or_default();
            if own.subscriptions >= STREAMS_PER_LOGIN {
                return None;
            }
            own.subscriptions += 1;
            let ended = own.ended.clone();
            let sender = subscribers.organizations.entry(org).or_insert_with(|| broadcast::channel(KEPT).0);
            Some((sender.subscribe(), ended))
        })?;
        Some(Subscription { heard, ended, live: self.clone(), org, login })
    }

    /// Passes on what is heard: that one organization changed, a login ended, or who knows what.
    fn tell(&self, heard: Option<Word>) {
        self.with(|subscribers| {
            let Some(Subscribers { organizations, logins }) = subscribers else { return };
            match heard {
                Some(Word::Changed(org, changed)) => {
                    if let Some(sender) = organizations.get(&org) {
                        sender.send(changed).ok();
                    }
                }
                Some(Word::LoginEnded(login)) => {
                    if let Some(login) = logins.get(&login) {
                        login.ended.cancel();
                    }
                }
                None => organizations.values().for_each(|sender| {
                    sender.send(Changed::Anybody).ok();
                }),
            }
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Option<Subscribers>) -> T) -> T {
        work(&mut self.0.subscribers.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Subscription {
    /// Waits until the organization changed, and says whom that is about; `None` when this server stops
    /// listening, and when the login ended. Changes that wait already are told together.
    pub async fn changed(&mut self) -> Option<Changed> {
        let heard = tokio::select! {
            () = self.ended.cancelled() => return None,
            heard = self.heard.recv() => heard,
        };
        let mut changed = match heard {
            Ok(changed) => changed,
            Err(broadcast::error::RecvError::Lagged(_)) => Changed::Anybody,
            Err(broadcast::error::RecvError::Closed) => return None,
        };
        loop {
            match self.heard.try_recv() {
                Ok(more) => changed = changed.and(more),
                Err(broadcast::error::TryRecvError::Lagged(_)) => changed = Changed::Anybody,
                Err(_) => return Some(changed),
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let (org, login) = (self.org, self.login);
        self.live.with(|subscribers| {
            let Some(Subscribers { organizations, logins }) = subscribers else { return };
            if let Some(own) = logins.get_mut(&login) {
                own.subscriptions -= 1;
                if own.subscriptions == 0 {
                    logins.remove(&login);
                }
            }
            // The last one, which is this, still counts.
            if organizations.get(&org).is_some_and(|sender| sender.receiver_count() <= 1) {
                organizations.remove(&org);
            }
        });
    }
}

/// Passes word on between this server and the others, until it is told to stop.
pub async fn run(live: Live, pool: Pool, stop: CancellationToken) {
    live.with(|subscribers| *subscribers = Some(Subscribers::default()));
    tokio::select! {
        () = stop.cancelled() => {}
        () = speak(&live, &pool) => {}
        () = hear(&live, &pool) => {}
    }
    live.with(|subscribers| *subscribers = None);
}

async fn speak(live: &Live, pool: &Pool) {
    loop {
        live.0.bell.notified().await;
        tokio::time::sleep(GATHER).await;
        let waiting = live.take();
        if !waiting.is_empty()
            && let Err(error) = changes::announce(pool, &waiting).await
        {
            tracing::warn!(%error, "changes could not be announced; they are announced again");
            waiting.into_iter().for_each(|(org, changed)| live.note(org, changed));
            tokio::time::sleep(AGAIN).await;
            live.0.bell.notify_one();
        }
    }
}

async fn hear(live: &Live, pool: &Pool) {
    loop {
        match ChangeListener::connect(pool).await {
            Ok(mut listener) => {
                live.tell(None);
                while let Ok(changed) = listener.recv().await {
                    live.tell(changed);
                }
            }
            Err(error) => tracing::warn!(%error, "cannot hear of changes; pages look by themselves"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::{domain::people::PersonId, store::fresh_id};

    fn listening() -> Live {
        let live = Live::default();
        live.with(|subscribers| *subscribers = Some(Subscribers::default()));
        live
    }

    fn heard(subscription: &mut Subscription) -> Option<Changed> {
        subscription.changed().now_or_never().map(Option::unwrap)
    }

    /// N7: a change of one organization wakes the pages of no other, and says whom it is about.
    #[test]
    fn only_those_of_the_organization_hear_of_its_changes() {
        let live = listening();
        let (acme, other) = (OrgId(fresh_id()), OrgId(fresh_id()));
        let (ada, bob) = (PersonId(fresh_id()), PersonId(fresh_id()));
        let mut own = live.subscribe(acme, fresh_id()).unwrap();
        let mut second = live.subscribe(acme, fresh_id()).unwrap();
        let mut foreign = live.subscribe(other, fresh_id()).unwrap();
        live.tell(Some(Word::Changed(acme, [ada].into_iter().collect())));
        live.tell(Some(Word::Changed(acme, [bob].into_iter().collect())));
        live.tell(Some(Word::Changed(OrgId(fresh_id()), Changed::Anybody)));
        let both = Some([ada, bob].into_iter().collect());
        assert_eq!((heard(&mut own), heard(&mut second), heard(&mut foreign)), (both.clone(), both, None));
        assert_eq!(heard(&mut own), None, "changes that come together are told together");
        live.tell(None);
        let anybody = Some(Changed::Anybody);
        assert_eq!((heard(&mut own), heard(&mut foreign)), (anybody.clone(), anybody), "who knows which");
    }

    /// N7: who does not keep up hears that anybody may have changed.
    #[test]
    fn nobody_is_missed_by_who_is_slow() {
        let live = listening();
        let org = OrgId(fresh_id());
        let mut slow = live.subscribe(org, fresh_id()).unwrap();
        for _ in 0..=KEPT {
            live.tell(Some(Word::Changed(org, [PersonId(fresh_id())].into_iter().collect())));
        }
        assert_eq!(heard(&mut slow), Some(Changed::Anybody));
    }

    /// N7: what changed before it could be announced is announced together.
    #[test]
    fn changes_are_gathered() {
        let live = Live::default();
        let (org, ada, bob) = (OrgId(fresh_id()), PersonId(fresh_id()), PersonId(fresh_id()));
        live.changed(org, [ada].into_iter().collect());
        live.changed(org, [bob].into_iter().collect());
        assert_eq!(live.take(), [(org, [ada, bob].into_iter().collect())]);
        live.changed(org, [ada].into_iter().collect());
        live.changed(org, Changed::Anybody);
        assert_eq!(live.take(), [(org, Changed::Anybody)]);
    }

    /// N3: a login that ended ends its own subscriptions and no others.
    #[test]
    fn a_login_that_ended_hears_nothing_more() {
        let live = listening();
        let (org, login) = (OrgId(fresh_id()), fresh_id());
        let mut own = [live.subscribe(org, login).unwrap(), live.subscribe(org, login).unwrap()];
        let mut other = live.subscribe(org, fresh_id()).unwrap();
        live.tell(Some(Word::LoginEnded(login)));
        live.tell(Some(Word::LoginEnded(fresh_id())));
        for subscription in &mut own {
            assert_eq!(subscription.changed().now_or_never(), Some(None));
        }
        assert_eq!(other.changed().now_or_never(), None);
    }

    /// N1, N7: one login opens so many streams and no more; nothing is kept of those that ended.
    #[test]
    fn a_login_has_so_many_streams() {
        let live = listening();
        let (org, login) = (OrgId(fresh_id()), fresh_id());
        let mut streams: Vec<_> =
            (0..STREAMS_PER_LOGIN).map(|_| live.subscribe(org, login).unwrap()).collect();
        assert!(live.subscribe(org, login).is_none());
        assert!(live.subscribe(org, fresh_id()).is_some(), "another login");
        streams.pop();
        streams.push(live.subscribe(org, login).unwrap());
        drop(streams);
        live.with(|subscribers| {
            let subscribers = subscribers.as_ref().unwrap();
            assert!(subscribers.organizations.is_empty() && subscribers.logins.is_empty());
        });
    }
}
