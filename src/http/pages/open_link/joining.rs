//! In through an open link, by a proven address; the link has the last word. L3 to L5

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};

use super::closed::closed_page;
use crate::{
    app::guest::sign_in::{AskAgain, CodePage},
    domain::{
        email::EmailAddress,
        joining::{JoinRefusal, Joined},
    },
    http::{
        error::PageError,
        extract::{Form, LinkToken, OpenLink},
        page::{Page, set_cookie},
        pages::{
            codes::{CodeForm, code_page, letters_mailed, pending_code, verify_code},
            joining::{JoinTarget, Visitor, join_by_code, join_signed_in},
        },
        sso::{Leaving, required_provider},
    },
    server::{
        logins::{Caller, CurrentUser},
        metrics::JoinWay,
        state::AppState,
    },
    store::{
        Error,
        codes::{CodeRefusal, Pending, Purpose},
        members::Through,
        proof::{Joiner, Proof},
    },
};

/// The short way in, for somebody signed in whom nothing stands against; false where anything does.
pub async fn pass(state: &AppState, token: &LinkToken, joiner: Joiner) -> bool {
    let member = state.join_queue.write(&state.pool, token.org, (token.link, joiner)).await;
    if let Some(member) = member {
        state.metrics.joined(JoinWay::Link, Joined::Now(member));
    }
    member.is_some()
}

/// Somebody signed in: their address is proven.
pub fn joiner(user: &CurrentUser, name: &str) -> Result<Joiner, PageError> {
    Ok(Joiner { proof: Proof::by_login(&user.0)?, name: name.to_owned() })
}

/// Lets somebody signed in in alone, or says what stands against it.
pub async fn join_as_viewer(
    state: &AppState,
    held: &OpenLink,
    joiner: &Joiner,
) -> Result<Redirect, PageError> {
    match join_signed_in(state, target(&held.token), joiner).await {
        Ok(()) => Ok(Redirect::to("/me")),
        Err(error) => Err(turned_away(state, held, joiner.proof.address(), error).await),
    }
}

const fn target(token: &LinkToken) -> JoinTarget {
    JoinTarget { org: token.org, through: Through::Link(token.link) }
}

/// `GET /j/{token}/code`
pub async fn code(
    State(state): State<AppState>,
    held: OpenLink,
    headers: HeaderMap,
) -> Result<Page, PageError> {
    let pending = pending(&state, &held, &headers, None).await?;
    Ok(page_for(&held, &pending, None))
}

/// The code that this browser asked for to join through this link.
async fn pending(
    state: &AppState,
    held: &OpenLink,
    headers: &HeaderMap,
    address: Option<&str>,
) -> Result<Pending, PageError> {
    let here = held.link.id;
    let such = |purpose: &Purpose| matches!(purpose, Purpose::Link { link, .. } if *link == here);
    let pending = pending_code(state, headers, address, such).await?;
    pending.ok_or_else(|| PageError::elsewhere(held.token.path()))
}

fn page_for(held: &OpenLink, pending: &Pending, refusal: Option<CodeRefusal>) -> Page {
    let path = held.token.path();
    code_page(CodePage {
        address: pending.address.to_string(),
        letters_mailed: letters_mailed(pending),
        action: format!("{path}/code"),
        back: format!("{path}?as=another"),
        again: AskAgain { action: path, email: pending.address.to_string(), name: Some(pending.name()) },
        joining: Some(held.link.org_name.clone()),
        error: refusal.map(|refusal| refusal.to_string()),
    })
}

/// `POST /j/{token}/code`
pub async fn enter_code(
    State(state): State<AppState>,
    held: OpenLink,
    user: Option<CurrentUser>,
    caller: Caller,
    headers: HeaderMap,
    Form(form): Form<CodeForm>,
) -> Result<Response, PageError> {
    let asked = pending(&state, &held, &headers, form.email.as_deref()).await?;
    let back = held.token.path();
    let leaving =
        Leaving { caller: &caller, headers: &headers, address: Some(&asked.address), back: Some(&back) };
    if let Some(answer) = required_provider(&state, leaving).await? {
        return Ok(answer);
    }
    let code = match verify_code(&state, &caller, &headers, &asked.address, &form.code).await {
        Ok(code) => code,
        Err(Error::Refused(refusal)) => {
            // Of two clicks at once, one uses the code up: the link's page knows what became of that.
            pending(&state, &held, &headers, form.email.as_deref()).await?;
            return Err(page_for(&held, &asked, Some(refusal)).into());
        }
        Err(Error::Broken(error)) => return Err(error.into()),
    };
    let name = asked.name();
    let visitor = Visitor { name: &name, before: user.as_ref(), caller: &caller };
    match join_by_code(&state, target(&held.token), &code, visitor).await {
        Ok(cookie) => Ok((set_cookie(Some(cookie)), Redirect::to("/me")).into_response()),
        Err(Error::Refused(JoinRefusal::Unknown)) => Err(PageError::elsewhere(held.token.path())),
        Err(error) => Err(turned_away(&state, &held, &asked.address, error).await),
    }
}

/// The page for whom the link did not let in.
async fn turned_away(
    state: &AppState,
    held: &OpenLink,
    address: &EmailAddress,
    error: Error<JoinRefusal>,
) -> PageError {
    match error {
        Error::Refused(JoinRefusal::Link(refusal)) => match held.token.find(state).await {
            // What is true now, not what was true when the page was opened.
            Ok(link) => {
                let held = OpenLink { token: held.token.clone(), link };
                closed_page(&held, refusal, Some(address)).into()
            }
            Err(_) => closed_page(held, refusal, Some(address)).into(),
        },
        // A link gives none of these but the first.
        Error::Refused(
            JoinRefusal::Unknown | JoinRefusal::Invite(_) | JoinRefusal::Removed | JoinRefusal::NotAMember,
        ) => PageError::UnknownLink,
        Error::Refused(JoinRefusal::Raced) => {
            PageError::Broken(anyhow::anyhow!("one person joined many times at once"))
        }
        Error::Broken(error) => error.into(),
    }
}
