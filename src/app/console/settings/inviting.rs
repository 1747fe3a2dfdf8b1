//! How long invites live, and whether people are reminded by themselves. I7, I8

use leptos::prelude::*;

use crate::{
    app::{
        components::{LoadLive, TextField},
        console::{
            context::{Changes, lead},
            sending::saving,
            settings::api::{self, SetInviting},
        },
    },
    domain::invite::{INVITE_DAYS, Inviting, REMINDER_DAYS},
    words,
};

#[component]
pub fn InvitingSection() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::show_inviting(org));
    view! {
        <section class="section" aria-labelledby="h-inviting">
            <header>
                <h2 id="h-inviting">{words::console::inviting()}</h2>
                <small>{words::console::inviting_hint()}</small>
            </header>
            <LoadLive
                data
                show={move |inviting: Signal<Inviting>| move || view! { <Form inviting=inviting.get() /> }}
            />
        </section>
    }
}

#[component]
fn Form(inviting: Inviting) -> impl IntoView {
    let org = lead().org;
    let save = ServerAction::<SetInviting>::new();
    let error = saving(*save);
    let [first, second] = REMINDER_DAYS;
    view! {
        <ActionForm action=save attr:class="stack">
            <input type="hidden" name="org" value=org.to_string() />
            <div class="opt">
                <input
                    id="f-reminders"
                    type="checkbox"
                    name="auto_reminders"
                    value="on"
                    checked=inviting.auto_reminders
                    aria-describedby="f-reminders-h"
                />
                <label for="f-reminders">
                    <b>{words::console::auto_reminders()}</b>
                    <br />
                    <small id="f-reminders-h">{words::console::auto_reminders_hint(first, second)}</small>
                </label>
            </div>
            <TextField
                name="days"
                label=words::console::invite_days()
                kind="number"
                value=inviting.days.to_string()
                hint=words::console::invite_days_hint(INVITE_DAYS.start(), INVITE_DAYS.end())
                error=error("days")
                required=true
            />
            <div class="row">
                <button class="btn">{words::console::save()}</button>
            </div>
        </ActionForm>
    }
}
