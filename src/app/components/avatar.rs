//! A person in small: their headshot, or their initials until it is ready.

use leptos::prelude::*;

use crate::domain::{
    ids::HeadshotId,
    member::{initials, initials_color},
};

/// Decoration beside the person's name.
#[component]
pub fn Avatar(
    #[prop(into)] name: String,
    #[prop(default = None)] headshot: Option<HeadshotId>,
) -> impl IntoView {
    match headshot {
        Some(id) => view! {
            <span class="face" aria-hidden="true">
                <img
                    src=format!("/headshots/{id}?size=small&face=true")
                    alt=""
                    width="36"
                    height="36"
                    loading="lazy"
                />
            </span>
        }
        .into_any(),
        None => view! {
            <span class="face" data-h=initials_color(&name).to_string() aria-hidden="true">
                {initials(&name)}
            </span>
        }
        .into_any(),
    }
}
