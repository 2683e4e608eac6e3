//! Building requests: what the SDK's builders refuse, as an error of ours.

use aws_smithy_types::error::operation::BuildError;
use wildfire_engine::model::{CloudError, ErrorKind, Problem, Value};

/// A part of a request lacks what the API requires; nothing was sent.
pub(crate) fn incomplete(error: BuildError) -> CloudError {
    CloudError::new(ErrorKind::Rejected, format!("the request is incomplete: {error}"))
}

/// A number for an API field that is 32 bits wide; what does not fit becomes the nearest number, which AWS refuses.
pub(crate) fn int(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX })
}

/// A problem of the property `name`.
pub(crate) fn problem(name: &str, message: impl Into<String>) -> Problem {
    Problem { path: name.into(), message: message.into(), help: None }
}

/// A problem when the property is a known number outside of `min..=max`.
pub(crate) fn outside(properties: &Value, name: &str, min: i64, max: i64) -> Option<Problem> {
    let number = properties.get(name)?.as_int()?;
    (!(min..=max).contains(&number)).then(|| problem(name, format!("{name} is {number}; AWS allows {min} to {max}")))
}
