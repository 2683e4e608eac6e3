//! Values and property changes as text, in the manner of YAML.

use wildfire_engine::model::secret::is_digest;
use wildfire_engine::model::secret_version::versions;
use wildfire_engine::model::{PropertyPath, Value};
use wildfire_engine::plan::PropertyChange;

use super::style::{self, paint};
use crate::cli::error::place;

/// What stands for a value that must not be shown.
pub const SENSITIVE: &str = "(sensitive value)";

/// A value on one line; long strings are cut in the middle.
pub fn inline(value: &Value) -> String {
    match value {
        // What state keeps of a secret tells a reader nothing.
        value if is_digest(value) => SENSITIVE.to_string(),
        Value::Unknown(unknown) => format!("(known after apply: {})", unknown.waits_for.join(", ")),
        Value::String(text) if text.chars().count() > 100 => {
            let head: String = text.chars().take(60).collect();
            let count = text.chars().count();
            let tail: String = text.chars().skip(count - 20).collect();
            format!("{:?} ({count} characters)", format!("{head} … {tail}"))
        }
        Value::String(text) => format!("{:?}", &**text),
        Value::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key}: {}", inline(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// One line of a change: `~ cidr_block: "a" -> "b"`, with its place and what it does.
pub fn change_line(change: &PropertyChange) -> String {
    let (sign, style) = match (change.forces_replacement, change.before.is_null(), change.after.is_null()) {
        (true, ..) => ("-/+", style::REPLACE),
        (_, true, _) => ("+", style::CREATE),
        (_, _, true) => ("-", style::DELETE),
        _ => ("~", style::UPDATE),
    };
    let show = |value: &Value| match value {
        // The version of a secret is none, and is why there is a change.
        Value::Unknown(unknown) if versions(unknown).next().is_some() => inline(value),
        _ if change.sensitive => SENSITIVE.to_string(),
        value => inline(value),
    };
    let values = match sign {
        "+" => show(&change.after),
        "-" => format!("{} -> nothing", show(&change.before)),
        _ => format!("{} -> {}", show(&change.before), show(&change.after)),
    };
    let mut remarks = Vec::new();
    if change.forces_replacement {
        remarks.push("forces replacement".to_string());
    }
    if change.drifted {
        remarks.push("changed outside of wildfire".to_string());
    }
    if let Some(origin) = &change.origin {
        remarks.push(place(origin));
    }
    let remark = match remarks.is_empty() {
        true => String::new(),
        false => format!("  {}", paint(style::DIM, format!("# {}", remarks.join(", ")))),
    };
    format!("{} {}: {values}{remark}", paint(style, sign), change.path)
}

/// The lines of a new or vanishing resource's properties.
pub fn property_lines(
    properties: &Value,
    sign: &str,
    style: anstyle::Style,
    own_path: &str,
    sensitive: &std::collections::BTreeSet<PropertyPath>,
) -> Vec<String> {
    let Some(map) = properties.as_map() else { return Vec::new() };
    let mut lines = Vec::new();
    for (name, value) in map {
        if value.is_null() || name.starts_with('_') || name == "tags" && map.contains_key("tags_all") {
            continue;
        }
        // An attribute that only AWS sets tells nothing but that it will exist.
        if let Value::Unknown(unknown) = value
            && unknown.waits_for.len() == 1
            && unknown.waits_for[0] == format!("{own_path}.{name}")
        {
            continue;
        }
        if sensitive.contains(&PropertyPath::from(name.as_str())) {
            lines.push(format!("{} {name}: {SENSITIVE}", paint(style, sign)));
            continue;
        }
        let value = tidy(value, &format!("{own_path}.{name}"));
        let text = inline(&value);
        if text.chars().count() <= WIDTH {
            lines.push(format!("{} {name}: {text}", paint(style, sign)));
            continue;
        }
        lines.push(format!("{} {name}:", paint(style, sign)));
        block(&value, 4, &mut lines);
    }
    lines
}

/// A value that is longer than this stands on several lines.
const WIDTH: usize = 100;

/// Without nulls, and without what only says of itself that it will exist.
fn tidy(value: &Value, own_path: &str) -> Value {
    let says_nothing = |name: &str, value: &Value| match value {
        Value::Null => true,
        Value::Unknown(unknown) => unknown.waits_for.len() == 1 && unknown.waits_for[0] == format!("{own_path}.{name}"),
        _ => false,
    };
    match value {
        Value::Map(map) => map
            .iter()
            .filter(|(name, value)| !says_nothing(name, value))
            .map(|(name, value)| (name.clone(), tidy(value, &format!("{own_path}.{name}"))))
            .collect::<wildfire_engine::model::Map>()
            .into(),
        Value::List(items) => {
            let item = |(index, item): (usize, &Value)| tidy(item, &format!("{own_path}[{index}]"));
            items.iter().enumerate().map(item).collect::<Vec<_>>().into()
        }
        other => other.clone(),
    }
}

/// A list or a map on several lines, as YAML has it.
fn block(value: &Value, indent: usize, lines: &mut Vec<String>) {
    let pad = " ".repeat(indent);
    let entry = |head: String, value: &Value, lines: &mut Vec<String>| {
        let text = inline(value);
        let nested = matches!(value, Value::Map(_) | Value::List(_)) && text.chars().count() + indent > WIDTH;
        match nested {
            true => {
                lines.push(head);
                block(value, indent + 2, lines);
            }
            false => lines.push(format!("{head} {text}")),
        }
    };
    match value {
        Value::Map(map) => map.iter().for_each(|(name, value)| entry(format!("{pad}{name}:"), value, lines)),
        Value::List(items) => items.iter().for_each(|item| entry(format!("{pad}-"), item, lines)),
        other => lines.push(format!("{pad}{}", inline(other))),
    }
}
