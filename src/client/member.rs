//! The member’s browser client: joining, photos, results; small, without a router.
#![recursion_limit = "512"]

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(headcount::app::MemberApp);
    mark_hydrated();
}

/// For tests that click: from now on the page answers.
fn mark_hydrated() {
    if let Some(root) = leptos::prelude::document().document_element() {
        root.set_attribute("data-hydrated", "").ok();
    }
}
