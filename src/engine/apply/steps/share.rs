//! Calls that share a request.

use super::send::Sending;
use crate::apply::run::Run;
use crate::model::{CloudError, Created, Mutation};
use crate::plan::StepPlan;

impl Run<'_> {
    /// Sends a call: with others where the plan and its type say so, else alone.
    pub(super) async fn send_call(
        &self,
        step: &StepPlan,
        sending: Sending,
        call: Mutation,
    ) -> Result<Created, CloudError> {
        match step.shares.as_ref().filter(|_| !sending.alone).and_then(|_| self.catalog.batch(step.type_name, &call)) {
            Some(batch) => self.batches.send(step.type_name, &batch, call, self.weight(step)).await,
            None => self.cloud.send(step.type_name, &call).await,
        }
    }
}
