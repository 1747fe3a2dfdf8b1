//! Signing in, up and out. J5, N3

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    app::guest::{
        self,
        sign_in::{AddressPage, AuthMode, CodePage},
    },
    domain::email::EmailAddress,
    http::{
        error::{OrRefuse, PageError},
        extract::{Form, home},
        page::{Page, set_cookie},
        pages::codes::{Asking, CodeForm, ask, code_page, pending_code, verify_code},
    },
    server::{
        idna,
        logins::{self, Caller, CurrentUser},
        state::AppState,
    },
    store::{
        accounts,
        codes::{self, CodeRefusal, Pending, Purpose},
    },
};

/// `GET /`
pub async fn start(user: Option<CurrentUser>) -> Redirect {
    Redirect::to(user.as_ref().map_or("/sign-up", home))
}

/// `GET /sign-in`
pub async fn sign_in(user: Option<CurrentUser>) -> Result<Page, PageError> {
    ask_address(user, AuthMode::SignIn)
}

/// `GET /sign-up`
pub async fn sign_up(user: Option<CurrentUser>) -> Result<Page, PageError> {
    ask_address(user, AuthMode::SignUp)
}

fn ask_address(user: Option<CurrentUser>, mode: AuthMode) -> Result<Page, PageError> {
    match user {
        Some(user) => Err(PageError::elsewhere(home(&user))),
        None => Ok(address_page(AddressPage { mode, typed: String::new(), error: None })),
    }
}

fn address_page(page: AddressPage) -> Page {
    let title = if page.mode == AuthMode::SignIn { "Sign in" } else { "Sign up" };
    Page::new(title, guest::Page::Address(page))
}

#[derive(Deserialize)]
pub struct AddressForm {
    #[serde(default)]
    email: String,
}

/// `POST /sign-in`: the answer is the same whether or not the address is known. J5
pub async fn ask_to_sign_in(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Form(form): Form<AddressForm>,
) -> Result<Response, PageError> {
    mail_code(&state, &caller, &headers, form, AuthMode::SignIn).await
}

/// `POST /sign-up`
pub async fn ask_to_sign_up(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Form(form): Form<AddressForm>,
) -> Result<Response, PageError> {
    mail_code(&state, &caller, &headers, form, AuthMode::SignUp).await
}

async fn mail_code(
    state: &AppState,
    caller: &Caller,
    headers: &HeaderMap,
    form: AddressForm,
    mode: AuthMode,
) -> Result<Response, PageError> {
    let refuse = |status, error: String| {
        address_page(AddressPage { mode, typed: form.email.clone(), error: Some(error) }).with_status(status)
    };
    let address = EmailAddress::parse(&form.email, idna::to_ascii)
        .map_err(|problem| refuse(StatusCode::UNPROCESSABLE_ENTITY, problem.to_string()))?;
    let purpose = if mode == AuthMode::SignIn { Purpose::SignIn } else { Purpose::SignUp };
    let (browser, cookie) = logins::browser(headers);
    ask(state, caller, &browser, Asking { purpose, address: &address, join: None })
        .await
        .or_refuse(|refusal| refuse(StatusCode::TOO_MANY_REQUESTS, refusal.to_string()))?;
    Ok((set_cookie(cookie), Redirect::to("/sign-in/code")).into_response())
}

/// `GET /sign-in/code`
pub async fn code(State(state): State<AppState>, headers: HeaderMap) -> Result<Page, PageError> {
    let pending = pending(&state, &headers).await?;
    Ok(page_for(&pending, None))
}

async fn pending(state: &AppState, headers: &HeaderMap) -> Result<Pending, PageError> {
    let pending = pending_code(state, headers).await?;
    pending.filter(|pending| pending.purpose != Purpose::Join).ok_or(PageError::elsewhere("/sign-in"))
}

fn page_for(pending: &Pending, refusal: Option<CodeRefusal>) -> Page {
    let back = if pending.purpose == Purpose::SignUp { "/sign-up" } else { "/sign-in" };
    code_page(CodePage {
        address: pending.address.to_string(),
        action: "/sign-in/code".into(),
        back: back.into(),
        joining: None,
        error: refusal.map(|refusal| refusal.to_string()),
    })
}

/// `POST /sign-in/code`
pub async fn enter_code(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Form(form): Form<CodeForm>,
) -> Result<Response, PageError> {
    let pending = pending(&state, &headers).await?;
    let refuse = |refusal| page_for(&pending, Some(refusal));
    verify_code(&state, &headers, &pending, &form.code).await.or_refuse(refuse)?;
    let mut tx = state.begin().await?;
    codes::consume(&mut tx, &pending).await.or_refuse(refuse)?;
    // Nobody signs in to an account that is not there: the mail had no code in it.
    if pending.purpose == Purpose::SignIn && !accounts::exists(&mut tx, &pending.address).await? {
        return Err(refuse(CodeRefusal::Gone).into());
    }
    let account = accounts::ensure(&mut tx, &pending.address).await?;
    let cookie = logins::open(&mut tx, account, None, &caller).await?;
    state.commit_unseen(tx).await?;
    Ok((set_cookie(Some(cookie)), Redirect::to("/")).into_response())
}

/// `POST /sign-out`
pub async fn sign_out(
    State(state): State<AppState>,
    user: Option<CurrentUser>,
) -> Result<Response, PageError> {
    if let Some(CurrentUser(viewer)) = user {
        let mut tx = state.begin().await?;
        accounts::close_login(&mut tx, viewer.account, viewer.login).await?;
        state.commit_unseen(tx).await?;
    }
    Ok((set_cookie(Some(logins::forget())), Redirect::to("/sign-in")).into_response())
}
