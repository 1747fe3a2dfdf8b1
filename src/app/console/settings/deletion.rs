//! Deleting the whole organization, for its Owner alone: what goes, the name typed, and a week to take it back.
//! P8, N6

use leptos::prelude::*;

use crate::{
    app::{
        components::{FieldError, Precision, Sentence, TextField, Timestamp},
        console::{
            context::{Changes, DeletionDue, lead},
            sending::sending,
            settings::api::{AskDeletion, KeepOrganization},
            toasts::Toast,
        },
    },
    domain::{moment::Moment, organization::GRACE_DAYS, role::Action},
    words,
};

#[component]
pub fn DeletionSection() -> impl IntoView {
    let DeletionDue(due) = expect_context();
    lead().role.may(Action::DeleteOrganization).then(|| {
        view! {
            <section class="section" aria-labelledby="h-delete">
                <header>
                    <h2 id="h-delete">{words::console::deletion()}</h2>
                </header>
                {move || match due.get() {
                    Some(at) => view! { <TakeBack at /> }.into_any(),
                    None => view! { <Ask /> }.into_any(),
                }}
            </section>
        }
    })
}

#[component]
fn Ask() -> impl IntoView {
    let me = lead();
    let DeletionDue(due) = expect_context();
    let ask = ServerAction::<AskDeletion>::new();
    let error = sending(*ask, move |at| due.set(at));
    view! {
        <p>{words::console::deletion_text(&me.org_name, GRACE_DAYS)}</p>
        <ActionForm action=ask attr:class="stack" attr:autocomplete="off">
            <input type="hidden" name="org" value=me.org.to_string() />
            <TextField
                name="name"
                prefix="delete"
                label=words::console::deletion_field(&me.org_name)
                error=error("name")
                required=true
            />
            <div class="row">
                <button class="btn danger">{words::console::deletion_button()}</button>
            </div>
        </ActionForm>
    }
}

#[component]
fn TakeBack(at: Moment) -> impl IntoView {
    let me = lead();
    let DeletionDue(due) = expect_context();
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let keep = ServerAction::<KeepOrganization>::new();
    Effect::new(move || {
        if let Some(Ok(())) = keep.value().get() {
            toast.show(words::console::deletion_taken_back());
            due.set(None);
            changes.note();
        }
    });
    let error =
        Signal::derive(move || keep.value().get().and_then(Result::err).map(|error| error.to_string()));
    view! {
        <p>
            <Sentence words=words::console::deletion_due(&me.org_name)>
                <Timestamp at precision=Precision::Minute />
            </Sentence>
        </p>
        <ActionForm action=keep attr:class="row">
            <input type="hidden" name="org" value=me.org.to_string() />
            <button class="btn primary">{words::console::deletion_take_back()}</button>
        </ActionForm>
        <FieldError id="f-keep-e" message=error />
    }
}
