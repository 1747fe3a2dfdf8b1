//! What was just done, in one sentence, at the bottom left.

use leptos::prelude::*;

use crate::{app::components::Icon, words};

/// What was just done, in one sentence; replaced by the next one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Toast(RwSignal<Option<String>>);

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
    view! {
        <div class="toasts" role="status">
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
                                    on:click=move |_| toast.0.set(None)
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
