//! Whether and when members are reminded of the photos that they owe. I15

use leptos::prelude::*;

use crate::{
    app::{
        components::{LoadLive, TextField},
        console::{
            context::{Changes, lead},
            sending::saving,
            settings::api::{self, SetPhotoReminders},
        },
    },
    domain::invite::{PHOTO_REMINDER_DAYS, PHOTO_REMINDERS, PhotoReminders},
    words,
};

#[component]
pub fn PhotoRemindersSection() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::show_photo_reminders(org));
    view! {
        <section class="section" aria-labelledby="h-photo-reminders">
            <header>
                <h2 id="h-photo-reminders">{words::console::photo_reminders()}</h2>
                <small>{words::console::photo_reminders_hint()}</small>
            </header>
            <LoadLive
                data
                show={move |reminders: Signal<PhotoReminders>| {
                    move || view! { <Form reminders=reminders.get() /> }
                }}
            />
        </section>
    }
}

#[component]
fn Form(reminders: PhotoReminders) -> impl IntoView {
    let org = lead().org;
    let save = ServerAction::<SetPhotoReminders>::new();
    let error = saving(*save);
    view! {
        <ActionForm action=save attr:class="stack">
            <input type="hidden" name="org" value=org.to_string() />
            <div class="opt">
                <input
                    id="f-by-itself"
                    type="checkbox"
                    name="by_itself"
                    value="on"
                    checked=reminders.by_itself
                    aria-describedby="f-by-itself-h"
                />
                <label for="f-by-itself">
                    <b>{words::console::photo_reminders_by_itself()}</b>
                    <br />
                    <small id="f-by-itself-h">{words::console::photo_reminders_by_itself_hint()}</small>
                </label>
            </div>
            <TextField
                name="days"
                prefix="f-photo-reminders"
                label=words::console::photo_reminders_days()
                kind="number"
                value=reminders.days.to_string()
                hint=words::console::photo_reminders_days_hint(
                    PHOTO_REMINDER_DAYS.start(),
                    PHOTO_REMINDER_DAYS.end(),
                )
                error=error("days")
                required=true
            />
            <TextField
                name="times"
                prefix="f-photo-reminders"
                label=words::console::photo_reminders_times()
                kind="number"
                value=reminders.times.to_string()
                hint=words::console::photo_reminders_times_hint(
                    PHOTO_REMINDERS.start(),
                    PHOTO_REMINDERS.end(),
                )
                error=error("times")
                required=true
            />
            <div class="row">
                <button class="btn">{words::console::save()}</button>
            </div>
        </ActionForm>
    }
}
