//! `time_static` and `time_rotating`: a moment that is kept.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};

use crate::model::{Map, Operation, Value};

/// The moment of the operation, to the second, or the one that is written.
pub(super) fn make(operation: &Operation, properties: &Map) -> String {
    let written = properties.get("rfc3339").and_then(Value::as_str).filter(|text| !text.is_empty());
    written.map_or_else(|| of_operation(operation), str::to_string)
}

fn of_operation(operation: &Operation) -> String {
    let ulid: Option<ulid::Ulid> = operation.id.as_str().parse().ok();
    let milliseconds = ulid.and_then(|ulid| i64::try_from(ulid.timestamp_ms()).ok()).unwrap_or(0);
    Timestamp::from_second(milliseconds / 1000).map(rfc3339).unwrap_or_default()
}

fn rfc3339(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn parsed(text: &str) -> Option<Zoned> {
    text.parse::<Timestamp>().ok().map(|moment| moment.to_zoned(TimeZone::UTC))
}

/// The parts of the moment.
pub(super) fn attributes(id: &str, _: &Map) -> Map {
    let mut out: Map =
        [("id", id), ("rfc3339", id)].map(|(name, value)| (name.to_string(), Value::from(value))).into_iter().collect();
    if let Some(moment) = parsed(id) {
        for (name, part) in [
            ("year", i64::from(moment.year())),
            ("month", i64::from(moment.month())),
            ("day", i64::from(moment.day())),
            ("hour", i64::from(moment.hour())),
            ("minute", i64::from(moment.minute())),
            ("second", i64::from(moment.second())),
            ("unix", moment.timestamp().as_second()),
        ] {
            out.insert(name.to_string(), Value::from(part));
        }
    }
    out
}

pub(super) fn rotating(id: &str, properties: &Map) -> Map {
    let mut out = attributes(id, properties);
    if let Some(end) = end(id, properties) {
        out.insert("rotation_rfc3339".to_string(), rfc3339(end).into());
    }
    out
}

pub(super) fn is_over(id: &str, properties: &Map, now: Timestamp) -> bool {
    end(id, properties).is_some_and(|end| end <= now)
}

pub(super) fn never(_: &str, _: &Map, _: Timestamp) -> bool {
    false
}

/// When the next one is due: the earliest of what is written.
fn end(id: &str, properties: &Map) -> Option<Timestamp> {
    let start = parsed(id)?;
    let number = |name: &str| properties.get(name).and_then(Value::as_int).filter(|number| *number > 0);
    let after = |span: Result<Span, jiff::Error>| start.checked_add(span.ok()?).ok().map(|end| end.timestamp());
    let spans = [
        number("rotation_minutes").and_then(|number| after(Span::new().try_minutes(number))),
        number("rotation_hours").and_then(|number| after(Span::new().try_hours(number))),
        number("rotation_days").and_then(|number| after(Span::new().try_days(number))),
        number("rotation_months").and_then(|number| after(Span::new().try_months(number))),
        number("rotation_years").and_then(|number| after(Span::new().try_years(number))),
    ];
    let written = properties.get("rotation_rfc3339").and_then(Value::as_str).and_then(|text| text.parse().ok());
    match spans.into_iter().flatten().min() {
        // What was computed before stands for the spans that it was computed from.
        Some(end) => Some(end),
        None => written,
    }
}
