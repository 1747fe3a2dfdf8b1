//! The bar at the top of the console: navigation and the way to the account.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::pages::PAGES;
use crate::{
    app::components::{Avatar, Icon},
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
            <nav aria-label=words::console::navigation()>
                <ul role="list">
                    {PAGES
                        .iter()
                        .filter_map(|page| {
                            let (path, icon) = (page.path, page.icon?);
                            Some(
                                view! {
                                    <li>
                                        <a
                                            href=path
                                            aria-current=move || {
                                                here.with(|here| here.starts_with(path)).then_some("page")
                                            }
                                        >
                                            <Icon name=icon />
                                            {(page.title)()}
                                        </a>
                                    </li>
                                },
                            )
                        })
                        .collect_view()}
                </ul>
            </nav>
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
