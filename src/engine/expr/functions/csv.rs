//! CSV, as RFC 4180 has it.

use std::collections::HashSet;

use csv::{ErrorKind, ReaderBuilder};

use super::arguments::Arguments;
use super::{Failure, fits};
use crate::model::{Map, Value};

/// Bytes of a field in a map beside its name and its text.
const FIELD: usize = 96;

pub(super) fn decode(arguments: &Arguments) -> Result<Value, Failure> {
    let text = arguments.text(0)?;
    arguments.budget.work(text.len())?;
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().map_err(|error| wrong(&error))?.iter().map(String::from).collect();
    let mut seen = HashSet::new();
    if let Some(twice) = names.iter().find(|name| !seen.insert(name.as_str())) {
        return Err(Failure::new(format!("the column {twice:?} is there twice")));
    }
    let row_size = names.iter().map(|name| name.len() + FIELD).sum::<usize>();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(&error))?;
        rows.push(Value::Map(names.iter().cloned().zip(record.iter().map(Value::from)).collect::<Map>()));
        // The names of the columns are in every row.
        fits(rows.len(), row_size)?;
        arguments.budget.read(row_size)?;
    }
    Ok(Value::List(rows))
}

fn wrong(error: &csv::Error) -> Failure {
    match error.kind() {
        ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            Failure::new(format!("line {line} has {len} fields, and the first line has {expected_len}"))
        }
        _ => Failure::new(format!("not CSV: {error}")),
    }
}
