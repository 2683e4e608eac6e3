//! The stack's outputs at the end of an apply.

use super::failure::Stop;
use super::run::Run;
use crate::journal::Entry;
use crate::model::Diagnostics;
use crate::model::secret_version::with_marks;
use crate::plan::Mode;
use crate::state::OutputState;

impl Run<'_> {
    /// Commits the outputs that the plan changes, each only when everything it needs is done. Returns what is wrong with
    /// the others.
    pub(super) async fn write_outputs(&self) -> Result<Diagnostics, Stop> {
        if self.plan.outputs.is_empty() {
            return Ok(Diagnostics::default());
        }
        let before = self.journal.outputs();
        let mut after = before.clone();
        let mut problems = Diagnostics::default();
        let values = if self.plan.outputs.iter().any(|change| change.after.is_some()) {
            self.graph.outputs(&self.known()).unwrap_or_else(|found| {
                problems = found;
                Default::default()
            })
        } else {
            Default::default()
        };
        for change in &self.plan.outputs {
            let name = &change.name;
            if change.after.is_none() {
                after.remove(name);
            } else if let Some(output) = values.get(name)
                // Of a sensitive one the value is not kept, so it need not be read.
                && (output.value.is_known() || output.sensitive && with_marks(&output.value).is_known())
            {
                let value = if output.sensitive { Default::default() } else { output.value.clone() };
                after.insert(name.clone(), OutputState { value, sensitive: output.sensitive });
            } else if let (Mode::RefreshOnly, Some(value)) = (self.plan.mode, &change.after) {
                // A refresh makes nothing: what is gone will not be known later.
                after.insert(name.clone(), OutputState { value: value.clone(), sensitive: change.sensitive });
            }
        }
        if after != before {
            self.commit(vec![Entry::Outputs { outputs: after }]).await?;
        }
        Ok(problems)
    }
}
