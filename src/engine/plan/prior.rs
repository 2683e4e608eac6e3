//! State as the plan sees it: after the `moved` entries.
//!
//! Owns: where each object of state is to be found now, and what is wrong with moves. Leaves out: what becomes
//! of the objects.

use std::collections::{BTreeMap, BTreeSet};

use super::pattern::{rebased, within};
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
            let there = match follow(moves, &here) {
                Ok(there) => there,
                Err(diagnostic) => {
                    diagnostics.push(*diagnostic);
                    here.clone()
                }
            };
            if there != here && declared(&here) {
                let place = moves.iter().find(|entry| within(&entry.from, &here));
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

/// Follows chains of moves to their end.
fn follow(moves: &[Moved], start: &Address) -> Result<Address, Box<Diagnostic>> {
    let mut at = start.clone();
    let mut used = BTreeSet::new();
    while let Some((index, next)) =
        moves.iter().enumerate().find_map(|(index, entry)| Some((index, rebased(&at, &entry.from, &entry.to)?)))
    {
        if !used.insert(index) {
            let entry = &moves[index];
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

#[cfg(test)]
#[path = "prior/tests.rs"]
mod tests;
