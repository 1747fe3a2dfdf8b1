//! Codes: asked for by a form, mailed, typed into the next one. J5, J6, L3, N3

use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::{
    app::guest::{self, sign_in::CodePage},
    domain::{
        email::EmailAddress,
        limits::{CodeKind, TooManyCodes},
        moment::Moment,
        typed_code::TypedCode,
    },
    http::{error::PageError, page::Page},
    server::{
        keys,
        logins::{self, Caller},
        state::AppState,
    },
    store::{
        self, Error,
        codes::{self, Attempt, CodeRefusal, Pending, Purpose, RightCode},
    },
    words,
};

#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    pub code: String,
    /// The address that the page says the code went to: another tab may have asked for another.
    #[serde(default)]
    pub email: Option<String>,
}

/// Asks for a code for the browser whose cookie has this secret.
pub async fn ask(
    state: &AppState,
    caller: &Caller,
    browser: &str,
    purpose: Purpose,
    address: &EmailAddress,
) -> store::Result<(), Error<TooManyCodes>> {
    let browser_hash = &keys::hash(browser);
    let request = codes::Request { purpose, address, browser_hash, network: &caller.network };
    let mut tx = state.begin().await?;
    codes::ask(&mut tx, &request).await?;
    Ok(state.commit_unseen(tx).await?)
}

/// The newest code that this browser asked for with such a purpose: with the address that the form
/// names, where it names one.
pub async fn pending_code(
    state: &AppState,
    headers: &HeaderMap,
    address: Option<&str>,
    such: impl Fn(&Purpose) -> bool,
) -> Result<Option<Pending>, PageError> {
    let (secret, _) = logins::browser(headers);
    let mut db = state.pool.acquire().await?;
    let pending = codes::pending(&mut db, &keys::hash(&secret)).await?;
    let named = |pending: &Pending| address.is_none_or(|address| pending.address.to_string() == address);
    Ok(pending.into_iter().find(|pending| such(&pending.purpose) && named(pending)))
}

/// Compares the typed code with those that this browser asked for with this address. A wrong one is
/// counted before the answer goes out. N3
///
/// # Errors
/// Wrong, no longer of use, or no code at all.
pub async fn verify_code(
    state: &AppState,
    caller: &Caller,
    headers: &HeaderMap,
    address: &EmailAddress,
    typed: &str,
) -> store::Result<RightCode, Error<CodeRefusal>> {
    let typed = TypedCode::read(typed).map_err(|none| Error::Refused(none.into()))?;
    let (secret, _) = logins::browser(headers);
    let browser_hash = &keys::hash(&secret);
    let attempt = Attempt { browser_hash, address, kind: typed.kind(), network: &caller.network };
    codes::verify(&state.pool, &attempt, |asked| state.keys.is_code(asked, &attempt, &typed)).await
}

/// When a code was mailed, where it is of letters: its mail may be older than the request.
#[must_use]
pub fn letters_mailed(pending: &Pending) -> Option<Moment> {
    (pending.kind == CodeKind::Letters).then_some(pending.mailed_at)
}

/// The page that asks for a code; with an error it is a refusal.
#[must_use]
pub fn code_page(page: CodePage) -> Page {
    let status = if page.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Page::new(words::guest::title_code(), guest::Page::Code(page)).with_status(status)
}
