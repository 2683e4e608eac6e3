//! The macros over collections: `map`, `filter`, `all`, `exists`, and those that make maps.
//!
//! Lists go by element, maps by key (or by key and value) in the order of the map. An unknown element is an element:
//! only what depends on its value becomes unknown.

use super::super::EvalError;
use super::super::program::{Fold, FoldKind, Node};
use super::Evaluator;
use crate::model::{Map, Unknown, Value};

/// The results of a fold so far.
#[derive(Default)]
struct Gathered {
    list: Vec<Value>,
    map: Map,
    matches: usize,
    /// The tests whose result is not known.
    undecided: Vec<Unknown>,
    error: Option<EvalError>,
}

pub(super) fn fold(evaluator: &mut Evaluator, node: &Node, fold: &Fold) -> Result<Value, EvalError> {
    let items = match evaluator.node(&fold.range)? {
        Value::Unknown(unknown) => return Ok(Value::Unknown(unknown)),
        Value::List(items) if fold.pair => {
            items.into_iter().enumerate().map(|(index, item)| (Value::Int(index as i64), Some(item))).collect()
        }
        Value::List(items) => items.into_iter().map(|item| (item, None)).collect(),
        Value::Map(map) if fold.pair => map.into_iter().map(|(key, item)| (key.into(), Some(item))).collect(),
        Value::Map(map) => map.into_keys().map(|key| (Value::from(key), None)).collect::<Vec<_>>(),
        other => {
            let message = format!("`{}` is {}, not a list or a map", evaluator.text(&fold.range), other.type_name());
            return Err(evaluator.fail(&fold.range, message));
        }
    };
    let base = evaluator.locals.len();
    let mut gathered = Gathered::default();
    for (first, second) in items {
        evaluator.budget.work(1).map_err(|failure| evaluator.failed(node, failure))?;
        let key = first.clone();
        let element = second.as_ref().unwrap_or(&first).clone();
        evaluator.locals.push(first);
        evaluator.locals.extend(second);
        let decided = one(evaluator, fold, key, element, &mut gathered);
        evaluator.locals.truncate(base);
        if decided? {
            break;
        }
    }
    result(fold.kind, gathered)
}

/// One element; true when the result is decided.
fn one(
    evaluator: &mut Evaluator,
    fold: &Fold,
    key: Value,
    element: Value,
    gathered: &mut Gathered,
) -> Result<bool, EvalError> {
    if let Some(filter) = &fold.filter {
        match evaluator.test(filter)? {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(unknown) => {
                gathered.undecided.push(unknown);
                return Ok(false);
            }
        }
    }
    match fold.kind {
        FoldKind::Map => gathered.list.push(evaluator.node(&fold.body)?),
        FoldKind::TransformMap => {
            let key = evaluator.key(&fold.range, key)?;
            let value = evaluator.node(&fold.body)?;
            gathered.map.insert(key, value);
        }
        FoldKind::TransformMapEntry => entries(evaluator, fold, gathered)?,
        FoldKind::Filter => match evaluator.test(&fold.body)? {
            Ok(true) => gathered.list.push(element),
            Ok(false) => {}
            Err(unknown) => gathered.undecided.push(unknown),
        },
        FoldKind::ExistsOne => match evaluator.test(&fold.body)? {
            Ok(matched) => gathered.matches += usize::from(matched),
            Err(unknown) => gathered.undecided.push(unknown),
        },
        FoldKind::All | FoldKind::Exists => {
            // As with `&&` and `||`, one element may decide in spite of the error of another.
            match evaluator.test(&fold.body) {
                Ok(Ok(matched)) if matched == (fold.kind == FoldKind::Exists) => {
                    gathered.matches = 1;
                    return Ok(true);
                }
                Ok(Ok(_)) => {}
                Ok(Err(unknown)) => gathered.undecided.push(unknown),
                Err(error) => gathered.error = Some(error),
            }
        }
    }
    Ok(false)
}

fn entries(evaluator: &mut Evaluator, fold: &Fold, gathered: &mut Gathered) -> Result<(), EvalError> {
    match evaluator.node(&fold.body)? {
        Value::Map(entries) => {
            for (key, value) in entries {
                if gathered.map.contains_key(&key) {
                    return Err(evaluator.fail(&fold.body, format!("the key {key:?} is made twice")));
                }
                gathered.map.insert(key, value);
            }
        }
        Value::Unknown(unknown) => gathered.undecided.push(unknown),
        other => {
            let message = format!("an entry must be a map such as {{key: value}}, found {}", other.type_name());
            return Err(evaluator.fail(&fold.body, message));
        }
    }
    Ok(())
}

fn result(kind: FoldKind, gathered: Gathered) -> Result<Value, EvalError> {
    let found = gathered.matches > 0;
    match kind {
        FoldKind::Exists if found => return Ok(Value::Bool(true)),
        FoldKind::All if found => return Ok(Value::Bool(false)),
        _ => {}
    }
    if !gathered.undecided.is_empty() {
        return Ok(Value::Unknown(Unknown::all(&gathered.undecided)));
    }
    if let Some(error) = gathered.error {
        return Err(error);
    }
    Ok(match kind {
        FoldKind::Map | FoldKind::Filter => Value::List(gathered.list),
        FoldKind::TransformMap | FoldKind::TransformMapEntry => Value::Map(gathered.map),
        FoldKind::All => Value::Bool(true),
        FoldKind::Exists => Value::Bool(false),
        FoldKind::ExistsOne => Value::Bool(gathered.matches == 1),
    })
}
