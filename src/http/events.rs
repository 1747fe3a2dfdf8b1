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
use uuid::Uuid;

use super::{error::PageError, extract::CurrentMember};
use crate::{
    domain::{ids::OrgId, role::Action},
    server::{live::Subscription, logins::CurrentUser, state::AppState},
    store::{self, accounts},
};

/// How often a page looks without having been told.
const LOOK: Duration = Duration::from_secs(30);
/// How long one stream lives; the browser opens the next by itself, and is recognized again.
const LIFE: Duration = Duration::from_secs(600);

/// `GET /events`: an event `changed` whenever something of the viewer's organization did. It says
/// nothing else: what the viewer may see, they ask for. N2
pub async fn events(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    viewer: CurrentMember,
) -> Result<Response, PageError> {
    viewer.require(Action::SeeOrganization)?;
    let (org, login) = (viewer.membership.org, user.login);
    let Some(changes) = state.live.subscribe(org, login) else {
        // Nobody listens here, or this login has enough streams: the page looks now, and comes again
        // by itself.
        let look = changed_event().retry(LOOK);
        return Ok(Sse::new(stream::iter([Ok::<_, Infallible>(look)])).into_response());
    };
    let follower = Follower { state, changes, org, login };
    let life = Box::pin(tokio::time::sleep(LIFE));
    let events = stream::unfold((follower, life), |(mut follower, mut life)| async move {
        let more = tokio::select! {
            more = follower.next() => more,
            () = &mut life => false,
        };
        more.then(|| (Ok::<_, Infallible>(changed_event()), (follower, life)))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

/// Somebody who follows an organization for as long as they may see it.
struct Follower {
    state: AppState,
    changes: Subscription,
    org: OrgId,
    login: Uuid,
}

impl Follower {
    /// Waits until there may be something new to see; false when nobody listens any more, or the viewer
    /// is no lead any more or not signed in. That is checked whenever something changed, among it the
    /// viewer's own role, and whenever the page would look. P3
    async fn next(&mut self) -> bool {
        loop {
            let listening = tokio::select! {
                listening = self.changes.changed() => listening,
                () = tokio::time::sleep(LOOK) => true,
            };
            if !listening {
                return false;
            }
            match self.may_see().await {
                Ok(may) => return may,
                // Nobody is told of what nobody can ask for at the moment.
                Err(error) => tracing::warn!(%error, "a stream could not be checked"),
            }
        }
    }

    async fn may_see(&self) -> store::Result<bool> {
        let mut db = self.state.pool.acquire().await?;
        let role = accounts::role_in(&mut db, self.login, self.org).await?;
        Ok(role.is_some_and(|role| role.may(Action::SeeOrganization)))
    }
}

fn changed_event() -> Event {
    // Browsers drop events without data.
    Event::default().event("changed").data("now")
}
