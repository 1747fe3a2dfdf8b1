//! Joining by open link. Opening a page changes nothing; pressing Join does. J1 to J4, L3 to L8

use axum::{
    Extension, Form,
    extract::{Path, Query, Request, State},
    http::{HeaderValue, StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    app::guest::{
        Page,
        join::{
            closed_link::{ClosedLink, ClosedLinkPage, FullPage},
            open_link::OpenPage,
            status_page::Host,
        },
        sign_in::CodePage,
    },
    domain::{
        email::{AddressProblem, EmailAddress},
        ids::{AccountId, LinkId, OrgId},
        link::LinkRefusal,
        member::NAME_MAX,
        text,
    },
    http::{
        pages::account::{CodeForm, judge, set_cookie, show_code, waiting},
        render::{self, Preview},
    },
    server::{
        idna, keys,
        logins::{self, Caller, Viewing},
        state::AppState,
    },
    store::{
        self, Error,
        accounts::{self, Viewer},
        codes::{self, CodeRefusal, Pending, Purpose},
        links::{self, Joiner, Link, RedeemRefusal},
    },
};

pub(super) fn viewer(parts: &Parts) -> Option<Viewer> {
    parts.extensions.get::<Viewing>().and_then(|viewing| viewing.0.clone())
}

pub(super) async fn show_unknown(state: &AppState, parts: Parts) -> Response {
    render::page(state, parts, StatusCode::NOT_FOUND, "Link closed", Page::UnknownLink).await
}

#[derive(Deserialize)]
pub struct LinkQuery {
    /// `another`: a signed-in person wants to join with another address. J4
    #[serde(default, rename = "as")]
    as_whom: String,
    /// Somebody has just left an address at the full link. L7
    #[serde(default)]
    waiting: Option<String>,
}

/// `GET /j/{token}`
pub async fn link(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(query): Query<LinkQuery>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let (org, link) = match find_link(&state, &token).await {
        Ok(Some((org, link))) => (org, link),
        Ok(None) => return show_unknown(&state, parts).await,
        Err(error) => return render::broken(&error),
    };
    let viewer = viewer(&parts).filter(|_| query.as_whom != "another");
    if let Some(viewer) = &viewer {
        match is_member(&state, org, viewer.account).await {
            Ok(true) => {
                let reason = ClosedLink::AlreadyMember { address: viewer.address.clone() };
                return show_reason(&state, parts, &link, StatusCode::OK, reason).await;
            }
            Ok(false) => {}
            Err(error) => return render::broken(&error),
        }
    }
    if query.waiting.is_some() && link.policy.require_live() == Err(LinkRefusal::Full) {
        return show_reason(&state, parts, &link, StatusCode::OK, ClosedLink::Waiting).await;
    }
    show_link(&state, parts, &token, link, viewer, JoinForm::default(), Problems::default()).await
}

pub(super) async fn find_link(state: &AppState, token: &str) -> store::Result<Option<(OrgId, Link)>> {
    let Some((org, id)) = state.keys.read_link_token(token) else { return Ok(None) };
    let mut db = state.pool.acquire().await?;
    Ok(links::find(&mut db, org, id).await?.map(|link| (org, link)))
}

async fn is_member(state: &AppState, org: OrgId, account: AccountId) -> store::Result<bool> {
    let mut db = state.pool.acquire().await?;
    Ok(accounts::memberships(&mut db, account).await?.iter().any(|membership| membership.org == org))
}

/// The page of a link that does not let this person in.
async fn show_reason(
    state: &AppState,
    parts: Parts,
    link: &Link,
    status: StatusCode,
    reason: ClosedLink,
) -> Response {
    let host =
        Host { org: link.org_name.clone(), name: link.host_name.clone(), address: link.host_address.clone() };
    let page = Page::ClosedLink(ClosedLinkPage { reason, host });
    render::page(state, parts, status, "Link closed", page).await
}

#[derive(Default)]
struct Problems {
    name: Option<String>,
    email: Option<String>,
    too_many: bool,
}

/// The page of a link: to join, or why nobody can.
async fn show_link(
    state: &AppState,
    parts: Parts,
    token: &str,
    link: Link,
    viewer: Option<Viewer>,
    typed: JoinForm,
    problems: Problems,
) -> Response {
    if let Err(refusal) = link.policy.require_live() {
        return show_closed_link(state, parts, token, &link, refusal, None).await;
    }
    let status = match (&problems.name, &problems.email) {
        _ if problems.too_many => StatusCode::TOO_MANY_REQUESTS,
        (None, None) => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let preview = Preview {
        title: format!("Get your {} headshot", link.org_name),
        description: format!("{} shared this link. Your phone is enough.", link.created_by),
    };
    let name = match (&viewer, typed.name.is_empty()) {
        (Some(viewer), true) => EmailAddress::try_from(viewer.address.clone())
            .map(|address| address.suggested_name())
            .unwrap_or_default(),
        _ => typed.name,
    };
    let page = OpenPage {
        action: format!("/j/{token}"),
        maker: link.created_by.clone(),
        team: link.team.map(|(_, name)| name),
        places_left: link.policy.places_left(),
        domains: link.policy.domains,
        expires_at: link.expires_at,
        org: link.org_name,
        viewer: viewer.map(|viewer| viewer.address),
        limits: state.photo_limits,
        name,
        email: typed.email,
        name_error: problems.name,
        email_error: problems.email,
    };
    render::page_with_preview(state, parts, status, "Join", Some(preview), Page::Open(page)).await
}

/// The page of a link that is closed, or closed to this address.
pub(super) async fn show_closed_link(
    state: &AppState,
    parts: Parts,
    token: &str,
    link: &Link,
    refusal: LinkRefusal,
    address: Option<&EmailAddress>,
) -> Response {
    let address = address.map(ToString::to_string).unwrap_or_default();
    let (status, reason) = match refusal {
        LinkRefusal::Expired => (StatusCode::GONE, ClosedLink::Expired { at: link.expires_at }),
        LinkRefusal::Revoked => (StatusCode::GONE, ClosedLink::Revoked { at: link.revoked_at }),
        LinkRefusal::Paused => (StatusCode::CONFLICT, ClosedLink::Paused),
        LinkRefusal::Full => {
            return show_full(state, parts, token, link, StatusCode::CONFLICT, address, None).await;
        }
        LinkRefusal::WrongDomain { expected } => {
            let again = format!("/j/{token}?as=another");
            (StatusCode::FORBIDDEN, ClosedLink::WrongDomain { expected, address, again })
        }
        LinkRefusal::Removed => (StatusCode::FORBIDDEN, ClosedLink::Removed { address }),
    };
    show_reason(state, parts, link, status, reason).await
}

/// The page of a full link, with the form for those who would wait. L7
pub(super) async fn show_full(
    state: &AppState,
    parts: Parts,
    token: &str,
    link: &Link,
    status: StatusCode,
    email: String,
    error: Option<String>,
) -> Response {
    let limit = link.policy.usage_limit.unwrap_or_default();
    let full = FullPage { limit, action: format!("/j/{token}/wait"), email, error };
    show_reason(state, parts, link, status, ClosedLink::Full(full)).await
}

#[derive(Default, Deserialize)]
pub struct JoinForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    /// Set by the form of a signed-in person, who has no address to type.
    #[serde(default)]
    viewer: Option<String>,
}

/// `POST /j/{token}`: asks for a code; somebody signed in joins at once, their address is proven.
pub async fn ask_to_join(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Extension(caller): Extension<Caller>,
    parts: Parts,
    Form(form): Form<JoinForm>,
) -> Response {
    let viewer = viewer(&parts).filter(|_| form.viewer.is_some());
    let name = text::line("Your name", &form.name, NAME_MAX);
    if let (Some(viewer), Ok(name)) = (&viewer, &name)
        && pass(&state, &token, viewer, name).await
    {
        return Redirect::to("/me").into_response();
    }
    let (org, link) = match find_link(&state, &token).await {
        Ok(Some((org, link))) => (org, link),
        Ok(None) => return show_unknown(&state, parts).await,
        Err(error) => return render::broken(&error),
    };
    let name = match name {
        Ok(name) => name,
        Err(problem) => {
            let problems = Problems { name: Some(problem.to_string()), ..Problems::default() };
            return show_link(&state, parts, &token, link, viewer, form, problems).await;
        }
    };
    if let Some(viewer) = viewer {
        return join_as_viewer(&state, parts, &token, (org, link), &viewer, &name).await;
    }
    let refuse = |parts, link, form, email: String, too_many| {
        let problems = Problems { email: Some(email), too_many, ..Problems::default() };
        show_link(&state, parts, &token, link, None, form, problems)
    };
    let address = match EmailAddress::parse(&form.email, idna::to_ascii) {
        Ok(address) => address,
        Err(problem) => return refuse(parts, link, form, problem.to_string(), false).await,
    };
    match link.policy.admit(&address) {
        Ok(()) => {}
        Err(refusal @ LinkRefusal::WrongDomain { .. }) => {
            return refuse(parts, link, form, refusal.to_string(), false).await;
        }
        Err(refusal) => return show_closed_link(&state, parts, &token, &link, refusal, None).await,
    }
    let (secret, cookie) = logins::browser(&parts.headers);
    let request = codes::Request {
        purpose: Purpose::Join,
        address: &address,
        browser_hash: &keys::hash(&secret),
        network: &caller.network,
        join: Some((org, link.id, &name)),
    };
    let asked = async {
        let mut tx = state.pool.begin().await?;
        codes::ask(&mut tx, &request).await?;
        Ok(tx.commit().await?)
    };
    match asked.await {
        Ok(()) => (set_cookie(cookie), Redirect::to(&format!("/j/{token}/code"))).into_response(),
        Err(Error::Refused(refusal)) => {
            let words = codes::TooManyCodes::to_string(&refusal);
            refuse(parts, link, form, words, true).await
        }
        Err(Error::Broken(error)) => render::broken(&error),
    }
}

/// The short way in, for somebody signed in whom nothing stands against; false where anything does.
async fn pass(state: &AppState, token: &str, viewer: &Viewer, name: &str) -> bool {
    let Some((org, link)) = state.keys.read_link_token(token) else { return false };
    let Ok(joiner) = joiner(viewer, name) else { return false };
    state.join_queue.join(&state.pool, org, link, joiner).await.is_some()
}

/// A viewer's address is proven.
fn joiner(viewer: &Viewer, name: &str) -> Result<Joiner, AddressProblem> {
    let address = EmailAddress::try_from(viewer.address.clone())?;
    Ok(Joiner { account: viewer.account, address, name: name.to_owned(), login: Some(viewer.login) })
}

/// Lets a viewer in alone, or says what stands against it.
async fn join_as_viewer(
    state: &AppState,
    parts: Parts,
    token: &str,
    (org, link): (OrgId, Link),
    viewer: &Viewer,
    name: &str,
) -> Response {
    let joiner = match joiner(viewer, name) {
        Ok(joiner) => joiner,
        Err(problem) => return render::broken(&problem),
    };
    match let_in(state, org, link.id, Proof::Login(&joiner)).await {
        Ok(_) => Redirect::to("/me").into_response(),
        Err(error) => show_refusal(state, parts, token, &link, &joiner.address, error).await,
    }
}

/// `GET /j/{token}/code`
pub async fn code(State(state): State<AppState>, Path(token): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match (find_link(&state, &token).await, waiting(&state, &parts.headers).await) {
        (Ok(Some((_, link))), Ok(Some(pending))) if pending.link == Some(link.id) => {
            show_code(&state, parts, code_page(&token, &link, &pending, None)).await
        }
        (Ok(Some(_)), Ok(_)) => Redirect::to(&format!("/j/{token}")).into_response(),
        (Ok(None), _) => show_unknown(&state, parts).await,
        (Err(error), _) | (_, Err(error)) => render::broken(&error),
    }
}

fn code_page(token: &str, link: &Link, pending: &Pending, error: Option<String>) -> CodePage {
    CodePage {
        address: pending.address.to_string(),
        action: format!("/j/{token}/code"),
        back: format!("/j/{token}?as=another"),
        joining: Some(link.org_name.clone()),
        error,
    }
}

/// `POST /j/{token}/code`: the address is proven, the link has the last word. L3 to L5
pub async fn enter_code(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Extension(caller): Extension<Caller>,
    parts: Parts,
    Form(form): Form<CodeForm>,
) -> Response {
    let (org, link, pending) = match (find_link(&state, &token).await, waiting(&state, &parts.headers).await)
    {
        (Ok(Some((org, link))), Ok(Some(pending))) if pending.link == Some(link.id) => (org, link, pending),
        (Ok(Some(_)), Ok(_)) => return Redirect::to(&format!("/j/{token}")).into_response(),
        (Ok(None), _) => return show_unknown(&state, parts).await,
        (Err(error), _) | (_, Err(error)) => return render::broken(&error),
    };
    // Of two clicks at once, one uses the code up. The link's page knows what became of the other.
    let used_up = || Redirect::to(&format!("/j/{token}")).into_response();
    match judge(&state, &parts.headers, &pending, &form.code).await {
        Ok(()) => {}
        Err(Error::Refused(refusal)) => {
            let still = waiting(&state, &parts.headers).await.ok().flatten();
            if still.is_none_or(|still| still.id != pending.id) {
                return used_up();
            }
            let page = code_page(&token, &link, &pending, Some(CodeRefusal::to_string(&refusal)));
            return show_code(&state, parts, page).await;
        }
        Err(Error::Broken(error)) => return render::broken(&error),
    }
    let name = pending.name.clone().unwrap_or_else(|| pending.address.suggested_name());
    let proof = Proof::Code { code: &pending, name: &name, caller: &caller };
    match let_in(&state, org, link.id, proof).await {
        Ok(cookie) => (set_cookie(cookie), Redirect::to("/me")).into_response(),
        Err(Error::Refused(RedeemRefusal::Unknown)) => used_up(),
        Err(error) => show_refusal(&state, parts, &token, &link, &pending.address, error).await,
    }
}

/// How somebody proves their address.
enum Proof<'a> {
    /// They are signed in with it.
    Login(&'a Joiner),
    /// They typed the code that was sent to it, and gave this name.
    Code { code: &'a Pending, name: &'a str, caller: &'a Caller },
}

/// Lets the owner of a proven address in and signs them in, all or nothing; gives the cookie of a
/// new login. When the same person came twice at once, the second try finds them in. L4
async fn let_in(
    state: &AppState,
    org: OrgId,
    link: LinkId,
    proof: Proof<'_>,
) -> store::Result<Option<HeaderValue>, Error<RedeemRefusal>> {
    let mut tries = 0;
    loop {
        tries += 1;
        match try_once(state, org, link, &proof).await {
            Err(Error::Refused(RedeemRefusal::Raced)) if tries < 5 => {}
            other => return other,
        }
    }
}

async fn try_once(
    state: &AppState,
    org: OrgId,
    link: LinkId,
    proof: &Proof<'_>,
) -> store::Result<Option<HeaderValue>, Error<RedeemRefusal>> {
    let mut tx = state.pool.begin().await?;
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
    tx.commit().await?;
    Ok(cookie)
}

async fn show_refusal(
    state: &AppState,
    parts: Parts,
    token: &str,
    link: &Link,
    address: &EmailAddress,
    error: Error<RedeemRefusal>,
) -> Response {
    match error {
        Error::Refused(RedeemRefusal::Link(refusal)) => {
            // What is true now, not what was true when the page was opened.
            let now = find_link(state, token).await.ok().flatten().map(|(_, link)| link);
            show_closed_link(state, parts, token, now.as_ref().unwrap_or(link), refusal, Some(address)).await
        }
        Error::Refused(RedeemRefusal::Unknown) => show_unknown(state, parts).await,
        Error::Refused(RedeemRefusal::Raced) => render::broken(&"one person joined many times at once"),
        Error::Broken(error) => render::broken(&error),
    }
}
