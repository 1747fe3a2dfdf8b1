//! Below how many credits the leads are told. C9

use leptos::prelude::*;

use crate::{
    app::{
        components::{LoadLive, TextField},
        console::{
            context::{Changes, lead},
            sending::saving,
            settings::api::{self, SetThreshold},
        },
    },
    words,
};

#[component]
pub fn CreditsSection() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::show_threshold(org));
    view! {
        <section class="section" aria-labelledby="h-credits">
            <header>
                <h2 id="h-credits">{words::console::credits()}</h2>
            </header>
            <LoadLive
                data
                show={move |threshold: Signal<i32>| move || view! { <Form threshold=threshold.get() /> }}
            />
        </section>
    }
}

#[component]
fn Form(threshold: i32) -> impl IntoView {
    let org = lead().org;
    let save = ServerAction::<SetThreshold>::new();
    let error = saving(*save);
    view! {
        <ActionForm action=save attr:class="stack">
            <input type="hidden" name="org" value=org.to_string() />
            <TextField
                name="threshold"
                label=words::console::credit_threshold()
                kind="number"
                value=threshold.to_string()
                hint=words::console::credit_threshold_hint()
                error=error("threshold")
                required=true
            />
            <div class="row">
                <button class="btn">{words::console::save()}</button>
            </div>
        </ActionForm>
    }
}
