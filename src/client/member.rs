//! The member’s browser client: joining, photos, results; small, without a router.
#![recursion_limit = "512"]

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(headcount::app::MemberApp);
    mark_hydrated();
}

/// From now on the page answers, its effects included.
fn mark_hydrated() {
    leptos::prelude::request_animation_frame(|| {
        if let Some(root) = leptos::prelude::document().document_element() {
            root.set_attribute("data-hydrated", "").ok();
        }
    });
}
