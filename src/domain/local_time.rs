//! A date and time on the clock of the person who types it, and which moment that is. Twice a year
//! that is a question: an hour is left out, another comes twice. L1
//!
//! The zone's rules are the browser's; this is told the offset at a moment and reasons from that.

use time::{Date, Duration, Month, PrimitiveDateTime, Time};

use super::moment::Moment;

/// The hour at which a day's work is over; what the presets choose.
const EVENING: Time = match Time::from_hms(18, 0, 0) {
    Ok(time) => time,
    Err(_) => Time::MIDNIGHT,
};

/// A date and time without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime(PrimitiveDateTime);

/// Which moment a local time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    Once(Moment),
    /// The clocks go back over it.
    Twice {
        first: Moment,
        second: Moment,
    },
    /// The clocks go forward over it; `instead` is as far behind the change.
    Never {
        instead: LocalTime,
    },
}

/// What a day is called, seen from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayName {
    Today,
    Yesterday,
    ThisYear,
    AnotherYear,
}

/// A choice that most people mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    Today,
    Tomorrow,
    InAWeek,
    InAMonth,
}

impl Preset {
    /// All of them, the nearest first.
    pub const ALL: [Self; 4] = [Self::Today, Self::Tomorrow, Self::InAWeek, Self::InAMonth];

    /// The time that is meant at `now`: at six in the evening. In a month is the same day of the next
    /// month, or its last.
    #[must_use]
    pub fn from(self, now: LocalTime) -> LocalTime {
        let today = now.0.date();
        let day = match self {
            Self::Today => today,
            Self::Tomorrow => today.saturating_add(Duration::days(1)),
            Self::InAWeek => today.saturating_add(Duration::weeks(1)),
            Self::InAMonth => next_month(today),
        };
        LocalTime(day.with_time(EVENING))
    }
}

fn next_month(day: Date) -> Date {
    let month = day.month().next();
    let year = if month == Month::January { day.year() + 1 } else { day.year() };
    let last = month.length(year);
    Date::from_calendar_date(year, month, day.day().min(last)).unwrap_or(day)
}

impl LocalTime {
    /// Reads what a `datetime-local` field holds: `2026-03-29T02:30`, perhaps with seconds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains(['Z', 'z']) {
            return None;
        }
        Moment::parse(text).map(|at| Self::at(at, 0))
    }

    /// What the clock shows at a moment, `offset` minutes east of UTC.
    #[must_use]
    pub fn at(moment: Moment, offset: i32) -> Self {
        let shown = time::OffsetDateTime::from(moment) + Duration::minutes(offset.into());
        Self(PrimitiveDateTime::new(shown.date(), shown.time()))
    }

    /// For a `datetime-local` field.
    #[must_use]
    pub fn for_field(self) -> String {
        let iso = self.as_if_utc().iso();
        iso[..16].to_owned()
    }

    /// `02:30`.
    #[must_use]
    pub fn clock(self) -> String {
        self.for_field()[11..].to_owned()
    }

    /// Day, month and year, the month from 1 to 12.
    #[must_use]
    pub fn date(self) -> (u8, u8, i32) {
        let date = self.0.date();
        (date.day(), date.month().into(), date.year())
    }

    /// What this day is called at `now`.
    #[must_use]
    pub fn day_seen_from(self, now: Self) -> DayName {
        let (day, today) = (self.0.date(), now.0.date());
        match (today - day).whole_days() {
            0 => DayName::Today,
            1 => DayName::Yesterday,
            _ if day.year() == today.year() => DayName::ThisYear,
            _ => DayName::AnotherYear,
        }
    }

    /// Which moment this is, where `offset_at` gives the minutes east of UTC at a moment.
    #[must_use]
    pub fn resolve(self, offset_at: impl Fn(Moment) -> i32) -> Resolved {
        let earlier = |minutes: i32| {
            Moment::from_unix_millis(self.as_if_utc().unix_millis() - i64::from(minutes) * 60_000)
        };
        // No zone changes its clocks twice within two days.
        let before = offset_at(earlier(24 * 60));
        let after = offset_at(earlier(-24 * 60));
        let (first, second) = (earlier(before.max(after)), earlier(before.min(after)));
        let shows = |moment: Moment| Self::at(moment, offset_at(moment)) == self;
        match (shows(first), shows(second)) {
            (true, true) if first == second => Resolved::Once(first),
            (true, true) => Resolved::Twice { first, second },
            (true, false) => Resolved::Once(first),
            (false, true) => Resolved::Once(second),
            (false, false) => Resolved::Never { instead: Self::at(earlier(before), after) },
        }
    }

    fn as_if_utc(self) -> Moment {
        self.0.assume_utc().into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn local(text: &str) -> LocalTime {
        LocalTime::parse(text).expect(text)
    }

    fn utc(text: &str) -> Moment {
        Moment::parse(text).expect(text)
    }

    /// Oslo in 2026: summer time from 29 March to 25 October, each at 01:00 UTC.
    fn oslo(at: Moment) -> i32 {
        let summer = utc("2026-03-29T01:00")..utc("2026-10-25T01:00");
        if summer.contains(&at) { 120 } else { 60 }
    }

    /// New York in 2026: from 8 March, 07:00 UTC, to 1 November, 06:00 UTC.
    fn new_york(at: Moment) -> i32 {
        let summer = utc("2026-03-08T07:00")..utc("2026-11-01T06:00");
        if summer.contains(&at) { -240 } else { -300 }
    }

    /// L1
    #[test]
    fn a_local_time_is_one_moment_on_most_days() {
        for (typed, at) in [
            ("2026-01-10T18:00", "2026-01-10T17:00"),
            ("2026-07-01T17:30", "2026-07-01T15:30"),
            ("2026-03-29T01:59", "2026-03-29T00:59"),
            ("2026-03-29T03:00", "2026-03-29T01:00"),
            ("2026-10-25T01:59", "2026-10-24T23:59"),
            ("2026-10-25T03:00", "2026-10-25T02:00"),
        ] {
            assert_eq!(local(typed).resolve(oslo), Resolved::Once(utc(at)), "{typed}");
        }
        assert_eq!(local("2026-03-08T01:59").resolve(new_york), Resolved::Once(utc("2026-03-08T06:59")));
        assert_eq!(local("2026-11-01T02:00").resolve(new_york), Resolved::Once(utc("2026-11-01T07:00")));
    }

    /// L1
    #[test]
    fn in_spring_an_hour_does_not_exist() {
        let never = |typed: &str, instead: &str, zone: fn(Moment) -> i32| {
            assert_eq!(local(typed).resolve(zone), Resolved::Never { instead: local(instead) }, "{typed}");
        };
        never("2026-03-29T02:00", "2026-03-29T03:00", oslo);
        never("2026-03-29T02:30", "2026-03-29T03:30", oslo);
        never("2026-03-29T02:59", "2026-03-29T03:59", oslo);
        never("2026-03-08T02:30", "2026-03-08T03:30", new_york);
    }

    /// L1
    #[test]
    fn in_autumn_an_hour_comes_twice() {
        let twice = |first: &str, second: &str| Resolved::Twice { first: utc(first), second: utc(second) };
        assert_eq!(local("2026-10-25T02:00").resolve(oslo), twice("2026-10-25T00:00", "2026-10-25T01:00"));
        assert_eq!(local("2026-10-25T02:30").resolve(oslo), twice("2026-10-25T00:30", "2026-10-25T01:30"));
        assert_eq!(
            local("2026-11-01T01:30").resolve(new_york),
            twice("2026-11-01T05:30", "2026-11-01T06:30")
        );
    }

    proptest! {
        /// L1: whatever moment it is, the time that the clock shows leads back to it.
        #[test]
        fn a_moment_is_found_again_by_what_the_clock_shows(minutes in 0..525_600_i64) {
            let at = Moment::from_unix_millis(utc("2026-01-01T00:00").unix_millis() + minutes * 60_000);
            for zone in [oslo, new_york] {
                let found = match LocalTime::at(at, zone(at)).resolve(zone) {
                    Resolved::Once(moment) => moment == at,
                    Resolved::Twice { first, second } => first == at || second == at,
                    Resolved::Never { .. } => false,
                };
                prop_assert!(found);
            }
        }
    }

    /// L1, QUALITY screens 5
    #[test]
    fn presets_are_in_the_evening() {
        let days = |now: &str| Preset::ALL.map(|preset| preset.from(local(now)).for_field());
        assert_eq!(
            days("2026-11-24T18:45"),
            ["2026-11-24T18:00", "2026-11-25T18:00", "2026-12-01T18:00", "2026-12-24T18:00"]
        );
        assert_eq!(days("2026-01-31T09:00")[3], "2026-02-28T18:00");
        assert_eq!(
            days("2026-12-31T09:00")[1..],
            ["2027-01-01T18:00", "2027-01-07T18:00", "2027-01-31T18:00"]
        );
    }

    /// N10
    #[test]
    fn a_day_is_named_by_the_calendar_and_not_by_hours() {
        let name = |day: &str, now: &str| local(day).day_seen_from(local(now));
        assert_eq!(name("2026-01-01T00:00", "2026-01-01T23:59"), DayName::Today);
        assert_eq!(name("2026-01-01T23:59", "2026-01-01T00:00"), DayName::Today);
        assert_eq!(name("2025-12-31T23:59", "2026-01-01T00:00"), DayName::Yesterday);
        assert_eq!(name("2026-01-01T00:00", "2026-12-31T00:00"), DayName::ThisYear);
        assert_eq!(name("2026-01-02T00:00", "2026-01-01T23:59"), DayName::ThisYear);
        assert_eq!(name("2027-01-01T00:00", "2026-12-31T23:59"), DayName::AnotherYear);
    }

    /// N1
    #[test]
    fn what_is_no_local_time_is_not_read() {
        for text in ["", "2026-02-30T10:00", "2026-03-29", "2026-03-29T10:00Z"] {
            assert_eq!(LocalTime::parse(text), None, "{text}");
        }
        assert_eq!(local("2026-03-29T02:30").clock(), "02:30");
        assert_eq!(local("2026-03-29T02:30:15").date(), (29, 3, 2026));
    }
}
