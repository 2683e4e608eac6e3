//! A plan as text.

use std::fmt::Write;

use wildfire_engine::plan::{Action, Direction, Plan, Reason, ResourceChange};

use super::diff::{SENSITIVE, change_line, inline, property_lines};
use super::style::{self, paint};
use super::unread;
use crate::cli::error::place;

/// How much a plan view shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detail {
    /// Also the AWS calls of each resource.
    pub calls: bool,
}

/// The whole plan, ending in its summary.
pub fn text(plan: &Plan, detail: Detail) -> String {
    let mut out = String::new();
    recovered(&mut out, plan);
    drift(&mut out, plan);
    let shown: Vec<&ResourceChange> = plan.resources.iter().filter(|change| is_shown(change)).collect();
    if !shown.is_empty() {
        let _ = writeln!(out, "wildfire will do this in {}:\n", paint(style::BOLD, &plan.stack));
    }
    for change in &shown {
        resource(&mut out, plan, change, detail);
    }
    for read in &plan.reads {
        let _ = writeln!(out, "  # {} will be read during apply ({})", read.address.path(), place(&read.origin));
    }
    outputs(&mut out, plan);
    out.push_str(&unread::text(plan));
    out.push_str(&summary(plan));
    out
}

pub(super) fn is_shown(change: &ResourceChange) -> bool {
    change.action != Action::NoOp || change.previous_address.is_some() || !change.steps.is_empty()
}

/// `Plan: 3 to add, 1 to change, 0 to destroy.`, and what stands out.
pub fn summary(plan: &Plan) -> String {
    let count = plan.summary();
    let nothing = count == Default::default();
    if plan.is_empty() && !plan.unread.is_empty() {
        return format!(
            "{} The rest of {} matches its configuration.\n",
            paint(style::BOLD, "No changes."),
            plan.stack
        );
    }
    if plan.is_empty() {
        return format!("{} {} matches its configuration.\n", paint(style::BOLD, "No changes."), plan.stack);
    }
    let mut out = String::new();
    if !nothing || plan.outputs.is_empty() {
        // In the words that tools know from Terraform; a replacement is one of each.
        let _ = write!(
            out,
            "{} {} to add, {} to change, {} to destroy.",
            paint(style::BOLD, "Plan:"),
            count.create + count.replace,
            count.update,
            count.delete + count.replace
        );
        for (number, text) in [
            (count.replace, "to replace"),
            (count.import, "to import"),
            (count.forget, "to forget"),
            (count.moved, "moved"),
        ] {
            if number > 0 {
                let _ = write!(out, " {number} {text}.");
            }
        }
        out.push('\n');
    } else {
        let _ = writeln!(out, "{} only outputs change.", paint(style::BOLD, "Plan:"));
    }
    let lost: Vec<&ResourceChange> =
        plan.resources.iter().filter(|change| matches!(change.action, Action::Delete | Action::Replace(_))).collect();
    if !lost.is_empty() {
        let _ = writeln!(out, "{}", paint(style::DELETE, format!("{} will be destroyed or replaced:", lost.len())));
        for change in lost {
            let id = change.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
            let word = if change.action == Action::Delete { "-" } else { "-/+" };
            let _ = writeln!(out, "  {} {}{id}", paint(style::DELETE, word), change.address.path());
        }
    }
    out
}

pub(super) fn resource(out: &mut String, plan: &Plan, change: &ResourceChange, detail: Detail) {
    let path = change.address.path();
    let (sign, style, verb) = match change.action {
        Action::Create => ("+", style::CREATE, "will be created"),
        Action::Update => ("~", style::UPDATE, "will be updated in-place"),
        Action::Replace(Direction::DeleteFirst) => ("-/+", style::REPLACE, "must be replaced"),
        Action::Replace(Direction::CreateFirst) => ("+/-", style::REPLACE, "must be replaced, the new one first"),
        Action::Delete => ("-", style::DELETE, "will be destroyed"),
        Action::Forget if gone(change) => (".", style::NEUTRAL, "is gone at AWS and will leave state"),
        Action::Forget => (".", style::NEUTRAL, "will leave state and stay at AWS"),
        Action::Import if change.changes_at_aws() => ("&", style::UPDATE, "will be imported, then updated in-place"),
        Action::Import => ("&", style::NEUTRAL, "will be imported"),
        Action::NoOp if change.previous_address.is_some() => (">", style::NEUTRAL, "has moved"),
        Action::NoOp => ("=", style::NEUTRAL, "will be recorded in state"),
    };
    let _ = writeln!(out, "  {}", paint(style::BOLD, format!("# {path} {verb}")));
    for reason in &change.reasons {
        let _ = writeln!(out, "  {}", paint(style::DIM, format!("#   {}", why(reason))));
    }
    if let Some(origin) = &change.origin {
        let _ = writeln!(out, "  {}", paint(style::DIM, format!("#   {}", place(origin))));
    }
    let id = change.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
    let _ = writeln!(out, "  {} {} {path}{id}", paint(style, sign), change.type_name);
    let lines = match change.action {
        Action::Create => property_lines(&change.after, "+", style::CREATE, path, &change.sensitive),
        Action::Delete => property_lines(&change.before, "-", style::DELETE, path, &change.sensitive),
        _ => change.changes.iter().map(change_line).collect(),
    };
    for line in lines {
        let _ = writeln!(out, "      {line}");
    }
    if detail.calls {
        for step in change.steps.iter().filter_map(|step| plan.steps.get(step.0)) {
            for call in step.calls {
                let _ = writeln!(out, "      {}", paint(style::DIM, format!("calls {call}")));
            }
        }
    }
    out.push('\n');
}

/// Whether there is nothing left at AWS.
fn gone(change: &ResourceChange) -> bool {
    change.reasons.iter().any(|reason| matches!(reason, Reason::GoneAtAws { .. }))
}

/// A reason in words.
pub fn why(reason: &Reason) -> String {
    let paths = |paths: &[wildfire_engine::model::PropertyPath]| {
        paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    match reason {
        Reason::NotInState => "declared, and not in state".into(),
        Reason::GoneAtAws { id } => format!("{id} is in state and gone at AWS"),
        Reason::NotDeclared => "in state, and not declared any more".into(),
        Reason::InstanceGone => "its for_each or when has no such instance any more".into(),
        Reason::DestroyMode => "everything of the stack is to be destroyed".into(),
        Reason::ForcesReplacement { path } => format!("{path} forces replacement"),
        Reason::Changed { paths: changed } => format!("changed: {}", paths(changed)),
        Reason::NeverReady { status } => format!("it was created and never became ready: {status}"),
        Reason::Requested => "asked for by --replace".into(),
        Reason::TriggeredBy { address, attribute } => match attribute {
            Some(attribute) => format!("replace_triggered_by: {}.{attribute} changes", address.path()),
            None => format!("replace_triggered_by: {} changes", address.path()),
        },
        Reason::Unfinished { calls } => format!("its creation was interrupted before: {}", calls.join(", ")),
        Reason::ImportEntry => "asked for by an import".into(),
        Reason::RemovedEntry => "a removed entry keeps it at AWS".into(),
        Reason::MovedFrom { address } => format!("moved from {}", address.path()),
        Reason::Deposed { key } => format!("left over from an interrupted replacement (deposed {key})"),
        Reason::Restored => "its replacement was interrupted, and it is as declared: it stays".into(),
        Reason::SettingsOnly { paths: changed } => format!("settings that AWS never sees: {}", paths(changed)),
    }
}

fn recovered(out: &mut String, plan: &Plan) {
    if plan.recovered.is_empty() {
        return;
    }
    let _ = writeln!(out, "An earlier run was cut off; what became of its last calls:\n");
    for item in &plan.recovered {
        let found = match (item.call.as_str(), &item.found) {
            ("delete", Some(id)) => format!("had no effect: {id} still exists"),
            ("delete", None) => "took effect".into(),
            (_, Some(id)) => format!("took effect: {id}"),
            ("create", None) => "nothing is found that it made".into(),
            (_, None) => "live AWS decides".into(),
        };
        let _ = writeln!(out, "  {} {} {}: {found}", item.type_name, item.address.path(), item.call);
    }
    out.push('\n');
}

/// Only the drift, for `wildfire drift`.
pub fn drift_text(plan: &Plan) -> String {
    let mut out = String::new();
    drift(&mut out, plan);
    match plan.drift.is_empty() {
        true => {
            let what = if plan.unread.is_empty() { "Nothing of" } else { "Nothing that could be read of" };
            format!("{} {what} {} was changed outside of wildfire.\n", paint(style::BOLD, "No drift."), plan.stack)
        }
        false => out,
    }
}

fn drift(out: &mut String, plan: &Plan) {
    if plan.drift.is_empty() {
        return;
    }
    let _ = writeln!(out, "Changed outside of wildfire since the last apply:\n");
    for item in &plan.drift {
        let verb = if item.gone { "is gone" } else { "has changed" };
        let _ = writeln!(out, "  {}", paint(style::BOLD, format!("# {} {verb} ({})", item.address.path(), item.id)));
        for change in &item.changes {
            let _ = writeln!(out, "      {}", change_line(change));
        }
    }
    out.push('\n');
}

fn outputs(out: &mut String, plan: &Plan) {
    if plan.outputs.is_empty() {
        return;
    }
    let _ = writeln!(out, "Changes to outputs:");
    for output in &plan.outputs {
        let show = |value: &wildfire_engine::model::Value| match output.sensitive {
            true => SENSITIVE.to_string(),
            false => inline(value),
        };
        let line = match (&output.before, &output.after) {
            (None, Some(after)) => format!("{} {}: {}", paint(style::CREATE, "+"), output.name, show(after)),
            (Some(before), Some(after)) => {
                format!("{} {}: {} -> {}", paint(style::UPDATE, "~"), output.name, show(before), show(after))
            }
            (Some(before), None) => format!("{} {}: {}", paint(style::DELETE, "-"), output.name, show(before)),
            (None, None) => continue,
        };
        let _ = writeln!(out, "  {line}");
    }
    out.push('\n');
}
