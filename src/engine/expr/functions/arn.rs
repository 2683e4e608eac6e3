//! Amazon Resource Names: `arn:partition:service:region:account:resource`.

use super::arguments::Arguments;
use super::{Failure, Function, brief};
use crate::model::Value;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "arn_build(partition, service, region, account_id, resource)",
            "arn_build",
            5,
            Some(5),
            build,
            "An ARN of its parts; region and account may be empty.",
        ),
        Function::new(
            "arn_parse(arn)",
            "arn_parse",
            1,
            Some(1),
            parse,
            "The parts of an ARN: partition, service, region, account_id and resource.",
        ),
    ]
}

/// The parts in their order. The resource is the rest, whatever is in it.
const PARTS: [&str; 5] = ["partition", "service", "region", "account_id", "resource"];

fn parse(arguments: &Arguments) -> Result<Value, Failure> {
    let text = arguments.text(0)?;
    let mut parts = text.splitn(6, ':');
    let begin = parts.next();
    let parts: Vec<&str> = parts.collect();
    let whole = begin == Some("arn") && parts.len() == PARTS.len();
    // Region and account are empty where a service has none.
    if !whole || [0, 1, 4].iter().any(|position| parts[*position].is_empty()) {
        let failure = Failure::new(format!("{} is not an ARN", brief(&text)));
        return Err(failure.help("an ARN is `arn:partition:service:region:account:resource`"));
    }
    Ok(Value::Map(PARTS.into_iter().map(String::from).zip(parts.into_iter().map(Value::from)).collect()))
}

fn build(arguments: &Arguments) -> Result<Value, Failure> {
    let mut out = "arn".to_string();
    for (position, name) in PARTS.into_iter().enumerate() {
        let part = arguments.text(position)?;
        if part.is_empty() && !matches!(name, "region" | "account_id") {
            return Err(Failure::new(format!("{name} is empty")));
        }
        if name != "resource" && part.contains(':') {
            return Err(Failure::new(format!("{name} has no `:`, found {}", brief(&part))));
        }
        out.push(':');
        out.push_str(&part);
    }
    Ok(out.into())
}
