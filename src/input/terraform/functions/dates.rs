//! Functions over points in time. Those that ask for the present are unknown.

use super::Param::Text;
use super::{Function, INVALID, Outcome, known, unknown};
use crate::model::number::Number;
use crate::model::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    known("formatdate", &[Text, Text], |call| format(&call.text(0)?, &Moment::parse(&call.text(1)?)?)),
    known("timeadd", &[Text, Text], |call| {
        let (moment, added) = (Moment::parse(&call.text(0)?)?, duration(&call.text(1)?)?);
        let nanos = moment.nanos.checked_add(added).ok_or(INVALID)?;
        let later = Moment { nanos, ..moment };
        if !(0..=9999).contains(&later.date().0) {
            return Err(INVALID);
        }
        format("YYYY-MM-DD'T'hh:mm:ssZ", &later)
    }),
    known("timecmp", &[Text, Text], |call| {
        let moments = (Moment::parse(&call.text(0)?)?.nanos, Moment::parse(&call.text(1)?)?.nanos);
        Ok(Value::number(Number::from(moments.0.cmp(&moments.1) as i64)))
    }),
    unknown("timestamp", &[]),
    unknown("plantimestamp", &[]),
];

const NANOS: i128 = 1_000_000_000;
const DAY: i128 = 86_400;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A point in time with the zone it was written in.
struct Moment {
    /// Since the start of 1970, UTC.
    nanos: i128,
    /// Minutes east of UTC.
    offset: i128,
    /// Written as `Z`.
    utc: bool,
}

/// Days since the start of 1970 of a date in the Gregorian calendar.
fn days(year: i128, month: i128, day: i128) -> i128 {
    // Years that start in March end with the leap day.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * month + 2) / 5 + day - 719_469
}

impl Moment {
    /// `2024-01-02T03:04:05Z` with fraction and offset, as RFC 3339 has it.
    fn parse(text: &str) -> Outcome<Moment> {
        let number = |from: usize, to: usize| {
            let digits = text.get(from..to).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
            digits.and_then(|digits| digits.parse::<i128>().ok()).ok_or(INVALID)
        };
        let has = |at: usize, c: &str| if text.get(at..at + 1) == Some(c) { Ok(()) } else { Err(INVALID) };
        for (at, c) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")] {
            has(at, c)?;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let mut rest = text.get(19..).ok_or(INVALID)?;
        let mut fraction = 0;
        if let Some(after) = rest.strip_prefix('.') {
            let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
            rest = after.get(digits.len()..).ok_or(INVALID)?;
            let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
            fraction = nine.parse::<i128>().ok().filter(|_| !digits.is_empty()).ok_or(INVALID)?;
        }
        let (utc, offset) = match rest.split_at_checked(1) {
            Some(("Z", "")) => (true, 0),
            Some((sign @ ("+" | "-"), zone)) if zone.len() == 5 && zone.get(2..3) == Some(":") => {
                let part = |from: usize, to: usize| {
                    zone.get(from..to).and_then(|digits| digits.parse::<u8>().ok()).map(i128::from).ok_or(INVALID)
                };
                let (hours, minutes) = (part(0, 2)?, part(3, 5)?);
                if hours > 24 || minutes > 60 {
                    return Err(INVALID);
                }
                (false, (hours * 60 + minutes) * if sign == "-" { -1 } else { 1 })
            }
            _ => return Err(INVALID),
        };
        let date = days(year, month, day);
        let is_real = (1..=12).contains(&month) && day >= 1 && date < days(year + month / 12, month % 12 + 1, 1);
        if !is_real || hour > 23 || minute > 59 || second > 59 {
            return Err(INVALID);
        }
        let seconds = date * DAY + hour * 3600 + minute * 60 + second - offset * 60;
        Ok(Moment { nanos: seconds * NANOS + fraction, offset, utc })
    }

    /// Seconds since 1970 as a clock in its zone shows them.
    fn local(&self) -> i128 {
        self.nanos.div_euclid(NANOS) + self.offset * 60
    }

    /// Year, month, day.
    fn date(&self) -> (i128, i128, i128) {
        let day = self.local().div_euclid(DAY) + 719_468;
        let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        (era * 400 + year + i128::from(month <= 2), month, day)
    }
}

/// Nanoseconds of `1h30m`.
fn duration(text: &str) -> Outcome<i128> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    let mut total: i128 = 0;
    let mut is_empty = true;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or(INVALID)?;
        let (number, after) = rest.split_at_checked(end).ok_or(INVALID)?;
        let units: &[(&str, i64)] = &[
            ("ns", 1),
            ("us", 1_000),
            ("µs", 1_000),
            ("μs", 1_000),
            ("ms", 1_000_000),
            ("s", 1_000_000_000),
            ("m", 60_000_000_000),
            ("h", 3_600_000_000_000),
        ];
        let unit = |(name, nanos): &(&str, i64)| Some((*nanos, after.strip_prefix(name)?));
        let (nanos, after) = units.iter().filter_map(unit).next().ok_or(INVALID)?;
        let number = Number::parse(number).and_then(|number| number.mul(&nanos.into())).ok_or(INVALID)?;
        total += i128::from(number.floor().to_i64().ok_or(INVALID)?);
        rest = after;
        is_empty = false;
    }
    if is_empty || total > i128::from(i64::MAX) { Err(INVALID) } else { Ok(if negative { -total } else { total }) }
}

/// A moment in a format of letters that repeat, with text in single quotes.
fn format(spec: &str, moment: &Moment) -> Outcome<Value> {
    let mut out = String::new();
    let mut rest = spec;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = quoted(rest, &mut out)?;
            continue;
        }
        let same = rest.chars().take_while(|c| *c == first).count();
        let length = if first.is_ascii_alphabetic() { same } else { 1 };
        let (run, after) = rest.split_at_checked(length * first.len_utf8()).ok_or(INVALID)?;
        out.push_str(&if first.is_ascii_alphabetic() { field(run, moment)? } else { run.to_owned() });
        rest = after;
    }
    Ok(Value::string(out))
}

/// Copies text up to the closing quote; two quotes are one of the text.
fn quoted<'t>(text: &'t str, out: &mut String) -> Outcome<&'t str> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\'' {
            out.push(c);
        } else if chars.next_if(|(_, next)| *next == '\'').is_some() {
            out.push('\'');
        } else {
            return text.get(at + 1..).ok_or(INVALID);
        }
    }
    Err(INVALID)
}

fn field(run: &str, moment: &Moment) -> Outcome<String> {
    let ((year, month, day), seconds) = (moment.date(), moment.local().rem_euclid(DAY));
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let half = if hour % 12 == 0 { 12 } else { hour % 12 };
    let name = |names: &[&str], at: i128, length: usize| {
        let name = usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or_default();
        name.get(..length).unwrap_or(name).to_owned()
    };
    let weekday = (moment.local().div_euclid(DAY) + 4).rem_euclid(7);
    let zone = |colon: &str| {
        let sign = if moment.offset < 0 { '-' } else { '+' };
        format!("{sign}{:02}{colon}{:02}", moment.offset.abs() / 60, moment.offset.abs() % 60)
    };
    Ok(match run {
        "YYYY" => format!("{year:04}"),
        "YY" => format!("{:02}", year.rem_euclid(100)),
        "MMMM" => name(&MONTHS, month - 1, usize::MAX),
        "MMM" => name(&MONTHS, month - 1, 3),
        "MM" => format!("{month:02}"),
        "M" => month.to_string(),
        "DD" => format!("{day:02}"),
        "D" => day.to_string(),
        "EEEE" => name(&DAYS, weekday, usize::MAX),
        "EEE" => name(&DAYS, weekday, 3),
        "hh" => format!("{hour:02}"),
        "h" => hour.to_string(),
        "HH" => format!("{half:02}"),
        "H" => half.to_string(),
        "AA" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if hour < 12 { "am" } else { "pm" }.to_owned(),
        "mm" => format!("{minute:02}"),
        "m" => minute.to_string(),
        "ss" => format!("{second:02}"),
        "s" => second.to_string(),
        "Z" if moment.utc || moment.offset == 0 => "Z".to_owned(),
        "Z" | "ZZZZZ" => zone(":"),
        "ZZZ" if moment.utc || moment.offset == 0 => "UTC".to_owned(),
        "ZZZ" | "ZZZZ" => zone(""),
        _ => return Err(INVALID),
    })
}
