//! How long the organization keeps photos and headshots. H5

use leptos::prelude::*;

use crate::{
    app::{
        components::{LoadLive, TextField},
        console::{
            context::{Changes, lead},
            settings::api::{self, SetPictures},
            toasts::Toast,
        },
        error::AppError,
    },
    domain::retention::{NOTICE_DAYS, PICTURES_DAYS, PictureRetention},
    words,
};

#[component]
pub fn PicturesSection() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::show_pictures(org));
    view! {
        <section class="section" aria-labelledby="h-pictures">
            <header>
                <h2 id="h-pictures">{words::console::pictures_kept()}</h2>
                <small>{words::console::pictures_kept_hint()}</small>
            </header>
            <LoadLive
                data
                show={move |chosen: Signal<PictureRetention>| {
                    move || view! { <Form chosen=chosen.get() /> }
                }}
            />
        </section>
    }
}

#[component]
fn Form(chosen: PictureRetention) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let save = ServerAction::<SetPictures>::new();
    Effect::new(move || match save.value().get() {
        Some(Ok(())) => {
            toast.show(words::console::pictures_kept_saved());
            changes.note();
        }
        Some(Err(error)) if error.general().is_some() => toast.show(error.to_string()),
        _ => {}
    });
    let error = Signal::derive(move || {
        save.value().get().and_then(Result::err).and_then(|error: AppError| error.about("days"))
    });
    view! {
        <ActionForm action=save attr:class="stack">
            <input type="hidden" name="org" value=org.to_string() />
            <TextField
                name="days"
                prefix="pictures"
                label=words::console::pictures_days()
                kind="number"
                value=chosen.days.map(|days| days.to_string()).unwrap_or_default()
                hint=words::console::pictures_days_hint(PICTURES_DAYS.start(), PICTURES_DAYS.end())
                error=error
                optional=true
            />
            <p class="hint">{words::console::pictures_days_means(chosen.shoots, NOTICE_DAYS)}</p>
            <div class="row">
                <button class="btn">{words::console::save()}</button>
            </div>
        </ActionForm>
    }
}
