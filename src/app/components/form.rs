//! Real forms: they post to the server before and without WebAssembly. Hydrated, they do not post
//! twice. J2, N6

use leptos::{ev::SubmitEvent, prelude::*};

use crate::app::browser::forms::on_post_stopped;

/// A form that posts to `action`. `check` may keep a hydrated form back, to show what is wrong
/// before the server would.
#[component]
pub fn PostForm(
    #[prop(into)] action: String,
    #[prop(default = "stack")] class: &'static str,
    #[prop(default = "application/x-www-form-urlencoded")] enctype: &'static str,
    #[prop(into, optional)] check: Option<Callback<(), bool>>,
    children: Children,
) -> impl IntoView {
    let posted = RwSignal::new(false);
    on_post_stopped(move || {
        posted.try_set(false);
    });
    let submit = move |event: SubmitEvent| {
        let good = check.is_none_or(|check| check.run(()));
        if !good || posted.get_untracked() {
            event.prevent_default();
        } else {
            posted.set(true);
        }
    };
    view! {
        <form
            method="post"
            action=action
            enctype=enctype
            class=class
            on:submit=submit
            aria-busy=move || posted.get().then_some("true")
            novalidate=check.is_some()
        >
            {children()}
        </form>
    }
}
