//! Asking the operator for credits, and what became of it. C7

use leptos::prelude::*;

use super::api::{CreditsView, REQUESTS, RequestCredits, WithdrawRequest};
use crate::{
    app::{
        browser::focus::focus_soon,
        components::{FieldError, Precision, TextField, Timestamp},
        console::{
            context::{Changes, lead},
            sending::sending,
            toasts::Toast,
        },
    },
    domain::{
        credit::{CreditRequest, OPEN_REQUESTS_MAX, REQUEST_NOTE_MAX, RequestState},
        ids::CreditRequestId,
    },
    words,
};

/// The form and the requests that were made. It stays while the page follows what happens, and with it
/// what is being typed.
#[component]
pub fn MoreCredits(view: Signal<CreditsView>) -> impl IntoView {
    let outlook = move || view.with(|view| view.outlook);
    let missing = move || {
        let (waiting, balance) = (outlook().reserved(), outlook().balance);
        (waiting > balance).then(|| words::console::more_credits_missing(waiting, waiting - balance))
    };
    let text = move || {
        if view.with(|view| view.operator_told) {
            words::console::more_credits_text()
        } else {
            words::console::more_credits_text_not_mailed()
        }
    };
    let is_open = |request: &&CreditRequest| request.state == RequestState::Open;
    let full = Memo::new(move |_| {
        view.with(|view| view.requests.iter().filter(is_open).count() as i64 >= OPEN_REQUESTS_MAX)
    });
    view! {
        <section class="section" aria-labelledby="h-more">
            <header>
                <h2 id="h-more">{words::console::more_credits()}</h2>
            </header>
            <p>{text}</p>
            {move || missing().map(|missing| view! { <p class="hint">{missing}</p> })}
            <div hidden=full>
                <Form />
            </div>
            <Show when=move || full.get()>
                <p class="hint">{words::console::request_credits_full(OPEN_REQUESTS_MAX)}</p>
            </Show>
            <Requests view />
        </section>
    }
}

#[component]
fn Form() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let ask = ServerAction::<RequestCredits>::new();
    let (credits, note) = (NodeRef::<leptos::html::Input>::new(), NodeRef::<leptos::html::Textarea>::new());
    let error = sending(*ask, move |()| {
        toast.show(words::console::request_credits_done());
        if let Some(credits) = credits.get_untracked() {
            credits.set_value("");
        }
        if let Some(note) = note.get_untracked() {
            note.set_value("");
        }
        changes.note();
    });
    let note_error = error("note");
    view! {
        <ActionForm action=ask attr:class="stack">
            <input type="hidden" name="org" value=org.to_string() />
            <TextField
                name="credits"
                label=words::console::request_credits_field()
                kind="number"
                error=error("credits")
                node=credits
                required=true
            />
            <div class="field">
                <label for="f-note">
                    {words::console::request_credits_note()} " "
                    <small>{words::shared::optional_mark()}</small>
                </label>
                <textarea
                    id="f-note"
                    name="note"
                    rows="2"
                    maxlength=REQUEST_NOTE_MAX.to_string()
                    node_ref=note
                    aria-invalid=move || note_error.get().is_some().then_some("true")
                    aria-describedby="f-note-h f-note-e"
                ></textarea>
                <p class="hint" id="f-note-h">
                    {words::console::request_credits_note_hint()}
                </p>
                <FieldError id="f-note-e" message=note_error />
            </div>
            <div class="row">
                <button class="btn" aria-busy=move || ask.pending().get().then_some("true")>
                    {words::console::request_credits()}
                </button>
            </div>
        </ActionForm>
    }
}

#[component]
fn Requests(view: Signal<CreditsView>) -> impl IntoView {
    let requests = Memo::new(move |_| view.with(|view| view.requests.clone()));
    let may_be_cut = Memo::new(move |_| requests.with(|requests| requests.len() as i64 >= REQUESTS));
    view! {
        <Show when=move || requests.with(|requests| !requests.is_empty())>
            <div>
                <h3 id="h-requests" tabindex="-1">
                    {words::console::credit_requests()}
                </h3>
                <ul role="list" class="lines">
                    <For each=move || requests.get() key=|request| (request.id, request.state) let:request>
                        <Request request />
                    </For>
                </ul>
                <p class="hint" hidden=move || !may_be_cut.get()>
                    {words::console::credit_requests_newest(REQUESTS)}
                </p>
            </div>
        </Show>
    }
}

#[component]
fn Request(request: CreditRequest) -> impl IntoView {
    let credits = i64::from(request.credits);
    let state = match request.state {
        RequestState::Open => ("tag", words::console::credit_requests_open()),
        RequestState::Confirmed => ("tag ok", words::console::credit_requests_confirmed()),
        RequestState::Declined => ("tag bad", words::console::credit_requests_declined()),
        RequestState::Withdrawn => ("tag", words::console::credit_requests_withdrawn()),
    };
    let by = match &request.by {
        Some(name) => words::console::credit_requests_by(name),
        None => words::console::credit_requests_by_removed().to_owned(),
    };
    let is_open = request.state == RequestState::Open;
    view! {
        <li class="stack tight">
            <div class="row">
                <span>
                    <b>{words::console::credit_requests_credits(credits)}</b>
                    " "
                    <span class=state.0>{state.1}</span>
                    <br />
                    <small>
                        <Timestamp at=request.created_at precision=Precision::Minute />
                        " "
                        {by}
                    </small>
                </span>
                <span class="push"></span>
                {is_open.then(|| view! { <Withdraw request=request.id credits=request.credits /> })}
            </div>
            {request.note.map(|note| view! { <p class="hint">{note}</p> })}
            {request
                .answer
                .map(|answer| view! { <p class="hint">{words::console::credit_requests_answer(answer)}</p> })}
        </li>
    }
}

#[component]
fn Withdraw(request: CreditRequestId, credits: i32) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let withdraw = ServerAction::<WithdrawRequest>::new();
    Effect::new(move || match withdraw.value().get() {
        Some(Ok(())) => {
            toast.show(words::console::credit_requests_withdrawn_now());
            focus_soon("#h-requests".into());
            changes.note();
        }
        Some(Err(error)) => {
            toast.show(error.to_string());
            changes.note();
        }
        None => {}
    });
    view! {
        <ActionForm action=withdraw>
            <input type="hidden" name="org" value=org.to_string() />
            <input type="hidden" name="request" value=request.to_string() />
            <button
                class="btn sm"
                aria-label=words::console::credit_requests_withdraw_label(credits)
                aria-busy=move || withdraw.pending().get().then_some("true")
            >
                {words::console::credit_requests_withdraw()}
            </button>
        </ActionForm>
    }
}
