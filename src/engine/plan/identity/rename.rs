//! Renames: a deletion and a creation that are about one object, which was given another address.
//!
//! Carried out as they stand, the object would be deleted with what it holds, or the creation would meet it. A `moved` entry
//! keeps it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Names, entry};
use crate::compile::DesiredGraph;
use crate::model::{Address, Catalog, Code, Diagnostic, Diagnostics, Map, NaturalKey, Origins, SecretPaths, Value};
use crate::plan::compare::{Sides, compare};
use crate::plan::decide::{Decision, owners};
use crate::plan::pattern::Patterns;
use crate::plan::{Action, Reason};

/// Tells of renames, with the entries that make moves of them. A `removed` entry for the old address says that its object is
/// meant to go.
pub(in crate::plan) fn renames(
    graph: &DesiredGraph,
    catalog: &dyn Catalog,
    decisions: &[Decision],
    names: &Names,
    diagnostics: &mut Diagnostics,
) {
    let removed = Patterns::new(graph.removed.iter().map(|entry| &entry.from));
    let goes = |decision: &Decision| {
        decision.deposed.is_none()
            && decision.change.action == Action::Delete
            && !graph.resources.contains_key(&decision.change.address)
            && removed.around(&decision.change.address).is_empty()
    };
    let comes = |decision: &Decision| {
        decision.change.action == Action::Create && decision.change.reasons.contains(&Reason::NotInState)
    };
    let gone: Vec<usize> = (0..decisions.len()).filter(|index| goes(&decisions[*index])).collect();
    if gone.is_empty() {
        return;
    }
    let position: HashMap<&Address, usize> =
        decisions.iter().enumerate().map(|(index, decision)| (&decision.change.address, index)).collect();
    let created = graph.topological().into_iter().filter_map(|address| position.get(&address).copied());
    let created: Vec<usize> = created.filter(|index| comes(&decisions[*index])).collect();
    let mut pairs = Pairs::new(catalog, decisions, names, gone);
    created.into_iter().for_each(|new| pairs.find(new));
    if !pairs.found.is_empty() {
        diagnostics.push(renamed(decisions, &pairs.found));
    }
}

struct Pairs<'d> {
    catalog: &'d dyn Catalog,
    decisions: &'d [Decision],
    names: &'d Names,
    by_key: HashMap<&'d NaturalKey, usize>,
    /// Objects without a name, by type.
    nameless: BTreeMap<&'static str, Vec<usize>>,
    /// Old and new; in the order in which new ones depend on each other.
    found: Vec<(usize, usize)>,
    taken: BTreeSet<usize>,
    /// The path of a new one, and the old one that it is.
    old_of: HashMap<&'d str, usize>,
}

impl<'d> Pairs<'d> {
    fn new(catalog: &'d dyn Catalog, decisions: &'d [Decision], names: &'d Names, gone: Vec<usize>) -> Self {
        let mut by_key = HashMap::new();
        let mut nameless: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        for index in gone {
            for key in &names.before[index] {
                by_key.entry(key).or_insert(index);
            }
            if names.before[index].is_empty() {
                nameless.entry(decisions[index].schema.name).or_default().push(index);
            }
        }
        Self {
            catalog,
            decisions,
            names,
            by_key,
            nameless,
            found: Vec::new(),
            taken: BTreeSet::new(),
            old_of: HashMap::new(),
        }
    }

    fn find(&mut self, new: usize) {
        let decision = &self.decisions[new];
        let same_type = |old: &usize| self.decisions[*old].schema.name == decision.schema.name;
        let keys = match self.names.after[new].as_slice() {
            // What it is part of may be renamed as well.
            [] => {
                let known = self.with_old_values(&decision.change.after);
                self.catalog.natural_keys_in(&decision.change.place, decision.schema.name, &known)
            }
            keys => keys.to_vec(),
        };
        let named = keys.iter().find_map(|key| self.by_key.get(key).copied()).filter(same_type);
        let old = match named {
            Some(old) => Some(old),
            None => self.alike(new),
        };
        if let Some(old) = old
            && self.taken.insert(old)
        {
            self.found.push((old, new));
            self.old_of.insert(decision.change.address.path(), old);
        }
    }

    /// An object that goes, and is as the new one is declared; of several, the one whose address is the most alike.
    fn alike(&self, new: usize) -> Option<usize> {
        let decision = &self.decisions[new];
        let candidates = self.nameless.get(decision.schema.name)?;
        let Value::Map(want) = self.with_old_values(&decision.want) else { return None };
        let free = candidates.iter().copied().filter(|old| !self.taken.contains(old));
        let there = |old: &usize| self.decisions[*old].old_place == decision.change.place;
        let same = free.filter(there).filter(|old| is_as_wanted(&self.decisions[*old], &want));
        let address = &decision.change.address;
        same.min_by_key(|old| unlikeness(&self.decisions[*old].change.address, address))
    }

    /// The value with what is unknown of renamed resources as it is of the old ones.
    fn with_old_values(&self, value: &Value) -> Value {
        match value {
            Value::Unknown(unknown) => {
                let [name] = unknown.waits_for.as_ref() else { return value.clone() };
                let old = owners(name).find_map(|path| Some((path, *self.old_of.get(path)?)));
                let known = old.and_then(|(path, old)| {
                    self.decisions[old].change.before.get(name.strip_prefix(path)?.strip_prefix('.')?)
                });
                known.unwrap_or(value).clone()
            }
            Value::List(items) => Value::List(items.iter().map(|item| self.with_old_values(item)).collect()),
            Value::Map(map) => {
                Value::Map(map.iter().map(|(key, item)| (key.clone(), self.with_old_values(item))).collect())
            }
            other => other.clone(),
        }
    }
}

/// True when nothing that is wanted differs from what is there.
fn is_as_wanted(old: &Decision, want: &Map) -> bool {
    let differences = compare(&Sides {
        schema: old.schema,
        desired: want,
        live: &old.change.before,
        prior: None,
        imported: true,
        origins: &Origins::default(),
        secrets: &SecretPaths::default(),
    });
    // Settings that AWS never sees are not in `before`.
    differences.iter().all(|change| change.call.is_none() && !change.forces_replacement)
}

/// How little two addresses have in common: the same key and the same last name first.
fn unlikeness(old: &Address, new: &Address) -> (bool, bool) {
    let (old, new) = (old.segments(), new.segments());
    let (old, new) = (old.last(), new.last());
    let key = |segment: Option<&crate::model::Segment>| segment.map(|segment| segment.key.clone());
    let name = |segment: Option<&crate::model::Segment>| segment.map(|segment| segment.name.clone());
    (key(old) != key(new), name(old) != name(new))
}

fn renamed(decisions: &[Decision], found: &[(usize, usize)]) -> Diagnostic {
    let address = |index: &usize| &decisions[*index].change.address;
    let mut pairs: Vec<&(usize, usize)> = found.iter().collect();
    pairs.sort_by_key(|(_, new)| *new);
    // Never empty: the caller looked.
    let first = pairs.first().map_or(0, |(_, new)| *new);
    let message = match pairs.as_slice() {
        [(old, new)] => format!(
            "{} is renamed to `{}`: it would be deleted, and made again under the new name",
            address(old),
            address(new).path()
        ),
        many => {
            format!("{} resources are renamed: they would be deleted, and made again under the new names", many.len())
        }
    };
    let mut diagnostic = Diagnostic::error(Code::Renamed, message).address(address(&first).clone());
    diagnostic.origin = decisions[first].change.origin.clone().map(Box::new);
    for (old, new) in &pairs {
        let change = &decisions[*old].change;
        let id = change.id.as_ref().map(ToString::to_string).unwrap_or_default();
        diagnostic = diagnostic.note(format!(
            "`{}`, which is not declared any more, and `{}`, which is not in state, are both {} {id}",
            change.address.path(),
            address(new).path(),
            change.type_name,
        ));
    }
    let moved = entries(decisions, found);
    // In one line, as a diagnostic is shown without line breaks.
    let moved: Vec<String> = moved.iter().map(|(from, to)| format!("{{from: {from}, to: {to}}}")).collect();
    let moved = moved.join(", ");
    diagnostic.help(format!(
        "write `moved: [{moved}]` to keep it; to delete it all the same, write a `removed` entry for the old name"
    ))
}

/// The entries to write, in the order of the old names; one for all instances of a resource where they keep their keys.
fn entries(decisions: &[Decision], found: &[(usize, usize)]) -> BTreeSet<(String, String)> {
    let address = |index: &usize| &decisions[*index].change.address;
    let new_of: HashMap<&Address, &Address> = found.iter().map(|(old, new)| (address(old), address(new))).collect();
    let mut families: HashMap<Address, Vec<&Address>> = HashMap::new();
    for decision in decisions.iter().filter(|decision| decision.change.action == Action::Delete) {
        families.entry(decision.change.address.without_key()).or_default().push(&decision.change.address);
    }
    let one = |(old, new): &(usize, usize)| {
        let (old, new) = (address(old), address(new));
        let (from, to) = (old.without_key(), new.without_key());
        let moves_along = |old: &&Address| {
            new_of.get(*old).is_some_and(|new| new.without_key() == to && last_key(old) == last_key(new))
        };
        let family = families.get(&from).map_or(&[] as &[&Address], Vec::as_slice);
        match last_key(old).is_some() && from != to && family.iter().all(moves_along) {
            true => (entry(&from), entry(&to)),
            false => (entry(old), entry(new)),
        }
    };
    found.iter().map(one).collect()
}

fn last_key(address: &Address) -> Option<String> {
    address.segments().pop()?.key
}
