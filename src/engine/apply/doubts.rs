//! Creates of earlier runs that were given up, as a search found nothing of them.
//!
//! A request that was sent can be carried out for as long as its signature is good, whatever became of who sent it. So
//! such a create is searched for again in every run (`recover`), until this module ends it.

use jiff::{SignedDuration, Timestamp};

use super::run::{Run, Stop};
use crate::journal::Entry;
use crate::state::Pending;

/// AWS refuses a request whose signature is more than 5 minutes old, S3 one of 15. The rest is for clocks: the times of
/// two machines are compared here, where being wrong by many minutes costs a search too many or nothing.
const LIFE: SignedDuration = SignedDuration::from_hours(1);

impl Run<'_> {
    /// Ends the doubts that are old enough. The recovery of this very run has searched for them.
    pub(super) async fn end_doubts(&self) -> Result<(), Stop> {
        let now = self.options.ids.now();
        let old: Vec<Entry> = self
            .journal
            .doubtful()
            .into_iter()
            .filter(|doubtful| is_over(doubtful, &now))
            .map(|doubtful| Entry::Void {
                operation: doubtful.operation,
                reason: "nothing of it can land any more".into(),
            })
            .collect();
        if old.is_empty() { Ok(()) } else { self.commit(old).await }
    }
}

/// A time that does not read is never over: searching goes on, and nothing is lost.
fn is_over(doubtful: &Pending, now: &str) -> bool {
    let (Ok(at), Ok(now)) = (doubtful.at.parse::<Timestamp>(), now.parse::<Timestamp>()) else { return false };
    now.duration_since(at) > LIFE
}
