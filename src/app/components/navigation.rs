//! The navigation of leads, the same on every page that they open: the console's, their account, the photos
//! of a member.

use leptos::prelude::*;

use super::icon::Icon;
use crate::words;

/// Path, title and icon of the places that it leads to.
pub const PLACES: [(&str, fn() -> &'static str, &str); 5] = [
    ("/dashboard", words::shared::page_dashboard, "home"),
    ("/members", words::shared::page_members, "people"),
    ("/headshots", words::shared::page_headshots, "frame"),
    ("/credits", words::shared::page_credits, "coin"),
    ("/settings", words::shared::page_settings, "gear"),
];

/// Links to all places; that of `here` is marked.
#[component]
pub fn Navigation(#[prop(into)] here: Signal<String>) -> impl IntoView {
    view! {
        <nav aria-label=words::shared::navigation()>
            <ul role="list">
                {PLACES
                    .iter()
                    .map(|&(path, title, icon)| {
                        view! {
                            <li>
                                <a
                                    href=path
                                    aria-current=move || {
                                        here.with(|here| here.starts_with(path)).then_some("page")
                                    }
                                >
                                    <Icon name=icon />
                                    {title()}
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </nav>
    }
}
