//! Creates that a search found nothing of, or that were sent more than once.
//!
//! A request that was sent can be carried out for as long as its signature is good, whatever became of who sent it. So
//! such a create is searched for again in every run (`recover`), until it is old enough.

use jiff::{SignedDuration, Timestamp};

use crate::state::Pending;

/// AWS refuses a request whose signature is more than 5 minutes old, S3 one of 15. The rest is for clocks: the times of
/// two machines are compared here, where being wrong by many minutes costs a search too many or nothing.
const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// True when nothing of it can land any more. A time that does not read is never over: searching goes on, and nothing is
/// lost.
pub(in crate::apply) fn is_over(doubtful: &Pending, now: &str) -> bool {
    let (Ok(at), Ok(now)) = (doubtful.at.parse::<Timestamp>(), now.parse::<Timestamp>()) else { return false };
    now.duration_since(at) > LIFE
}
