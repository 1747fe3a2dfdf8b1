//! Tells open pages that something of their organization changed, so that they follow without a
//! reload: server-sent events, with a look now and then behind them, should one get lost. N7, N9

use std::{convert::Infallible, time::Duration};

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
use tokio::sync::broadcast;

use crate::{
    domain::{ids::OrgId, role::Action},
    server::{keys, live::Word, logins::Viewing, state::AppState},
};

/// How often a page looks without having been told.
const LOOK: Duration = Duration::from_secs(30);
/// How long one stream lives; the browser opens the next by itself, and is recognized anew.
const LIFE: Duration = Duration::from_secs(600);

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

/// Notes a change behind every form post that was answered well: in the organization that the viewer
/// looks at, and in the one whose link they hold. Server functions note theirs when they commit.
pub async fn note_posts(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if *request.method() != Method::POST || path.starts_with("/fn/") {
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
