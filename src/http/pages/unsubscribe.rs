//! Opting out by the link in a mail, also by a mail program that knows nothing of this site. I10,
//! RFC 8058

use axum::{
    extract::{FromRequestParts, State},
    http::request::Parts,
};

use crate::{
    app::guest::{
        self,
        join::personal::{OptOutState, UnsubscribePage},
    },
    domain::{actor::Actor, ids::OrgId},
    http::{error::PageError, extract::find_token, page::Page},
    server::{keys::Keys, logins::Caller, state::AppState},
    store::{self, opt_outs},
    words,
};

/// Whom a mail went to that carries this token, be it an address that the invite no longer has.
pub struct Addressee {
    token: String,
    org: OrgId,
    org_name: String,
    email: String,
    actor: Actor,
}

impl FromRequestParts<AppState> for Addressee {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let token = find_token(parts, state).await?;
        let caller = Caller::from_request_parts(parts, state).await?;
        let read = Keys::read_invite_token(&token).ok_or(PageError::UnknownLink)?;
        let mut db = state.pool.acquire().await?;
        let found = opt_outs::addressees(&mut db, read.org, read.invite.into())
            .await?
            .ok_or(PageError::UnknownLink)?;
        let mut emails = found.emails.into_iter();
        let (_, email) = emails
            .find(|(generation, _)| state.keys.proves_unsubscribe(&read, *generation))
            .ok_or(PageError::UnknownLink)?;
        let actor = Actor::link_holder(read.org, &email, &caller.network);
        Ok(Self { token, org: read.org, org_name: found.org_name, email, actor })
    }
}

/// `GET /u/{token}`: asks; changes nothing. I10
pub async fn show(addressee: Addressee) -> Page {
    page(addressee, OptOutState::Asked)
}

/// `POST /u/{token}`: no further mail from this organization. Mail programs call it without cookies
/// and without an origin: the token is all that counts. I10, RFC 8058
pub async fn unsubscribe(State(state): State<AppState>, addressee: Addressee) -> Result<Page, PageError> {
    store::retry(|| async {
        let mut tx = state.begin().await?;
        opt_outs::opt_out(&mut tx, &addressee.actor, &addressee.email).await?;
        state.commit(tx, addressee.org).await
    })
    .await?;
    Ok(page(addressee, OptOutState::Done))
}

/// `POST /u/{token}/opt-in`: takes it back. I10
pub async fn opt_in(State(state): State<AppState>, addressee: Addressee) -> Result<Page, PageError> {
    store::retry(|| async {
        let mut tx = state.begin().await?;
        opt_outs::opt_in(&mut tx, &addressee.actor, &addressee.email).await?;
        state.commit(tx, addressee.org).await
    })
    .await?;
    Ok(page(addressee, OptOutState::TakenBack))
}

fn page(addressee: Addressee, state: OptOutState) -> Page {
    let path = format!("/u/{}", addressee.token);
    let action = if state == OptOutState::Done { format!("{path}/opt-in") } else { path };
    let page = UnsubscribePage { org: addressee.org_name, action, state };
    Page::new(words::guest::title_stop_invites(), guest::Page::Unsubscribe(page))
}
