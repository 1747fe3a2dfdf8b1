//! One headshot: what a page knows of it, choosing it, and its files. H4

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::components::{Icon, PostForm, background_name, shape_name},
    domain::{
        headshot::{Background, Format, Shape},
        ids::HeadshotId,
    },
    words,
};

/// A headshot to look at, download, choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadshotView {
    pub id: HeadshotId,
    pub number: i16,
    pub width: i32,
    pub height: i32,
    pub favorite: bool,
}

impl HeadshotView {
    /// As it stands on the edge of a film: `07`.
    #[must_use]
    pub fn numbered(&self) -> String {
        format!("{:02}", self.number)
    }
}

/// Makes a headshot the favorite, or says that it is. H4
#[component]
pub fn Choose(favorite: bool, action: String, number: String) -> impl IntoView {
    view! {
        <PostForm action class="row">
            <button
                class="btn sm bare keep"
                aria-pressed=if favorite { "true" } else { "false" }
                aria-label=words::shoot::headshot_choose_label(number)
            >
                {if favorite {
                    view! {
                        <Icon name="check" />
                        {words::shoot::headshot_chosen()}
                    }
                        .into_any()
                } else {
                    words::shoot::headshot_choose().into_any()
                }}
            </button>
        </PostForm>
    }
}

/// A link to save it by for each shape that people need, with this background. `file` is the headshot's address. H4
#[component]
pub fn Shapes(
    #[prop(into)] file: String,
    #[prop(into)] number: String,
    background: Background,
) -> impl IntoView {
    let link = |shape: &Shape| save(&file, Format { shape: *shape, background }, shape_name(*shape), &number);
    view! {
        <ul role="list" class="shapes">
            {Shape::ALL.iter().map(link).collect_view()}
        </ul>
    }
}

/// The same with what was there, and the whole headshot with each other background. H4
#[component]
pub fn Files(#[prop(into)] file: String, #[prop(into)] number: String) -> impl IntoView {
    let shaped = |shape: &Shape| {
        save(&file, Format { shape: *shape, ..Format::default() }, shape_name(*shape), &number)
    };
    let before = |background| {
        save(&file, Format { background, ..Format::default() }, background_name(background), &number)
    };
    view! {
        <ul role="list" class="shapes">
            {Shape::ALL.iter().map(shaped).collect_view()}
            {before(Background::Soft)}
            {before(Background::Plain)}
        </ul>
    }
}

fn save(file: &str, format: Format, name: &'static str, number: &str) -> impl IntoView + use<> {
    let Format { shape, background } = format;
    let mut href = format!("{file}?");
    if shape != Shape::default() {
        href.extend(["size=", shape.as_str(), "&"]);
    }
    if background != Background::default() {
        href.extend(["background=", background.as_str(), "&"]);
    }
    href.push_str("download=true");
    view! {
        <li>
            <a href=href download rel="external" aria-label=words::shoot::headshot_file(name, number)>
                {name}
            </a>
        </li>
    }
}
