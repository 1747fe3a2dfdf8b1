//! A part of a page that is hydrated; the rest stays as the server sent it.

use leptos::prelude::*;

/// The place of a part. `name` is that of a field of [`Live`](super::live::Live).
#[component]
pub fn Part(
    name: &'static str,
    #[prop(default = "part")] class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <div class=class data-part=name>
            {children()}
        </div>
    }
}
