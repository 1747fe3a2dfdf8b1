//! One headshot: what a page knows of it, choosing it, and its files. H4

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::components::{Icon, PostForm, shape_name},
    domain::{headshot::Shape, ids::HeadshotId},
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

/// A link to save it by for each shape that people need. `file` is the headshot's address. H4
#[component]
pub fn Shapes(#[prop(into)] file: String, #[prop(into)] number: String) -> impl IntoView {
    view! {
        <ul role="list" class="shapes">
            {Shape::ALL
                .iter()
                .map(|shape| {
                    let size = match shape {
                        Shape::Portrait => String::new(),
                        other => format!("size={}&", other.as_str()),
                    };
                    view! {
                        <li>
                            <a
                                href=format!("{file}?{size}download=true")
                                download
                                rel="external"
                                aria-label=words::shoot::headshot_file(shape_name(*shape), &number)
                            >
                                {shape_name(*shape)}
                            </a>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}
