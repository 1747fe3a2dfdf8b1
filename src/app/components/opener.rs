//! Focus that comes back. N5

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

/// What had the focus before something opened in its place, and gets it back when that is closed.
#[derive(Clone, Copy)]
pub struct Opener(StoredValue<Option<HtmlElement>, LocalStorage>);

impl Default for Opener {
    fn default() -> Self {
        Self(StoredValue::new_local(None))
    }
}

impl Opener {
    /// To be called in the browser, before the focus moves.
    pub fn remember(self) {
        let active = document().active_element();
        self.0.set_value(active.and_then(|element| element.dyn_into().ok()));
    }

    pub fn focus(self) {
        if let Some(element) = self.0.get_value() {
            element.focus().ok();
        }
    }
}
