//! The operator's answer to a request for credits, by the link in their mail. C7

use axum::{
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
    response::Redirect,
};
use serde::Deserialize;

use crate::{
    app::guest::{self, credit_request::CreditRequestPage},
    domain::{
        actor::Actor,
        credit::{NotOpen, REQUEST_ANSWER_MAX},
        ids::{CreditRequestId, OrgId},
        text,
    },
    http::{
        error::{OrRefuse, PageError},
        extract::{Form, find_token},
        page::Page,
    },
    server::{logins::Caller, state::AppState},
    store::{
        self,
        credit_requests::{self, Reply},
    },
    words,
};

/// Whoever has the link that the operator was mailed.
pub struct Operator {
    token: String,
    org: OrgId,
    request: CreditRequestId,
    actor: Actor,
}

impl FromRequestParts<AppState> for Operator {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let token = find_token(parts, state).await?;
        let caller = Caller::from_request_parts(parts, state).await?;
        let (org, request) = state.keys.read_credit_request_token(&token).ok_or(PageError::UnknownLink)?;
        Ok(Self { token, org, request, actor: Actor::operator_by_link(org, &caller.network) })
    }
}

/// `GET /c/{token}`: asks; changes nothing. C7
pub async fn show(State(state): State<AppState>, operator: Operator) -> Result<Page, PageError> {
    Ok(Page::new(words::guest::title_credit_request(), page(&state, &operator).await?))
}

#[derive(Deserialize)]
pub struct AnswerForm {
    #[serde(default)]
    answer: String,
    #[serde(default)]
    remark: String,
}

/// `POST /c/{token}`: confirms or declines. C7
pub async fn answer(
    State(state): State<AppState>,
    operator: Operator,
    Form(form): Form<AnswerForm>,
) -> Result<Redirect, PageError> {
    let remark =
        text::optional_line(words::guest::credit_request_what_remark(), &form.remark, REQUEST_ANSWER_MAX);
    let reply = match form.answer.as_str() {
        "confirm" => Some(Reply::Confirm),
        "decline" => Some(Reply::Decline),
        _ => None,
    };
    let (Ok(remark), Some(reply)) = (&remark, reply) else {
        let error = remark.as_ref().err().map(ToString::to_string);
        let page = page(&state, &operator).await?;
        let page = CreditRequestPage { typed: form.remark, error, ..page };
        let refused = Page::new(words::guest::title_credit_request(), page);
        return Err(refused.with_status(StatusCode::UNPROCESSABLE_ENTITY).into());
    };
    let answered = store::retry(|| async {
        let mut tx = state.begin().await?;
        credit_requests::answer(&mut tx, &operator.actor, operator.request, reply, remark.as_deref()).await?;
        Ok::<_, store::Error<NotOpen>>(state.commit(tx, operator.org).await?)
    })
    .await;
    // What it is by now is on the page.
    let now = page(&state, &operator).await?;
    answered.or_refuse(|_| {
        Page::new(words::guest::title_credit_request(), now).with_status(StatusCode::CONFLICT)
    })?;
    Ok(Redirect::to(&format!("/c/{}", operator.token)))
}

async fn page(state: &AppState, operator: &Operator) -> Result<CreditRequestPage, PageError> {
    let mut db = state.pool.acquire().await?;
    let asked = credit_requests::find(&mut db, operator.request).await?;
    let asked = asked.filter(|asked| asked.org == operator.org).ok_or(PageError::UnknownLink)?;
    Ok(CreditRequestPage {
        action: format!("/c/{}", operator.token),
        org: asked.org_name,
        balance: asked.balance,
        request: asked.request,
        typed: String::new(),
        error: None,
    })
}

impl From<CreditRequestPage> for crate::http::page::Content {
    fn from(page: CreditRequestPage) -> Self {
        Self::Guest(Box::new(guest::Page::CreditRequest(page)))
    }
}
