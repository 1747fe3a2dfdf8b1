//! The frame of every page that says how things stand at the door: a sign, a title, a text, and what
//! to do next. L7, I9

use leptos::prelude::*;

use super::super::components::{Guest, Icon};

#[component]
pub fn Door(
    icon: &'static str,
    #[prop(into)] title: String,
    text: AnyView,
    next: Option<AnyView>,
) -> impl IntoView {
    view! {
        <Guest>
            <article class="empty">
                <Icon name=icon/>
                <h1>{title}</h1>
                <p>{text}</p>
                {next}
            </article>
        </Guest>
    }
}
