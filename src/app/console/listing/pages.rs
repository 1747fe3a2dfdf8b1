//! The way to the pages beside one.

use leptos::prelude::*;

use crate::words;

/// The pages before and behind, each where there is one, and how many people are on this one. Nothing where all
/// are on it.
#[component]
pub fn Pages(
    #[prop(into)] before: Signal<Option<String>>,
    #[prop(into)] after: Signal<Option<String>>,
    #[prop(into)] shown: Signal<i64>,
    #[prop(into)] all: Signal<i64>,
) -> impl IntoView {
    view! {
        <Show when=move || before.with(Option::is_some) || after.with(Option::is_some)>
            <nav class="row" aria-label=words::console::pages()>
                <small>{move || words::console::pages_shown(shown.get(), all.get())}</small>
                <span class="push"></span>
                {move || to_page(before.get(), words::console::pages_previous())}
                {move || to_page(after.get(), words::console::pages_next())}
            </nav>
        </Show>
    }
}

fn to_page(href: Option<String>, word: &'static str) -> AnyView {
    match href {
        Some(href) => view! {
            <a class="btn sm" href=href>
                {word}
            </a>
        }
        .into_any(),
        None => view! {
            <span class="btn sm" aria-disabled="true">
                {word}
            </span>
        }
        .into_any(),
    }
}
