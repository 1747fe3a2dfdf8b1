//! Points in time. Rendered in UTC by server and browser alike; after hydration the browser puts
//! the person's own zone in.

use leptos::prelude::*;

use crate::{
    app::browser::clock::{self, Precision},
    domain::moment::Moment,
};

/// A point in time.
#[component]
pub fn Timestamp(at: Moment, precision: Precision) -> impl IntoView {
    let utc = match precision {
        Precision::Day => at.short_date(),
        Precision::Minute => at.date_and_time(),
    };
    let (text, set_text) = signal(utc);
    Effect::new(move || {
        if let Some(local) = clock::shown(at, precision) {
            set_text.set(local);
        }
    });
    view! { <time datetime=at.iso()>{text}</time> }
}
