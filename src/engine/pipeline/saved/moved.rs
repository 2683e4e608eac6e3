//! What has moved since a plan was saved, told so that a reader knows what to look at.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map as JsonMap, Value as Json};

use super::{Author, Ingredients, PinKey, SavedPlan, SavedStack, SavedStage};
use crate::model::{Catalog, Code, Diagnostic, DigestKey, TagRule, Value, secret};
use crate::pipeline::Prepared;
use crate::plan::rendering;
use crate::state::{LockRow, State};

/// As many differences are listed.
const LISTED: usize = 20;

/// A value longer than this, as JSON, is not shown.
const SHOWN: usize = 80;

impl SavedPlan {
    /// Refuses a plan of another version of wildfire, or of other stages, accounts or regions than those of `here`.
    ///
    /// # Errors
    /// Which of them differs.
    pub fn check_place(&self, here: &Author) -> Result<(), Box<Diagnostic>> {
        let mut notes = Vec::new();
        let mut compare = |what: &str, saved: &str, now: &str| {
            if saved != now {
                notes.push(format!("it was made {what} {saved}, and this is {now}"));
            }
        };
        let names = |stages: &[SavedStage]| {
            let names: Vec<&str> = stages.iter().map(|stage| stage.name.as_str()).collect();
            names.join(" and ")
        };
        compare("by wildfire", &self.wildfire, &here.wildfire);
        compare("of", &self.targets.join(" "), &here.targets.join(" "));
        compare("for", &names(&self.stages), &names(&here.stages));
        for (saved, now) in self.stages.iter().zip(&here.stages) {
            compare("for account", &saved.account, &now.account);
            compare("for region", &saved.region, &now.region);
        }
        self.fits(&self.targets.join(" "), notes)
    }

    /// Refuses a stack whose state is not the one that the plan was made from. Costs nothing. `epoch` is that of the
    /// lock row; `holder` is the row as it was before this run took the lock.
    ///
    /// # Errors
    /// What became of the state, and who held the lock last.
    pub fn check_state(
        &self,
        stack: &SavedStack,
        state: &State,
        epoch: u64,
        holder: Option<&LockRow>,
    ) -> Result<(), Box<Diagnostic>> {
        let name = stack.id();
        if let Some(used) = state.used_plan(&self.id) {
            let message = format!("the saved plan of {name} was applied already, by {} at {}", used.who, used.at);
            return Err(Box::new(
                self.stale(message).note("A saved plan is applied once, whether it succeeds or not."),
            ));
        }
        let mut notes = Vec::new();
        if !state.is_at(&stack.lineage, stack.serial) {
            notes.push(match (stack.lineage.is_empty(), stack.lineage == state.lineage) {
                (true, _) => format!("the state of {name} was empty then, and is at serial {} now", state.serial),
                (false, false) => format!("the state of {name} has begun anew since: its lineage is another"),
                (false, true) => {
                    format!("the state of {name} was at serial {} then, and is at {} now", stack.serial, state.serial)
                }
            });
            notes.extend(holder.map(|row| {
                let since = if row.owner.is_some() { "holds the lock since" } else { "took the lock last, at" };
                format!("{} {since} {}, for: {}", row.who, row.since, row.why)
            }));
        } else if epoch < stack.epoch {
            notes.push(format!(
                "the lock row of {name} was at epoch {} then, and is at {epoch}: it was deleted, or an older one was put \
                 back",
                stack.epoch
            ));
        }
        self.fits(&name.to_string(), notes)
    }

    /// Refuses a stack for which the plan comes out otherwise now. `key` is that of the lock row which
    /// [`SavedStack::pinned_by`] names, or none.
    ///
    /// # Errors
    /// The files, data sources, outputs and resources that differ.
    pub fn check_plan(
        &self,
        stack: &SavedStack,
        prepared: &Prepared,
        catalog: &dyn Catalog,
        key: &DigestKey,
    ) -> Result<(), Box<Diagnostic>> {
        let now = rendering(&prepared.plan, catalog);
        let mut notes = match &stack.pinned_by {
            Some(pin) if PinKey { stack: pin.stack.clone(), key: key.clone() }.of().as_ref() != Some(pin) => {
                let row = format!("{}/{}", stack.stage, pin.stack);
                vec![format!("the lock row of {row} was made anew since, so sensitive values cannot be compared")]
            }
            _ => ingredients(&stack.ingredients, &Ingredients::of(&prepared.graph, &self.id, key)),
        };
        // Whoever writes a file may leave the pin out, and must not be able to.
        let secret = prepared.graph.secrets_from_outside().next();
        if let (None, Some(name), true) = (&stack.pinned_by, secret, notes.is_empty()) {
            notes.push(format!("nothing in the file tells the sensitive value `{name}` from another one"));
        }
        notes.extend(resources(catalog, &stack.plan["resources"], &now["resources"]));
        notes.extend(outputs(&stack.plan["outputs"], &now["outputs"]));
        if notes.is_empty() && stack.plan != now {
            let parts = now.as_object().into_iter().flatten();
            let other = parts.filter(|(part, value)| stack.plan.get(part.as_str()) != Some(*value));
            let names: Vec<&str> = other.map(|(part, _)| part.as_str()).collect();
            notes.push(format!("the plan comes out otherwise now, in its {}", names.join(" and ")));
        }
        self.fits(&stack.id().to_string(), notes)
    }

    /// The refusal of a plan that is of other stacks than those that are planned now.
    pub fn other_stacks(&self) -> Diagnostic {
        let names: Vec<String> = self.stacks.iter().map(|stack| stack.id().to_string()).collect();
        self.stale(format!("the saved plan of {} no longer fits", self.targets.join(" ")))
            .note(format!("it was made for {}, and other stacks are planned now", names.join(", ")))
    }

    fn fits(&self, name: &str, mut notes: Vec<String>) -> Result<(), Box<Diagnostic>> {
        if notes.is_empty() {
            return Ok(());
        }
        let more = notes.len().saturating_sub(LISTED);
        notes.truncate(LISTED);
        if more > 0 {
            notes.push(format!("and {more} more"));
        }
        let mut diagnostic = self.stale(format!("the saved plan of {name} no longer fits"));
        diagnostic.notes.extend(notes);
        Err(Box::new(diagnostic))
    }

    fn stale(&self, message: String) -> Diagnostic {
        Diagnostic::error(Code::StalePlan, message)
            .note(format!("It was made by {} at {}.", self.who, self.at))
            .help(format!("look at a new plan, and apply that: `wildfire plan {} -o FILE`", self.targets.join(" ")))
    }
}

fn ingredients(then: &Ingredients, now: &Ingredients) -> Vec<String> {
    let mut notes = Vec::new();
    for (name, what) in differences(&then.files, &now.files) {
        notes.push(match what {
            Difference::Added => format!("{name} is new: it was not part of the configuration"),
            Difference::Removed => format!("{name} is not part of the configuration any more"),
            Difference::Changed => format!("{name} has changed"),
        });
    }
    for (name, what) in differences(&then.values, &now.values) {
        notes.push(match what {
            Difference::Added => format!("the value `{name}` was not set from outside then, and is now"),
            Difference::Removed => {
                format!("the value `{name}` was set from outside then, and is not now: set it again")
            }
            Difference::Changed => format!("the value `{name}` was set to something else then"),
        });
    }
    for (name, what) in differences(&then.data, &now.data) {
        notes.push(match what {
            Difference::Added => format!("the data source {name} was not read then"),
            Difference::Removed => format!("the data source {name} is not read any more"),
            Difference::Changed => format!("the data source {name} says something else now"),
        });
    }
    for (name, what) in differences(&then.outputs, &now.outputs) {
        notes.push(match what {
            Difference::Added => format!("the output {name} was not known then"),
            Difference::Removed => format!("the output {name} is not used any more"),
            Difference::Changed => format!("the output {name} has changed"),
        });
    }
    notes
}

enum Difference {
    Added,
    Removed,
    Changed,
}

fn differences<'a, T: PartialEq>(
    then: &'a BTreeMap<String, T>,
    now: &'a BTreeMap<String, T>,
) -> Vec<(&'a str, Difference)> {
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let difference = |name: &&'a String| match (then.get(*name), now.get(*name)) {
        (None, _) => Some(Difference::Added),
        (_, None) => Some(Difference::Removed),
        (Some(then), Some(now)) => (then != now).then_some(Difference::Changed),
    };
    names.iter().filter_map(|name| Some((name.as_str(), difference(name)?))).collect()
}

fn resources(catalog: &dyn Catalog, then: &Json, now: &Json) -> Vec<String> {
    let empty = JsonMap::new();
    let (then, now) = (then.as_object().unwrap_or(&empty), now.as_object().unwrap_or(&empty));
    let mut notes = Vec::new();
    for (address, planned) in then {
        match now.get(address) {
            None => notes.push(format!("{address} was to {}, and is left alone now", verb(planned))),
            Some(now) if planned != now => notes.extend(resource(catalog, address, planned, now)),
            Some(_) => {}
        }
    }
    let added = now.iter().filter(|(address, _)| !then.contains_key(*address));
    notes.extend(
        added.map(|(address, planned)| format!("{address} was to be left alone, and would {} now", verb(planned))),
    );
    notes
}

/// The differences of one resource; never none.
fn resource(catalog: &dyn Catalog, address: &str, then: &Json, now: &Json) -> Vec<String> {
    let tags = then["type"].as_str().and_then(|name| catalog.schema(name)).and_then(|schema| schema.tags);
    let mut notes = Vec::new();
    if then["action"] != now["action"] {
        notes.push(format!("{address} was to {}, and would {} now", verb(then), verb(now)));
    }
    if then["id"] != now["id"] {
        notes.push(format!("{address} was {}, and is {} now", shown(&then["id"]), shown(&now["id"])));
    }
    if then["place"] != now["place"] {
        let place = |side: &Json| side["place"].as_str().unwrap_or("the stage's own account and region").to_string();
        notes.push(format!("{address} was to be in {}, and would be in {} now", place(then), place(now)));
    }
    let live = properties(tags, &then["before"], &now["before"]);
    notes.extend(
        live.iter().map(|(name, was, is)| format!("`{name}` of {address} was {was} at AWS then, and is {is} now")),
    );
    if notes.is_empty() {
        let planned = properties(tags, &then["after"], &now["after"]);
        notes.extend(
            planned
                .iter()
                .map(|(name, was, is)| format!("`{name}` of {address} was to become {was}, and would become {is} now")),
        );
    }
    if notes.is_empty() {
        let changed: BTreeSet<&String> = [&then["changes"], &now["changes"]]
            .into_iter()
            .filter_map(Json::as_object)
            .flat_map(JsonMap::keys)
            .filter(|path| then["changes"].get(*path) != now["changes"].get(*path))
            .collect();
        let names: Vec<String> = changed.into_iter().map(|path| format!("`{path}`")).collect();
        notes.push(format!("{address} would change in other properties: {}", names.join(", ")));
    }
    notes
}

/// The properties that differ, with both values as they are shown.
fn properties(tags: Option<TagRule>, then: &Json, now: &Json) -> Vec<(String, String, String)> {
    let empty = JsonMap::new();
    let (then, now) = (then.as_object().unwrap_or(&empty), now.as_object().unwrap_or(&empty));
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let side = |map: &JsonMap<String, Json>, name: &str| map.get(name).cloned().unwrap_or_default();
    let mut differ: Vec<(String, String, String)> = names
        .into_iter()
        .map(|name| (name, side(then, name), side(now, name)))
        .filter(|(_, then, now)| then != now)
        .map(|(name, then, now)| (name.clone(), shown(&then), shown(&now)))
        .collect();
    if let Some(rule) = tags.filter(|rule| differ.iter().any(|(name, ..)| name == rule.own)) {
        // The same change once more.
        differ.retain(|(name, ..)| name != rule.all);
    }
    differ
}

fn outputs(then: &Json, now: &Json) -> Vec<String> {
    let differ = properties(None, then, now);
    differ.into_iter().map(|(name, ..)| format!("the output `{name}` would become something else")).collect()
}

fn shown(value: &Json) -> String {
    let read = Value::from_json(value.clone());
    if secret::is_digest(&read) {
        return "another value".into();
    }
    match value {
        Json::Null => "absent".into(),
        _ if !read.is_known() => "not known before the apply".into(),
        value => {
            let text = value.to_string();
            if text.len() > SHOWN { "something longer".into() } else { text }
        }
    }
}

/// What a resource was to be, after "to" or "would".
fn verb(change: &Json) -> String {
    match &change["action"] {
        Json::String(action) if action == "no-op" => "only be recorded in state".into(),
        Json::String(action) if action == "forget" => "leave state".into(),
        Json::String(action) => format!("be {action}{}", if action.ends_with('e') { "d" } else { "ed" }),
        _ => "be replaced".into(),
    }
}
