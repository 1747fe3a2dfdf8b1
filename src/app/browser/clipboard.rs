//! Copying text, also where the clipboard API is missing. L2

#[cfg(feature = "hydrate")]
use leptos::prelude::*;

/// Copies `text`, then says whether that worked.
#[cfg(feature = "hydrate")]
pub fn copy(text: String, done: impl Fn(bool) + 'static) {
    use wasm_bindgen::{JsCast, JsValue};
    let has_clipboard = js_sys::Reflect::get(&window().navigator(), &JsValue::from_str("clipboard"))
        .is_ok_and(|value| !value.is_undefined());
    leptos::task::spawn_local(async move {
        let by_api = has_clipboard
            && wasm_bindgen_futures::JsFuture::from(window().navigator().clipboard().write_text(&text))
                .await
                .is_ok();
        let by_selection = || {
            // The old way: select the text in a field of its own and let the browser copy it.
            let area = document()
                .create_element("textarea")
                .ok()?
                .dyn_into::<web_sys::HtmlTextAreaElement>()
                .ok()?;
            let before = document()
                .active_element()
                .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
            area.set_value(&text);
            area.set_class_name("visually-hidden");
            let parent = document()
                .query_selector("dialog[open]")
                .ok()
                .flatten()
                .or_else(|| document().body().map(Into::into))?;
            parent.append_child(&area).ok()?;
            area.select();
            let command = js_sys::Reflect::get(&document(), &JsValue::from_str("execCommand")).ok()?;
            let good = command
                .dyn_into::<js_sys::Function>()
                .ok()?
                .call1(&document(), &JsValue::from_str("copy"))
                .ok()?;
            parent.remove_child(&area).ok();
            if let Some(before) = before {
                before.focus().ok();
            }
            good.as_bool()
        };
        done(by_api || by_selection().unwrap_or(false));
    });
}

#[cfg(not(feature = "hydrate"))]
pub fn copy(_: String, _: impl Fn(bool) + 'static) {}
