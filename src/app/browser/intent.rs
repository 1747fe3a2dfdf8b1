//! Where somebody is about to go: the link under the pointer, or with the focus.

/// Calls `toward` with path and query of each link of ours that somebody points at or focuses.
#[cfg(feature = "hydrate")]
pub fn follow(toward: impl Fn(&str, &str) + Copy + 'static) {
    use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};

    let toward = move |event: &web_sys::Event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let Some(link) = target.and_then(|target| target.closest("a[href]").ok().flatten()) else { return };
        let Ok(link) = link.dyn_into::<web_sys::HtmlAnchorElement>() else { return };
        if window().location().origin().is_ok_and(|origin| origin == link.origin()) {
            toward(&link.pathname(), &link.search());
        }
    };
    Effect::new(move || {
        window_event_listener(ev::pointerover, move |event| toward(&event));
        window_event_listener(ev::focusin, move |event| toward(&event));
    });
}

#[cfg(not(feature = "hydrate"))]
pub fn follow(_: impl Fn(&str, &str) + Copy + 'static) {}
