//! Points in time. Rendered in UTC by server and browser alike; after hydration the browser puts
//! the person's own zone and day in. N10

use leptos::{prelude::*, web_sys::Element};

use crate::{
    app::browser::clock,
    domain::{
        db_enum,
        local_time::{DayName, LocalTime},
        moment::Moment,
    },
    words,
};

/// How much of a point in time is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    Day,
    Minute,
    /// To the minute, with the zone: for what ends then.
    Deadline,
}

// As the attribute of a `time` element.
db_enum!(Precision { Day = "day", Minute = "minute", Deadline = "deadline" });

/// A point in time.
#[component]
pub fn Timestamp(at: Moment, precision: Precision) -> impl IntoView {
    let text = RwSignal::new(in_utc(at, precision));
    Effect::new(move || text.set(as_seen_here(at, precision)));
    view! {
        <time datetime=at.iso() data-precision=precision.as_str()>
            {text}
        </time>
    }
}

/// The same for a [`Timestamp`] on a page that is not hydrated.
pub fn localize(time: &Element) {
    let at = time.get_attribute("datetime").and_then(|at| Moment::parse(&at));
    let precision = time.get_attribute("data-precision").and_then(|word| word.parse().ok());
    if let Some((at, precision)) = at.zip(precision) {
        time.set_text_content(Some(&as_seen_here(at, precision)));
    }
}

fn as_seen_here(at: Moment, precision: Precision) -> String {
    let zone = zone_name(clock::offset_at(at));
    as_seen(clock::wall_clock(at), clock::wall_clock(clock::now()), precision, &zone)
}

/// The server has neither a zone nor a clock.
fn in_utc(at: Moment, precision: Precision) -> String {
    let at = LocalTime::at(at, 0);
    let (day, month, year) = at.date();
    match precision {
        Precision::Day => words::shared::date(day, month.into(), year),
        Precision::Minute | Precision::Deadline => {
            words::shared::date_and_time_utc(day, month.into(), year, at.clock())
        }
    }
}

fn as_seen(at: LocalTime, now: LocalTime, precision: Precision, zone: &str) -> String {
    let (day, month, year) = at.date();
    let date = match at.day_seen_from(now) {
        DayName::Today => words::shared::today().to_owned(),
        DayName::Yesterday => words::shared::yesterday().to_owned(),
        DayName::ThisYear => words::shared::date_this_year(day, month.into()),
        DayName::AnotherYear => words::shared::date(day, month.into(), year),
    };
    match precision {
        Precision::Day => date,
        Precision::Minute => words::shared::date_and_time(date, at.clock()),
        Precision::Deadline => words::shared::date_and_time_zone(date, at.clock(), zone),
    }
}

/// `UTC+1`, `UTC−3:30`: what a zone is called everywhere, by its minutes east of UTC.
fn zone_name(offset: i32) -> String {
    let sign = if offset < 0 { '−' } else { '+' };
    match (offset.unsigned_abs() / 60, offset.unsigned_abs() % 60) {
        (0, 0) => "UTC".into(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// N10
    #[test]
    fn the_server_says_the_day_in_utc_with_its_year() {
        let at = Moment::from_unix_millis(1_774_285_500_000);
        assert_eq!(in_utc(at, Precision::Day), "23 Mar 2026");
        assert_eq!(in_utc(at, Precision::Minute), "23 March 2026, 17:05 UTC");
    }

    /// N10
    #[test]
    fn near_days_have_names_and_this_year_goes_without_saying() {
        let seen = |at: &str, precision| {
            let local = |text| LocalTime::parse(text).expect("a time");
            as_seen(local(at), local("2026-03-23T09:00"), precision, &zone_name(60))
        };
        assert_eq!(seen("2026-03-23T17:05", Precision::Day), "today");
        assert_eq!(seen("2026-03-22T23:59", Precision::Minute), "yesterday, 23:59");
        assert_eq!(seen("2026-03-24T00:00", Precision::Day), "24 Mar");
        assert_eq!(seen("2026-01-01T08:30", Precision::Minute), "1 Jan, 08:30");
        assert_eq!(seen("2025-12-31T08:30", Precision::Day), "31 Dec 2025");
        assert_eq!(seen("2027-09-02T18:00", Precision::Minute), "2 Sep 2027, 18:00");
        assert_eq!(seen("2026-03-24T08:04", Precision::Deadline), "24 Mar, 08:04 UTC+1");
        assert_eq!([0, -210, 330].map(zone_name), ["UTC", "UTC−3:30", "UTC+5:30"]);
    }
}
