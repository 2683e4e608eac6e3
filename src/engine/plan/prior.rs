//! State as the plan sees it: after the `moved` entries.
//!
//! Owns: where each object of state is to be found now, and what is wrong with moves. Leaves out: what becomes
//! of the objects.

use std::collections::{BTreeMap, BTreeSet};

use super::pattern::{Patterns, rebased};
use crate::compile::{DesiredGraph, Moved};
use crate::model::{Address, Code, Diagnostic, Diagnostics, StackId};
use crate::state::{Deposed, ResourceState, State};

/// An object of state at its address of now.
#[derive(Clone, Debug)]
pub(super) struct PriorResource<'s> {
    pub state: &'s ResourceState,
    pub moved_from: Option<Address>,
    pub dependencies: BTreeSet<Address>,
}

/// A deposed object at its address of now.
#[derive(Clone, Debug)]
pub(super) struct PriorDeposed<'s> {
    pub state: &'s Deposed,
    pub dependencies: BTreeSet<Address>,
}

/// State after moves.
#[derive(Clone, Debug, Default)]
pub(super) struct Prior<'s> {
    pub resources: BTreeMap<Address, PriorResource<'s>>,
    pub deposed: BTreeMap<Address, Vec<PriorDeposed<'s>>>,
}

impl<'s> Prior<'s> {
    /// Applies the moves of the configuration to state, in memory.
    pub fn new(graph: &DesiredGraph, state: &'s State, diagnostics: &mut Diagnostics) -> Self {
        Self::moved(&graph.stack, &graph.moved, state, |address| graph.resources.contains_key(address), diagnostics)
    }

    fn moved(
        stack: &StackId,
        moves: &[Moved],
        state: &'s State,
        declared: impl Fn(&Address) -> bool,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let places = Places::new(stack, moves, state, declared, diagnostics);
        let mut out = Self::default();
        for (path, resource) in &state.resources {
            if let Some(address) = places.of(path) {
                let prior = PriorResource {
                    state: resource,
                    moved_from: places.origin(path),
                    dependencies: places.all(&resource.dependencies),
                };
                out.resources.insert(address.clone(), prior);
            }
        }
        for (path, objects) in &state.deposed {
            if let Some(address) = places.of(path) {
                let objects =
                    objects.iter().map(|state| PriorDeposed { state, dependencies: places.all(&state.dependencies) });
                out.deposed.insert(address.clone(), objects.collect());
            }
        }
        out
    }
}

/// The address of now for each path of state.
struct Places(BTreeMap<String, (Address, Option<Address>)>);

impl Places {
    fn new(
        stack: &StackId,
        moves: &[Moved],
        state: &State,
        declared: impl Fn(&Address) -> bool,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let moves = Moves::new(moves);
        let mut places = BTreeMap::new();
        let mut taken: BTreeMap<Address, Address> = BTreeMap::new();
        let paths: BTreeSet<&String> = state.resources.keys().chain(state.deposed.keys()).collect();
        for path in paths {
            let here = match Address::in_stack(stack, path) {
                Ok(address) => address,
                Err(error) => {
                    diagnostics.push(Diagnostic::error(Code::StateCorrupt, format!("state holds {error}")));
                    continue;
                }
            };
            let there = match moves.follow(&here) {
                Ok(there) => there,
                Err(diagnostic) => {
                    diagnostics.push(*diagnostic);
                    here.clone()
                }
            };
            if there != here && declared(&here) {
                let place = moves.around(&here).next().map(|(_, entry)| entry);
                let mut diagnostic = Diagnostic::error(
                    Code::DuplicateAddress,
                    format!("{here} is moved to {there}, and is still declared"),
                )
                .address(here.clone())
                .help("remove the declaration of the old name, or the `moved` entry");
                diagnostic.origin = place.map(|entry| Box::new(entry.origin.clone()));
                diagnostics.push(diagnostic);
            }
            if let Some(other) = taken.insert(there.clone(), here.clone()) {
                diagnostics.push(
                    Diagnostic::error(Code::DuplicateAddress, format!("{other} and {here} both become {there}"))
                        .address(there.clone())
                        .note("state holds an object at both")
                        .help("remove the `moved` entry, or take one of the two out of state first"),
                );
            }
            let origin = (there != here).then_some(here);
            places.insert(path.clone(), (there, origin));
        }
        Self(places)
    }

    fn of(&self, path: &str) -> Option<&Address> {
        self.0.get(path).map(|(address, _)| address)
    }

    fn origin(&self, path: &str) -> Option<Address> {
        self.0.get(path).and_then(|(_, origin)| origin.clone())
    }

    fn all(&self, paths: &BTreeSet<String>) -> BTreeSet<Address> {
        paths.iter().filter_map(|path| self.of(path).cloned()).collect()
    }
}

/// The `moved` entries, by what they move.
struct Moves<'m> {
    entries: &'m [Moved],
    from: Patterns,
}

impl<'m> Moves<'m> {
    fn new(entries: &'m [Moved]) -> Self {
        Self { entries, from: Patterns::new(entries.iter().map(|entry| &entry.from)) }
    }

    /// The entries that an address is within, and their numbers.
    fn around(&self, address: &Address) -> impl Iterator<Item = (usize, &'m Moved)> + use<'m> {
        let entries = self.entries;
        self.from.around(address).into_iter().filter_map(move |number| Some((number, entries.get(number)?)))
    }

    /// Follows chains of moves to their end. Of several entries for one address the first counts.
    fn follow(&self, start: &Address) -> Result<Address, Box<Diagnostic>> {
        let mut at = start.clone();
        let mut used = BTreeSet::new();
        while let Some((number, entry, next)) =
            self.around(&at).find_map(|(number, entry)| Some((number, entry, rebased(&at, &entry.from, &entry.to)?)))
        {
            if !used.insert(number) {
                return Err(Box::new(
                    Diagnostic::error(Code::ReferenceCycle, format!("the moves of {start} lead in a circle"))
                        .at(entry.origin.clone())
                        .address(start.clone()),
                ));
            }
            at = next;
        }
        Ok(at)
    }
}

#[cfg(test)]
#[path = "prior/tests.rs"]
mod tests;
