//! The bars at the top: navigation for leads, the person's name for members.

use leptos::prelude::*;

use super::{Face, Icon};

const PLACES: [(&str, &str, &str); 5] = [
    ("/dashboard", "home", "Dashboard"),
    ("/members", "people", "Members"),
    ("/headshots", "frame", "Headshots"),
    ("/credits", "coin", "Credits"),
    ("/settings", "gear", "Settings"),
];

/// The lead's bar; `here` is the path of the page.
#[component]
pub fn LeadTop(#[prop(into)] name: Signal<String>, #[prop(into)] here: Signal<String>) -> impl IntoView {
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <header class="top">
            <a class="brand" href="/dashboard">
                <Icon name="brand"/>
                "Headcount"
            </a>
            <nav aria-label="Main">
                <ul role="list">
                    {PLACES
                        .iter()
                        .map(|&(path, icon, label)| {
                            view! {
                                <li>
                                    <a
                                        href=path
                                        aria-current=move || here.with(|here| here.starts_with(path)).then_some("page")
                                    >
                                        <Icon name=icon/>
                                        {label}
                                    </a>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </nav>
            <a class="who" href="/account" rel="external" aria-label=move || format!("{}, account", name.get())>
                {move || view! { <Face name=name.get()/> }}
            </a>
        </header>
    }
}

/// The member's bar.
#[component]
pub fn MemberTop(#[prop(into)] name: String, #[prop(into)] org: String, lead: bool) -> impl IntoView {
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <header class="top">
            <a class="brand" href=if lead { "/dashboard" } else { "/me" }>
                <Icon name="brand"/>
                "Headcount"
            </a>
            {lead.then(|| view! { <a class="btn sm bare" href="/members"><Icon name="back"/>"Members"</a> })}
            <span class="push"></span>
            <a class="who" href="/account">
                <Face name=name.clone()/>
                <span>{name.clone()} <small>{org}</small></span>
            </a>
        </header>
    }
}
