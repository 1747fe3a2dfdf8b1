//! Six-digit codes: asked for by a form, mailed, typed into the next one. J5, L3, N3

use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::{
    app::guest::{self, sign_in::CodePage},
    http::{error::PageError, page::Page},
    server::{
        keys,
        logins::{self, Caller},
        state::AppState,
    },
    store::{
        self, Error,
        codes::{self, CodeRefusal, Pending, Purpose, TooManyCodes},
    },
    domain::{
        email::EmailAddress,
        ids::{LinkId, OrgId},
    },
};

/// What a code is asked for: its purpose, and the link and name of somebody who joins.
pub struct Asking<'a> {
    pub purpose: Purpose,
    pub address: &'a EmailAddress,
    pub join: Option<(OrgId, LinkId, &'a str)>,
}

#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    pub code: String,
}

/// Asks for a code for the browser whose cookie has this secret.
pub async fn ask(
    state: &AppState,
    caller: &Caller,
    browser: &str,
    asking: Asking<'_>,
) -> store::Result<(), Error<TooManyCodes>> {
    let Asking { purpose, address, join } = asking;
    let browser_hash = &keys::hash(browser);
    let request = codes::Request { purpose, address, browser_hash, network: &caller.network, join };
    let mut tx = state.begin().await?;
    codes::ask(&mut tx, &request).await?;
    Ok(state.commit_unseen(tx).await?)
}

/// The code that this browser is waited for to type.
pub async fn pending_code(state: &AppState, headers: &HeaderMap) -> Result<Option<Pending>, PageError> {
    let (secret, _) = logins::browser(headers);
    let mut db = state.pool.acquire().await?;
    Ok(codes::pending(&mut db, &keys::hash(&secret)).await?)
}

/// Whether the typed code is the one that was mailed. A wrong one is counted before the answer goes
/// out. N3
///
/// # Errors
/// Wrong, or no longer of use.
pub async fn verify_code(
    state: &AppState,
    headers: &HeaderMap,
    pending: &Pending,
    typed: &str,
) -> store::Result<(), Error<CodeRefusal>> {
    let (secret, _) = logins::browser(headers);
    let mut db = state.pool.acquire().await?;
    // A transaction of its own: whatever happens next, the try was made.
    let tries_left = codes::count_try(&mut db, pending).await?;
    if state.keys.is_login_code(pending.id, &keys::hash(&secret), typed) {
        Ok(())
    } else if tries_left == 0 {
        Err(Error::Refused(CodeRefusal::Gone))
    } else {
        Err(Error::Refused(CodeRefusal::Wrong { tries_left }))
    }
}

/// The page that asks for a code; with an error it is a refusal.
#[must_use]
pub fn code_page(page: CodePage) -> Page {
    let status = if page.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Page::new("Your code", guest::Page::Code(page)).with_status(status)
}
