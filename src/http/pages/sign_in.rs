//! Signing in, up and out. J5, N3

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    app::guest::{
        self,
        sign_in::{AddressPage, AskAgain, AuthMode, CodePage},
    },
    domain::email::EmailAddress,
    http::{
        error::{OrRefuse, PageError},
        extract::{Form, Query, home},
        page::{Page, set_cookie},
        pages::codes::{CodeForm, ask, code_page, letters_mailed, pending_code, verify_code},
        sso::{Leaving, required_provider, to_provider},
    },
    server::{
        idna,
        logins::{self, Caller, CurrentUser},
        state::AppState,
    },
    store::{
        self, Error, accounts,
        codes::{CodeRefusal, Pending, Purpose},
        proof::Proof,
        sso::connections,
    },
    words,
};

/// `GET /`
pub async fn start(user: Option<CurrentUser>) -> Redirect {
    Redirect::to(user.as_ref().map_or("/sign-up", home))
}

/// `GET /sign-in`
pub async fn sign_in(user: Option<CurrentUser>, Query(after): Query<After>) -> Result<Page, PageError> {
    ask_address(user, AuthMode::SignIn, after.signed_out_of_us_alone.is_some())
}

#[derive(Deserialize)]
pub struct After {
    /// Set where somebody signed out who came through an identity provider. S4
    #[serde(rename = "signed-out")]
    signed_out_of_us_alone: Option<String>,
}

/// `GET /sign-up`
pub async fn sign_up(user: Option<CurrentUser>) -> Result<Page, PageError> {
    ask_address(user, AuthMode::SignUp, false)
}

fn ask_address(user: Option<CurrentUser>, mode: AuthMode, provider_goes_on: bool) -> Result<Page, PageError> {
    match user {
        Some(user) => Err(PageError::elsewhere(home(&user))),
        None => {
            let typed = String::new();
            Ok(address_page(AddressPage { mode, typed, error: None, provider_goes_on }))
        }
    }
}

fn address_page(page: AddressPage) -> Page {
    let title = match page.mode {
        AuthMode::SignIn => words::guest::title_sign_in(),
        AuthMode::SignUp => words::guest::title_sign_up(),
    };
    Page::new(title, guest::Page::Address(page))
}

#[derive(Deserialize)]
pub struct AddressForm {
    #[serde(default)]
    email: String,
    /// `code` where somebody whose domain has a provider asks for a code all the same. S4
    #[serde(default)]
    by: String,
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
        let typed = form.email.clone();
        address_page(AddressPage { mode, typed, error: Some(error), provider_goes_on: false })
            .with_status(status)
    };
    let address = EmailAddress::parse(&form.email, idna::to_ascii)
        .map_err(|problem| refuse(StatusCode::UNPROCESSABLE_ENTITY, problem.to_string()))?;
    let route = connections::route(&mut *state.pool.acquire().await?, &address).await?;
    if let Some(route) = route.filter(|route| route.required || form.by != "code") {
        let leaving = Leaving { caller, headers, address: Some(&address), back: None };
        return to_provider(state, &route, leaving).await;
    }
    let purpose = if mode == AuthMode::SignIn { Purpose::SignIn } else { Purpose::SignUp };
    let (browser, cookie) = logins::browser(headers);
    ask(state, caller, &browser, purpose, &address)
        .await
        .or_refuse(|refusal| refuse(StatusCode::TOO_MANY_REQUESTS, refusal.to_string()))?;
    Ok((set_cookie(cookie), Redirect::to("/sign-in/code")).into_response())
}

/// `GET /sign-in/code`
pub async fn code(State(state): State<AppState>, headers: HeaderMap) -> Result<Page, PageError> {
    let pending = pending(&state, &headers, None).await?;
    Ok(page_for(&pending, None))
}

async fn pending(state: &AppState, headers: &HeaderMap, address: Option<&str>) -> Result<Pending, PageError> {
    let such = |purpose: &Purpose| matches!(purpose, Purpose::SignIn | Purpose::SignUp);
    pending_code(state, headers, address, such).await?.ok_or(PageError::elsewhere("/sign-in"))
}

fn page_for(pending: &Pending, refusal: Option<CodeRefusal>) -> Page {
    let back = if pending.purpose == Purpose::SignUp { "/sign-up" } else { "/sign-in" };
    code_page(CodePage {
        address: pending.address.to_string(),
        letters_mailed: letters_mailed(pending),
        action: "/sign-in/code".into(),
        back: back.into(),
        again: AskAgain { action: back.into(), email: pending.address.to_string(), name: None },
        joining: None,
        error: refusal.map(|refusal| refusal.to_string()),
    })
}

/// `POST /sign-in/code`
pub async fn enter_code(
    State(state): State<AppState>,
    user: Option<CurrentUser>,
    caller: Caller,
    headers: HeaderMap,
    Form(form): Form<CodeForm>,
) -> Result<Response, PageError> {
    let pending = pending(&state, &headers, form.email.as_deref()).await?;
    let leaving = Leaving { caller: &caller, headers: &headers, address: Some(&pending.address), back: None };
    if let Some(answer) = required_provider(&state, leaving).await? {
        return Ok(answer);
    }
    let refuse = |refusal| page_for(&pending, Some(refusal));
    let code =
        verify_code(&state, &caller, &headers, &pending.address, &form.code).await.or_refuse(refuse)?;
    let signed_in = store::retry(|| async {
        let mut tx = state.begin().await?;
        // Nobody signs in to an account that is not there: the mail had no code in it.
        if pending.purpose == Purpose::SignIn && !accounts::exists(&mut tx, &pending.address).await? {
            return Err(Error::Refused(CodeRefusal::Gone));
        }
        let proof = Proof::by_code(&mut tx, &code).await?;
        let cookie = logins::open(&mut tx, proof.account(), None, &caller).await?;
        logins::replace(&mut tx, user.as_ref()).await?;
        state.commit_unseen(tx).await?;
        Ok(cookie)
    });
    let cookie = signed_in.await.or_refuse(refuse)?;
    Ok((set_cookie(Some(cookie)), Redirect::to("/")).into_response())
}

/// `POST /sign-out`
pub async fn sign_out(
    State(state): State<AppState>,
    user: Option<CurrentUser>,
) -> Result<Response, PageError> {
    let mut to = "/sign-in";
    if let Some(CurrentUser(viewer)) = user {
        let mut tx = state.begin().await?;
        if accounts::is_by_provider(&mut tx, viewer.login).await? {
            to = "/sign-in?signed-out=here";
        }
        accounts::close_login(&mut tx, viewer.account, viewer.login).await?;
        state.commit_unseen(tx).await?;
    }
    // What this browser kept of pictures goes too, and of files that were on their way: whoever sits down next asks
    // for nothing. H6
    let forget = AppendHeaders([("clear-site-data", "\"cache\", \"storage\"")]);
    Ok((set_cookie(Some(logins::forget())), forget, Redirect::to(to)).into_response())
}
