//! What stands in forms, and whether the page has been hydrated yet.

use leptos::{html, prelude::*};

/// Whether any visible field of the form has something in it.
#[cfg(feature = "hydrate")]
pub fn is_filled(form: NodeRef<html::Form>) -> bool {
    use wasm_bindgen::JsCast;
    let Some(form) = form.get_untracked() else { return false };
    let Ok(fields) = form.query_selector_all("input:not([type=hidden]), textarea") else { return false };
    (0..fields.length())
        .filter_map(|n| fields.get(n)?.dyn_into::<web_sys::HtmlInputElement>().ok())
        .any(|input| !input.value().trim().is_empty())
}

/// On the server nothing has been typed.
#[cfg(not(feature = "hydrate"))]
pub const fn is_filled(_: NodeRef<html::Form>) -> bool {
    false
}

/// Whether the page was hydrated before this was drawn; nothing typed is lost to a second drawing.
#[cfg(feature = "hydrate")]
pub fn is_hydrated() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-hydrated"))
}

#[cfg(not(feature = "hydrate"))]
pub const fn is_hydrated() -> bool {
    false
}

/// Whether a field holds something that is no value yet, such as a date without its time.
#[cfg(feature = "hydrate")]
pub fn is_half_typed(field: NodeRef<html::Input>) -> bool {
    field.get_untracked().is_some_and(|input| input.validity().bad_input())
}

#[cfg(not(feature = "hydrate"))]
pub const fn is_half_typed(_: NodeRef<html::Input>) -> bool {
    false
}
