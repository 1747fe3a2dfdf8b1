//! A place with nothing in it yet: why, and what to do next. N6

use leptos::prelude::*;

/// An empty place.
#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <svg
                viewBox="0 0 104 64"
                fill="none"
                stroke="currentColor"
                stroke-width="1.5"
                stroke-linecap="round"
                stroke-linejoin="round"
                aria-hidden="true"
            >
                <path d="M2 8h28v40H2z" stroke-dasharray="3 4"></path>
                <path d="M38 8h28v40H38z" stroke-dasharray="3 4"></path>
                <path d="M74 8h28v40H74z" stroke-dasharray="3 4"></path>
                <path d="M88 23v10M83 28h10"></path>
            </svg>
            <h3>{title}</h3>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}
