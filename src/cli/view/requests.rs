//! Requests that several resources share, below the calls of each.

use std::collections::BTreeSet;

use wildfire_engine::plan::{Plan, StepPlan, shared_requests};

use super::line::{Line, Page};
use super::style;

/// A line for each request; empty when all calls are sent alone.
pub(super) fn page(plan: &Plan) -> Page {
    let mut page = Page::default();
    let requests = shared_requests(plan);
    if requests.is_empty() {
        return page;
    }
    page.push(Line::at(0).text("Calls that share a request, where they are ready at the same time:"));
    page.gap();
    for request in requests {
        let steps: Vec<&StepPlan> = request.iter().filter_map(|step| plan.steps.get(step.0)).collect();
        let calls: BTreeSet<&str> = steps.iter().flat_map(|step| step.calls).copied().collect();
        let calls: Vec<&str> = calls.into_iter().collect();
        let type_name = steps.first().map_or("", |step| step.type_name);
        let text = format!("{} of {type_name} in one {}", steps.len(), calls.join(" or "));
        page.push(Line::at(2).styled(style::DIM, text));
    }
    page.gap();
    page
}
