//! Tells open pages that something of their organization changed, so that they follow without a
//! reload: server-sent events, with a look now and then behind them, should one get lost. N7, N9

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::stream;
use tokio::sync::broadcast;

use super::{error::PageError, extract::CurrentMember};
use crate::{
    domain::{ids::OrgId, role::Action},
    server::{live::Word, state::AppState},
};

/// How often a page looks without having been told.
const LOOK: Duration = Duration::from_secs(30);
/// How long one stream lives; the browser opens the next by itself, and is recognized again.
const LIFE: Duration = Duration::from_secs(600);

/// `GET /events`: an event `changed` whenever something of the viewer's organization did. It says
/// nothing else: what the viewer may see, they ask for. N2
pub async fn events(State(state): State<AppState>, viewer: CurrentMember) -> Result<Response, PageError> {
    viewer.require(Action::SeeOrganization)?;
    let Some(words) = state.live.listen() else {
        // Nobody listens here: the page looks now, and comes again by itself.
        let look = changed_event().retry(LOOK);
        return Ok(Sse::new(stream::iter([Ok::<_, Infallible>(look)])).into_response());
    };
    let org = viewer.membership.org;
    let life = Box::pin(tokio::time::sleep(LIFE));
    let events = stream::unfold((words, life), move |(mut words, mut life)| async move {
        let more = tokio::select! {
            more = hear_of(&mut words, org) => more,
            () = tokio::time::sleep(LOOK) => true,
            () = &mut life => false,
        };
        more.then(|| (Ok::<_, Infallible>(changed_event()), (words, life)))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
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
