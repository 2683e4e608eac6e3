//! Sending one mutating call until AWS answers with something that sending it again cannot change.

use tokio::time::Instant;

use super::retry::Patience;
use crate::apply::run::Run;
use crate::apply::waiting::Slot;
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
    first: Option<Instant>,
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
    /// Sends `call`, which is given the number of sendings before. `slot` is the slot for the first; later ones queue
    /// again. The fence is asked before each. A slot is never held while waiting.
    pub(in crate::apply) async fn send<'s, T>(
        &'s self,
        step: &StepPlan,
        mut slot: Option<Slot<'s>>,
        patience: &Patience,
        tries: &mut Tries,
        mut call: impl AsyncFnMut(u32) -> Result<T, CloudError>,
    ) -> Result<T, Refusal> {
        loop {
            let held = match slot.take() {
                Some(slot) => slot,
                None => tokio::select! {
                    biased;
                    () = self.halt.cancelled() => return Err(Refusal::Halted),
                    slot = self.slot(step) => slot,
                },
            };
            if !self.options.fence.may_act() {
                return Err(Refusal::Fenced);
            }
            if self.halt.is_cancelled() {
                return Err(Refusal::Halted);
            }
            let first = *tries.first.get_or_insert_with(Instant::now);
            let result = call(tries.sent).await;
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
            tries.unclear |= error.may_have_landed();
            let seed = step.address.path();
            let Some(after) = patience.delay(&error, tries.failures, first.elapsed(), seed) else {
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
