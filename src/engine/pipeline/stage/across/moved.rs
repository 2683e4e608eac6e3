//! Resources that were given to another stack: declared there, and not here any more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::Side;
use super::words::{import, list, removed, shell};
use crate::compile::{DesiredGraph, Known};
use crate::model::{Address, Catalog, Code, Diagnostic, PhysicalId, Value};
use crate::plan::{Action, Comes, Goes, Likeness, Plan, Reason, ResourceChange, StepKind, pairs, wanted, within};

/// One object that leaves a stack, and comes into another.
pub(super) struct Move<'a> {
    pub from: Address,
    pub to: Address,
    id: PhysicalId,
    change: &'a ResourceChange,
    /// The stacks whose files other stages use as well.
    shared: bool,
}

/// A change of a plan, and whether the command makes it.
struct Seen<'a> {
    change: &'a ResourceChange,
    graph: &'a DesiredGraph,
    plan: &'a Plan,
    acts: bool,
    shared: bool,
}

impl Seen<'_> {
    /// What a creation will be like, and what is sent for it.
    fn planned(&self) -> (Value, Value) {
        let mut steps = self.change.steps.iter().filter_map(|step| self.plan.steps.get(step.0));
        let create = steps.find(|step| matches!(step.kind, StepKind::Create { .. }));
        (Value::clone(&self.change.after), create.map(|step| step.want.clone()).unwrap_or_default())
    }

    fn comes<'v>(&'v self, (after, want): &'v (Value, Value), catalog: &dyn Catalog) -> Option<Comes<'v>> {
        let ResourceChange { address, place, type_name, .. } = self.change;
        let schema = catalog.schema(type_name)?;
        let keys = catalog.natural_keys_in(place, type_name, after);
        Some(Comes { address, schema, place, keys, after, want })
    }

    /// Computes the properties once more, with attributes of resources that were found to be there already.
    fn reconsider(&self, found: &BTreeMap<Address, Arc<Value>>, value: &mut (Value, Value)) {
        let known = Overlaid { found, planned: &self.plan.planned };
        let Some(desired) = self.graph.resources.get(&self.change.address) else { return };
        if let Ok(evaluated) = self.graph.evaluate(&self.change.address, &known) {
            let want = Value::Map(wanted(desired.schema, &evaluated.properties, &[], None));
            *value = (want.clone(), want);
        }
    }
}

/// What a plan foresees, and of some resources what there is.
struct Overlaid<'k> {
    found: &'k BTreeMap<Address, Arc<Value>>,
    planned: &'k IndexMap<String, Arc<Value>>,
}

impl Known for Overlaid<'_> {
    fn attributes(&self, address: &Address) -> Option<Arc<Value>> {
        let planned = || self.planned.get(address.path()).cloned();
        self.found.get(address).cloned().or_else(planned)
    }
}

/// What moves from stack to stack, where the command would delete or create.
pub(super) fn moved<'a>(sides: &[&'a Side<'a>], catalog: &dyn Catalog) -> Vec<Move<'a>> {
    let mut old: Vec<Seen<'a>> = Vec::new();
    let mut new: Vec<Seen<'a>> = Vec::new();
    for side in sides {
        let mut told: BTreeSet<&Address> = BTreeSet::new();
        for (graph, plan, acts) in side.plans() {
            let seen = |change| Seen { change, graph, plan, acts, shared: side.shared };
            let changes: BTreeMap<&Address, &ResourceChange> =
                plan.resources.iter().filter(|change| change.deposed().is_none()).map(|it| (&it.address, it)).collect();
            let fresh = |change: &&ResourceChange| !told.contains(&change.address);
            let asked = |address: &Address| graph.removed.iter().any(|entry| within(&entry.from, address));
            // An instance that is missing may wait for something that only the command itself would look at.
            let leaves = |change: &&ResourceChange| {
                change.action == Action::Delete
                    && change.reasons.iter().any(|it| matches!(it, Reason::NotDeclared | Reason::InstanceGone))
                    && (acts || !graph.declares(&change.address))
                    && !asked(&change.address)
            };
            old.extend(changes.values().copied().filter(fresh).filter(leaves).map(seen));
            let arrives = |change: &&ResourceChange| {
                change.action == Action::Create && change.reasons.contains(&Reason::NotInState)
            };
            let ordered = graph.topological().into_iter().filter_map(|address| changes.get(&address).copied());
            new.extend(ordered.filter(fresh).filter(arrives).map(seen));
            told.extend(changes.into_keys());
        }
    }
    let goes: Vec<(usize, Goes<'_>)> = old
        .iter()
        .enumerate()
        .filter_map(|(index, Seen { change, .. })| {
            let schema = catalog.schema(change.type_name)?;
            let keys = catalog.natural_keys_in(&change.place, change.type_name, &change.before);
            let (address, place, before) = (&change.address, &change.place, &change.before);
            Some((index, Goes { address, schema, place, keys, before }))
        })
        .collect();
    let (left, goes): (Vec<usize>, Vec<Goes<'_>>) = goes.into_iter().unzip();
    let acting = |seen: &[Seen<'_>]| -> BTreeSet<Address> {
        seen.iter().filter(|seen| seen.acts).map(|seen| seen.change.address.clone()).collect()
    };
    let (deletes, creates) = (acting(&old), acting(&new));
    let may = |old: &Goes<'_>, new: &Comes<'_>, likeness: Likeness| {
        old.address.stack != new.address.stack
            && (deletes.contains(old.address) || creates.contains(new.address))
            // Generated values are alike everywhere: only the name tells that it is the same one.
            && (likeness == Likeness::Name || !old.schema.in_state || last_name(old.address) == last_name(new.address))
    };
    let mut values: Vec<(Value, Value)> = new.iter().map(Seen::planned).collect();
    let mut found: Vec<(usize, usize)> = Vec::new();
    loop {
        let comes: Vec<Comes<'_>> =
            new.iter().zip(&values).filter_map(|(seen, value)| seen.comes(value, catalog)).collect();
        if comes.len() != new.len() {
            return Vec::new();
        }
        let now = pairs(catalog, &goes, &comes, may);
        if now.len() <= found.len() {
            break;
        }
        found = now;
        // With what they turn out to be, more is known of what refers to them.
        let known = found.iter().map(|(from, to)| {
            let attributes = &old[left[*from]].change.before;
            (new[*to].change.address.clone(), Arc::clone(attributes))
        });
        let known: BTreeMap<Address, Arc<Value>> = known.collect();
        for (seen, value) in new.iter().zip(&mut values).filter(|(_, (_, want))| !want.is_known()) {
            seen.reconsider(&known, value);
        }
    }
    let one = |(from, to): (usize, usize)| {
        let (from, to) = (&old[left[from]], &new[to]);
        Some(Move {
            from: from.change.address.clone(),
            to: to.change.address.clone(),
            id: from.change.id.clone()?,
            change: to.change,
            shared: from.shared || to.shared,
        })
    };
    found.into_iter().filter_map(one).collect()
}

fn last_name(address: &Address) -> Option<String> {
    address.segments().pop().map(|segment| segment.name)
}

/// The refusal to delete in one stack and to make in another what is one object, with what keeps it.
pub(super) fn told(moves: &[Move<'_>]) -> Option<Diagnostic> {
    let first = moves.first()?;
    let message = match moves {
        [only] => format!(
            "{} has moved to {}: it would be deleted in one stack, and made again in the other",
            only.from, only.to
        ),
        many => format!(
            "{} resources have moved to another stack: they would be deleted in one, and made again in the other",
            many.len()
        ),
    };
    let mut diagnostic = Diagnostic::error(Code::Renamed, message).address(first.to.clone());
    diagnostic.origin = first.change.origin.clone().map(Box::new);
    for one in moves {
        diagnostic = diagnostic.note(format!(
            "`{}`, which is not declared any more, and `{}`, which is not in state, are both {} {}",
            one.from, one.to, one.change.type_name, one.id
        ));
    }
    Some(diagnostic.help(help(moves)))
}

fn help(moves: &[Move<'_>]) -> String {
    let stages: BTreeSet<&str> = moves.iter().flat_map(|one| [&*one.from.stack.stage, &*one.to.stack.stage]).collect();
    let apply = format!("`wildfire apply {}`", stages.into_iter().collect::<Vec<_>>().join(" "));
    if moves.iter().any(|one| one.shared) {
        let commands = moves.iter().flat_map(|one| {
            [
                format!("`wildfire state rm {} {}`", one.from.stack, shell(one.from.path())),
                format!("`wildfire import {} {} {}`", one.to.stack, shell(one.to.path()), shell(one.id.as_str())),
            ]
        });
        return format!(
            "other stages use these files too, so no id can stand in them; to keep what is there: {}; to delete it all the \
             same, write a `removed` entry for the old address",
            list(commands)
        );
    }
    let mut entries: BTreeMap<String, [Vec<String>; 2]> = BTreeMap::new();
    for one in moves {
        entries.entry(one.from.stack.to_string()).or_default()[0].push(removed(&one.from));
        entries.entry(one.to.stack.to_string()).or_default()[1].push(import(&one.to, &one.id));
    }
    let of_stack = |(stack, [removed, import]): (String, [Vec<String>; 2])| {
        let of = |name: &str, entries: Vec<String>| {
            (!entries.is_empty()).then(|| format!("`{name}: [{}]`", entries.join(", ")))
        };
        let both = [of("removed", removed), of("import", import)];
        format!("{} in {stack}", list(both.into_iter().flatten()))
    };
    let entries = entries.into_iter().map(of_stack).collect::<Vec<_>>().join("; ");
    format!(
        "to keep it, write {entries}; then {apply}. To delete it all the same, write a `removed` entry without `destroy: false` \
         for the old address"
    )
}
