//! What AWS accepted and did not take: told in the end of the run, and a difference in the next plan.

use super::step::Wanted;
use crate::apply::failure;
use crate::apply::run::Run;
use crate::model::{Code, Diagnostic, Field, Severity, TypeSchema, Value};
use crate::plan::{PropertyChange, StepPlan, untaken};

impl Run<'_> {
    /// The properties among those that `about` chooses which read back as another value than was sent.
    pub(in crate::apply) fn untaken(
        &self,
        step: &StepPlan,
        schema: &TypeSchema,
        wanted: &Wanted,
        live: &Value,
        about: impl Fn(&Field) -> bool,
    ) -> Vec<PropertyChange> {
        let Some(sent) = wanted.value.as_map() else { return Vec::new() };
        let mut secrets = self.secrets(step.address.path(), &wanted.sensitive);
        secrets.extend(self.planned_secrets(&step.address));
        untaken(schema, sent, live, &secrets, about)
    }

    /// Warns of what AWS still returns otherwise, when the consistency delay of the type has passed: each property with its
    /// place and both values.
    pub(in crate::apply) fn warn_of_untaken(
        &self,
        step: &StepPlan,
        schema: &TypeSchema,
        operations: &[&str],
        wanted: &Wanted,
        live: &Value,
        about: impl Fn(&Field) -> bool,
    ) {
        for difference in self.untaken(step, schema, wanted, live, about) {
            let origin = wanted.origins.get(&difference.path).or_else(|| self.origin(&step.address));
            let warning = told(step, operations, &difference);
            let place = failure::new(Code::NotTaken, warning, &step.address, origin);
            let warning = Diagnostic { severity: Severity::Warning, ..place }
                .note("State has what AWS returns, and the next plan shows the difference.");
            self.warnings.borrow_mut().push(warning);
        }
    }
}

fn told(step: &StepPlan, operations: &[&str], difference: &PropertyChange) -> String {
    let returned = |value: &Value| match value.is_null() {
        true => "nothing".to_string(),
        false => value.to_string(),
    };
    format!(
        "{}: AWS accepted {} and still returns {} for `{}`, not {}",
        step.address,
        operations.join(", "),
        returned(&difference.before),
        difference.path,
        returned(&difference.after),
    )
}
