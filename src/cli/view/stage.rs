//! The plans of several stacks as one, and how their apply ended.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value as Json, json};
use wildfire_engine::apply::{Outcome, Report};
use wildfire_engine::model::{StackId, visible};
use wildfire_engine::plan::{Mode, Plan, Summary};

use super::line::{Line, Page};
use super::plan::{Detail, body, counted, lost};
use super::{drift_json, plan, plan_json, report, stage_json, style};

/// The plans as text; of several stacks one after the other, with one total at the end.
pub fn text(plans: &[&Plan], detail: Detail) -> String {
    if let [only] = plans {
        return plan::text(only, detail);
    }
    let mut page = Page::default();
    for plan in plans {
        page.extend(body(plan, detail));
        if plan.is_empty() {
            page.push(plan::total(plan));
        }
    }
    if plans.iter().any(|plan| !plan.is_empty()) {
        page.gap();
        page.extend(total(plans));
    }
    page.ansi()
}

/// What all plans do together.
pub(super) fn total(plans: &[&Plan]) -> Page {
    let mut page = Page::default();
    if plans.iter().all(|plan| plan.is_empty()) {
        let line = Line::at(0).styled(style::BOLD, "No changes.");
        page.push(line.text(format!(" {} match their configuration.", names(plans))));
        return page;
    }
    let count = plans.iter().fold(Summary::default(), |sum, plan| sum.plus(plan.summary()));
    page.push(counted(count, plans.iter().any(|plan| !plan.outputs.is_empty())));
    page.extend(lost(plans));
    page
}

/// The plans as one JSON document.
pub fn json(plans: &[&Plan], complete: bool) -> Json {
    match plans {
        [only] => plan_json::document(only, complete),
        _ => stage_json::document(plans, complete),
    }
}

/// The same as the text of a file.
pub fn json_text(plans: &[&Plan], complete: bool) -> String {
    match plans {
        [only] => plan_json::text(only, complete),
        _ => visible::json(&stage_json::document(plans, complete).to_string()).into_owned(),
    }
}

/// What was changed outside of wildfire, in all stacks.
pub fn drift_json(plans: &[&Plan]) -> Json {
    match plans {
        [only] => drift_json::drift(only),
        _ => stage_json::drift(plans),
    }
}

/// The names of the stacks: `test/a, test/b and test/c`.
pub fn names(plans: &[&Plan]) -> String {
    listed(plans.iter().map(|plan| plan.stack.to_string()).collect())
}

fn listed(mut names: Vec<String>) -> String {
    match names.pop() {
        None => String::new(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} and {last}", names.join(", ")),
    }
}

/// How one stack of a run ended.
pub struct Ended {
    pub id: StackId,
    pub end: End,
}

pub enum End {
    Applied(Box<Plan>, Box<Report>),
    /// It had nothing to do.
    Nothing,
    /// A stack that it uses was not applied in full; in a destroy, one that uses it.
    Blocked(StackId),
    /// It would have changed otherwise than was shown.
    Refused,
    /// The run ended before.
    NotReached,
}

impl End {
    /// Whether what depends on the stack has to be left alone.
    pub fn is_broken(&self) -> bool {
        match self {
            Self::Applied(_, report) => report.outcome != Outcome::Complete,
            Self::Nothing => false,
            Self::Blocked(_) | Self::Refused | Self::NotReached => true,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Applied(_, report) => report::outcome(report.outcome),
            Self::Nothing => "no changes",
            Self::Blocked(_) => "skipped",
            Self::Refused => "refused",
            Self::NotReached => "not started",
        }
    }
}

/// How all stacks together ended.
pub fn ended(ends: &[Ended]) -> String {
    let mut out = String::new();
    for Ended { id, end } in ends {
        match end {
            End::Applied(plan, report) => {
                let lists = report::lists(plan, report);
                if !lists.is_empty() {
                    let _ = write!(out, "\nIn {id}:\n{lists}");
                }
            }
            End::Blocked(other) => {
                let _ = writeln!(out, "\n{id} was left alone, as {other} was not done.");
            }
            End::Refused => {
                let _ = writeln!(out, "\n{id} was left alone: it would change otherwise than was shown.");
            }
            End::NotReached => {
                let _ = writeln!(out, "\n{id} was not started.");
            }
            End::Nothing => {}
        }
    }
    let (done, took) = sums(ends);
    let destroys = |ended: &Ended| matches!(&ended.end, End::Applied(plan, _) if plan.mode == Mode::Destroy);
    let mode = if ends.iter().any(destroys) { Mode::Destroy } else { Mode::Normal };
    out.push_str(&report::ending(mode, overall(ends), &done, took));
    out
}

/// The end of all stacks together, as JSON.
pub fn ended_json(ends: &[Ended]) -> Json {
    let (done, took) = sums(ends);
    let steps: Vec<Json> = ends
        .iter()
        .filter_map(|ended| match &ended.end {
            End::Applied(plan, report) => report::json(plan, report)["steps"].as_array().cloned(),
            _ => None,
        })
        .flatten()
        .collect();
    let stacks = ends.iter().map(|Ended { id, end }| {
        json!({
            "stack": id.to_string(),
            "outcome": end.word(),
            "because": match end { End::Blocked(other) => Some(other.to_string()), _ => None },
        })
    });
    json!({
        "outcome": report::outcome(overall(ends)),
        "done": done,
        "seconds": took.as_secs_f64(),
        "steps": steps,
        "stacks": stacks.collect::<Vec<_>>(),
    })
}

fn sums(ends: &[Ended]) -> (Summary, Duration) {
    let reports = ends.iter().filter_map(|ended| match &ended.end {
        End::Applied(_, report) => Some(report),
        _ => None,
    });
    reports.fold((Summary::default(), Duration::ZERO), |(done, took), report| {
        (done.plus(report.done), took + report.elapsed)
    })
}

fn overall(ends: &[Ended]) -> Outcome {
    let applied = |wanted: Outcome| {
        ends.iter().any(|ended| matches!(&ended.end, End::Applied(_, report) if report.outcome == wanted))
    };
    if applied(Outcome::Fenced) {
        Outcome::Fenced
    } else if applied(Outcome::Interrupted) {
        Outcome::Interrupted
    } else if ends.iter().any(|ended| ended.end.is_broken()) {
        Outcome::Partial
    } else {
        Outcome::Complete
    }
}
