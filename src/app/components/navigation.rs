//! The navigation of leads, the same on every page that they open: the console's, their account, the photos
//! of a member.

use leptos::prelude::*;

use super::icon::Icon;
use crate::words;

/// A page that it leads to.
struct Place {
    path: &'static str,
    title: fn() -> &'static str,
    icon: &'static str,
}

const PLACES: [Place; 5] = [
    Place { path: "/dashboard", title: words::shared::page_dashboard, icon: "home" },
    Place { path: "/members", title: words::shared::page_members, icon: "people" },
    Place { path: "/headshots", title: words::shared::page_headshots, icon: "frame" },
    Place { path: "/credits", title: words::shared::page_credits, icon: "coin" },
    Place { path: "/settings", title: words::shared::page_settings, icon: "gear" },
];

/// Links to all of them; that of `here` is marked.
#[component]
pub fn Navigation(#[prop(into)] here: Signal<String>) -> impl IntoView {
    view! {
        <nav aria-label=words::shared::navigation()>
            <ul role="list">
                {PLACES
                    .iter()
                    .map(|&Place { path, title, icon }| {
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
