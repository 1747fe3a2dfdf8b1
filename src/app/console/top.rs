//! The bar at the top of the console: navigation and the way to the account.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    app::components::{Avatar, Icon, Navigation},
    words,
};

/// The bar of the console.
#[component]
pub fn ConsoleTop(#[prop(into)] name: Signal<String>) -> impl IntoView {
    let here = use_location().pathname;
    view! {
        <a class="skip" href="#main">
            {words::shared::skip_to_content()}
        </a>
        <header class="top">
            <a class="brand" href="/dashboard">
                <Icon name="brand" />
                "Headcount"
            </a>
            <Navigation here />
            <a
                class="who"
                href="/account"
                rel="external"
                aria-label=move || words::console::account_link(name.get())
            >
                {move || view! { <Avatar name=name.get() /> }}
            </a>
        </header>
    }
}
