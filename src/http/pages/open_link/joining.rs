//! In through an open link, by a proven address; the link has the last word. L3 to L5

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue},
    response::{IntoResponse, Redirect, Response},
};

use super::closed::closed_page;
use crate::{
    app::guest::sign_in::CodePage,
    domain::email::EmailAddress,
    http::{
        error::PageError,
        extract::{Form, LinkToken, OpenLink},
        page::{Page, set_cookie},
        pages::codes::{CodeForm, code_page, pending_code, verify_code},
    },
    server::{
        logins::{self, Caller, CurrentUser},
        state::AppState,
    },
    store::{
        self, Error, accounts,
        codes::{self, CodeRefusal, Pending},
        links::{self, Joiner, RedeemRefusal},
    },
};

/// The short way in, for somebody signed in whom nothing stands against; false where anything does.
pub async fn pass(state: &AppState, token: &LinkToken, joiner: Joiner) -> bool {
    state.join_queue.join(&state.pool, token.org, token.link, joiner).await.is_some()
}

/// Somebody signed in: their address is proven.
pub fn joiner(user: &CurrentUser, name: &str) -> Result<Joiner, PageError> {
    let (address, viewer) = (user.address()?, &user.0);
    Ok(Joiner { account: viewer.account, address, name: name.to_owned(), login: Some(viewer.login) })
}

/// Lets somebody signed in in alone, or says what stands against it.
pub async fn join_as_viewer(
    state: &AppState,
    held: &OpenLink,
    joiner: &Joiner,
) -> Result<Redirect, PageError> {
    match let_in(state, &held.token, Proof::Login(joiner)).await {
        Ok(_) => Ok(Redirect::to("/me")),
        Err(error) => Err(turned_away(state, held, &joiner.address, error).await),
    }
}

/// `GET /j/{token}/code`
pub async fn code(
    State(state): State<AppState>,
    held: OpenLink,
    headers: HeaderMap,
) -> Result<Page, PageError> {
    let pending = pending(&state, &held, &headers).await?;
    Ok(page_for(&held, &pending, None))
}

/// The code that this browser asked for to join through this link.
async fn pending(state: &AppState, held: &OpenLink, headers: &HeaderMap) -> Result<Pending, PageError> {
    let pending = pending_code(state, headers).await?;
    pending
        .filter(|pending| pending.link == Some(held.link.id))
        .ok_or_else(|| PageError::elsewhere(held.token.path()))
}

fn page_for(held: &OpenLink, pending: &Pending, refusal: Option<CodeRefusal>) -> Page {
    let path = held.token.path();
    code_page(CodePage {
        address: pending.address.to_string(),
        action: format!("{path}/code"),
        back: format!("{path}?as=another"),
        joining: Some(held.link.org_name.clone()),
        error: refusal.map(|refusal| refusal.to_string()),
    })
}

/// `POST /j/{token}/code`
pub async fn enter_code(
    State(state): State<AppState>,
    held: OpenLink,
    caller: Caller,
    headers: HeaderMap,
    Form(form): Form<CodeForm>,
) -> Result<Response, PageError> {
    let code = pending(&state, &held, &headers).await?;
    // Of two clicks at once, one uses the code up. The link's page knows what became of the other.
    let used_up = || PageError::elsewhere(held.token.path());
    match verify_code(&state, &headers, &code, &form.code).await {
        Ok(()) => {}
        Err(Error::Refused(refusal)) => {
            let still = pending_code(&state, &headers).await?;
            if still.is_none_or(|still| still.id != code.id) {
                return Err(used_up());
            }
            return Err(page_for(&held, &code, Some(refusal)).into());
        }
        Err(Error::Broken(error)) => return Err(error.into()),
    }
    let name = code.name.clone().unwrap_or_else(|| code.address.suggested_name());
    let proof = Proof::Code { code: &code, name: &name, caller: &caller };
    match let_in(&state, &held.token, proof).await {
        Ok(cookie) => Ok((set_cookie(cookie), Redirect::to("/me")).into_response()),
        Err(Error::Refused(RedeemRefusal::Unknown)) => Err(used_up()),
        Err(error) => Err(turned_away(&state, &held, &code.address, error).await),
    }
}

/// How somebody proves their address.
enum Proof<'a> {
    /// They are signed in with it.
    Login(&'a Joiner),
    /// They typed the code that was sent to it, and gave this name.
    Code { code: &'a Pending, name: &'a str, caller: &'a Caller },
}

/// Lets the owner of a proven address in and signs them in, all or nothing; returns the cookie of a
/// new login. When the same person came twice at once, the second try finds them in. L4
async fn let_in(
    state: &AppState,
    token: &LinkToken,
    proof: Proof<'_>,
) -> store::Result<Option<HeaderValue>, Error<RedeemRefusal>> {
    let mut tries = 0;
    loop {
        tries += 1;
        match try_once(state, token, &proof).await {
            Err(Error::Refused(RedeemRefusal::Raced)) if tries < 5 => {}
            other => return other,
        }
    }
}

async fn try_once(
    state: &AppState,
    token: &LinkToken,
    proof: &Proof<'_>,
) -> store::Result<Option<HeaderValue>, Error<RedeemRefusal>> {
    let (org, link) = (token.org, token.link);
    let mut tx = state.begin().await?;
    let cookie = match proof {
        Proof::Login(joiner) => {
            links::redeem(&mut tx, org, link, joiner).await?;
            None
        }
        Proof::Code { code, name, caller } => {
            let account = accounts::ensure(&mut tx, &code.address).await?;
            let cookie = logins::open(&mut tx, account, Some(org), caller).await?;
            codes::consume(&mut tx, code).await.map_err(|error| match error {
                Error::Refused(_) => Error::Refused(RedeemRefusal::Unknown),
                Error::Broken(error) => Error::Broken(error),
            })?;
            let (address, name) = (code.address.clone(), (*name).to_owned());
            links::redeem(&mut tx, org, link, &Joiner { account, address, name, login: None }).await?;
            Some(cookie)
        }
    };
    state.commit(tx, org).await?;
    Ok(cookie)
}

/// The page for whom the link did not let in.
async fn turned_away(
    state: &AppState,
    held: &OpenLink,
    address: &EmailAddress,
    error: Error<RedeemRefusal>,
) -> PageError {
    match error {
        Error::Refused(RedeemRefusal::Link(refusal)) => match held.token.find(state).await {
            // What is true now, not what was true when the page was opened.
            Ok(link) => {
                let held = OpenLink { token: held.token.clone(), link };
                closed_page(&held, refusal, Some(address)).into()
            }
            Err(_) => closed_page(held, refusal, Some(address)).into(),
        },
        Error::Refused(RedeemRefusal::Unknown) => PageError::UnknownLink,
        Error::Refused(RedeemRefusal::Raced) => {
            PageError::Broken(anyhow::anyhow!("one person joined many times at once"))
        }
        Error::Broken(error) => error.into(),
    }
}
