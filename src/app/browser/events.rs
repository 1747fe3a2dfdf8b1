//! Hears from the server that something changed. N7

/// Changes that come quickly are told together, so that a page that follows a bulk send loads its
/// list now and then instead of all the time. Milliseconds.
#[cfg(feature = "hydrate")]
const AT_MOST_EVERY: u64 = 2_000;

/// Calls `changed` after each change, as long as the page is open.
#[cfg(feature = "hydrate")]
pub fn follow(changed: impl Fn() + Copy + 'static) {
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, prelude::Closure};

    Effect::new(move || {
        let Ok(source) = web_sys::EventSource::new("/events") else { return };
        let resting = RwSignal::new(false);
        let missed = RwSignal::new(false);
        let heard = Closure::<dyn Fn()>::new(move || {
            if resting.get_untracked() {
                missed.set(true);
                return;
            }
            changed();
            resting.set(true);
            set_timeout(
                move || {
                    resting.set(false);
                    if missed.get_untracked() {
                        missed.set(false);
                        changed();
                    }
                },
                std::time::Duration::from_millis(AT_MOST_EVERY),
            );
        });
        source.add_event_listener_with_callback("changed", heard.as_ref().unchecked_ref()).ok();
        // It lives as long as the page.
        heard.forget();
    });
}

#[cfg(not(feature = "hydrate"))]
pub fn follow(_: impl Fn()) {}
