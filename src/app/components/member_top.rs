//! The bar at the top of pages outside the console that members and leads open: who is looking, and for
//! leads their navigation.

use leptos::prelude::*;

use super::{avatar::Avatar, icon::Icon, navigation::Navigation};

use crate::words;

/// The bar; `here` is the place of the navigation to which the page belongs.
#[component]
pub fn MemberTop(
    #[prop(into)] name: String,
    #[prop(into)] org: String,
    lead: bool,
    #[prop(optional)] here: &'static str,
) -> impl IntoView {
    view! {
        <a class="skip" href="#main">
            {words::shared::skip_to_content()}
        </a>
        <header class="top">
            <a class="brand" href=if lead { "/dashboard" } else { "/me" }>
                <Icon name="brand" />
                "Headcount"
            </a>
            {if lead {
                view! { <Navigation here /> }.into_any()
            } else {
                view! { <span class="push"></span> }.into_any()
            }}
            <a class="who" href="/account">
                <Avatar name=name.clone() />
                <span>{name.clone()} <small>{org}</small></span>
            </a>
        </header>
    }
}
