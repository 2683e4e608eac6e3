//! Sending one mutating call until AWS answers with something that sending it again cannot change.

use tokio::time::Instant;

use super::retry::RetryPolicy;
use crate::apply::run::Run;
use crate::apply::waiting::{Announced, Slot};
use crate::model::{CloudError, ErrorKind};
use crate::plan::StepPlan;

/// What is known about the sendings of a call so far.
#[derive(Debug, Default)]
pub(in crate::apply) struct Tries {
    /// How often it was sent.
    pub(in crate::apply) sent: u32,
    /// One of the sendings may have been done: its reply was lost.
    pub(in crate::apply) unclear: bool,
    failures: u32,
    /// How often something was not ready for it, or in use.
    busy: u32,
    first: Option<Instant>,
}

/// One sending of a call.
#[derive(Clone, Copy, Debug)]
pub(in crate::apply) struct Sending {
    /// How often it was sent before.
    pub(in crate::apply) attempt: u32,
    /// Also where it may share a request: what it was refused for may be another's fault.
    pub(in crate::apply) alone: bool,
}

/// After so many refusals that pass, a call leaves the request that it shared.
const SHARED_REFUSALS: u32 = 3;

/// How a call comes to be sent.
pub(in crate::apply) enum Turn<'s> {
    /// Alone, in this slot.
    Slot(Slot<'s>),
    /// The same in a slot that it queues for; others may announce their calls then.
    Announced(Announced<'s>),
    /// Alone, in a slot that it queues for.
    Queue,
    /// Together with others: the request takes the slot.
    Shared,
}

impl Turn<'_> {
    /// The turn for this sending; left is that for the next.
    pub(in crate::apply) fn take(&mut self) -> Self {
        let next = if matches!(self, Turn::Shared) { Turn::Shared } else { Turn::Queue };
        std::mem::replace(self, next)
    }
}

/// Why a call has no result.
pub(in crate::apply) enum Refusal {
    /// An answer that stays.
    Error(CloudError),
    /// The run is being stopped; the call is not in flight.
    Halted,
    Fenced,
}

impl Run<'_> {
    async fn queue(&self, step: &StepPlan) -> Result<Slot<'_>, Refusal> {
        tokio::select! {
            biased;
            () = self.halt.cancelled() => Err(Refusal::Halted),
            slot = self.slot(step) => Ok(slot),
        }
    }

    /// Sends `call`. A slot is for the first; later ones queue again. The fence
    /// is asked before each. A slot is never held while waiting.
    pub(in crate::apply) async fn send<'s, T>(
        &'s self,
        step: &StepPlan,
        mut turn: Turn<'s>,
        policy: &RetryPolicy,
        tries: &mut Tries,
        mut call: impl AsyncFnMut(Sending) -> Result<T, CloudError>,
    ) -> Result<T, Refusal> {
        loop {
            let held = match turn.take() {
                Turn::Slot(slot) => Some(slot),
                Turn::Shared => None,
                Turn::Queue => Some(self.queue(step).await?),
                Turn::Announced(place) => {
                    let slot = self.queue(step).await?;
                    drop(place);
                    Some(slot)
                }
            };
            if !self.options.fence.may_act() {
                return Err(Refusal::Fenced);
            }
            if self.halt.is_cancelled() {
                return Err(Refusal::Halted);
            }
            let first = *tries.first.get_or_insert_with(Instant::now);
            let sending = Sending { attempt: tries.sent, alone: tries.busy >= SHARED_REFUSALS };
            let result = call(sending).await;
            tries.sent += 1;
            drop(held);
            let error = match result {
                Ok(done) => return Ok(done),
                // It may have stood still while it was signed; the cloud has asked again.
                Err(error) if error.kind == ErrorKind::NotSent && !self.options.fence.may_act() => {
                    return Err(Refusal::Fenced);
                }
                Err(error) => error,
            };
            tries.failures += 1;
            tries.busy += u32::from(matches!(error.kind, ErrorKind::Busy | ErrorKind::NotFound));
            tries.unclear |= error.may_have_landed();
            // What failed together comes back together.
            let seed =
                if matches!(turn, Turn::Shared) && !sending.alone { step.type_name } else { step.address.path() };
            let Some(after) = policy.delay(&error, tries.failures, first.elapsed(), seed) else {
                return Err(Refusal::Error(error));
            };
            self.tell_retry(step, error, tries.failures, after);
            tokio::select! {
                biased;
                () = self.halt.cancelled() => return Err(Refusal::Halted),
                () = tokio::time::sleep(after) => {}
            }
        }
    }
}
