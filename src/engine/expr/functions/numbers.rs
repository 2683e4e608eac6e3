//! Numbers and conversions to them.

use std::cmp::Ordering;

use super::super::operators::{arithmetic, finite, numeric};
use super::super::syntax::Arithmetic;
use super::arguments::{Arguments, number};
use super::{Failure, Function, brief};
use crate::model::Value;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("abs(number)", "abs", 1, Some(1), abs, "The absolute value."),
        Function::new("ceil(number)", "ceil", 1, Some(1), ceil, "The nearest int at or above."),
        Function::new("floor(number)", "floor", 1, Some(1), floor, "The nearest int at or below."),
        Function::new("signum(number)", "signum", 1, Some(1), signum, "-1, 0 or 1."),
        Function::new("pow(base, exponent)", "pow", 2, Some(2), pow, "A power."),
        Function::new("log(number, base)", "log", 2, Some(2), log, "The logarithm to a base."),
        Function::new("max(numbers...)", "max", 1, None, max, "The greatest."),
        Function::new("min(numbers...)", "min", 1, None, min, "The least."),
        Function::new("sum(list)", "sum", 1, Some(1), sum, "The sum of a list of numbers."),
        Function::new(
            "parseint(text, base)",
            "parseint",
            2,
            Some(2),
            parseint,
            "The int that text is in a base from 2 to 36.",
        ),
        Function::new("tonumber(value)", "tonumber", 1, Some(1), tonumber, "The number that a value is, or its text."),
        Function::new("tobool(value)", "tobool", 1, Some(1), tobool, "The bool that a value is, or its text."),
        Function::new("tostring(value)", "tostring", 1, Some(1), tostring, "A bool or a number as text."),
        Function::new("int(value)", "int", 1, Some(1), int, "A number without its fraction, or the int that text is."),
        Function::new("uint(value)", "uint", 1, Some(1), uint, "As int, and not negative."),
        Function::new("double(value)", "double", 1, Some(1), double, "An int as a number with a fraction."),
        Function::new("bool(value)", "bool", 1, Some(1), tobool, "The bool that a value is, or its text."),
        Function::new("string(value)", "string", 1, Some(1), tostring, "A bool or a number as text."),
    ]
}

fn abs(arguments: &Arguments) -> Result<Value, Failure> {
    match arguments.number(0)? {
        Value::Int(value) => value.checked_abs().map(Value::Int).ok_or_else(|| "the result is beyond 64 bits".into()),
        _ => Ok(Value::Float(arguments.float(0)?.abs())),
    }
}

/// A float without a fraction as an int.
fn whole(value: f64) -> Result<Value, Failure> {
    // The bounds of i64 that a float can hold.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value) {
        Ok(Value::Int(value as i64))
    } else {
        Err(Failure::new(format!("{value} is beyond 64 bits")))
    }
}

fn ceil(arguments: &Arguments) -> Result<Value, Failure> {
    match arguments.number(0)? {
        Value::Float(value) => whole(value.ceil()),
        int => Ok(int),
    }
}

fn floor(arguments: &Arguments) -> Result<Value, Failure> {
    match arguments.number(0)? {
        Value::Float(value) => whole(value.floor()),
        int => Ok(int),
    }
}

fn signum(arguments: &Arguments) -> Result<Value, Failure> {
    Ok(Value::Int(match numeric(&arguments.number(0)?, &Value::Int(0)) {
        Some(Ordering::Less) => -1,
        Some(Ordering::Greater) => 1,
        _ => 0,
    }))
}

fn pow(arguments: &Arguments) -> Result<Value, Failure> {
    if let (Value::Int(base), Value::Int(exponent)) = (arguments.number(0)?, arguments.number(1)?)
        && let Ok(exponent) = u32::try_from(exponent)
    {
        return base.checked_pow(exponent).map(Value::Int).ok_or_else(|| "the result is beyond 64 bits".into());
    }
    finite(arguments.float(0)?.powf(arguments.float(1)?), || "the power".to_string())
}

fn log(arguments: &Arguments) -> Result<Value, Failure> {
    finite(arguments.float(0)?.log(arguments.float(1)?), || "the logarithm".to_string())
}

fn extreme(arguments: &Arguments, wanted: Ordering) -> Result<Value, Failure> {
    let mut best: Option<Value> = None;
    for value in arguments.rest(0) {
        let value = number(value).ok_or_else(|| Failure::new(format!("takes numbers, found {}", value.type_name())))?;
        best = match best {
            Some(best) if numeric(&value, &best) != Some(wanted) => Some(best),
            _ => Some(value),
        };
    }
    best.ok_or_else(|| "there are no numbers".into())
}

fn max(arguments: &Arguments) -> Result<Value, Failure> {
    extreme(arguments, Ordering::Greater)
}

fn min(arguments: &Arguments) -> Result<Value, Failure> {
    extreme(arguments, Ordering::Less)
}

fn sum(arguments: &Arguments) -> Result<Value, Failure> {
    let mut total = Value::Int(0);
    for item in arguments.list(0)? {
        let item = number(item).ok_or_else(|| Failure::new(format!("takes numbers, found {}", item.type_name())))?;
        total = match (&total, &item) {
            (Value::Int(_), Value::Float(_)) | (Value::Float(_), Value::Int(_)) => {
                let float = |value: &Value| match value {
                    Value::Int(value) => *value as f64,
                    Value::Float(value) => *value,
                    _ => 0.0,
                };
                Value::Float(float(&total) + float(&item))
            }
            _ => arithmetic(Arithmetic::Add, &total, &item)?,
        };
    }
    Ok(total)
}

fn parseint(arguments: &Arguments) -> Result<Value, Failure> {
    let text = arguments.text(0)?;
    let base = u32::try_from(arguments.int(1)?).ok().filter(|base| (2..=36).contains(base));
    let base = base.ok_or("the base must be from 2 to 36")?;
    i64::from_str_radix(&text, base)
        .map(Value::Int)
        .map_err(|_| Failure::new(format!("{} is not an int in base {base}", brief(&text))))
}

fn tonumber(arguments: &Arguments) -> Result<Value, Failure> {
    match arguments.value(0) {
        Value::Null => Ok(Value::Null),
        Value::String(text) => {
            number(arguments.value(0)).ok_or_else(|| Failure::new(format!("{} is not a number", brief(text))))
        }
        _ => arguments.number(0),
    }
}

fn tobool(arguments: &Arguments) -> Result<Value, Failure> {
    match arguments.value(0).bare() {
        known @ (Value::Null | Value::Bool(_)) => Ok(known.clone()),
        Value::String(text) if text.as_ref() == "true" => Ok(Value::Bool(true)),
        Value::String(text) if text.as_ref() == "false" => Ok(Value::Bool(false)),
        Value::String(text) => Err(Failure::new(format!("{} is neither \"true\" nor \"false\"", brief(text)))),
        other => Err(Failure::new(format!("takes a bool or a string, found {}", other.type_name()))),
    }
}

fn tostring(arguments: &Arguments) -> Result<Value, Failure> {
    match arguments.value(0) {
        Value::Null => Ok(Value::Null),
        other => other.scalar_text().map(Value::String).ok_or_else(|| {
            let failure = Failure::new(format!("a {} has no text of its own", other.type_name()));
            failure.help("`jsonencode(…)` writes it as JSON")
        }),
    }
}

fn int(arguments: &Arguments) -> Result<Value, Failure> {
    match arguments.value(0).bare() {
        Value::Int(value) => Ok(Value::Int(*value)),
        Value::Float(value) => whole(value.trunc()),
        Value::String(text) => {
            text.parse().map(Value::Int).map_err(|_| Failure::new(format!("{} is not an int", brief(text))))
        }
        other => Err(Failure::new(format!("takes a number or a string, found {}", other.type_name()))),
    }
}

fn uint(arguments: &Arguments) -> Result<Value, Failure> {
    match int(arguments)? {
        Value::Int(value) if value < 0 => Err(Failure::new(format!("{value} is negative"))),
        value => Ok(value),
    }
}

fn double(arguments: &Arguments) -> Result<Value, Failure> {
    arguments.float(0).map(Value::Float)
}
