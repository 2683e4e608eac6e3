//! Sets. A set is a list with every value once; strings are sorted, as Terraform goes over them.

use std::collections::HashSet;

use super::super::operators::identity;
use super::arguments::Arguments;
use super::lists::distinct;
use super::{Failure, Function, fits};
use crate::model::Value;

/// Combinations that `setproduct` makes at most.
const MAX_PRODUCT: usize = 65_536;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "setintersection(sets...)",
            "setintersection",
            1,
            None,
            setintersection,
            "The values that are in every set.",
        ),
        Function::new(
            "setproduct(sets...)",
            "setproduct",
            1,
            None,
            setproduct,
            "Every combination of one element of each list.",
        ),
        Function::new(
            "setsubtract(a, b)",
            "setsubtract",
            2,
            Some(2),
            setsubtract,
            "The values of a that are not in b.",
        ),
        Function::new("setunion(sets...)", "setunion", 1, None, setunion, "The values that are in any set."),
        Function::new("toset(list)", "toset", 1, Some(1), |a| Ok(set(a.list(0)?)), "Every value once; strings sorted."),
    ]
}

fn set(items: &[Value]) -> Value {
    let mut out = distinct(items);
    if out.iter().all(|item| item.as_str().is_some()) {
        out.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    }
    Value::List(out)
}

fn setunion(arguments: &Arguments) -> Result<Value, Failure> {
    let mut all = Vec::new();
    for position in 0..arguments.count() {
        all.extend(arguments.list(position)?.iter().cloned());
    }
    Ok(set(&all))
}

fn setintersection(arguments: &Arguments) -> Result<Value, Failure> {
    let mut common = arguments.list(0)?.to_vec();
    for position in 1..arguments.count() {
        let other = arguments.list(position)?;
        let other: HashSet<String> = other.iter().map(identity).collect();
        common.retain(|item| other.contains(&identity(item)));
    }
    Ok(set(&common))
}

fn setsubtract(arguments: &Arguments) -> Result<Value, Failure> {
    let mut left = arguments.list(0)?.to_vec();
    let right = arguments.list(1)?;
    let right: HashSet<String> = right.iter().map(identity).collect();
    left.retain(|item| !right.contains(&identity(item)));
    Ok(set(&left))
}

fn setproduct(arguments: &Arguments) -> Result<Value, Failure> {
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for position in 0..arguments.count() {
        let items = arguments.list(position)?;
        if rows.len().saturating_mul(items.len()) > MAX_PRODUCT {
            return Err(Failure::new(format!("more than {MAX_PRODUCT} combinations")));
        }
        fits(rows.len() * items.len(), size_of::<Value>().saturating_mul(position + 1))?;
        let extended = |row: &Vec<Value>| {
            let row = row.clone();
            items.iter().map(move |item| row.iter().chain([item]).cloned().collect()).collect::<Vec<_>>()
        };
        rows = rows.iter().flat_map(extended).collect();
    }
    Ok(Value::List(rows.into_iter().map(Value::List).collect()))
}
