//! Follows what happens elsewhere: the server says that something changed, and what is shown is
//! loaded anew. N7

use super::lead::Changes;

/// Changes that come quickly are shown together, so that a page that follows a bulk send loads its
/// list now and then instead of all the time. Milliseconds.
#[cfg(feature = "hydrate")]
const AT_MOST_EVERY: u64 = 2_000;

/// Follows until the page is left.
#[cfg(feature = "hydrate")]
pub fn follow(changes: Changes) {
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, prelude::Closure};

    Effect::new(move || {
        let Ok(source) = web_sys::EventSource::new("/events") else { return };
        let resting = RwSignal::new(false);
        let missed = RwSignal::new(false);
        let changed = Closure::<dyn Fn()>::new(move || {
            if resting.get_untracked() {
                missed.set(true);
                return;
            }
            changes.note();
            resting.set(true);
            set_timeout(
                move || {
                    resting.set(false);
                    if missed.get_untracked() {
                        missed.set(false);
                        changes.note();
                    }
                },
                std::time::Duration::from_millis(AT_MOST_EVERY),
            );
        });
        source.add_event_listener_with_callback("changed", changed.as_ref().unchecked_ref()).ok();
        // It lives as long as the page.
        changed.forget();
    });
}

#[cfg(not(feature = "hydrate"))]
pub const fn follow(_: Changes) {}
