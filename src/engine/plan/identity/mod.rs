//! Objects and the names under which AWS keeps one at most.
//!
//! Owns: what each decision's object is named before and after, who has to make room for whom, and what is declared twice.
//! Leaves out: renames (`rename`), and the order that follows (`order`).

mod held;
mod rename;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

pub(super) use held::held;
pub(super) use rename::renames;
pub use rename::{Comes, Goes, Likeness, pairs};

use super::decide::Decision;
use super::{Action, Direction};
use crate::model::{Address, Catalog, Code, Diagnostic, Diagnostics, NaturalKey};

/// The names of the objects of decisions, by the decisions' positions.
pub(super) struct Names {
    /// Of what exists at AWS and is known to this stack.
    before: Vec<Vec<NaturalKey>>,
    /// Of what there will be.
    after: Vec<Vec<NaturalKey>>,
}

/// Who has a name, and who will: positions of decisions.
#[derive(Default)]
struct Claims<'n> {
    gives: Vec<(usize, &'n NaturalKey)>,
    takes: Vec<(usize, &'n NaturalKey)>,
}

impl Names {
    pub fn of(decisions: &[Decision], catalog: &dyn Catalog) -> Self {
        let before = decisions.iter().map(|decision| match decision.change.action {
            Action::Create | Action::Forget => Vec::new(),
            _ => catalog.natural_keys_in(&decision.old_place, decision.old_schema.name, &decision.change.before),
        });
        let after = decisions.iter().map(|decision| match decision.change.action {
            Action::Delete | Action::Forget => Vec::new(),
            _ => catalog.natural_keys_in(&decision.change.place, decision.schema.name, &decision.change.after),
        });
        Self { before: before.collect(), after: after.collect() }
    }

    /// Pairs of decisions, of which the first has what the second takes: the first has to be done with it before.
    pub fn rooms(&self, decisions: &[Decision]) -> BTreeSet<(usize, usize)> {
        let mut claims: HashMap<(&str, &[String]), Claims<'_>> = HashMap::new();
        for (index, decision) in decisions.iter().enumerate() {
            let (before, after) = (&self.before[index], &self.after[index]);
            let new_object = matches!(decision.change.action, Action::Create | Action::Replace(_));
            let old_goes = matches!(decision.change.action, Action::Delete | Action::Replace(_));
            let kept = |key: &NaturalKey, others: &[NaturalKey]| others.iter().any(|other| other == key);
            for key in before.iter().filter(|key| old_goes || !kept(key, after)) {
                claims.entry((key.kind, &key.parts)).or_default().gives.push((index, key));
            }
            for key in after.iter().filter(|key| new_object || !kept(key, before)) {
                claims.entry((key.kind, &key.parts)).or_default().takes.push((index, key));
            }
        }
        let pairs = |claim: &Claims<'_>| -> Vec<(usize, usize)> {
            let takers = |(giver, given): &(usize, &NaturalKey)| -> Vec<(usize, usize)> {
                let takes = claim.takes.iter().filter(|(taker, taken)| taker != giver && taken.excludes(given));
                takes.map(|(taker, _)| (*giver, *taker)).collect()
            };
            claim.gives.iter().flat_map(takers).collect()
        };
        claims.values().flat_map(pairs).collect()
    }

    /// True when a replacement leaves the object with a name that its predecessor has.
    pub fn stays(&self, index: usize) -> bool {
        self.after[index].iter().any(|new| self.before[index].iter().any(|old| old.excludes(new)))
    }

    /// Tells of objects that are declared under two addresses.
    pub fn check(&self, decisions: &[Decision], diagnostics: &mut Diagnostics) {
        let mut first: HashMap<&NaturalKey, usize> = HashMap::new();
        let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
        for (index, decision) in decisions.iter().enumerate() {
            let declared = decision.deposed.is_none() && decision.change.origin.is_some();
            for key in self.after[index].iter().filter(|_| declared) {
                let other = *first.entry(key).or_insert(index);
                if other != index && told.insert((other, index)) {
                    diagnostics.push(twice(&decisions[other], decision));
                }
            }
        }
    }
}

fn twice(first: &Decision, second: &Decision) -> Diagnostic {
    let (address, other) = (&second.change.address, &first.change.address);
    let mut diagnostic = Diagnostic::error(
        Code::DuplicateObject,
        format!("`{}` and `{}` are one object at AWS", other.path(), address.path()),
    )
    .address(address.clone());
    diagnostic.origin = second.change.origin.clone().map(Box::new);
    if let Some(origin) = &first.change.origin {
        diagnostic = diagnostic.note(format!("`{}` is declared at {}", other.path(), origin.span));
    }
    if let Some(note) = identified_by(second) {
        diagnostic = diagnostic.note(note);
    }
    diagnostic.help("declare it once")
}

/// Which properties name an object of the type.
pub(super) fn identified_by(decision: &Decision) -> Option<String> {
    let names: Vec<String> =
        decision.schema.relations.identity.iter().map(|property| format!("`{property}`")).collect();
    let (last, rest) = names.split_last()?;
    let list = if rest.is_empty() { last.clone() } else { format!("{} and {last}", rest.join(", ")) };
    Some(format!("AWS keeps one {} with the same {list}", decision.schema.name))
}

/// The refusal to make an object while its predecessor has the name.
pub(super) fn same_name(decision: &Decision) -> Diagnostic {
    let address = &decision.change.address;
    let id = decision.change.id.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut diagnostic = Diagnostic::error(
        Code::ConflictingProperties,
        format!("{address} cannot be created before {id} is deleted: both would have the same name"),
    )
    .address(address.clone())
    .help("change what names it too, or drop `create_before_destroy`");
    diagnostic.origin = decision.change.origin.clone().map(Box::new);
    diagnostic.notes.extend(identified_by(decision));
    if !decision.create_first {
        diagnostic = diagnostic.note("something that depends on it is replaced with `create_before_destroy`");
    }
    diagnostic
}

/// The refusal of a plan in which `taker` would have to come before `giver` and after it.
pub(super) fn no_room(giver: &Decision, taker: &Decision) -> Diagnostic {
    let (from, to) = (&giver.change.address, &taker.change.address);
    let does = match giver.change.action {
        Action::Delete | Action::Replace(_) => "is deleted",
        _ => "is changed",
    };
    let message = format!("{to} needs a name that `{}` has, and `{}` {does} only afterwards", from.path(), from.path());
    let mut diagnostic = Diagnostic::error(Code::ConflictingProperties, message).address(to.clone());
    diagnostic.origin = taker.change.origin.clone().map(Box::new);
    diagnostic.notes.extend(identified_by(taker));
    let create_first = |decision: &Decision| decision.change.action == Action::Replace(Direction::CreateFirst);
    match create_first(giver) || create_first(taker) {
        true => diagnostic.help("drop `create_before_destroy`, or take two applies: the first with a name of its own"),
        false => diagnostic.help("take two applies: in the first, give one of them a name of its own"),
    }
}

/// An address as a `moved`, `removed` or `import` entry writes it.
pub fn entry(address: &Address) -> String {
    let path = address.path();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '-';
    match path.chars().all(plain) {
        true => path.to_string(),
        false => format!("'{}'", path.replace('\'', "''")),
    }
}
