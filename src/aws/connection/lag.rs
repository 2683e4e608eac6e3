//! Replies that pass: a service does not see yet what was made a moment ago, or still holds what is being let go of.
//!
//! Every service has its own words for that. They are data of the types; whoever connects hands in how to find the row of a
//! reply, so that the connection knows no type.

use wildfire_engine::model::{ErrorKind, LagReply};

/// The row of a reply, by call (`sns:CreateTopic`), error code and message.
pub(crate) type Lags = fn(&str, &str, &str) -> Option<&'static LagReply>;

/// What a reply means that has such a row, if its code alone means `kind`. What AWS does not find is an absence for
/// whoever deletes, and whoever creates has a patience of its own for it.
pub(crate) fn meaning(kind: ErrorKind, reply: Option<&LagReply>) -> ErrorKind {
    match kind {
        ErrorKind::NotFound | ErrorKind::Throttled => kind,
        _ if reply.is_some() => ErrorKind::Busy,
        _ => kind,
    }
}
