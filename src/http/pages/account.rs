//! Signing in and up, the first organization, the account page. J5, N3

use axum::{
    Extension, Form,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    app::components::role_name,
    app::guest::{
        Page,
        account::{AccountPage, DeviceView, OrgView},
        sign_in::{AddressPage, AuthMode, CodePage},
        welcome::WelcomePage,
    },
    domain::{
        email::EmailAddress,
        ids::OrgId,
        member::{NAME_MAX, ORG_NAME_MAX},
        role::{Action, Role},
        text,
    },
    http::render,
    server::{
        idna, keys,
        logins::{self, Caller, Viewing},
        state::AppState,
    },
    store::{
        self, Error,
        accounts::{self, Viewer},
        codes::{self, CodeRefusal, Pending, Purpose},
        organizations,
    },
};

/// Where a viewer begins: their organization, or their own shoot.
fn home(viewer: &Viewer) -> &'static str {
    match &viewer.membership {
        None => "/welcome",
        Some(membership) if membership.role.may(Action::SeeOrganization) => "/dashboard",
        Some(_) => "/me",
    }
}

fn viewer(parts: &Parts) -> Option<Viewer> {
    parts.extensions.get::<Viewing>().and_then(|viewing| viewing.0.clone())
}

/// `GET /`
pub async fn start(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    Redirect::to(viewer(&parts).map_or("/sign-up", |viewer| home(&viewer))).into_response()
}

/// `GET /sign-in`
pub async fn sign_in(State(state): State<AppState>, request: Request) -> Response {
    ask_address(&state, request, AuthMode::SignIn).await
}

/// `GET /sign-up`
pub async fn sign_up(State(state): State<AppState>, request: Request) -> Response {
    ask_address(&state, request, AuthMode::SignUp).await
}

async fn ask_address(state: &AppState, request: Request, mode: AuthMode) -> Response {
    let (parts, _) = request.into_parts();
    if let Some(viewer) = viewer(&parts) {
        return Redirect::to(home(&viewer)).into_response();
    }
    show_address(state, parts, AddressPage { mode, typed: String::new(), error: None }).await
}

async fn show_address(state: &AppState, parts: Parts, page: AddressPage) -> Response {
    let title = if page.mode == AuthMode::SignIn { "Sign in" } else { "Sign up" };
    let status = if page.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    render::page(state, parts, status, title, Page::Address(page)).await
}

#[derive(Deserialize)]
pub struct AddressForm {
    #[serde(default)]
    email: String,
}

/// `POST /sign-in`: the answer is the same whether or not the address is known. J5
pub async fn ask_to_sign_in(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    parts: Parts,
    Form(form): Form<AddressForm>,
) -> Response {
    ask(&state, &caller, parts, form, AuthMode::SignIn).await
}

/// `POST /sign-up`
pub async fn ask_to_sign_up(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    parts: Parts,
    Form(form): Form<AddressForm>,
) -> Response {
    ask(&state, &caller, parts, form, AuthMode::SignUp).await
}

async fn ask(state: &AppState, caller: &Caller, parts: Parts, form: AddressForm, mode: AuthMode) -> Response {
    let refuse = |parts, error: String| {
        show_address(state, parts, AddressPage { mode, typed: form.email.clone(), error: Some(error) })
    };
    let address = match EmailAddress::parse(&form.email, idna::to_ascii) {
        Ok(address) => address,
        Err(problem) => return refuse(parts, problem.to_string()).await,
    };
    let (secret, cookie) = logins::browser(&parts.headers);
    let request = codes::Request {
        purpose: if mode == AuthMode::SignIn { Purpose::SignIn } else { Purpose::SignUp },
        address: &address,
        browser_hash: &keys::hash(&secret),
        network: &caller.network,
        join: None,
    };
    let asked = async {
        let mut tx = state.pool.begin().await?;
        codes::ask(&mut tx, &request).await?;
        Ok(tx.commit().await?)
    };
    match asked.await {
        Ok(()) => (set_cookie(cookie), Redirect::to("/sign-in/code")).into_response(),
        Err(Error::Refused(refusal)) => {
            let mut response = refuse(parts, codes::TooManyCodes::to_string(&refusal)).await;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            response
        }
        Err(Error::Broken(error)) => render::broken(&error),
    }
}

/// `GET /sign-in/code`
pub async fn code(State(state): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match waiting(&state, &parts.headers).await {
        Ok(Some(pending)) if pending.purpose != Purpose::Join => {
            show_code(&state, parts, code_page(&pending, None)).await
        }
        Ok(_) => Redirect::to("/sign-in").into_response(),
        Err(error) => render::broken(&error),
    }
}

fn code_page(pending: &Pending, error: Option<String>) -> CodePage {
    let back = if pending.purpose == Purpose::SignUp { "/sign-up" } else { "/sign-in" };
    CodePage {
        address: pending.address.to_string(),
        action: "/sign-in/code".into(),
        back: back.into(),
        joining: None,
        error,
    }
}

/// The page that asks for a code; with an error it is a refusal.
pub async fn show_code(state: &AppState, parts: Parts, page: CodePage) -> Response {
    let status = if page.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    render::page(state, parts, status, "Your code", Page::Code(page)).await
}

/// The code that this browser is waited for to type.
pub async fn waiting(state: &AppState, headers: &HeaderMap) -> store::Result<Option<Pending>> {
    let (secret, _) = logins::browser(headers);
    let mut db = state.pool.acquire().await?;
    codes::pending(&mut db, &keys::hash(&secret)).await
}

/// Judges a typed code. A wrong one is counted before the answer goes out. N3
///
/// # Errors
/// Wrong, or no longer of use.
pub async fn judge(
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

#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    pub code: String,
}

/// `POST /sign-in/code`
pub async fn enter_code(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    parts: Parts,
    Form(form): Form<CodeForm>,
) -> Response {
    let pending = match waiting(&state, &parts.headers).await {
        Ok(Some(pending)) if pending.purpose != Purpose::Join => pending,
        Ok(_) => return Redirect::to("/sign-in").into_response(),
        Err(error) => return render::broken(&error),
    };
    let signed_in = async {
        judge(&state, &parts.headers, &pending, &form.code).await?;
        let mut tx = state.pool.begin().await?;
        codes::consume(&mut tx, &pending).await?;
        // Nobody signs in to an account that is not there: the mail had no code in it.
        let known = accounts::exists(&mut tx, &pending.address).await?;
        if pending.purpose == Purpose::SignIn && !known {
            return Err(Error::Refused(CodeRefusal::Gone));
        }
        let account = accounts::ensure(&mut tx, &pending.address).await?;
        let cookie = logins::open(&mut tx, account, None, &caller).await?;
        tx.commit().await?;
        Ok(cookie)
    };
    match signed_in.await {
        Ok(cookie) => (set_cookie(Some(cookie)), Redirect::to("/")).into_response(),
        Err(Error::Refused(refusal)) => {
            let refusal: CodeRefusal = refusal;
            show_code(&state, parts, code_page(&pending, Some(refusal.to_string()))).await
        }
        Err(Error::Broken(error)) => render::broken(&error),
    }
}

/// `POST /sign-out`
pub async fn sign_out(State(state): State<AppState>, parts: Parts) -> Response {
    if let Some(viewer) = viewer(&parts) {
        let closed = async {
            let mut db = state.pool.acquire().await?;
            accounts::close_login(&mut db, viewer.account, viewer.login).await
        };
        if let Err(error) = closed.await {
            return render::broken(&error);
        }
    }
    (set_cookie(Some(logins::forget())), Redirect::to("/sign-in")).into_response()
}

/// `GET /welcome`: for an account that belongs to no organization yet.
pub async fn welcome(State(state): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match viewer(&parts) {
        None => Redirect::to("/sign-in").into_response(),
        Some(viewer) if viewer.membership.is_some() => Redirect::to(home(&viewer)).into_response(),
        Some(viewer) => {
            let name = EmailAddress::try_from(viewer.address.clone()).map(|address| address.suggested_name());
            let page = WelcomePage {
                address: viewer.address,
                name: name.unwrap_or_default(),
                ..WelcomePage::default()
            };
            render::page(&state, parts, StatusCode::OK, "Welcome", Page::Welcome(page)).await
        }
    }
}

#[derive(Deserialize)]
pub struct WelcomeForm {
    #[serde(default)]
    org: String,
    #[serde(default)]
    name: String,
}

/// `POST /welcome`: makes the organization. P5
pub async fn found(State(state): State<AppState>, parts: Parts, Form(form): Form<WelcomeForm>) -> Response {
    let Some(viewer) = viewer(&parts) else { return Redirect::to("/sign-in").into_response() };
    if viewer.membership.is_some() {
        return Redirect::to(home(&viewer)).into_response();
    }
    let org = text::line("The organization’s name", &form.org, ORG_NAME_MAX);
    let name = text::line("Your name", &form.name, NAME_MAX);
    let (org, name) = match (org, name) {
        (Ok(org), Ok(name)) => (org, name),
        (org, name) => {
            let page = WelcomePage {
                address: viewer.address,
                org: form.org,
                name: form.name,
                org_error: org.err().map(|problem| problem.to_string()),
                name_error: name.err().map(|problem| problem.to_string()),
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return render::page(&state, parts, status, "Welcome", Page::Welcome(page)).await;
        }
    };
    let founded = async {
        let address =
            EmailAddress::try_from(viewer.address).map_err(|problem| anyhow::anyhow!("{problem}"))?;
        let mut tx = state.pool.begin().await?;
        let owner = organizations::create(&mut tx, viewer.account, &address, &org, &name).await?;
        accounts::switch_to(&mut tx, viewer.login, owner.org).await?;
        anyhow::Ok(tx.commit().await?)
    };
    match founded.await {
        Ok(()) => Redirect::to("/dashboard").into_response(),
        Err(error) => render::broken(&error),
    }
}

/// `GET /account`
pub async fn account(State(state): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let Some(viewer) = viewer(&parts) else { return Redirect::to("/sign-in").into_response() };
    let Some(membership) = viewer.membership.clone() else { return Redirect::to("/welcome").into_response() };
    let loaded = async {
        let mut db = state.pool.acquire().await?;
        let devices = accounts::logins(&mut db, viewer.account).await?;
        let orgs = accounts::memberships(&mut db, viewer.account).await?;
        store::Result::<_>::Ok((devices, orgs))
    };
    let (devices, orgs) = match loaded.await {
        Ok(loaded) => loaded,
        Err(error) => return render::broken(&error),
    };
    let page = AccountPage {
        name: membership.name,
        address: viewer.address,
        org_name: membership.org_name,
        lead: membership.role != Role::Member,
        devices: devices
            .into_iter()
            .map(|login| DeviceView {
                this_one: login.id == viewer.login,
                id: login.id.to_string(),
                device: device_name(&login.device),
                network: login.network,
                seen_at: login.seen_at,
            })
            .collect(),
        orgs: orgs
            .into_iter()
            .map(|org| OrgView {
                current: org.org == membership.org,
                id: org.org,
                name: org.org_name,
                role: role_name(org.role).into(),
            })
            .collect(),
    };
    render::page(&state, parts, StatusCode::OK, "Your account", Page::Account(page)).await
}

/// A user agent in words that people know; the rough truth is enough to tell devices apart.
fn device_name(user_agent: &str) -> String {
    let find = |names: &[(&'static str, &'static str)], other: &'static str| {
        names.iter().find(|(sign, _)| user_agent.contains(sign)).map_or(other, |(_, name)| name)
    };
    let browser = find(
        &[("Firefox/", "Firefox"), ("Edg/", "Edge"), ("Chrome/", "Chrome"), ("Safari/", "Safari")],
        "A browser",
    );
    let system = find(
        &[
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("Mac OS X", "Mac"),
            ("Linux", "Linux"),
        ],
        "an unknown device",
    );
    format!("{browser} on {system}")
}

/// `POST /account/logins/{login}/close`
pub async fn close_login(State(state): State<AppState>, Path(login): Path<Uuid>, parts: Parts) -> Response {
    let Some(viewer) = viewer(&parts) else { return Redirect::to("/sign-in").into_response() };
    let closed = async {
        let mut db = state.pool.acquire().await?;
        accounts::close_login(&mut db, viewer.account, login).await
    };
    back_to_account(closed.await)
}

/// `POST /account/logins/close-others`
pub async fn close_other_logins(State(state): State<AppState>, parts: Parts) -> Response {
    let Some(viewer) = viewer(&parts) else { return Redirect::to("/sign-in").into_response() };
    let closed = async {
        let mut db = state.pool.acquire().await?;
        accounts::close_other_logins(&mut db, viewer.account, viewer.login).await
    };
    back_to_account(closed.await)
}

/// `POST /account/organizations/{org}/look`: an organization that is not theirs changes nothing.
pub async fn look_at(State(state): State<AppState>, Path(org): Path<Uuid>, parts: Parts) -> Response {
    let Some(viewer) = viewer(&parts) else { return Redirect::to("/sign-in").into_response() };
    let turned = async {
        let mut db = state.pool.acquire().await?;
        accounts::switch_to(&mut db, viewer.login, OrgId(org)).await
    };
    match turned.await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => render::broken(&error),
    }
}

fn back_to_account(result: store::Result<()>) -> Response {
    match result {
        Ok(()) => Redirect::to("/account").into_response(),
        Err(error) => render::broken(&error),
    }
}

/// A cookie, if there is one to set.
pub fn set_cookie(
    cookie: Option<header::HeaderValue>,
) -> AppendHeaders<Vec<(header::HeaderName, header::HeaderValue)>> {
    AppendHeaders(cookie.into_iter().map(|cookie| (header::SET_COOKIE, cookie)).collect())
}
