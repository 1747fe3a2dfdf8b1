//! How long the organization keeps photos and headshots. H5

use leptos::prelude::*;

use crate::{
    app::{
        components::{LoadLive, TextField},
        console::{
            context::{Changes, lead},
            sending::saving,
            settings::api::{self, SetPictures},
        },
    },
    domain::retention::{NOTICE_DAYS, PICTURES_DAYS, PictureRetention},
    words,
};

#[component]
pub fn PicturesSection() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::show_pictures(org));
    // A shoot that becomes ready meanwhile leaves alone what is being typed.
    let show = move |chosen: Signal<PictureRetention>| {
        let days = Memo::new(move |_| chosen.get().days);
        let shoots = Signal::derive(move || chosen.get().shoots);
        move || view! { <Form days=days.get() shoots /> }
    };
    view! {
        <section class="section" aria-labelledby="h-pictures">
            <header>
                <h2 id="h-pictures">{words::console::pictures_kept()}</h2>
                <small>{words::console::pictures_kept_hint()}</small>
            </header>
            <LoadLive data show />
        </section>
    }
}

#[component]
fn Form(days: Option<i16>, shoots: Signal<i64>) -> impl IntoView {
    let org = lead().org;
    let save = ServerAction::<SetPictures>::new();
    let error = saving(*save);
    view! {
        <ActionForm action=save attr:class="stack">
            <input type="hidden" name="org" value=org.to_string() />
            <TextField
                name="days"
                prefix="pictures"
                label=words::console::pictures_days()
                kind="number"
                value=days.map(|days| days.to_string()).unwrap_or_default()
                hint=words::console::pictures_days_hint(PICTURES_DAYS.start(), PICTURES_DAYS.end())
                error=error("days")
                optional=true
            />
            <p class="hint">{move || words::console::pictures_days_means(shoots.get(), NOTICE_DAYS)}</p>
            <div class="row">
                <button class="btn">{words::console::save()}</button>
            </div>
        </ActionForm>
    }
}
