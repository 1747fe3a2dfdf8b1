//! The page at which the operator answers a request for credits. C7

use leptos::prelude::*;

use crate::{
    app::components::{Avatar, PostForm, Precision, PublicLayout, Sentence, TextField, Timestamp},
    domain::credit::{CreditRequest, REQUEST_ANSWER_MAX, RequestState},
    words,
};

/// A request for credits, for whoever answers it. C7
#[derive(Clone, Debug)]
pub struct CreditRequestPage {
    pub action: String,
    pub org: String,
    pub balance: i32,
    pub request: CreditRequest,
    pub typed: String,
    pub error: Option<String>,
}

#[component]
pub fn CreditRequestView(page: CreditRequestPage) -> impl IntoView {
    let credits = i64::from(page.request.credits);
    let title = match page.request.state {
        RequestState::Open => words::guest::credit_request(&page.org, credits),
        RequestState::Confirmed => words::guest::credit_request_confirmed(credits),
        RequestState::Declined => words::guest::credit_request_declined().to_owned(),
        RequestState::Withdrawn => words::guest::credit_request_withdrawn().to_owned(),
    };
    let by = page.request.by.clone().unwrap_or_else(|| page.org.clone());
    let is_open = page.request.state == RequestState::Open;
    let balance = words::guest::credit_request_balance(&page.org, page.balance.into());
    view! {
        <PublicLayout>
            <div class="stack">
                <p class="who">
                    <Avatar name=by.clone() />
                    <span>
                        {by} " " <small>
                            <Sentence words=words::guest::credit_request_asked()>
                                <Timestamp at=page.request.created_at precision=Precision::Minute />
                            </Sentence>
                        </small>
                    </span>
                </p>
                <div class="stack tight">
                    <h1>{title}</h1>
                    <p>{balance}</p>
                </div>
                {page
                    .request
                    .note
                    .map(|note| {
                        view! {
                            <blockquote>
                                <p>{note}</p>
                            </blockquote>
                        }
                    })}
                {page
                    .request
                    .answer
                    .filter(|_| !is_open)
                    .map(|answer| view! { <p>{words::guest::credit_request_answer(answer)}</p> })}
                {is_open
                    .then(|| {
                        view! {
                            <PostForm action=page.action>
                                <TextField
                                    name="remark"
                                    label=words::guest::credit_request_remark()
                                    hint=words::guest::credit_request_remark_hint()
                                    value=page.typed
                                    error=Signal::stored(page.error)
                                    max=REQUEST_ANSWER_MAX
                                    optional=true
                                />
                                <button class="btn primary wide" name="answer" value="confirm">
                                    {words::guest::credit_request_confirm(credits)}
                                </button>
                                <button class="btn wide" name="answer" value="decline">
                                    {words::guest::credit_request_decline()}
                                </button>
                            </PostForm>
                        }
                    })}
            </div>
        </PublicLayout>
    }
}
