//! Lists.

use std::collections::HashSet;

use super::super::operators::{equal, identity};
use super::arguments::Arguments;
use super::{Failure, FirstArgument, Function};
use crate::model::{Unknown, Value};

/// Elements that `range` makes at most.
const MAX_RANGE: usize = 65_536;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "alltrue(list)",
            "alltrue",
            1,
            Some(1),
            alltrue,
            "Whether every element is true; so it is of an empty list.",
        ),
        Function::new("anytrue(list)", "anytrue", 1, Some(1), anytrue, "Whether one element is true."),
        Function::new(
            "chunklist(list, size)",
            "chunklist",
            2,
            Some(2),
            chunklist,
            "A list of lists of at most a size.",
        )
        .keeps_unknowns(),
        Function::new("compact(list)", "compact", 1, Some(1), compact, "A list without its nulls and empty strings."),
        Function::new("concat(lists...)", "concat", 0, None, concat, "One list of several.").keeps_unknowns(),
        Function::new(
            "contains(list, value)",
            "contains",
            2,
            Some(2),
            contains,
            "Whether a value is in a list, or a key in a map.",
        ),
        Function::new(
            "distinct(list)",
            "distinct",
            1,
            Some(1),
            |a| Ok(Value::List(distinct(a.list(0)?))),
            "A list with every value once.",
        ),
        Function::new(
            "element(list, index)",
            "element",
            2,
            Some(2),
            element,
            "The element at an index, which wraps around; -1 is the last.",
        )
        .keeps_unknowns()
        .needs(FirstArgument::OneElement),
        Function::new("flatten(list)", "flatten", 1, Some(1), flatten, "A list of lists as one list, at any depth.")
            .keeps_unknowns(),
        Function::new("index(list, value)", "index", 2, Some(2), index, "The index of a value in a list."),
        Function::new("one(list)", "one", 1, Some(1), one, "The only element of a list; null when it is empty.")
            .keeps_unknowns(),
        Function::new(
            "range(start, limit, step)",
            "range",
            1,
            Some(3),
            range,
            "Numbers from the start up to the limit; `range(3)` is [0, 1, 2].",
        ),
        Function::new("reverse(list)", "reverse", 1, Some(1), reverse, "A list in the other direction.")
            .keeps_unknowns(),
        Function::new(
            "slice(list, start, end)",
            "slice",
            3,
            Some(3),
            slice,
            "The elements from the start to before the end.",
        )
        .keeps_unknowns(),
        Function::new("sort(list)", "sort", 1, Some(1), sort, "A list of strings in alphabetical order."),
        Function::new("tolist(value)", "tolist", 1, Some(1), tolist, "The list itself.").keeps_unknowns(),
    ]
}

fn all_bools(arguments: &Arguments) -> Result<Vec<bool>, Failure> {
    let bool = |item: &Value| match item.bare() {
        Value::Bool(value) => Ok(*value),
        Value::String(text) if text.as_ref() == "true" => Ok(true),
        Value::String(text) if text.as_ref() == "false" => Ok(false),
        other => Err(Failure::new(format!("takes a list of bools, found {}", other.type_name()))),
    };
    arguments.list(0)?.iter().map(bool).collect()
}

fn alltrue(arguments: &Arguments) -> Result<Value, Failure> {
    Ok(Value::Bool(all_bools(arguments)?.into_iter().all(|value| value)))
}

fn anytrue(arguments: &Arguments) -> Result<Value, Failure> {
    Ok(Value::Bool(all_bools(arguments)?.into_iter().any(|value| value)))
}

fn chunklist(arguments: &Arguments) -> Result<Value, Failure> {
    if let Some(unknown) = arguments.whole_unknown(0).or_else(|| arguments.whole_unknown(1)) {
        return Ok(unknown);
    }
    let size = arguments.size(1)?;
    if size == 0 {
        return Err("a chunk has at least one element".into());
    }
    Ok(Value::List(arguments.list(0)?.chunks(size).map(|chunk| Value::List(chunk.to_vec())).collect()))
}

fn compact(arguments: &Arguments) -> Result<Value, Failure> {
    let keep = |item: &&Value| !item.is_null() && item.as_str() != Some("");
    Ok(Value::List(arguments.list(0)?.iter().filter(keep).cloned().collect()))
}

fn concat(arguments: &Arguments) -> Result<Value, Failure> {
    let mut out = Vec::new();
    let mut unknown = Vec::new();
    for value in arguments.all() {
        match value {
            Value::List(items) => out.extend(items.iter().cloned()),
            Value::Unknown(waits) => unknown.push(waits),
            Value::Null => {}
            other => return Err(Failure::new(format!("takes lists, found {}", other.type_name()))),
        }
    }
    // How many elements an unknown list has, and so where the others are, is not known.
    if unknown.is_empty() { Ok(Value::List(out)) } else { Ok(Value::Unknown(Unknown::all(unknown))) }
}

fn contains(arguments: &Arguments) -> Result<Value, Failure> {
    let found = match arguments.value(0) {
        Value::Map(map) => map.contains_key(arguments.text(1)?.as_ref()),
        Value::String(_) => {
            return Err(Failure::new("takes a list, found string").help("write `strcontains(text, part)`"));
        }
        _ => arguments.list(0)?.iter().any(|item| equal(item, arguments.value(1))),
    };
    Ok(Value::Bool(found))
}

pub(super) fn distinct(items: &[Value]) -> Vec<Value> {
    let mut seen = HashSet::new();
    items.iter().filter(|item| seen.insert(identity(item))).cloned().collect()
}

fn element(arguments: &Arguments) -> Result<Value, Failure> {
    if let Some(unknown) = arguments.whole_unknown(0).or_else(|| arguments.whole_unknown(1)) {
        return Ok(unknown);
    }
    let items = arguments.list(0)?;
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Err("the list is empty".into());
    }
    let position = usize::try_from(arguments.int(1)?.rem_euclid(count)).unwrap_or_default();
    Ok(items.get(position).cloned().unwrap_or_default())
}

fn flatten(arguments: &Arguments) -> Result<Value, Failure> {
    fn add(items: &[Value], out: &mut Vec<Value>, unknown: &mut Vec<Unknown>) {
        for item in items {
            match item {
                Value::List(inner) => add(inner, out, unknown),
                // It may turn out to be a list of any length.
                Value::Unknown(waits) => unknown.push(waits.clone()),
                other => out.push(other.clone()),
            }
        }
    }
    if let Some(unknown) = arguments.whole_unknown(0) {
        return Ok(unknown);
    }
    let (mut out, mut unknown) = (Vec::new(), Vec::new());
    add(arguments.list(0)?, &mut out, &mut unknown);
    if unknown.is_empty() { Ok(Value::List(out)) } else { Ok(Value::Unknown(Unknown::all(&unknown))) }
}

fn index(arguments: &Arguments) -> Result<Value, Failure> {
    let found = arguments.list(0)?.iter().position(|item| equal(item, arguments.value(1)));
    let found = found.and_then(|found| i64::try_from(found).ok());
    found.map(Value::Int).ok_or_else(|| Failure::new(format!("{} is not in the list", arguments.value(1))))
}

fn one(arguments: &Arguments) -> Result<Value, Failure> {
    match arguments.value(0) {
        same @ (Value::Unknown(_) | Value::Null) => Ok(same.clone()),
        _ => match arguments.list(0)? {
            [] => Ok(Value::Null),
            [only] => Ok(only.clone()),
            more => Err(Failure::new(format!("the list has {} elements, and at most one is allowed", more.len()))),
        },
    }
}

fn range(arguments: &Arguments) -> Result<Value, Failure> {
    let (start, limit) = match arguments.count() {
        1 => (0, arguments.int(0)?),
        _ => (arguments.int(0)?, arguments.int(1)?),
    };
    let step = match arguments.count() {
        3 => arguments.int(2)?,
        _ if limit < start => -1,
        _ => 1,
    };
    if step == 0 || (limit > start && step < 0) || (limit < start && step > 0) {
        return Err(Failure::new(format!("steps of {step} do not lead from {start} to {limit}")));
    }
    let mut out = Vec::new();
    let mut next = Some(start);
    while let Some(value) = next.filter(|value| if step > 0 { *value < limit } else { *value > limit }) {
        if out.len() >= MAX_RANGE {
            return Err(Failure::new(format!("more than {MAX_RANGE} numbers")));
        }
        out.push(Value::Int(value));
        next = value.checked_add(step);
    }
    Ok(Value::List(out))
}

fn reverse(arguments: &Arguments) -> Result<Value, Failure> {
    match arguments.value(0) {
        unknown @ Value::Unknown(_) => Ok(unknown.clone()),
        _ => Ok(Value::List(arguments.list(0)?.iter().rev().cloned().collect())),
    }
}

fn slice(arguments: &Arguments) -> Result<Value, Failure> {
    if let Some(unknown) = (0..3).find_map(|position| arguments.whole_unknown(position)) {
        return Ok(unknown);
    }
    let items = arguments.list(0)?;
    let (start, end) = (arguments.size(1)?, arguments.size(2)?);
    match items.get(start..end) {
        Some(part) => Ok(Value::List(part.to_vec())),
        None => Err(Failure::new(format!("there is no {start} to {end} in a list of {}", items.len()))),
    }
}

fn sort(arguments: &Arguments) -> Result<Value, Failure> {
    let mut items = arguments.texts(0)?;
    items.sort();
    Ok(Value::List(items.into_iter().map(Value::from).collect()))
}

fn tolist(arguments: &Arguments) -> Result<Value, Failure> {
    match arguments.value(0) {
        same @ (Value::Unknown(_) | Value::Null) => Ok(same.clone()),
        value if value.scalar_text().is_some() => {
            Err(Failure::new(format!("takes a list, found {}", value.type_name()))
                .help("a list of one element is written `[value]`"))
        }
        _ => Ok(Value::List(arguments.list(0)?.to_vec())),
    }
}
