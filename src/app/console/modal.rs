//! A small dialog over the page that asks about one thing. N5, N6

use leptos::{ev, html, prelude::*};

use crate::{
    app::components::{Icon, Note, Tone},
    words,
};

/// A dialog that is open from when it is drawn; `closed` takes it away.
#[derive(Clone, Copy)]
pub struct Modal {
    dialog: NodeRef<html::Dialog>,
    closed: Callback<()>,
}

impl Modal {
    pub fn new(closed: Callback<()>) -> Self {
        let modal = Self { dialog: NodeRef::new(), closed };
        modal.dialog.on_load(|dialog| {
            dialog.show_modal().ok();
        });
        modal
    }

    /// Does something once it is open.
    pub fn when_open(self, then: impl Fn() + 'static) {
        self.dialog.on_load(move |_| then());
    }

    pub fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
        self.closed.run(());
    }
}

/// The frame of a [`Modal`]: its title with a way out, and what is in it. No other part of the page has `id`.
#[component]
pub fn ModalFrame(
    modal: Modal,
    id: &'static str,
    #[prop(into)] title: String,
    children: Children,
) -> impl IntoView {
    view! {
        <dialog
            class="modal small"
            node_ref=modal.dialog
            aria-labelledby=id
            on:cancel=move |event: ev::Event| {
                event.prevent_default();
                modal.close();
            }
        >
            <header>
                <h2 id=id>{title}</h2>
                <button
                    type="button"
                    class="icon"
                    aria-label=words::console::close()
                    on:click=move |_| modal.close()
                >
                    <Icon name="x" />
                </button>
            </header>
            {children()}
        </dialog>
    }
}

/// Why what was asked for did not happen, where it did not.
#[component]
pub fn Failed(#[prop(into)] why: Signal<Option<String>>) -> impl IntoView {
    move || {
        why.get().map(|text| {
            view! {
                <Note tone=Tone::Bad>
                    <p>{text}</p>
                </Note>
            }
        })
    }
}
