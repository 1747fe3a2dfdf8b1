//! The field to search in.

use std::time::Duration;

use leptos::{html, leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::url::Step;
use crate::{
    app::components::Icon,
    domain::people::{SEARCH_MAX, searched},
};

/// Typing is over when nothing was typed for so long.
const PAUSE: Duration = Duration::from_millis(250);

/// Searches while one types. `asked` is what the URL searches for; `go` leads to the list that searches for
/// something else.
#[component]
pub fn Search(
    #[prop(into)] asked: Signal<Option<String>>,
    go: Callback<(Option<String>, Step)>,
    label: &'static str,
    placeholder: &'static str,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    // What was last searched for from here; anything else came by a link or by Back.
    let own = StoredValue::new(asked.get_untracked());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let look = move || {
        let Some(input) = field.try_get_untracked().flatten() else { return };
        let before = asked.get_untracked();
        let typed = searched(&input.value());
        if typed == before {
            return;
        }
        own.set_value(typed.clone());
        let step = if before.is_some() && typed.is_some() { Step::Same } else { Step::New };
        go.run((typed, step));
    };
    Effect::new(move || {
        let asked = asked.get();
        if own.with_value(|own| *own != asked) {
            if let Some(input) = field.get_untracked() {
                input.set_value(asked.as_deref().unwrap_or_default());
            }
            own.set_value(asked);
        }
    });
    view! {
        <label class="box">
            <Icon name="search" />
            <span class="visually-hidden">{label}</span>
            <input
                node_ref=field
                type="search"
                name="q"
                value=asked.get_untracked()
                placeholder=placeholder
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                maxlength=SEARCH_MAX.to_string()
                on:input=move |_| {
                    if let Some(handle) = waiting.get_value() {
                        handle.clear();
                    }
                    waiting.set_value(set_timeout_with_handle(look, PAUSE).ok());
                }
            />
        </label>
    }
}
