//! Focus: where it goes when something opens, and where it comes back to. D2, N5

use leptos::{ev::KeyboardEvent, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

/// What had the focus before something opened in its place, and gets it back when that is closed.
#[derive(Clone, Copy)]
pub struct FocusReturn(StoredValue<Option<HtmlElement>, LocalStorage>);

impl Default for FocusReturn {
    fn default() -> Self {
        Self(StoredValue::new_local(None))
    }
}

impl FocusReturn {
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

/// Focus goes in, stays in and comes back: to what `selector` finds, once it is there. D2
pub fn focus_soon(selector: String) {
    #[cfg(feature = "hydrate")]
    focus_within(selector, FRAMES);
    #[cfg(not(feature = "hydrate"))]
    drop(selector);
}

/// How long [`focus_soon`] waits for what it looks for, in frames: half a second.
#[cfg(feature = "hydrate")]
const FRAMES: u8 = 30;

#[cfg(feature = "hydrate")]
fn focus_within(selector: String, frames: u8) {
    request_animation_frame(move || {
        if !focus_now(&selector) && frames > 0 {
            focus_within(selector, frames - 1);
        }
    });
}

/// As [`focus_soon`], for what is there already: no key is lost between. Whether it was there.
pub fn focus_now(selector: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        let found = document().query_selector(selector).ok().flatten();
        let found = found.and_then(|element| element.dyn_into::<HtmlElement>().ok());
        found.is_some_and(|element| element.focus().is_ok())
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = selector;
        false
    }
}

/// The field inside `around` that somebody types in or chooses from right now.
pub fn field_in_use(around: &HtmlElement) -> Option<HtmlElement> {
    let active = document().active_element()?;
    let is_field = active.matches("input, textarea, select").unwrap_or(false);
    let here = is_field && around.contains(Some(&active));
    here.then(|| active.dyn_into().ok()).flatten()
}

/// Whether something begins left of what is seen of the page.
pub fn begins_off_screen(element: &HtmlElement) -> bool {
    #[cfg(feature = "hydrate")]
    return element.get_bounding_client_rect().left() < 0.0;
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = element;
        false
    }
}

/// A direction along a row of controls.
#[derive(Clone, Copy)]
pub enum Step {
    Back,
    On,
}

/// Moves the focus from what has it to the one before or after among what `stops` selects.
#[cfg(feature = "hydrate")]
pub fn step(event: &KeyboardEvent, stops: &str, step: Step) {
    let Ok(stops) = document().query_selector_all(stops) else { return };
    let here = event.current_target();
    let all: Vec<HtmlElement> = (0..stops.length()).filter_map(|n| stops.get(n)?.dyn_into().ok()).collect();
    let at = all.iter().position(|stop| here.as_ref() == Some(stop.as_ref()));
    let to = at.and_then(|at| match step {
        Step::Back => at.checked_sub(1),
        Step::On => Some(at + 1),
    });
    if let Some(stop) = to.and_then(|to| all.get(to)) {
        event.prevent_default();
        stop.focus().ok();
    }
}

#[cfg(not(feature = "hydrate"))]
pub const fn step(_: &KeyboardEvent, _: &str, _: Step) {}
