//! The grease-pencil ring around a chosen picture.

use leptos::prelude::*;

/// Lies over the picture beside it.
#[component]
pub fn Ring() -> impl IntoView {
    view! {
        <svg class="ring" viewBox="0 0 100 125" preserveAspectRatio="none" aria-hidden="true">
            <path d="M62 5C30 2 5 26 4 62c-1 36 20 60 47 59 28 0 46-26 45-61C95 28 76 5 46 9"></path>
        </svg>
    }
}
