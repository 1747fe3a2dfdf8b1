//! The way to the help about inviting, from wherever one may want to know. D3

use leptos::prelude::*;

use crate::words;

/// Opens beside the page, so that nothing that was typed is lost.
#[component]
pub fn HelpLink() -> impl IntoView {
    view! {
        <p class="hint">
            <a href="/help/inviting" rel="external" target="_blank">
                {words::console::how_inviting_works()}
            </a>
        </p>
    }
}
