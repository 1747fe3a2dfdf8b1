//! Where each client begins.

use leptos::prelude::*;

use super::dropped::refuse_drops;

/// Hydrates the body with a client's root component, and says when the page answers: the attribute
/// `data-hydrated` is set once its effects have run. Before and after, the script that started the client
/// (`src/http/boot.js`) is told, for it keeps what others put into the page out of the way.
pub fn hydrate<V: IntoView + 'static>(root: impl FnOnce() -> V + 'static) {
    console_error_panic_hook::set_once();
    tell("hydrating");
    leptos::mount::hydrate_body(root);
    refuse_drops();
    request_animation_frame(|| {
        if let Some(root) = document().document_element() {
            root.set_attribute("data-hydrated", "").ok();
        }
        tell("hydrated");
    });
}

/// As [`hydrate`], when `loaded` has come; where it fails, the page goes on as it was sent.
pub fn hydrate_when<V: IntoView + 'static>(
    loaded: impl Future<Output = bool> + 'static,
    root: impl FnOnce() -> V + 'static,
) {
    wasm_bindgen_futures::spawn_local(async move {
        if loaded.await {
            hydrate(root);
        }
    });
}

fn tell(what: &str) {
    if let Ok(event) = leptos::web_sys::Event::new(what) {
        document().dispatch_event(&event).ok();
    }
}
