//! Icons from the one sprite in `public/icons.svg`.

use leptos::prelude::*;

/// An icon beside words that say the same; hidden from screen readers.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! {
        <svg class="icon-svg" aria-hidden="true">
            <use href=format!("/icons.svg#i-{name}")></use>
        </svg>
    }
}
