//! The list of those who wait for a place at a full link. L7

use axum::{
    Extension, Form,
    extract::{Path, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    domain::{
        actor::Actor,
        email::EmailAddress,
        link::{LinkPolicy, LinkRefusal},
    },
    http::{
        pages::open_link::{find_link, show_closed_link, show_full, show_unknown},
        render,
    },
    server::{idna, logins::Caller, state::AppState},
    store::{
        Error,
        waitlist::{self, NotWaiting},
    },
};

#[derive(Deserialize)]
pub struct WaitForm {
    #[serde(default)]
    email: String,
}

/// `POST /j/{token}/wait`: the answer is the same for an address that waits already.
pub async fn wait(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Extension(caller): Extension<Caller>,
    parts: Parts,
    Form(form): Form<WaitForm>,
) -> Response {
    let (org, link) = match find_link(&state, &token).await {
        Ok(Some(found)) => found,
        Ok(None) => return show_unknown(&state, parts).await,
        Err(error) => return render::broken(&error),
    };
    match link.policy.require_live() {
        Err(LinkRefusal::Full) => {}
        // There is room meanwhile.
        Ok(()) => return Redirect::to(&format!("/j/{token}")).into_response(),
        Err(refusal) => return show_closed_link(&state, parts, &token, &link, refusal, None).await,
    }
    let refuse = |parts, status, error: String| {
        show_full(&state, parts, &token, &link, status, form.email.clone(), Some(error))
    };
    let address = match EmailAddress::parse(&form.email, idna::to_ascii) {
        Ok(address) => address,
        Err(problem) => return refuse(parts, StatusCode::UNPROCESSABLE_ENTITY, problem.to_string()).await,
    };
    let with_room = LinkPolicy { usage_limit: None, ..link.policy.clone() };
    if let Err(refusal) = with_room.admit(&address) {
        return refuse(parts, StatusCode::UNPROCESSABLE_ENTITY, refusal.to_string()).await;
    }
    let added = async {
        let mut tx = state.pool.begin().await?;
        let actor = Actor::link_holder(org, &address, &caller.network);
        waitlist::add(&mut tx, &actor, link.id, &address, &caller.network).await?;
        Ok(tx.commit().await?)
    };
    match added.await {
        Ok(()) => Redirect::to(&format!("/j/{token}?waiting=yes")).into_response(),
        Err(Error::Refused(refusal)) => {
            let words = NotWaiting::to_string(&refusal);
            refuse(parts, StatusCode::TOO_MANY_REQUESTS, words).await
        }
        Err(Error::Broken(error)) => render::broken(&error),
    }
}
