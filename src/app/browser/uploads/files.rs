//! Files that a person picks or drops, and what can be told of one before it is sent. H1

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};

use crate::{
    app::browser::dropped::{Dropped, holds_files},
    domain::photo::digest_text,
};

/// Files that a person chose or dropped.
pub struct Files(pub(super) Dropped);

#[must_use]
pub fn picked(event: &leptos::ev::Event) -> Files {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
        return Files(Dropped::default());
    };
    chosen(&input)
}

/// Takes the files that stand in a field.
#[must_use]
pub fn chosen(input: &HtmlInputElement) -> Files {
    Files(Dropped::picked(input))
}

/// Takes files that are dropped anywhere on the page, and says while some are held over it.
pub fn on_drop(over: impl Fn(bool) + Copy + 'static, dropped: impl Fn(Files) + 'static) {
    let of_files =
        |event: &leptos::ev::DragEvent| event.data_transfer().is_some_and(|transfer| holds_files(&transfer));
    let handles = [
        window_event_listener(leptos::ev::dragover, move |event| {
            if of_files(&event) {
                event.prevent_default();
                over(true);
            }
        }),
        window_event_listener(leptos::ev::dragleave, move |event| {
            // From one element of the page to the next.
            if event.related_target().is_none() {
                over(false);
            }
        }),
        window_event_listener(leptos::ev::drop, move |event| {
            over(false);
            if of_files(&event) {
                event.prevent_default();
                dropped(Files(Dropped::of(&event)));
            }
        }),
    ];
    on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
}

/// The first bytes of a file; `None` where it cannot be read.
pub async fn read(file: &File, length: f64) -> Option<Vec<u8>> {
    let beginning = file.slice_with_f64_and_f64(0.0, length).ok()?;
    let bytes = JsFuture::from(beginning.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&bytes).to_vec())
}

/// The SHA-256 digest of a file, as text; `None` where the browser makes none, as on pages without HTTPS.
pub async fn digest(file: &File) -> Option<String> {
    let crypto = window().crypto().ok()?.subtle();
    if crypto.is_undefined() {
        return None;
    }
    let bytes = JsFuture::from(file.array_buffer()).await.ok()?;
    let digest = crypto.digest_with_str_and_buffer_source("SHA-256", bytes.unchecked_ref()).ok()?;
    let digest = JsFuture::from(digest).await.ok()?;
    Some(digest_text(&js_sys::Uint8Array::new(&digest).to_vec()))
}
