//! Hears from the server that something changed, and whom it is about; and that the page is not the viewer's
//! any more: then it is loaded again, and says why it is not. N3, N7, P3
//!
//! A browser opens few connections to one server over HTTP/1.1, so its tabs share one stream: the tab
//! that holds a lock has the stream and passes on what it hears. Only a tab that is looked at asks for
//! the lock; when it is hidden it gives the lock up, and looks by itself when it is shown again.

use crate::domain::people::Changed;

/// Changes that come quickly are told together, so that a page that follows a bulk send loads its
/// list now and then instead of all the time. Milliseconds.
#[cfg(feature = "hydrate")]
const AT_MOST_EVERY: u64 = 2_000;

/// Until a stream is asked for again that was refused, as by a proxy without a server: at first, then twice as long
/// each time, and in the end. Milliseconds.
#[cfg(feature = "hydrate")]
const REFUSED: [u64; 2] = [5_000, 80_000];

/// The lock and the channel of the tabs of one browser.
#[cfg(feature = "hydrate")]
const SHARED: &str = "headcount-events";

/// Calls `changed` after each change, as long as the page is open.
#[cfg(feature = "hydrate")]
pub fn follow(changed: impl Fn(Changed) + Copy + 'static) {
    use leptos::prelude::*;

    Effect::new(move || in_browser::share(std::rc::Rc::new(seldom(changed))));
}

#[cfg(not(feature = "hydrate"))]
pub fn follow(_: impl Fn(Changed)) {}

/// Calls `changed` at once, and then not again before [`AT_MOST_EVERY`] has passed, for all that came
/// meanwhile.
#[cfg(feature = "hydrate")]
fn seldom(changed: impl Fn(Changed) + Copy + 'static) -> impl Fn(Changed) + 'static {
    use leptos::prelude::*;

    let resting = StoredValue::new(false);
    let missed = StoredValue::new(None::<Changed>);
    move |heard| {
        if resting.get_value() {
            missed.update_value(|missed| *missed = Some(missed.take().unwrap_or_default().and(heard)));
            return;
        }
        changed(heard);
        resting.set_value(true);
        set_timeout(
            move || {
                resting.set_value(false);
                if let Some(heard) = missed.try_update_value(Option::take).flatten() {
                    changed(heard);
                }
            },
            std::time::Duration::from_millis(AT_MOST_EVERY),
        );
    }
}

#[cfg(feature = "hydrate")]
mod in_browser {
    use std::{
        cell::{Cell, RefCell},
        rc::Rc,
        time::Duration,
    };

    use js_sys::{Function, Promise, Reflect};
    use leptos::prelude::{document, set_timeout, window};
    use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
    use web_sys::{BroadcastChannel, EventSource, MessageEvent};

    use super::{Changed, REFUSED, SHARED};

    /// What this tab has of the shared stream.
    enum Part {
        /// Hidden, or not asked yet.
        None,
        /// Another tab has the stream; this one is next in line.
        Waiting,
        /// The stream, and what gives the lock up.
        Holding(Stream, Function),
    }

    /// The connection there is now; none once the stream was given up.
    type Stream = Rc<RefCell<Option<EventSource>>>;

    type Shared = Rc<RefCell<Part>>;

    /// Passes on whom the stream told of, as it said it.
    type Tell = Rc<dyn Fn(&str)>;

    /// What tabs tell each other where the stream ended for good.
    const ENDED: &str = "ended";

    /// Does what was said: everything of the page is asked for anew, or some of what it shows.
    fn obey(word: &str, changed: &dyn Fn(Changed)) {
        if word == ENDED {
            window().location().reload().ok();
        } else {
            changed(Changed::from(word));
        }
    }

    /// What an event says.
    fn word(event: &MessageEvent) -> String {
        event.data().as_string().unwrap_or_default()
    }

    /// Hears of changes by this tab's stream or by another's. It lives as long as the page.
    pub fn share(changed: Rc<dyn Fn(Changed)>) {
        let (Some(locks), Ok(channel)) = (locks(), BroadcastChannel::new(SHARED)) else {
            // An old browser: a stream for each tab.
            open(&(Rc::new(move |word: &str| obey(word, &*changed)) as Tell));
            return;
        };
        let heard = {
            let changed = Rc::clone(&changed);
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| obey(&word(&event), &*changed))
        };
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();

        let tell: Tell = {
            let changed = Rc::clone(&changed);
            Rc::new(move |word| {
                channel.post_message(&word.into()).ok();
                obey(word, &*changed);
            })
        };
        let part: Shared = Rc::new(RefCell::new(Part::None));
        ask(&locks, &part, &tell);
        let seen = Closure::<dyn Fn()>::new(move || {
            if document().hidden() {
                give_up(&part);
            } else {
                // What happened meanwhile was not heard.
                changed(Changed::Anybody);
                ask(&locks, &part, &tell);
            }
        });
        document().add_event_listener_with_callback("visibilitychange", seen.as_ref().unchecked_ref()).ok();
        seen.forget();
    }

    /// Web Locks; missing in old browsers and on pages without TLS.
    fn locks() -> Option<JsValue> {
        let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
        (!locks.is_undefined()).then_some(locks)
    }

    /// Gets in line for the stream.
    fn ask(locks: &JsValue, part: &Shared, tell: &Tell) {
        if !matches!(*part.borrow(), Part::None) || document().hidden() {
            return;
        }
        *part.borrow_mut() = Part::Waiting;
        let granted = {
            let (part, tell) = (Rc::clone(part), Rc::clone(tell));
            Closure::once_into_js(move |_lock: JsValue| hold(&part, &tell))
        };
        let request =
            Reflect::get(locks, &"request".into()).ok().and_then(|it| it.dyn_into::<Function>().ok());
        let request = request.and_then(|request| request.call2(locks, &SHARED.into(), &granted).ok());
        if let Some(request) = request.and_then(|request| request.dyn_into::<Promise>().ok()) {
            // Whoever leaves the page while it stands in line is told that the request came to nothing.
            let left = Closure::<dyn FnMut(JsValue)>::new(|_| {});
            let _ = request.catch(&left);
            left.forget();
        }
    }

    /// Opens the stream. The lock is held until the promise is kept.
    fn hold(part: &Shared, tell: &Tell) -> Promise {
        if document().hidden() {
            // Hidden while it stood in line: the next tab's turn.
            *part.borrow_mut() = Part::None;
            return Promise::resolve(&JsValue::NULL);
        }
        Promise::new(&mut |resolve, _reject| match open(tell) {
            Some(stream) => *part.borrow_mut() = Part::Holding(stream, resolve),
            None => {
                *part.borrow_mut() = Part::None;
                resolve.call0(&JsValue::NULL).ok();
            }
        })
    }

    fn give_up(part: &Shared) {
        if !matches!(*part.borrow(), Part::Holding(..)) {
            return;
        }
        if let Part::Holding(stream, release) = part.replace(Part::None) {
            if let Some(source) = stream.take() {
                source.close();
            }
            release.call0(&JsValue::NULL).ok();
        }
    }

    fn open(tell: &Tell) -> Option<Stream> {
        let stream = Stream::default();
        let [shortest, _] = REFUSED;
        connect(&stream, tell, &Rc::new(Cell::new(shortest)))?;
        Some(stream)
    }

    fn connect(stream: &Stream, tell: &Tell, pause: &Rc<Cell<u64>>) -> Option<()> {
        let [shortest, longest] = REFUSED;
        let source = EventSource::new("/events").ok()?;
        *stream.borrow_mut() = Some(source.clone());
        let heard = {
            let tell = Rc::clone(tell);
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| tell(&word(&event)))
        };
        source.add_event_listener_with_callback("changed", heard.as_ref().unchecked_ref()).ok()?;
        heard.forget();
        let ended = {
            let (source, tell) = (source.clone(), Rc::clone(tell));
            Closure::<dyn Fn(MessageEvent)>::new(move |_| {
                // Not opened again: nothing more is to be heard with this login.
                source.close();
                tell(ENDED);
            })
        };
        source.add_event_listener_with_callback(ENDED, ended.as_ref().unchecked_ref()).ok()?;
        ended.forget();
        let opened = {
            let pause = Rc::clone(pause);
            Closure::<dyn Fn()>::new(move || pause.set(shortest))
        };
        source.add_event_listener_with_callback("open", opened.as_ref().unchecked_ref()).ok()?;
        opened.forget();
        let failed = {
            let (source, stream, tell, pause) =
                (source.clone(), Rc::clone(stream), Rc::clone(tell), Rc::clone(pause));
            Closure::<dyn Fn()>::new(move || {
                // A connection that breaks off is opened again by the browser, but one that was refused is not.
                if source.ready_state() == EventSource::CLOSED {
                    again(Rc::clone(&stream), Rc::clone(&tell), Rc::clone(&pause));
                    pause.set(longest.min(2 * pause.get()));
                }
            })
        };
        source.add_event_listener_with_callback("error", failed.as_ref().unchecked_ref()).ok()?;
        failed.forget();
        Some(())
    }

    /// Connects once more after a while, unless the stream was given up. What was not heard meanwhile is asked for then:
    /// each stream begins with a word about everybody.
    fn again(stream: Stream, tell: Tell, pause: Rc<Cell<u64>>) {
        let wait = Duration::from_millis(pause.get());
        let connect_again = move || {
            if stream.borrow().is_some() {
                connect(&stream, &tell, &pause);
            }
        };
        set_timeout(connect_again, wait);
    }
}
