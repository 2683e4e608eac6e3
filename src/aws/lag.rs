//! Replies that pass: a service does not see yet what was made a moment ago, or still holds what is being let go of.
//!
//! Every service has its own words for that. They are data of the types ([`Resource::LAGS`](crate::resource::Resource)),
//! by call; this finds the row of a reply.

use std::collections::HashMap;
use std::sync::LazyLock;

use wildfire_engine::model::{ErrorKind, LagReply};

use crate::registry::kinds;

/// The rows of all types, by call.
static BY_CALL: LazyLock<HashMap<&'static str, Vec<&'static LagReply>>> = LazyLock::new(|| {
    let mut rows: HashMap<_, Vec<_>> = HashMap::new();
    for reply in kinds().flat_map(|kind| kind.schema().lags) {
        for call in reply.calls {
            rows.entry(*call).or_default().push(reply);
        }
    }
    rows
});

/// The row of a reply to `call` (`sns:CreateTopic`).
pub(crate) fn of(call: &str, code: Option<&str>, message: &str) -> Option<&'static LagReply> {
    let code = code?;
    BY_CALL.get(call)?.iter().copied().find(|reply| reply.is(call, code, message))
}

/// What a reply means that has such a row, if its code alone means `kind`. What AWS does not find is an absence for
/// whoever deletes, and whoever creates has a patience of its own for it.
pub(crate) fn meaning(kind: ErrorKind, reply: Option<&LagReply>) -> ErrorKind {
    match kind {
        ErrorKind::NotFound | ErrorKind::Throttled => kind,
        _ if reply.is_some() => ErrorKind::Busy,
        _ => kind,
    }
}
