//! The list of those who wait for a place at a full link. L7

use axum::{extract::State, http::StatusCode, response::Redirect};
use serde::Deserialize;

use super::closed::{closed_page, full_page};
use crate::{
    domain::{
        email::EmailAddress,
        link::{LinkPolicy, LinkRefusal},
    },
    http::{
        error::{OrRefuse, PageError},
        extract::{Form, OpenLink},
    },
    server::{idna, logins::Caller, state::AppState},
    store::{
        self,
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
    held: OpenLink,
    caller: Caller,
    Form(form): Form<WaitForm>,
) -> Result<Redirect, PageError> {
    let (token, policy) = (&held.token, &held.link.policy);
    match policy.require_live() {
        Err(LinkRefusal::Full) => {}
        // There is room meanwhile.
        Ok(()) => return Ok(Redirect::to(&token.path())),
        Err(refusal) => return Err(closed_page(&held, refusal, None).into()),
    }
    let refuse = |status, error: String| full_page(&held, status, form.email.clone(), Some(error));
    let invalid = |error| refuse(StatusCode::UNPROCESSABLE_ENTITY, error);
    let address =
        EmailAddress::parse(&form.email, idna::to_ascii).map_err(|problem| invalid(problem.to_string()))?;
    let with_room = LinkPolicy { usage_limit: None, ..policy.clone() };
    with_room.admit(&address).map_err(|refusal| invalid(refusal.to_string()))?;
    let actor = token.holder(&address, &caller);
    let added = store::retry(|| async {
        let mut tx = state.begin().await?;
        waitlist::add(&mut tx, &actor, held.link.id, &address, &caller.network).await?;
        Ok(state.commit(tx, token.org).await?)
    });
    added
        .await
        .or_refuse(|refusal: NotWaiting| refuse(StatusCode::TOO_MANY_REQUESTS, refusal.to_string()))?;
    Ok(Redirect::to(&format!("{}?waiting=yes", token.path())))
}
