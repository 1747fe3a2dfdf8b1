//! Parts of a page that are hydrated after the rest: in many short tasks, what is in view first, so that a slow phone
//! answers between them; and at once when somebody touches one. N1

use leptos::web_sys::Element;

/// Calls `hydrate` when the page has time for this element, and before anything on it hears an event.
#[cfg(feature = "hydrate")]
pub fn later(element: Element, hydrate: impl FnOnce() + 'static) {
    in_browser::put_off(in_browser::Waiting { element, hydrate: Box::new(hydrate) });
}

/// The server hydrates nothing.
#[cfg(not(feature = "hydrate"))]
pub fn later(_: Element, _: impl FnOnce() + 'static) {}

/// Hydrates this element, if it still waits.
#[cfg(feature = "hydrate")]
pub fn now(element: &Element) {
    in_browser::hydrate_around(element);
}

#[cfg(not(feature = "hydrate"))]
pub fn now(_: &Element) {}

#[cfg(feature = "hydrate")]
mod in_browser {
    use std::{
        cell::{Cell, RefCell},
        sync::Once,
        time::Duration,
    };

    use leptos::prelude::{document, request_idle_callback_with_handle, set_timeout, window};
    use wasm_bindgen::{JsCast, prelude::Closure};
    use web_sys::{Element, Event, HtmlInputElement, HtmlSelectElement, Node};

    use crate::app::browser::{clock, start::tell};

    /// After so many milliseconds a task begins nothing more.
    const SLICE: i64 = 8;

    /// Between two tasks, where the browser does not say when it has time.
    const PAUSE: Duration = Duration::from_millis(10);

    /// What may be the first that somebody does to an element.
    const TOUCHES: [&str; 6] = ["pointerdown", "focusin", "keydown", "click", "input", "change"];

    pub struct Waiting {
        pub element: Element,
        pub hydrate: Box<dyn FnOnce()>,
    }

    thread_local! {
        /// In the order of the page.
        static WAITING: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
        /// Whether a task is to come that hydrates some.
        static COMES: Cell<bool> = const { Cell::new(false) };
    }

    impl Waiting {
        /// Others may have changed what was sent; see `src/http/boot.js`.
        fn hydrate(self) {
            tell(&self.element, "hydrating");
            (self.hydrate)();
            tell(&self.element, "hydrated");
        }
    }

    pub fn put_off(one: Waiting) {
        static LISTENING: Once = Once::new();
        LISTENING.call_once(listen);
        WAITING.with_borrow_mut(|waiting| waiting.push(one));
        go_on();
    }

    fn go_on() {
        if !COMES.replace(true) && request_idle_callback_with_handle(hydrate_some).is_err() {
            set_timeout(hydrate_some, PAUSE);
        }
    }

    fn hydrate_some() {
        COMES.set(false);
        let end = clock::now().unix_millis() + SLICE;
        // Asked once: each answer after a change makes the browser lay out the page.
        let first = WAITING.with_borrow(|waiting| waiting.iter().position(|one| is_in_view(&one.element)));
        while let Some(next) = take_from(first.unwrap_or_default()) {
            next.hydrate();
            if clock::now().unix_millis() >= end {
                return go_on();
            }
        }
    }

    /// The one there waits no longer; behind the last, the first.
    fn take_from(at: usize) -> Option<Waiting> {
        WAITING.with_borrow_mut(|waiting| match waiting.len() {
            0 => None,
            len => Some(waiting.remove(if at < len { at } else { 0 })),
        })
    }

    /// Nor does the first that has this in it.
    fn take_around(node: &Node) -> Option<Waiting> {
        WAITING.with_borrow_mut(|waiting| {
            let at = waiting.iter().position(|one| one.element.contains(Some(node)))?;
            Some(waiting.remove(at))
        })
    }

    /// Whatever has this in it, the outermost first.
    pub fn hydrate_around(node: &Node) {
        while let Some(waiting) = take_around(node) {
            waiting.hydrate();
        }
    }

    fn is_in_view(element: &Element) -> bool {
        let place = element.get_bounding_client_rect();
        let height = document().document_element().map_or(0, |root| root.client_height());
        place.bottom() > 0.0 && place.top() < f64::from(height)
    }

    /// While an event is on its way down, nobody has heard of it: it finds the listeners that come now.
    fn listen() {
        let touched = Closure::<dyn Fn(Event)>::new(|event: Event| hydrate_touched(&event));
        let listener = touched.as_ref().unchecked_ref();
        for touch in TOUCHES {
            window().add_event_listener_with_callback_and_bool(touch, listener, true).ok();
        }
        // For as long as the page lives.
        touched.forget();
    }

    fn hydrate_touched(event: &Event) {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Node>().ok()) else { return };
        let Some(outermost) = take_around(&target) else { return };
        // What is ticked or chosen is so before anybody hears of it; hydration would take that back.
        let clicked = matches!(event.type_().as_str(), "click" | "input" | "change");
        let input = target.dyn_ref::<HtmlInputElement>().filter(|_| clicked);
        let ticked = input.map(HtmlInputElement::checked);
        let select = target.dyn_ref::<HtmlSelectElement>().filter(|_| clicked);
        let chosen = select.map(HtmlSelectElement::value);
        outermost.hydrate();
        hydrate_around(&target);
        if let Some((input, ticked)) = input.zip(ticked) {
            input.set_checked(ticked);
        }
        if let Some((select, chosen)) = select.zip(chosen) {
            select.set_value(&chosen);
        }
    }
}
