//! Where each client begins.

use leptos::prelude::*;

/// Hydrates the body with a client's root component, and says when the page answers: the attribute
/// `data-hydrated` is set once its effects have run.
pub fn hydrate<V: IntoView + 'static>(root: fn() -> V) {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(root);
    request_animation_frame(|| {
        if let Some(root) = document().document_element() {
            root.set_attribute("data-hydrated", "").ok();
        }
    });
}
