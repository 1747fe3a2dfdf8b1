//! Tells open pages that something of their organization changed, so that they follow without a
//! reload: server-sent events, fed by word between servers, with a look now and then behind it,
//! should a word get lost. N7, N9

use std::{
    collections::HashSet,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Extension,
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::stream;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

use super::{keys, logins::Viewing, state::AppState};
use crate::{
    domain::{ids::OrgId, role::Action},
    store::changes::{self, ChangeListener},
};

/// Changes that come together are told together.
const GATHER: Duration = Duration::from_millis(200);
/// How often a page looks without having been told.
const LOOK: Duration = Duration::from_secs(30);
/// How long one stream lives; the browser opens the next by itself, and is recognized anew.
const LIFE: Duration = Duration::from_secs(600);

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
type Word = Option<OrgId>;

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

    fn listen(&self) -> Option<broadcast::Receiver<Word>> {
        let heard = self.0.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.as_ref().map(broadcast::Sender::subscribe)
    }

    fn set_heard(&self, sender: Option<broadcast::Sender<Word>>) {
        *self.0.heard.lock().unwrap_or_else(PoisonError::into_inner) = sender;
    }
}

/// Passes word on between this server and the others, until it is told to stop.
pub async fn run(state: AppState, stop: CancellationToken) {
    let (heard, _) = broadcast::channel(256);
    state.live.set_heard(Some(heard.clone()));
    tokio::select! {
        () = stop.cancelled() => {}
        () = speak(&state) => {}
        () = hear(&state, &heard) => {}
    }
    state.live.set_heard(None);
}

async fn speak(state: &AppState) {
    loop {
        state.live.0.bell.notified().await;
        tokio::time::sleep(GATHER).await;
        let orgs = state.live.take();
        if !orgs.is_empty()
            && let Err(error) = changes::announce(&state.pool, &orgs).await
        {
            tracing::warn!(%error, "changes could not be announced; pages look by themselves");
        }
    }
}

async fn hear(state: &AppState, heard: &broadcast::Sender<Word>) {
    loop {
        match ChangeListener::connect(&state.pool).await {
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

/// Notes a change behind every form post that was answered well: in the organization that the viewer
/// looks at, and in the one whose link they hold. Server functions note theirs when they commit.
pub async fn note_posts(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if *request.method() != Method::POST || path.starts_with("/api/") {
        return next.run(request).await;
    }
    let token = path.strip_prefix('/').and_then(|path| path.split('/').nth(1));
    let held = token.and_then(keys::org_of_token);
    let viewed = request.extensions().get::<Viewing>().and_then(|viewing| viewing.0.as_ref());
    let viewed = viewed.and_then(|viewer| viewer.membership.as_ref()).map(|membership| membership.org);
    let response = next.run(request).await;
    if response.status().as_u16() < 400 {
        for org in held.into_iter().chain(viewed) {
            state.live.changed(org);
        }
    }
    response
}

/// `GET /events`: an event `changed` whenever something of the viewer's organization did. It says
/// nothing else: what the viewer may see, they ask for. N2
pub async fn events(State(state): State<AppState>, Extension(viewing): Extension<Viewing>) -> Response {
    let Some(viewer) = viewing.0 else {
        return (StatusCode::UNAUTHORIZED, "Sign in as a Team Lead.").into_response();
    };
    let membership = viewer.membership.filter(|membership| membership.role.may(Action::SeeOrganization));
    let Some(membership) = membership else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(words) = state.live.listen() else {
        // Nobody listens here: the page looks now, and comes again by itself.
        let look = changed_event().retry(LOOK);
        return Sse::new(stream::iter([Ok::<_, Infallible>(look)])).into_response();
    };
    let org = membership.org;
    let life = Box::pin(tokio::time::sleep(LIFE));
    let events = stream::unfold((words, life), move |(mut words, mut life)| async move {
        let more = tokio::select! {
            more = hear_of(&mut words, org) => more,
            () = tokio::time::sleep(LOOK) => true,
            () = &mut life => false,
        };
        more.then(|| (Ok::<_, Infallible>(changed_event()), (words, life)))
    });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

/// Waits until the organization changed, or may have; false when nobody listens any more.
async fn hear_of(words: &mut broadcast::Receiver<Word>, org: OrgId) -> bool {
    loop {
        match words.recv().await {
            Ok(Some(other)) if other != org => {}
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return true,
            Err(broadcast::error::RecvError::Closed) => return false,
        }
    }
}

fn changed_event() -> Event {
    // Browsers drop events without data.
    Event::default().event("changed").data("now")
}
