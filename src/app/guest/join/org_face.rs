//! Who invites: an organization's logo and website. J1

use leptos::prelude::*;

use crate::domain::organization::{Face, Website};

/// The logo above a page, where there is one.
#[component]
pub fn OrgLogo(org: String, face: Face) -> impl IntoView {
    face.logo.map(|logo| view! { <img class="logo" src=logo.path() alt=org /> })
}

/// The website as a link; it says nothing of where somebody comes from.
#[component]
pub fn OrgWebsite(website: Website) -> impl IntoView {
    let shown = website.to_string();
    view! {
        <a href=website.as_str().to_owned() rel="noopener noreferrer nofollow" target="_blank">
            {shown}
        </a>
    }
}
