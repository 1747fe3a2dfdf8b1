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

/// Calls `then` when a post that was begun comes to nothing: the person stopped it, or came back to the
/// page that it left.
#[cfg(feature = "hydrate")]
pub fn on_post_stopped(then: impl Fn() + Clone + Send + Sync + 'static) {
    use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
    Effect::new(move || {
        let by_key = {
            let then = then.clone();
            window_event_listener(leptos::ev::keydown, move |event| {
                if event.key() == "Escape" {
                    then();
                }
            })
        };
        let by_return = {
            let then = then.clone();
            window_event_listener_untyped("pageshow", move |_| then())
        };
        on_cleanup(move || {
            by_key.remove();
            by_return.remove();
        });
        // Where the browser tells of it, also when its own button stops the post.
        let navigation = js_sys::Reflect::get(&window(), &JsValue::from_str("navigation"));
        if let Some(navigation) = navigation.ok().and_then(|it| it.dyn_into::<web_sys::EventTarget>().ok()) {
            let then = then.clone();
            let stopped = Closure::<dyn Fn()>::new(then);
            let listener = stopped.as_ref().unchecked_ref();
            navigation.add_event_listener_with_callback("navigateerror", listener).ok();
            // The form lives as long as its page.
            stopped.forget();
        }
    });
}

#[cfg(not(feature = "hydrate"))]
pub fn on_post_stopped(_: impl Fn() + Clone + Send + Sync + 'static) {}

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
