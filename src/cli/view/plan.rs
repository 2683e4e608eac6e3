//! A plan as text.

use wildfire_engine::plan::{Action, Direction, Plan, Reason, ResourceChange, Summary};

use super::change::{Owner, change, properties};
use super::diff::Scope;
use super::line::{Line, Page, Sign};
use super::reason::why;
use super::style;
use super::value::{Place, Reading, SENSITIVE, entry};
use super::{notes, requests, unread};
use crate::cli::error::place;

/// How much a plan view shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detail {
    /// Also the AWS calls of each resource.
    pub calls: bool,
    /// Also what is equal on both sides of a change.
    pub full: bool,
}

impl Detail {
    pub(super) fn scope(self) -> Scope {
        Scope { full: self.full }
    }
}

/// The whole plan, ending in its summary.
pub fn text(plan: &Plan, detail: Detail) -> String {
    page(plan, detail).ansi()
}

/// The same as lines.
pub(super) fn page(plan: &Plan, detail: Detail) -> Page {
    let mut page = body(plan, detail);
    page.extend(summary(plan));
    page
}

/// The plan without its summary.
pub(super) fn body(plan: &Plan, detail: Detail) -> Page {
    let mut page = Page::default();
    block(&mut page, VALUES, plan, values(plan));
    block(
        &mut page,
        ("An earlier run of ", " left calls without a result; what became of them:"),
        plan,
        recovered(plan),
    );
    block(&mut page, DRIFT, plan, drift(plan, detail));
    let mut resources = Page::default();
    for change in plan.resources.iter().filter(|change| is_shown(change)) {
        resource(&mut resources, plan, change, detail);
    }
    block(&mut page, ("wildfire will do this in ", ":"), plan, resources);
    if detail.calls {
        page.extend(requests::page(plan));
    }
    page.extend(reads(plan));
    let outputs = outputs(plan, detail);
    if !outputs.lines().is_empty() {
        page.push(Line::at(0).text("Changes to outputs of ").styled(style::BOLD, &plan.stack).text(":"));
        page.extend(outputs);
        page.gap();
    }
    block(&mut page, UNREAD, plan, unread::page(plan));
    block(&mut page, NOTES, plan, notes::page(plan));
    page
}

const VALUES: (&str, &str) = ("Set outside of the files, and used by ", ":");

const UNREAD: (&str, &str) = ("Could not be read in ", ", so nothing is planned for it:");

const NOTES: (&str, &str) = ("Notes on ", ":");

const DRIFT: (&str, &str) = ("Changed outside of wildfire in ", " since the last apply:");

/// What is in `body`, below a heading with the name of the stack; nothing when there is nothing.
fn block(page: &mut Page, heading: (&str, &str), plan: &Plan, body: Page) {
    if body.lines().is_empty() {
        return;
    }
    page.push(Line::at(0).text(heading.0).styled(style::BOLD, &plan.stack).text(heading.1));
    page.gap();
    let open = body.lines().last().is_some_and(|line| !line.plain().is_empty());
    page.extend(body);
    if open {
        page.gap();
    }
}

pub(super) fn is_shown(change: &ResourceChange) -> bool {
    change.action != Action::NoOp || change.previous_address.is_some() || !change.steps.is_empty()
}

/// `Plan: 3 to add, 1 to change, 0 to destroy.`, and what stands out.
pub(super) fn summary(plan: &Plan) -> Page {
    let mut page = Page::default();
    page.push(total(plan));
    page.extend(lost(&[plan]));
    page
}

/// What one plan does, in numbers.
pub(super) fn total(plan: &Plan) -> Line {
    if plan.is_empty() {
        let what = if plan.unread.is_empty() { "" } else { "The rest of " };
        let line = Line::at(0).styled(style::BOLD, "No changes.");
        return line.text(format!(" {what}{} matches its configuration.", plan.stack));
    }
    counted(plan.summary(), !plan.outputs.is_empty())
}

/// What is added, changed and destroyed, on one line.
pub(super) fn counted(count: Summary, outputs: bool) -> Line {
    let line = Line::at(0).styled(style::BOLD, "Plan:");
    if count == Summary::default() && outputs {
        return line.text(" only outputs change.");
    }
    // In the words that tools know from Terraform; a replacement is one of each.
    let (add, destroy) = (count.create + count.replace, count.delete + count.replace);
    let line = line.text(format!(" {add} to add, {} to change, {destroy} to destroy.", count.update));
    let more = [
        (count.replace, "to replace"),
        (count.import, "to import"),
        (count.forget, "to forget"),
        (count.moved, "moved"),
    ];
    more.into_iter()
        .filter(|(number, _)| *number > 0)
        .fold(line, |line, (number, text)| line.text(format!(" {number} {text}.")))
}

/// What is destroyed or replaced, each with its id, below a heading; of several plans with its stack.
pub(super) fn lost(plans: &[&Plan]) -> Page {
    let mut page = Page::default();
    let goes = |change: &&ResourceChange| matches!(change.action, Action::Delete | Action::Replace(_));
    let lost: Vec<&ResourceChange> = plans.iter().flat_map(|plan| &plan.resources).filter(goes).collect();
    if lost.is_empty() {
        return page;
    }
    let of = match plans {
        [plan] => format!(" of {}", plan.stack),
        _ => String::new(),
    };
    page.push(Line::at(0).styled(style::DELETE, format!("{}{of} will be destroyed or replaced:", lost.len())));
    for change in lost {
        let sign = if change.action == Action::Delete { Sign::Remove } else { Sign::Replace };
        let name = match plans {
            [_] => change.address.path().to_string(),
            _ => change.address.to_string(),
        };
        page.push(Line::at(2).sign(sign).text(format!("{name}{}", id(change))));
    }
    page
}

fn id(change: &ResourceChange) -> String {
    change.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default()
}

pub(super) fn resource(page: &mut Page, plan: &Plan, change: &ResourceChange, detail: Detail) {
    let path = change.address.path();
    let (sign, verb) = match change.action {
        Action::Create => (Sign::Add, "will be created"),
        Action::Update => (Sign::Change, "will be updated in-place"),
        Action::Replace(Direction::DeleteFirst) => (Sign::Replace, "must be replaced"),
        Action::Replace(Direction::CreateFirst) => (Sign::ReplaceNewFirst, "must be replaced, the new one first"),
        Action::Delete => (Sign::Remove, "will be destroyed"),
        Action::Forget if gone(change) => (Sign::Forget, "is gone at AWS and will leave state"),
        Action::Forget => (Sign::Forget, "will leave state and stay at AWS"),
        Action::Import if change.changes_at_aws() => (Sign::Import, "will be imported, then updated in-place"),
        Action::Import => (Sign::Import, "will be imported"),
        Action::NoOp if change.previous_address.is_some() => (Sign::Move, "has moved"),
        Action::NoOp => (Sign::Record, "will be recorded in state"),
    };
    page.push(Line::at(2).styled(style::BOLD, format!("# {path} {verb}")));
    for reason in &change.reasons {
        page.push(Line::at(2).styled(style::DIM, format!("#   {}", why(reason))));
    }
    if let Some(origin) = &change.origin {
        page.push(Line::at(2).styled(style::DIM, format!("#   {}", place(origin))));
    }
    let place = change.place.suffix();
    page.push(Line::at(2).sign(sign).text(format!("{} {path}{}{place}", change.type_name, id(change))));
    resource_body(page, change, detail);
    if detail.calls {
        for step in change.steps.iter().filter_map(|step| plan.steps.get(step.0)) {
            let place = step.place.suffix();
            let calls = step.calls.iter().map(|call| format!("calls {call}{place}"));
            calls.for_each(|call| page.push(Line::at(6).styled(style::DIM, call)));
        }
    }
    page.gap();
}

fn resource_body(page: &mut Page, resource: &ResourceChange, detail: Detail) {
    let owner = |sign| Owner {
        type_name: resource.type_name,
        path: resource.address.path(),
        sign: Some(sign),
        sensitive: &resource.sensitive,
    };
    match resource.action {
        Action::Create => properties(page, owner(Sign::Add), &resource.after),
        Action::Delete => properties(page, owner(Sign::Remove), &resource.before),
        _ => {
            let changes = resource.changes.iter();
            changes.for_each(|property| change(page, resource.type_name, property, detail.scope()));
        }
    }
    // Of another type: what the old one has and what the new one gets have nothing to do with each other.
    if matches!(resource.action, Action::Replace(_)) && resource.changes_type() {
        properties(page, owner(Sign::Add), &resource.after);
    }
}

/// Whether there is nothing left at AWS.
fn gone(change: &ResourceChange) -> bool {
    change.reasons.iter().any(|reason| matches!(reason, Reason::GoneAtAws { .. }))
}

/// What became of the calls of an earlier run that had no result: it was cut off, or AWS did not answer.
pub(super) fn recovered(plan: &Plan) -> Page {
    let mut page = Page::default();
    for item in &plan.recovered {
        let found = match (item.call.as_str(), &item.found) {
            ("delete", Some(id)) => format!("had no effect: {id} still exists"),
            ("delete", None) => "took effect".into(),
            (_, Some(id)) => format!("took effect: {id}"),
            ("create", None) => "nothing is found that it made".into(),
            (_, None) => "live AWS decides".into(),
        };
        page.push(Line::at(2).text(format!("{} {} {}: {found}", item.type_name, item.address.path(), item.call)));
    }
    page
}

/// Only the drift, for `wildfire drift`.
pub fn drift_text(plan: &Plan, detail: Detail) -> String {
    let mut page = Page::default();
    block(&mut page, DRIFT, plan, drift(plan, detail));
    if plan.drift.is_empty() {
        let what = if plan.unread.is_empty() { "Nothing of" } else { "Nothing that could be read of" };
        let rest = format!(" {what} {} was changed outside of wildfire.", plan.stack);
        page.push(Line::at(0).styled(style::BOLD, "No drift.").text(rest));
    }
    page.ansi()
}

/// What was changed outside of wildfire.
pub(super) fn drift(plan: &Plan, detail: Detail) -> Page {
    let mut page = Page::default();
    for item in &plan.drift {
        let verb = if item.gone { "is gone" } else { "has changed" };
        page.push(Line::at(2).styled(style::BOLD, format!("# {} {verb} ({})", item.address.path(), item.id)));
        item.changes.iter().for_each(|property| change(&mut page, &item.type_name, property, detail.scope()));
    }
    page
}

/// The data sources that are read during apply.
pub(super) fn reads(plan: &Plan) -> Page {
    let mut page = Page::default();
    for read in &plan.reads {
        let line = format!("# {} will be read during apply ({})", read.address.path(), place(&read.origin));
        page.push(Line::at(2).text(line));
    }
    page
}

/// What was set from outside of the files, and by whom.
pub(super) fn values(plan: &Plan) -> Page {
    let mut page = Page::default();
    for given in &plan.values {
        let head = format!("{}:", super::value::key(&given.name));
        match &given.value {
            Some(value) => entry(&mut page, UNSIGNED, &head, value, Reading::default(), &given.by),
            None => page.push(Line::at(2).text(format!("{head} {SENSITIVE}")).remark(&given.by)),
        }
    }
    page
}

const UNSIGNED: Place = Place { indent: 2, sign: None, within: None };

/// The outputs that change.
pub(super) fn outputs(plan: &Plan, detail: Detail) -> Page {
    let mut page = Page::default();
    for output in &plan.outputs {
        let head = format!("{}:", super::value::key(&output.name));
        let reading = Reading::default();
        let (sign, sides) = match (&output.before, &output.after) {
            (None, Some(after)) => (Sign::Add, (after, after)),
            (Some(before), None) => (Sign::Remove, (before, before)),
            (Some(before), Some(after)) => (Sign::Change, (before, after)),
            (None, None) => continue,
        };
        let at = Place::signed(2, sign);
        match sign {
            _ if output.sensitive => {
                let values =
                    if sign == Sign::Change { format!("{SENSITIVE} -> {SENSITIVE}") } else { SENSITIVE.into() };
                page.push(at.line().text(format!("{head} {values}")));
            }
            Sign::Change => detail.scope().compare(&mut page, at, &head, sides, reading, ""),
            _ => entry(&mut page, at, &head, sides.0, reading, ""),
        }
    }
    page
}
