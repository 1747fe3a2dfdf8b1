//! The clock and the zone of the person who looks, as their browser knows them. L1

use std::time::Duration;

use crate::domain::{local_time::LocalTime, moment::Moment};

/// The name of the zone, such as `Europe/Oslo`.
#[cfg(feature = "hydrate")]
pub fn name() -> String {
    let options =
        js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into())
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "yours".into())
}

/// Minutes east of UTC at a moment.
#[cfg(feature = "hydrate")]
#[expect(clippy::cast_possible_truncation, reason = "a day has 1,440 minutes")]
pub fn offset_at(at: Moment) -> i32 {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.unix_millis() as f64));
    -date.get_timezone_offset() as i32
}

/// By the browser's clock, which only saves a round trip: the database judges.
#[cfg(feature = "hydrate")]
#[expect(clippy::cast_possible_truncation, reason = "milliseconds fit")]
pub fn now() -> Moment {
    Moment::from_unix_millis(js_sys::Date::new_0().get_time() as i64)
}

/// Pages are rendered in UTC.
#[cfg(not(feature = "hydrate"))]
pub fn name() -> String {
    "UTC".into()
}

#[cfg(not(feature = "hydrate"))]
pub const fn offset_at(_: Moment) -> i32 {
    0
}

/// The server has no clock.
#[cfg(not(feature = "hydrate"))]
pub const fn now() -> Moment {
    Moment::from_unix_millis(0)
}

/// Tells `show` how many seconds are left, from so many to none.
#[cfg(feature = "hydrate")]
pub fn count_down(seconds: u32, show: impl Fn(u32) + 'static) {
    show(seconds);
    if seconds > 0 {
        let next = move || count_down(seconds - 1, show);
        leptos::prelude::set_timeout(next, std::time::Duration::from_secs(1));
    }
}

/// Calls `then` again and again, for as long as the component lives.
#[cfg(feature = "hydrate")]
pub fn every(pause: Duration, then: impl Fn() + Clone + 'static) {
    use leptos::prelude::*;
    Effect::new(move || {
        let ticking = set_interval_with_handle(then.clone(), pause);
        on_cleanup(move || {
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
        });
    });
}

#[cfg(not(feature = "hydrate"))]
pub fn every(_: Duration, _: impl Fn() + Clone + 'static) {}

/// What the clock on the wall shows.
pub fn wall_clock(at: Moment) -> LocalTime {
    LocalTime::at(at, offset_at(at))
}
