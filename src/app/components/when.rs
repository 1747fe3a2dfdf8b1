//! Points in time. Rendered in UTC by server and browser alike; after hydration the browser puts
//! the person's own zone in.

use leptos::prelude::*;

use crate::domain::moment::Moment;

/// How much of it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    Day,
    Minute,
}

/// A point in time.
#[component]
pub fn When(at: Moment, precision: Precision) -> impl IntoView {
    let utc = match precision {
        Precision::Day => at.short_date(),
        Precision::Minute => at.date_and_time(),
    };
    let (text, set_text) = signal(utc);
    Effect::new(move || {
        if let Some(local) = local(at, precision) {
            set_text.set(local);
        }
    });
    view! { <time datetime=at.iso()>{text}</time> }
}

#[cfg(feature = "hydrate")]
fn local(at: Moment, precision: Precision) -> Option<String> {
    use wasm_bindgen::JsValue;
    let date = js_sys::Date::new(&JsValue::from_f64(at.unix_millis() as f64));
    let options = js_sys::Object::new();
    let set = |key: &str, value: &str| js_sys::Reflect::set(&options, &key.into(), &value.into()).ok();
    set("day", "numeric")?;
    set("month", "short")?;
    set("year", "numeric")?;
    if precision == Precision::Minute {
        set("hour", "2-digit")?;
        set("minute", "2-digit")?;
    }
    Some(date.to_locale_string("en-GB", &options).into())
}

#[cfg(not(feature = "hydrate"))]
const fn local(_: Moment, _: Precision) -> Option<String> {
    None
}
