//! A button that copies, says so, and works without the clipboard API. L2

use leptos::prelude::*;

use crate::app::{browser::clipboard, components::Icon, console::toasts::Toast};

/// Copies `text`; `what` it is goes into the button's name, `copied` into the confirmation.
#[component]
pub fn CopyButton(
    text: String,
    #[prop(into)] what: String,
    #[prop(default = "Link copied.")] copied: &'static str,
) -> impl IntoView {
    let toast = expect_context::<Toast>();
    let done_once = RwSignal::new(false);
    let click = move |_| {
        let done = move |good: bool| {
            done_once.set(good);
            toast.show(if good {
                copied
            } else {
                "The browser did not let us copy. Select the text and copy it by hand."
            });
        };
        clipboard::copy(text.clone(), done);
    };
    view! {
        <button type="button" class="btn sm" aria-label=move || format!("{} {what}", if done_once.get() { "Copied" } else { "Copy" }) on:click=click>
            <Icon name="copy"/>
            {move || if done_once.get() { "Copied" } else { "Copy" }}
        </button>
    }
}
