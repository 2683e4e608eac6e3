//! Building requests: what the SDK's builders refuse, as an error of ours.

use aws_smithy_types::DateTime;
use aws_smithy_types::error::operation::BuildError;
use wildfire_engine::model::{CloudError, ErrorKind, Problem, moment};

/// A part of a request lacks what the API requires; nothing was sent.
pub(crate) fn incomplete(error: BuildError) -> CloudError {
    CloudError::new(ErrorKind::Rejected, format!("the request is incomplete: {error}"))
}

/// A number for an API field that is 32 bits wide. The schema allows no other for such a property; of one that does not fit
/// all the same (in an import id) the nearest is sent, which AWS refuses.
pub(crate) fn int(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX })
}

/// The moment of a property that is marked as a `Timestamp`, which is what the schema allows.
///
/// # Errors
/// The text is none.
pub(crate) fn date_time(name: &str, text: &str) -> Result<DateTime, CloudError> {
    let moment = moment(text).map(|(seconds, nanos)| DateTime::from_secs_and_nanos(seconds, nanos));
    moment.ok_or_else(|| CloudError::new(ErrorKind::Rejected, format!("`{name}` is no moment: {text:?}")))
}

/// A problem of the property `name`.
pub(crate) fn problem(name: &str, message: impl Into<String>) -> Problem {
    Problem { path: name.into(), message: message.into(), help: None }
}
