//! The bar at the top of pages of members: their name, and the way back for leads.

use leptos::prelude::*;

use super::{avatar::Avatar, icon::Icon};

use crate::words;

/// The member's bar.
#[component]
pub fn MemberTop(#[prop(into)] name: String, #[prop(into)] org: String, lead: bool) -> impl IntoView {
    view! {
        <a class="skip" href="#main">
            {words::shared::skip_to_content()}
        </a>
        <header class="top">
            <a class="brand" href=if lead { "/dashboard" } else { "/me" }>
                <Icon name="brand" />
                "Headcount"
            </a>
            {lead
                .then(|| {
                    view! {
                        <a class="btn sm bare" href="/members">
                            <Icon name="back" />
                            {words::shared::members_link()}
                        </a>
                    }
                })}
            <span class="push"></span>
            <a class="who" href="/account">
                <Avatar name=name.clone() />
                <span>{name.clone()} <small>{org}</small></span>
            </a>
        </header>
    }
}
