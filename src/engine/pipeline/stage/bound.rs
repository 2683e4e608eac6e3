//! The upper bound: what a plan would do that an earlier plan of the same stack has not shown.
//!
//! Allowed is the same or less for each resource: an unknown has become a value, a change has turned out to be none, a
//! replacement is only an update with the calls that were shown. Anything else is told with both versions.

use std::collections::{BTreeSet, HashMap};

use crate::apply::{agrees, agrees_value};
use crate::model::{Catalog, Code, Diagnostic, Map, StackId, TypeSchema, Value};
use crate::plan::{Action, OutputChange, Plan, Reason, ResourceChange};

/// One thing that was not shown, in both versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// A resource, a property of one, or an output.
    pub what: String,
    /// What was shown: `left alone`, `"a"`.
    pub shown: String,
    /// What would happen now.
    pub now: String,
}

/// What `now` would do that `shown` has not said. Pure. Empty: `now` may be carried out.
pub fn excess(shown: &Plan, now: &Plan, catalog: &dyn Catalog) -> Vec<Excess> {
    let before: HashMap<_, &ResourceChange> =
        shown.resources.iter().filter(|change| acts(change)).map(|change| (key(change), change)).collect();
    let mut out = Vec::new();
    for change in now.resources.iter().filter(|change| acts(change)) {
        match before.get(&key(change)) {
            None => out.push(Excess { what: what(change), shown: "left alone".into(), now: verb(change) }),
            Some(was) => {
                let Some(schema) = catalog.schema(change.type_name) else { continue };
                Pair { schema, was, is: change, shown, now }.differences(&mut out);
            }
        }
    }
    outputs(shown, now, &mut out);
    out
}

/// The refusal of a plan that goes beyond what was shown.
pub(super) fn beyond(stack: &StackId, more: &[Excess]) -> Diagnostic {
    /// As many differences are listed.
    const LISTED: usize = 20;
    let message = format!("{stack} would change otherwise than was shown, now that its inputs are known");
    let mut diagnostic = Diagnostic::error(Code::PlanExceeded, message);
    for one in more.iter().take(LISTED) {
        diagnostic = diagnostic.note(format!("{}: shown: {}; now: {}", one.what, one.shown, one.now));
    }
    if more.len() > LISTED {
        diagnostic = diagnostic.note(format!("and {} more", more.len() - LISTED));
    }
    diagnostic
        .note(format!("Nothing was changed in {stack}; the stacks before it are applied."))
        .help(format!("look at a new plan: `wildfire plan {}`", stack.stage))
}

/// A resource, or a deposed object of it.
fn key(change: &ResourceChange) -> (&str, Option<&str>) {
    (change.address.path(), change.deposed())
}

fn what(change: &ResourceChange) -> String {
    match change.deposed() {
        Some(key) => format!("{} (deposed {key})", change.address),
        None => change.address.to_string(),
    }
}

fn acts(change: &ResourceChange) -> bool {
    change.action != Action::NoOp || !change.steps.is_empty() || change.previous_address.is_some()
}

fn verb(change: &ResourceChange) -> String {
    let verb = match change.action {
        Action::NoOp => "recorded in state",
        Action::Create => "created",
        Action::Update => "updated in place",
        Action::Replace(_) => "replaced",
        Action::Delete => "destroyed",
        Action::Forget => "forgotten",
        Action::Import => "imported",
    };
    let there = change.place.suffix();
    match &change.id {
        Some(id) => format!("{verb}{there} ({id})"),
        None => format!("{verb}{there}"),
    }
}

/// The two plans of one resource.
struct Pair<'a> {
    schema: &'static TypeSchema,
    was: &'a ResourceChange,
    is: &'a ResourceChange,
    shown: &'a Plan,
    now: &'a Plan,
}

impl Pair<'_> {
    fn differences(&self, out: &mut Vec<Excess>) {
        let (was, is) = (self.was, self.is);
        if !self.weaker() || was.type_name != is.type_name || !self.same_object() {
            out.push(Excess { what: what(is), shown: verb(was), now: verb(is) });
            return;
        }
        for name in self.names() {
            let side = |change: &ResourceChange| change.after.get(name).cloned().unwrap_or_default();
            let (then, now) = (side(was), side(is));
            if !agrees(self.schema, &only(name, &then), &only(name, &now)) {
                out.push(Excess {
                    what: format!("{} of {}", name, what(is)),
                    shown: then.to_string(),
                    now: now.to_string(),
                });
            }
        }
        for name in self.changed(is).difference(&self.may_change()) {
            let now = is.after.get(name).cloned().unwrap_or_default();
            out.push(Excess {
                what: format!("{name} of {}", what(is)),
                shown: "unchanged".into(),
                now: now.to_string(),
            });
        }
        let allowed = self.allowed_calls();
        let calls = calls(self.now, is);
        for call in calls.difference(&allowed) {
            out.push(Excess { what: what(is), shown: "without this call".into(), now: (*call).to_string() });
        }
    }

    /// Whether what happens now is what was shown, or less.
    fn weaker(&self) -> bool {
        let gone = self.is.reasons.iter().any(|reason| matches!(reason, Reason::GoneAtAws { .. }));
        match (self.was.action, self.is.action) {
            (was, is) if was == is => true,
            (_, Action::NoOp) => true,
            (Action::Replace(_), Action::Update) => true,
            // Somebody else was faster.
            (Action::Replace(_), Action::Create) | (Action::Delete, Action::Forget) => gone,
            _ => false,
        }
    }

    /// Whether both are about the same object at AWS and in state.
    fn same_object(&self) -> bool {
        let moved = self.is.previous_address.is_none() || self.is.previous_address == self.was.previous_address;
        let there = self.is.place == self.was.place || self.is.action == Action::NoOp;
        moved && there && (self.is.id.is_none() || self.is.id == self.was.id)
    }

    /// The properties that are sent: all of a new object, else those that change.
    fn names(&self) -> BTreeSet<&str> {
        match self.is.action {
            Action::Create | Action::Replace(_) => {
                self.schema.fields.iter().filter(|field| field.is_property()).map(|field| field.name).collect()
            }
            _ => self.changed(self.is).intersection(&self.may_change()).copied().collect(),
        }
    }

    fn changed<'c>(&self, change: &'c ResourceChange) -> BTreeSet<&'c str> {
        match change.action {
            Action::Update | Action::Import => {
                change.changes.iter().filter_map(|property| property.path.first()).collect()
            }
            _ => BTreeSet::new(),
        }
    }

    fn may_change(&self) -> BTreeSet<&str> {
        self.was.changes.iter().filter_map(|property| property.path.first()).collect()
    }

    /// The calls that were shown, and those that an update in the place of a replacement would have made.
    fn allowed_calls(&self) -> BTreeSet<&'static str> {
        let mut allowed = calls(self.shown, self.was);
        if matches!(self.was.action, Action::Replace(_)) {
            let updates = self.was.changes.iter().filter_map(|property| property.call);
            allowed.extend(updates.flat_map(|call| self.schema.calls_of_update(call).iter().copied()));
        }
        allowed
    }
}

fn calls(plan: &Plan, change: &ResourceChange) -> BTreeSet<&'static str> {
    let steps = change.steps.iter().filter_map(|step| plan.steps.get(step.0));
    steps.flat_map(|step| step.calls.iter().copied()).collect()
}

fn only(name: &str, value: &Value) -> Value {
    Value::Map(Map::from([(name.to_string(), value.clone())]))
}

fn outputs(shown: &Plan, now: &Plan, out: &mut Vec<Excess>) {
    let side = |change: Option<&OutputChange>| match change {
        None => "unchanged".to_string(),
        Some(OutputChange { after: None, .. }) => "removed".to_string(),
        Some(OutputChange { sensitive: true, .. }) => "a sensitive value".to_string(),
        Some(OutputChange { after: Some(value), .. }) => value.to_string(),
    };
    for is in &now.outputs {
        let was = shown.outputs.iter().find(|was| was.name == is.name);
        let same = was.is_some_and(|was| match (&was.after, &is.after) {
            (None, None) => true,
            (Some(_), Some(_)) if was.sensitive || is.sensitive => was.sensitive == is.sensitive,
            (Some(then), Some(now)) => agrees_value(then, now),
            _ => false,
        });
        if !same {
            let what = format!("the output {} of {}", is.name, now.stack);
            out.push(Excess { what, shown: side(was), now: side(Some(is)) });
        }
    }
}
