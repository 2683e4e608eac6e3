//! Renames: a deletion and a creation that are about one object, which was given another address.
//!
//! Carried out as they stand, the object would be deleted with what it holds, or the creation would meet it. A `moved` entry
//! keeps it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Names, entry};
use crate::compile::DesiredGraph;
use crate::model::{
    Address, Catalog, Code, Diagnostic, Diagnostics, Map, NaturalKey, Origins, Placement, SecretPaths, StackId,
    TypeSchema, Value,
};
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
    let old = |index: &usize| {
        let decision = &decisions[*index];
        Goes {
            address: &decision.change.address,
            schema: decision.schema,
            place: &decision.old_place,
            keys: names.before[*index].clone(),
            before: &decision.change.before,
        }
    };
    let new = |index: &usize| {
        let decision = &decisions[*index];
        Comes {
            address: &decision.change.address,
            schema: decision.schema,
            place: &decision.change.place,
            keys: names.after[*index].clone(),
            after: &decision.change.after,
            want: &decision.want,
        }
    };
    let goes: Vec<Goes<'_>> = gone.iter().map(old).collect();
    let comes: Vec<Comes<'_>> = created.iter().map(new).collect();
    let found = pairs(catalog, &goes, &comes, |_, _, _| true);
    let found: Vec<(usize, usize)> = found.into_iter().map(|(old, new)| (gone[old], created[new])).collect();
    if !found.is_empty() {
        diagnostics.push(renamed(decisions, &found));
    }
}

/// An object that would be deleted, since nothing declares it any more.
pub struct Goes<'d> {
    pub address: &'d Address,
    pub schema: &'static TypeSchema,
    pub place: &'d Placement,
    /// The names that it has at AWS.
    pub keys: Vec<NaturalKey>,
    /// What it is like.
    pub before: &'d Value,
}

/// An object that would be created.
pub struct Comes<'d> {
    pub address: &'d Address,
    pub schema: &'static TypeSchema,
    pub place: &'d Placement,
    /// The names that it will have, as far as they are known.
    pub keys: Vec<NaturalKey>,
    /// What it will be like.
    pub after: &'d Value,
    /// What is sent for it.
    pub want: &'d Value,
}

/// How two objects were found to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// They have one name at AWS.
    Name,
    /// The type has no name, and the new one is declared as the old one is.
    Properties,
}

/// Which of what would go is which of what would come, by their positions; of pairs that `may` be. Those of `comes` stand
/// in the order in which they depend on each other.
pub fn pairs(
    catalog: &dyn Catalog,
    goes: &[Goes<'_>],
    comes: &[Comes<'_>],
    may: impl Fn(&Goes<'_>, &Comes<'_>, Likeness) -> bool,
) -> Vec<(usize, usize)> {
    let mut pairs = Pairs::new(catalog, goes, comes, &may);
    (0..comes.len()).for_each(|new| pairs.find(new));
    pairs.found
}

struct Pairs<'d> {
    catalog: &'d dyn Catalog,
    goes: &'d [Goes<'d>],
    comes: &'d [Comes<'d>],
    may: &'d dyn Fn(&Goes<'_>, &Comes<'_>, Likeness) -> bool,
    by_key: HashMap<&'d NaturalKey, Vec<usize>>,
    /// Objects without a name, by type.
    nameless: BTreeMap<&'static str, Vec<usize>>,
    /// Old and new; in the order in which new ones depend on each other.
    found: Vec<(usize, usize)>,
    taken: BTreeSet<usize>,
    /// Stack and path of a new one, and the old one that it is.
    old_of: HashMap<(&'d StackId, &'d str), usize>,
}

impl<'d> Pairs<'d> {
    fn new(
        catalog: &'d dyn Catalog,
        goes: &'d [Goes<'d>],
        comes: &'d [Comes<'d>],
        may: &'d dyn Fn(&Goes<'_>, &Comes<'_>, Likeness) -> bool,
    ) -> Self {
        let mut by_key: HashMap<&NaturalKey, Vec<usize>> = HashMap::new();
        let mut nameless: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        for (index, old) in goes.iter().enumerate() {
            for key in &old.keys {
                by_key.entry(key).or_default().push(index);
            }
            if old.keys.is_empty() {
                nameless.entry(old.schema.name).or_default().push(index);
            }
        }
        Self {
            catalog,
            goes,
            comes,
            may,
            by_key,
            nameless,
            found: Vec::new(),
            taken: BTreeSet::new(),
            old_of: HashMap::new(),
        }
    }

    fn find(&mut self, index: usize) {
        let comes = self.comes;
        let new = &comes[index];
        let keys = match new.keys.as_slice() {
            // What it is part of may be renamed as well.
            [] => {
                let known = self.with_old_values(new.address, new.after);
                self.catalog.natural_keys_in(new.place, new.schema.name, &known)
            }
            keys => keys.to_vec(),
        };
        let same = |old: &usize| {
            let old = &self.goes[*old];
            old.schema.name == new.schema.name && (self.may)(old, new, Likeness::Name)
        };
        let mut named = keys.iter().filter_map(|key| self.by_key.get(key)).flatten().copied();
        let old = match named.find(same) {
            Some(old) => Some(old),
            None => self.alike(new),
        };
        if let Some(old) = old
            && self.taken.insert(old)
        {
            self.found.push((old, index));
            self.old_of.insert((&new.address.stack, new.address.path()), old);
        }
    }

    /// An object that goes, and is as the new one is declared; of several, the one whose address is the most alike.
    fn alike(&self, new: &Comes<'_>) -> Option<usize> {
        let candidates = self.nameless.get(new.schema.name)?;
        let Value::Map(want) = self.with_old_values(new.address, new.want) else { return None };
        let free = candidates.iter().copied().filter(|old| !self.taken.contains(old));
        let there = |old: &usize| self.goes[*old].place == new.place;
        let may = |old: &usize| (self.may)(&self.goes[*old], new, Likeness::Properties);
        let same = free.filter(there).filter(may).filter(|old| is_as_wanted(&self.goes[*old], &want));
        same.min_by_key(|old| unlikeness(self.goes[*old].address, new.address))
    }

    /// The value with what is unknown of renamed resources as it is of the old ones.
    fn with_old_values(&self, of: &Address, value: &Value) -> Value {
        match value {
            Value::Unknown(unknown) => {
                let [name] = unknown.waits_for.as_ref() else { return value.clone() };
                let old = owners(name).find_map(|path| Some((path, *self.old_of.get(&(&of.stack, path))?)));
                let known =
                    old.and_then(|(path, old)| self.goes[old].before.get(name.strip_prefix(path)?.strip_prefix('.')?));
                known.unwrap_or(value).clone()
            }
            Value::List(items) => Value::List(items.iter().map(|item| self.with_old_values(of, item)).collect()),
            Value::Map(map) => {
                Value::Map(map.iter().map(|(key, item)| (key.clone(), self.with_old_values(of, item))).collect())
            }
            other => other.clone(),
        }
    }
}

/// True when nothing that is wanted differs from what is there.
fn is_as_wanted(old: &Goes<'_>, want: &Map) -> bool {
    let differences = compare(&Sides {
        schema: old.schema,
        desired: want,
        live: old.before,
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
