//! What was just done, in one sentence, at the bottom left.

use std::time::Duration;

use leptos::prelude::*;

use crate::{
    app::{browser::clock::every, components::Icon},
    words,
};

/// What was just done, in one sentence; replaced by the next one, and gone
/// after a while.
#[derive(Clone, Copy, Debug, Default)]
pub struct Toast(RwSignal<Option<String>>);

/// Seconds after which a sentence leaves: long enough to be read twice.
const SECONDS: u32 = 10;

impl Toast {
    /// Shows a sentence.
    pub fn show(self, text: impl Into<String>) {
        self.0.set(Some(text.into()));
    }
}

/// Where toasts lie: once on the page, or inside the dialog while that is open, for everything
/// outside it is inert then.
#[component]
pub fn Toasts() -> impl IntoView {
    let toast = expect_context::<Toast>();
    // Whoever points at it or is at its button still reads.
    let read = RwSignal::new(false);
    let left = RwSignal::new(0_u32);
    Effect::new(move || {
        toast.0.track();
        left.set(SECONDS);
    });
    every(Duration::from_secs(1), move || {
        if toast.0.with_untracked(Option::is_none) || read.get_untracked() {
            return;
        }
        left.update(|left| *left = left.saturating_sub(1));
        if left.get_untracked() == 0 {
            toast.0.set(None);
        }
    });
    view! {
        <div
            class="toasts"
            role="status"
            on:mouseenter=move |_| read.set(true)
            on:mouseleave=move |_| read.set(false)
            on:focusin=move |_| read.set(true)
            on:focusout=move |_| read.set(false)
        >
            {move || {
                toast
                    .0
                    .get()
                    .map(|text| {
                        view! {
                            <div class="toast">
                                <p>{text}</p>
                                <button
                                    class="icon"
                                    aria-label=words::console::close()
                                    on:click=move |_| {
                                        read.set(false);
                                        toast.0.set(None);
                                    }
                                >
                                    <Icon name="x" />
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
