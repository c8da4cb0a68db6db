//! Calendar dates, as far as `until=2027-01-31` needs them.
//!
//! Called by `suppress` and by whoever tells it what day it is. It must not know time zones: days are UTC.

use std::time::{SystemTime, UNIX_EPOCH};

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    /// Reads `2027-01-31`; `None` for anything else and for days that do not exist.
    pub fn parse(text: &str) -> Option<Date> {
        let part = |range: std::ops::Range<usize>| {
            text.get(range).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
        };
        let is_shaped = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        let date = Date { year: part(0..4)?, month: part(5..7)?, day: part(8..10)? };
        (is_shaped && (1..=12).contains(&date.month) && (1..=date.last_of_month()).contains(&date.day)).then_some(date)
    }

    /// Today, by the system's clock. A clock before 1970 counts as 1970-01-01.
    pub fn today() -> Date {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Date::from_days(since.as_secs() / 86_400)
    }

    /// The date `days` after 1970-01-01.
    fn from_days(days: u64) -> Date {
        // Years are counted from March, so that the leap day comes last, and in eras of 400 years, all equally long.
        let days = days + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        Date { year: year as u32, month: month as u32, day: day as u32 }
    }

    fn last_of_month(self) -> u32 {
        let is_leap = self.year.is_multiple_of(4) && !self.year.is_multiple_of(100) || self.year.is_multiple_of(400);
        match self.month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_exist_are_read_and_no_others() {
        for good in ["2027-01-31", "2028-02-29", "2000-02-29", "1999-12-31"] {
            assert_eq!(Date::parse(good).unwrap().to_string(), good);
        }
        for bad in
            ["2027-02-29", "1900-02-29", "2027-13-01", "2027-00-10", "2027-1-1", "27-01-31", "2027-01-3é", "+027-01-01"]
        {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        assert_eq!(Date::from_days(0).to_string(), "1970-01-01");
        assert_eq!(Date::from_days(20_484).to_string(), "2026-01-31");
        let mut before = Date::from_days(0);
        for day in 1..200_000 {
            let date = Date::from_days(day);
            assert!(date > before && Date::parse(&date.to_string()) == Some(date), "{date}");
            assert!(date.day == before.day + 1 || (date.day == 1 && before.day == before.last_of_month()));
            before = date;
        }
    }
}
