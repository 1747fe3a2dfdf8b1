//! How long the log of who did what is kept. P7

use leptos::prelude::*;

use crate::{
    app::{
        components::{LoadLive, TextField},
        console::{
            context::{Changes, lead},
            sending::saving,
            settings::api::{self, SetHistoryDays},
        },
    },
    domain::audit::HISTORY_DAYS,
    words,
};

#[component]
pub fn HistorySection() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::show_history_days(org));
    view! {
        <section class="section" aria-labelledby="h-history-kept">
            <header>
                <h2 id="h-history-kept">{words::console::history_kept()}</h2>
                <small>{words::console::history_kept_hint()}</small>
            </header>
            <LoadLive data show={move |days: Signal<i16>| move || view! { <Form days=days.get() /> }} />
        </section>
    }
}

#[component]
fn Form(days: i16) -> impl IntoView {
    let org = lead().org;
    let save = ServerAction::<SetHistoryDays>::new();
    let error = saving(*save);
    view! {
        <ActionForm action=save attr:class="stack">
            <input type="hidden" name="org" value=org.to_string() />
            <TextField
                name="days"
                prefix="f-history"
                label=words::console::history_kept_days()
                kind="number"
                value=days.to_string()
                hint=words::console::history_kept_days_hint(HISTORY_DAYS.start(), HISTORY_DAYS.end())
                error=error("days")
                required=true
            />
            <div class="row">
                <button class="btn">{words::console::save()}</button>
            </div>
        </ActionForm>
    }
}
