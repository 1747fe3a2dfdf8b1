//! Where each client begins.

use std::time::Duration;

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Event, EventTarget},
};

use super::{
    dropped::refuse_drops,
    forms::{each, post_once},
};

/// Hydrates the body with a client's root component, and says when the page answers: the attribute
/// `data-hydrated` is set once its effects have run. Before and after, the script that started the client
/// (`src/http/boot.js`) is told, for it keeps what others put into the page out of the way.
pub fn hydrate<V: IntoView + 'static>(root: impl FnOnce() -> V + 'static) {
    tell(&document(), "hydrating");
    answer(|| leptos::mount::hydrate_body(root));
}

/// As [`hydrate`], for pages that are shown as the server sent them: `attach` lets what is there answer.
pub fn answer(attach: impl FnOnce()) {
    console_error_panic_hook::set_once();
    attach();
    refuse_drops();
    post_once();
    request_animation_frame(|| {
        if let Some(root) = document().document_element() {
            root.set_attribute("data-hydrated", "").ok();
        }
        tell(&document(), "hydrated");
    });
}

/// As [`hydrate`], for a page of which only parts are hydrated: the places that are called as `data-part` says. `attach`
/// is for the rest.
pub fn hydrate_parts<D>(parts: &[(&str, D)], attach: impl FnOnce())
where
    D: Fn() -> AnyView + Copy + 'static,
{
    tell(&document(), "hydrating");
    answer(|| {
        for (name, view) in parts {
            each(&format!("[data-part={name}]"), |place| {
                leptos::mount::hydrate_from(place.unchecked_into(), *view).forget();
            });
        }
        attach();
    });
}

/// As [`hydrate`], when `loaded` has come; where it fails, the page goes on as it was sent.
pub fn hydrate_when<V: IntoView + 'static>(
    loaded: impl Future<Output = bool> + 'static,
    root: impl FnOnce() -> V + 'static,
) {
    wasm_bindgen_futures::spawn_local(async move {
        if loaded.await {
            // In a task of its own: this one has put together what came last.
            set_timeout(|| hydrate(root), Duration::ZERO);
        }
    });
}

/// Tells the script that started the client what happens to the page or to a part of it.
pub fn tell(whom: &EventTarget, what: &str) {
    if let Ok(event) = Event::new(what) {
        whom.dispatch_event(&event).ok();
    }
}
