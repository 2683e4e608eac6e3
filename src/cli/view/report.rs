//! The end of an apply: what was done, what failed, what was skipped.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value as Json, json};
use wildfire_engine::apply::{Outcome, Report, StepResult};
use wildfire_engine::model::Diagnostic;
use wildfire_engine::model::visible::Visible;
use wildfire_engine::plan::{Mode, Plan, Summary};

use super::progress::elapsed;
use super::style::{self, paint};

/// Why steps failed, and what else went wrong.
pub fn diagnostics(report: &Report) -> Vec<&Diagnostic> {
    let failed = report.steps.iter().filter_map(|(_, result, _)| match result {
        StepResult::Failed(diagnostic) => Some(&**diagnostic),
        _ => None,
    });
    failed.chain(report.diagnostics.iter()).collect()
}

/// The summary.
pub fn text(plan: &Plan, report: &Report) -> String {
    lists(plan, report) + &ending(plan.mode, report.outcome, &report.done, report.elapsed)
}

/// What failed, what was skipped, and what is under way.
pub(super) fn lists(plan: &Plan, report: &Report) -> String {
    let mut out = String::new();
    let path = |step: &wildfire_engine::plan::StepId| {
        plan.steps.get(step.0).map(|step| Visible(step.address.path()).to_string()).unwrap_or_default()
    };
    let failed: Vec<String> = report
        .steps
        .iter()
        .filter(|(_, result, _)| matches!(result, StepResult::Failed(_) | StepResult::HandedOver { .. }))
        .map(|(step, ..)| path(step))
        .collect();
    let mut list = |title: &str, pick: &dyn Fn(&StepResult) -> Option<String>| {
        let mut lines: Vec<String> = Vec::new();
        for (step, result, _) in &report.steps {
            // Later steps of a resource that failed are no news.
            let waited = matches!(result, StepResult::Skipped { .. } | StepResult::NotStarted);
            if waited && failed.contains(&path(step)) {
                continue;
            }
            if let Some(remark) = pick(result) {
                let line = format!("  {}{remark}", path(step));
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        if !lines.is_empty() {
            let _ = writeln!(out, "\n{title}:\n{}", lines.join("\n"));
        }
    };
    list("Failed", &|result| match result {
        StepResult::Failed(diagnostic) => Some(format!(": {}", Visible(&diagnostic.message))),
        _ => None,
    });
    list("Skipped", &|result| match result {
        StepResult::Skipped { because } => Some(format!(", which needs {}", Visible(because.path()))),
        StepResult::NotStarted => Some(" was not started".into()),
        _ => None,
    });
    list("Still in progress at AWS; the next run goes on from there", &|result| match result {
        StepResult::HandedOver { status } => Some(format!(" ({})", Visible(status))),
        _ => None,
    });
    if !plan.unread.is_empty() {
        let _ = writeln!(out, "\nCould not be read, and stays as it is:");
        for unread in &plan.unread {
            let waiting = match unread.waiting.len() {
                0 => String::new(),
                count => format!(", and {count} that {} for it", if count == 1 { "waits" } else { "wait" }),
            };
            let _ = writeln!(out, "  {}{waiting}", Visible(unread.address.path()));
        }
    }
    out
}

/// The last lines: how it ended, and what was done.
pub(super) fn ending(mode: Mode, outcome: Outcome, done: &Summary, took: Duration) -> String {
    let mut out = String::new();
    let destroys = mode == Mode::Destroy;
    let word = match outcome {
        Outcome::Complete if destroys => paint(style::CREATE, "Destroyed."),
        Outcome::Complete => paint(style::CREATE, "Apply complete!"),
        Outcome::Partial if destroys => paint(style::DELETE, "Partly destroyed."),
        Outcome::Partial => paint(style::DELETE, "Partly applied."),
        Outcome::Interrupted => paint(style::UPDATE, "Interrupted."),
        Outcome::Fenced => paint(style::DELETE, "Another run has taken the stack over."),
    };
    let _ = write!(
        out,
        "\n{word} Resources: {} added, {} changed, {} destroyed",
        done.create + done.replace,
        done.update,
        done.delete + done.replace
    );
    for (count, word) in [(done.import, "imported"), (done.forget, "forgotten"), (done.moved, "moved")] {
        if count > 0 {
            let _ = write!(out, ", {count} {word}");
        }
    }
    let _ = writeln!(out, " in {}.", elapsed(took));
    if matches!(outcome, Outcome::Partial | Outcome::Interrupted) {
        out.push_str("What was done is in state. The same command goes on from here.\n");
    }
    out
}

pub fn json(plan: &Plan, report: &Report) -> Json {
    let steps: Vec<Json> = report
        .steps
        .iter()
        .map(|(step, result, took)| {
            let planned = plan.steps.get(step.0);
            json!({
                "step": step,
                "address": planned.map(|step| step.address.to_string()),
                "type": planned.map(|step| step.type_name),
                "result": match result {
                    StepResult::Done => "done",
                    StepResult::Failed(_) => "failed",
                    StepResult::Skipped { .. } => "skipped",
                    StepResult::HandedOver { .. } => "in progress",
                    StepResult::NotStarted => "not started",
                },
                "seconds": took.as_secs_f64(),
            })
        })
        .collect();
    json!({
        "outcome": outcome(report.outcome),
        "done": report.done,
        "seconds": report.elapsed.as_secs_f64(),
        "steps": steps,
    })
}

/// The word for an end.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Complete => "complete",
        Outcome::Partial => "partial",
        Outcome::Interrupted => "interrupted",
        Outcome::Fenced => "fenced",
    }
}
