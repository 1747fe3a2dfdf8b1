//! `/sign-in/recovery`: an Owner comes back in without the identity provider. S4

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    app::guest::{self, recovery::RecoveryPage},
    domain::{actor::Actor, email::EmailAddress, typed_code::TypedCode},
    http::{
        error::PageError,
        extract::Form,
        page::{Page, set_cookie},
    },
    server::{
        idna,
        logins::{self, Caller, CurrentUser},
        state::AppState,
    },
    store::sso::recovery,
    words,
};

/// `GET /sign-in/recovery`
pub async fn show() -> Page {
    page(RecoveryPage::default())
}

fn page(page: RecoveryPage) -> Page {
    let status = if page.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Page::new(words::guest::title_recovery(), guest::Page::Recovery(page)).with_status(status)
}

#[derive(Deserialize)]
pub struct RecoveryForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    code: String,
}

/// `POST /sign-in/recovery`: the answer is the same whether the address is unknown or the code is wrong.
/// Nobody guesses one of a few codes of 43 bits.
pub async fn enter(
    State(state): State<AppState>,
    user: Option<CurrentUser>,
    caller: Caller,
    Form(form): Form<RecoveryForm>,
) -> Result<Response, PageError> {
    let wrong = || {
        let error = Some(words::guest::recovery_wrong().to_owned());
        page(RecoveryPage { typed: form.email.clone(), error })
    };
    let (Ok(address), Ok(typed)) =
        (EmailAddress::parse(&form.email, idna::to_ascii), TypedCode::read(&form.code))
    else {
        return Err(wrong().into());
    };
    let mut tx = state.begin().await?;
    let codes = recovery::unused(&mut tx, &address).await?;
    let found = codes.into_iter().find(|code| state.keys.is_recovery_code(code.id, &typed));
    let code = found.ok_or_else(wrong)?;
    let actor = Actor::link_holder(code.org, &code.address, &caller.network);
    if !recovery::spend(&mut tx, &actor, &code).await? {
        return Err(wrong().into());
    }
    let cookie = logins::open(&mut tx, code.account, Some(code.org), &caller).await?;
    logins::replace(&mut tx, user.as_ref()).await?;
    state.commit(tx, code.org).await?;
    Ok((set_cookie(Some(cookie)), Redirect::to("/")).into_response())
}
