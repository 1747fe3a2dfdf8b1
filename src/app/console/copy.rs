//! A button that copies, says so, and works without the clipboard API. L2

use leptos::prelude::*;

use crate::{
    app::{browser::clipboard, components::Icon, console::toasts::Toast},
    words,
};

/// Copies `text`; `what` it is goes into the button's name, `copied` into the confirmation.
#[component]
pub fn CopyButton(
    text: String,
    #[prop(into)] what: String,
    #[prop(optional)] id: Option<&'static str>,
    #[prop(default = words::console::copy_link_copied())] copied: &'static str,
) -> impl IntoView {
    let toast = expect_context::<Toast>();
    let done_once = RwSignal::new(false);
    let click = move |_| {
        let done = move |good: bool| {
            done_once.set(good);
            toast.show(if good { copied } else { words::console::copy_failed() });
        };
        clipboard::copy(text.clone(), done);
    };
    let label = move || {
        if done_once.get() {
            words::console::copy_done_label(&what)
        } else {
            words::console::copy_label(&what)
        }
    };
    view! {
        <button type="button" class="btn sm" id=id aria-label=label on:click=click>
            <Icon name="copy" />
            {move || if done_once.get() { words::console::copy_done() } else { words::console::copy() }}
        </button>
    }
}
