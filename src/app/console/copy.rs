//! The button that copies, in the console: a toast says so. L2

use leptos::prelude::*;

use crate::{
    app::{components, console::toasts::Toast},
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
    let then = Callback::new(move |good| {
        toast.show(if good { copied } else { words::console::copy_failed() });
    });
    view! { <components::CopyButton text what id then /> }
}
