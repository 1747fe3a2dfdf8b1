//! A question in its place, before something is done that cannot be undone. N6

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::icon::Icon;
use crate::{app::browser::focus::FocusReturn, words};

/// Asks, and says what will be and what stays. The focus begins at the button that changes nothing, and
/// goes back to where it was.
#[component]
pub fn Confirm(
    /// No other question on the page has it.
    #[prop(into)]
    id: String,
    title: &'static str,
    #[prop(into)] text: String,
    /// What the button does.
    act: &'static str,
    #[prop(into)] busy: Signal<bool>,
    yes: Callback<()>,
    no: Callback<()>,
) -> impl IntoView {
    let opener = FocusReturn::default();
    let keep = NodeRef::<html::Button>::new();
    keep.on_load(move |button| {
        opener.remember();
        button.focus().ok();
    });
    let stay = move || {
        opener.focus();
        no.run(());
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            // What stands around it stays open.
            event.stop_propagation();
            event.prevent_default();
            stay();
        }
    };
    let text_id = format!("{id}-d");
    view! {
        <div
            class="note bad wide"
            role="alertdialog"
            aria-labelledby=id.clone()
            aria-describedby=text_id.clone()
            on:keydown=on_key
        >
            <Icon name="alert" />
            <div class="stack tight">
                <p>
                    <b id=id.clone()>{title}</b>
                </p>
                <p id=text_id.clone()>
                    <small>{text}</small>
                </p>
                <div class="row">
                    <button
                        type="button"
                        class="btn sm danger primary"
                        aria-busy=move || busy.get().then_some("true")
                        on:click=move |_| yes.run(())
                    >
                        {act}
                    </button>
                    <button type="button" class="btn sm" node_ref=keep on:click=move |_| stay()>
                        {words::shared::keep_it()}
                    </button>
                </div>
            </div>
        </div>
    }
}
