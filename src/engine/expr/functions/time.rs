//! Moments that are written down. No function reads a clock.

use std::cmp::Ordering;

use jiff::civil::DateTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::arguments::Arguments;
use super::{Failure, Function, brief};
use crate::model::Value;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "formatdate(spec, timestamp)",
            "formatdate",
            2,
            Some(2),
            formatdate,
            "A moment as text: YYYY, MM, DD, hh, mm, ss, MMM, EEE, Z and so on; letters between '…' stay.",
        ),
        Function::new(
            "timeadd(timestamp, duration)",
            "timeadd",
            2,
            Some(2),
            timeadd,
            "A moment some time later, or earlier: `10m`, `-24h`, `1h30m`.",
        ),
        Function::new(
            "timecmp(a, b)",
            "timecmp",
            2,
            Some(2),
            timecmp,
            "-1 when a is the earlier moment, 0 when both are the same, 1 when b is.",
        ),
    ]
}

/// A moment as it is written, with the offset that it is written in.
struct Moment {
    local: DateTime,
    offset: Offset,
    /// Written as `Z`.
    utc: bool,
}

fn moment(arguments: &Arguments, position: usize) -> Result<Moment, Failure> {
    let text = arguments.text(position)?;
    let wrong = || {
        let failure = Failure::new(format!("{} is not a timestamp of RFC 3339", brief(&text)));
        failure.help("write `2030-01-31T13:00:00Z`")
    };
    // The parser takes more than RFC 3339 does.
    let strict = text.len() >= 20 && text.as_bytes().get(10) == Some(&b'T') && text.as_bytes().get(16) == Some(&b':');
    let pieces = Pieces::parse(text.as_bytes()).ok().filter(|_| strict && !text.contains('['));
    let pieces = pieces.ok_or_else(wrong)?;
    let (Some(time), Some(offset)) = (pieces.time(), pieces.to_numeric_offset()) else { return Err(wrong()) };
    Ok(Moment { local: pieces.date().to_datetime(time), offset, utc: text.ends_with('Z') })
}

impl Moment {
    fn instant(&self) -> Result<Timestamp, Failure> {
        self.offset.to_timestamp(self.local).map_err(|_| "the moment is beyond the years that can be computed".into())
    }

    /// `+02:00`, `+0200`, or `Z` where UTC is asked for as a letter.
    fn zone(&self, colon: bool) -> String {
        let seconds = self.offset.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let (hours, minutes) = (seconds.unsigned_abs() / 3600, seconds.unsigned_abs() / 60 % 60);
        format!("{sign}{hours:02}{}{minutes:02}", if colon { ":" } else { "" })
    }
}

fn timeadd(arguments: &Arguments) -> Result<Value, Failure> {
    let from = moment(arguments, 0)?;
    let beyond = |_| Failure::new("the result is beyond the years that can be computed");
    let local = from.local.checked_add(duration(&arguments.text(1)?)?).map_err(beyond)?;
    let zone = if from.utc { "Z".to_string() } else { from.zone(true) };
    Ok(format!("{}{zone}", local.strftime("%Y-%m-%dT%H:%M:%S")).into())
}

fn timecmp(arguments: &Arguments) -> Result<Value, Failure> {
    let order = moment(arguments, 0)?.instant()?.cmp(&moment(arguments, 1)?.instant()?);
    Ok(Value::Int(match order {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }))
}

/// Nanoseconds of the units of a duration; a longer name comes before one that it begins with.
const UNITS: [(&str, i128); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// A duration as Go writes it: `1h30m`, `-1.5h`.
fn duration(text: &str) -> Result<SignedDuration, Failure> {
    let wrong = || {
        Failure::new(format!("{} is not a duration", brief(text)))
            .help("write `10m`, `-24h` or `1h30m`; there are no days")
    };
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(SignedDuration::ZERO);
    }
    if rest.is_empty() {
        return Err(wrong());
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let (number, behind) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if number.len() > 24 || fraction.len() > 9 || (whole.is_empty() && fraction.is_empty()) {
            return Err(wrong());
        }
        let (unit, size) = UNITS.into_iter().find(|(unit, _)| behind.starts_with(unit)).ok_or_else(wrong)?;
        let digits = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i128>().ok() };
        let whole = digits(whole).and_then(|whole| whole.checked_mul(size)).ok_or_else(wrong)?;
        // At most nine digits: the product stays far within 128 bits.
        let part = digits(fraction).ok_or_else(wrong)? * size / 10_i128.pow(fraction.len() as u32);
        total = total.checked_add(whole + part).ok_or_else(wrong)?;
        rest = &behind[unit.len()..];
    }
    let total = if negative { -total } else { total };
    let seconds = i64::try_from(total / 1_000_000_000).map_err(|_| wrong())?;
    Ok(SignedDuration::new(seconds, (total % 1_000_000_000) as i32))
}

fn formatdate(arguments: &Arguments) -> Result<Value, Failure> {
    let spec = arguments.text(0)?;
    let at = moment(arguments, 1)?;
    let mut out = String::new();
    let mut rest = spec.as_ref();
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = quoted(&rest[1..], &mut out)?;
        } else if first.is_ascii_alphabetic() {
            let end = rest.find(|c| c != first).unwrap_or(rest.len());
            out.push_str(&verb(&rest[..end], &at)?);
            rest = &rest[end..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    Ok(out.into())
}

/// Text up to the closing quote; a quote inside is written twice.
fn quoted<'s>(mut rest: &'s str, out: &mut String) -> Result<&'s str, Failure> {
    loop {
        let end = rest.find('\'').ok_or("a `'` of the spec has no closing `'`")?;
        out.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('\'') {
            Some(more) => {
                out.push('\'');
                rest = more;
            }
            None => return Ok(rest),
        }
    }
}

fn verb(verb: &str, at: &Moment) -> Result<String, Failure> {
    let local = &at.local;
    let hour12 = match local.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let half = if local.hour() < 12 { "AM" } else { "PM" };
    Ok(match verb {
        "YYYY" => format!("{:04}", local.year()),
        "YY" => format!("{:02}", local.year().rem_euclid(100)),
        "MMMM" => local.strftime("%B").to_string(),
        "MMM" => local.strftime("%b").to_string(),
        "MM" => format!("{:02}", local.month()),
        "M" => local.month().to_string(),
        "DD" => format!("{:02}", local.day()),
        "D" => local.day().to_string(),
        "EEEE" => local.strftime("%A").to_string(),
        "EEE" => local.strftime("%a").to_string(),
        "hh" => format!("{:02}", local.hour()),
        "h" => local.hour().to_string(),
        "HH" => format!("{hour12:02}"),
        "H" => hour12.to_string(),
        "AA" => half.to_string(),
        "aa" => half.to_lowercase(),
        "mm" => format!("{:02}", local.minute()),
        "m" => local.minute().to_string(),
        "ss" => format!("{:02}", local.second()),
        "s" => local.second().to_string(),
        "ZZZZZ" => at.zone(true),
        "ZZZZ" => at.zone(false),
        "ZZZ" if at.offset.seconds() == 0 => "UTC".to_string(),
        "ZZZ" => at.zone(false),
        "Z" if at.offset.seconds() == 0 => "Z".to_string(),
        "Z" => at.zone(true),
        other => {
            let failure = Failure::new(format!("{other:?} means nothing in a spec"));
            return Err(failure.help("text is written between quotes: `formatdate(\"'on' DD.MM.\", …)`"));
        }
    })
}
