//! A point in time, as it travels and as it is written on a page.
//!
//! Pages are rendered in UTC on the server and in the browser alike, so that both write the same
//! words; the person's own zone is put in after hydration.

use serde::{Deserialize, Serialize};
use time::{Date, Month, OffsetDateTime, Time};

/// A point in time, to the millisecond, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment(i64);

impl Moment {
    /// `millis` is counted from 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_unix_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// `2026-03-23T17:05:00Z`, for `<time datetime>`. RFC 3339.
    #[must_use]
    pub fn iso(self) -> String {
        let at = self.utc();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }

    /// `2026-03-23`, as a `date` field has it.
    #[must_use]
    pub fn iso_day(self) -> String {
        let at = self.utc();
        format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day())
    }

    /// `23 March 2026`, for running text.
    #[must_use]
    pub fn long_date(self) -> String {
        let at = self.utc();
        format!("{} {} {}", at.day(), month_name(at.month()), at.year())
    }

    /// `23 March 2026, 17:05 UTC`.
    #[must_use]
    pub fn date_and_time(self) -> String {
        let at = self.utc();
        format!("{}, {:02}:{:02} UTC", self.long_date(), at.hour(), at.minute())
    }

    /// Reads `2026-03-23T17:05`, with seconds, fractions of them and a final `Z` if they are there;
    /// UTC in any case. What `datetime-local` fields and ECMAScript's `toISOString` write.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (date, time) = text.strip_suffix('Z').unwrap_or(text).split_once('T')?;
        let mut date = date.splitn(3, '-');
        let (year, month, day) = (date.next()?, date.next()?, date.next()?);
        let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
        let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
        let mut time = time.splitn(3, ':');
        let (hour, minute, second) = (time.next()?, time.next()?, time.next().unwrap_or("0"));
        let whole_second = second.split('.').next()?;
        let time =
            Time::from_hms(hour.parse().ok()?, minute.parse().ok()?, whole_second.parse().ok()?).ok()?;
        (1970..10_000).contains(&date.year()).then(|| date.with_time(time).assume_utc().into())
    }

    /// Reads `2026-03-23`, as a `date` field writes it: when that day begins, in UTC.
    #[must_use]
    pub fn parse_day(text: &str) -> Option<Self> {
        Self::parse(&format!("{text}T00:00"))
    }

    fn utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl From<OffsetDateTime> for Moment {
    fn from(at: OffsetDateTime) -> Self {
        Self(i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX))
    }
}

impl From<Moment> for OffsetDateTime {
    fn from(at: Moment) -> Self {
        at.utc()
    }
}

const fn month_name(month: Month) -> &'static str {
    match month {
        Month::January => "January",
        Month::February => "February",
        Month::March => "March",
        Month::April => "April",
        Month::May => "May",
        Month::June => "June",
        Month::July => "July",
        Month::August => "August",
        Month::September => "September",
        Month::October => "October",
        Month::November => "November",
        Month::December => "December",
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn a_moment_is_written_in_utc() {
        let at = Moment::from_unix_millis(1_774_285_500_000);
        assert_eq!(at.iso(), "2026-03-23T17:05:00Z");
        assert_eq!(at.long_date(), "23 March 2026");

        assert_eq!(at.date_and_time(), "23 March 2026, 17:05 UTC");
    }

    /// P7
    #[test]
    fn a_day_is_read_as_it_is_written() {
        let day = Moment::parse_day("2026-03-23").expect("a day");
        assert_eq!((day.iso().as_str(), day.iso_day().as_str()), ("2026-03-23T00:00:00Z", "2026-03-23"));
        for text in ["", "x", "0026-03-23", "2026-02-30", "2026-03-23T17:05"] {
            assert_eq!(Moment::parse_day(text), None, "{text}");
        }
    }

    /// L1, N1
    #[test]
    fn a_typed_moment_is_read_or_refused() {
        let at = Moment::from_unix_millis(1_774_285_500_000);
        for text in
            ["2026-03-23T17:05", " 2026-03-23T17:05Z", "2026-03-23T17:05:00.000Z", "2026-03-23T17:05:00"]
        {
            assert_eq!(Moment::parse(text), Some(at), "{text}");
        }
        for text in [
            "",
            "2026-03-23",
            "2026-02-30T10:00",
            "2026-03-23T25:00",
            "T",
            "0000-01-01T00:00",
            "99999-01-01T00:00",
            "x",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }
}
