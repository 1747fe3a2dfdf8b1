//! Tells open pages that something of their organization changed, and whom it is about, so that they
//! follow without a reload; and that they are not the viewer's any more: server-sent events. N3, N7, N9

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::stream;
use uuid::Uuid;

use super::{error::PageError, extract::CurrentMember};
use crate::{
    domain::{ids::OrgId, people::Changed, role::Action},
    server::{live::Subscription, logins::CurrentUser, state::AppState},
    store::{self, accounts},
};

/// What a browser accepts that opens a stream.
const EVENT_STREAM: &str = "text/event-stream";
/// How often it is checked that the viewer still may see the organization.
const CHECK: Duration = Duration::from_secs(30);
/// So soon after it opened a stream the page looks once: what happened between making the page and opening
/// the stream was not heard.
const FIRST_LOOK: Duration = Duration::from_secs(1);
/// How long one stream lives; the browser opens the next by itself, and is recognized again.
const LIFE: Duration = Duration::from_secs(600);

/// When pages come back to a server that ends, at the earliest, and over how many milliseconds they spread.
const COME_BACK: Duration = Duration::from_secs(1);
const SPREAD_MS: u64 = 3_000;

/// `GET /events`: an event `changed` whenever something of the viewer's organization did. It names the
/// people it is about by their ids and says nothing else: what the viewer may see, they ask for. An event
/// `ended` is the last where the viewer was signed out or is no lead any more, and the only one where they were
/// that before the stream was opened: no status of an answer reaches the page. N2, N3, P3
pub async fn events(
    State(state): State<AppState>,
    user: Result<CurrentUser, PageError>,
    viewer: Result<CurrentMember, PageError>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let (org, login) = match who_follows(user, viewer) {
        Ok(them) => them,
        Err(_) if headers.get(header::ACCEPT).is_some_and(|accept| accept == EVENT_STREAM) => {
            return Ok(Sse::new(stream::iter([Ok::<_, Infallible>(ended_event())])).into_response());
        }
        Err(error) => return Err(error),
    };
    let Some(changes) = state.live.subscribe(org, login) else {
        // Nobody listens here, or this login has enough streams: the page looks now, and comes again
        // by itself.
        let look = changed_event(&Changed::Anybody).retry(CHECK);
        return Ok(Sse::new(stream::iter([Ok::<_, Infallible>(look)])).into_response());
    };
    let follower = Follower { state, changes, org, login, has_looked: false, has_ended: false };
    let life = Box::pin(tokio::time::sleep(LIFE));
    let events = stream::unfold((follower, life), |(mut follower, mut life)| async move {
        let event = tokio::select! {
            event = follower.next() => event,
            () = &mut life => None,
        };
        event.map(|event| (Ok::<_, Infallible>(event), (follower, life)))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

fn who_follows(
    user: Result<CurrentUser, PageError>,
    viewer: Result<CurrentMember, PageError>,
) -> Result<(OrgId, Uuid), PageError> {
    let (CurrentUser(user), viewer) = (user?, viewer?);
    viewer.require(Action::SeeOrganization)?;
    if user.was_removed {
        // They belong elsewhere as well, which is not what their page shows.
        return Err(PageError::NotFound);
    }
    Ok((viewer.membership.org, user.login))
}

/// Somebody who follows an organization for as long as they may see it.
struct Follower {
    state: AppState,
    changes: Subscription,
    org: OrgId,
    login: Uuid,
    has_looked: bool,
    has_ended: bool,
}

impl Follower {
    /// Waits until there may be something new to see, and says whom it is about, or that there is nothing to
    /// see any more: the viewer is no lead any more or not signed in. That is checked whenever something
    /// changed, among it the viewer's own role, when the login ends, and now and then. `None` after it, and
    /// when nobody listens any more. P3
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.has_ended {
                return None;
            }
            let pause = if self.has_looked { CHECK } else { FIRST_LOOK };
            // Nobody listens any more, or the login ended.
            let mut is_over = false;
            let news = tokio::select! {
                heard = self.changes.changed() => {
                    is_over = heard.is_none();
                    heard
                }
                () = tokio::time::sleep(pause) => {
                    (!std::mem::replace(&mut self.has_looked, true)).then_some(Changed::Anybody)
                }
            };
            match (self.may_see().await, news) {
                (Ok(false), _) => {
                    self.has_ended = true;
                    return Some(ended_event());
                }
                _ if is_over => {
                    self.has_ended = true;
                    return Some(Event::default().retry(come_back_after(self.login)));
                }
                (Ok(true), Some(changed)) => return Some(changed_event(&changed)),
                (Ok(true), None) => {}
                // Nobody is told of what nobody can ask for at the moment; afterwards the page looks.
                (Err(error), _) => {
                    self.has_looked = false;
                    tracing::warn!(%error, "a stream could not be checked");
                }
            }
        }
    }

    async fn may_see(&self) -> store::Result<bool> {
        let mut db = self.state.pool.acquire().await?;
        let role = accounts::role_in(&mut db, self.login, self.org).await?;
        Ok(role.is_some_and(|role| role.may(Action::SeeOrganization)))
    }
}

/// When a page comes back whose server ends: another one is there, or this one again. Not all at once.
fn come_back_after(login: Uuid) -> Duration {
    let (_, low) = login.as_u64_pair();
    COME_BACK + Duration::from_millis(low % SPREAD_MS)
}

fn changed_event(changed: &Changed) -> Event {
    Event::default().event("changed").data(changed.to_string())
}

/// Browsers drop events without data.
fn ended_event() -> Event {
    Event::default().event("ended").data("-")
}
