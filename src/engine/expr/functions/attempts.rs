//! `try` and `can`: what fails is no error. The evaluator computes their arguments one after the other, and catches.

use super::arguments::Arguments;
use super::{Failure, Function};
use crate::model::Value;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "can(expression)",
            "can",
            1,
            Some(1),
            |_| Ok(Value::Bool(true)),
            "Whether an expression has a value, and no error.",
        )
        .attempts(),
        Function::new(
            "try(expressions...)",
            "try",
            1,
            None,
            first,
            "The value of the first expression that has no error.",
        )
        .attempts(),
    ]
}

/// Of arguments none of which has failed.
fn first(arguments: &Arguments) -> Result<Value, Failure> {
    Ok(arguments.value(0).clone())
}
