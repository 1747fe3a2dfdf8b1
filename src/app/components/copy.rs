//! A button that copies, says so on itself, and works without the clipboard API. L2

use leptos::prelude::*;

use super::icon::Icon;
use crate::{app::browser::clipboard, words};

/// Copies `text`; `what` it is goes into the button's name. `then` is told whether it worked.
#[component]
pub fn CopyButton(
    text: String,
    #[prop(into)] what: String,
    #[prop(default = None)] id: Option<&'static str>,
    then: Callback<bool>,
) -> impl IntoView {
    let done_once = RwSignal::new(false);
    let click = move |_| {
        clipboard::copy(text.clone(), move |good: bool| {
            done_once.set(good);
            then.run(good);
        });
    };
    let label = move || {
        if done_once.get() { words::shared::copy_done_label(&what) } else { words::shared::copy_label(&what) }
    };
    view! {
        <button type="button" class="btn sm" id=id aria-label=label on:click=click>
            <Icon name="copy" />
            {move || if done_once.get() { words::shared::copy_done() } else { words::shared::copy() }}
        </button>
    }
}
