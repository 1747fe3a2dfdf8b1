//! What stands in forms and what is done to them, and whether the page has been hydrated yet.

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

/// Whether the key belongs to an input method that is composing a character: Enter confirms the character
/// then, and nothing else. Safari says so of that Enter by its code alone.
pub fn is_composing(event: &leptos::ev::KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// Whether an input method is still composing what this event put into a field.
#[cfg(feature = "hydrate")]
pub fn is_input_composing(event: &leptos::ev::Event) -> bool {
    use wasm_bindgen::JsCast;
    event.dyn_ref::<leptos::web_sys::InputEvent>().is_some_and(leptos::web_sys::InputEvent::is_composing)
}

#[cfg(not(feature = "hydrate"))]
pub const fn is_input_composing(_: &leptos::ev::Event) -> bool {
    false
}

/// From now on a form that was posted is not posted again, unless that came to nothing: the person stopped it, or
/// came back to the page that it left. Meanwhile it is marked as busy. J2, N6
#[cfg(feature = "hydrate")]
pub fn post_once() {
    use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
    // For as long as the page lives.
    let _posts = window_event_listener(leptos::ev::submit, |event| {
        let form = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok());
        let Some(form) = form.filter(|form| form.method() == "post") else { return };
        if event.default_prevented() {
            return;
        }
        if form.has_attribute(BUSY) {
            event.prevent_default();
        } else {
            form.set_attribute(BUSY, "true").ok();
            set_timeout(move || drop(form.remove_attribute(BUSY)), LAPSE);
        }
    });
    let _by_key = window_event_listener(leptos::ev::keydown, |event| {
        if event.key() == "Escape" {
            free_forms();
        }
    });
    let _by_return = window_event_listener_untyped("pageshow", |_| free_forms());
    // Where the browser tells of it, also when its own button stops the post.
    let navigation = js_sys::Reflect::get(&window(), &JsValue::from_str("navigation"));
    if let Some(navigation) = navigation.ok().and_then(|it| it.dyn_into::<web_sys::EventTarget>().ok()) {
        let stopped = Closure::<dyn Fn()>::new(free_forms);
        let listener = stopped.as_ref().unchecked_ref();
        navigation.add_event_listener_with_callback("navigateerror", listener).ok();
        stopped.forget();
    }
}

/// A post that took so long was stopped by a browser that does not tell of it, or will never be answered.
#[cfg(feature = "hydrate")]
const LAPSE: std::time::Duration = std::time::Duration::from_secs(15);

/// Marks a form that was posted.
#[cfg(feature = "hydrate")]
const BUSY: &str = "aria-busy";

#[cfg(feature = "hydrate")]
fn free_forms() {
    each(&format!("form[{BUSY}]"), |form| {
        form.remove_attribute(BUSY).ok();
    });
}

/// Does something with each element of the page that a selector finds.
#[cfg(feature = "hydrate")]
pub fn each(selector: &str, act: impl Fn(web_sys::Element)) {
    use wasm_bindgen::JsCast;
    let Ok(found) = document().query_selector_all(selector) else { return };
    (0..found.length()).filter_map(|n| found.get(n)?.dyn_into().ok()).for_each(act);
}

/// Sends the form that the field of this event stands in, as its button would.
#[cfg(feature = "hydrate")]
pub fn submit_form_of(event: &leptos::ev::Event) {
    use wasm_bindgen::JsCast;
    let field = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    if let Some(form) = field.and_then(|field| field.form()) {
        form.request_submit().ok();
    }
}

#[cfg(not(feature = "hydrate"))]
pub const fn submit_form_of(_: &leptos::ev::Event) {}

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
