//! Changes of state alone: other addresses for what is there, and resources that wildfire lets go of.
//!
//! Owns: what an address stands for in a state (a resource, an instance, all instances, everything in a module), the
//! entries that rearrange it, and what forbids them. Leaves out: the lock, questions, and AWS, which is not asked.

use std::collections::{BTreeMap, BTreeSet};

use crate::journal::Entry;
use crate::model::{Address, Code, Diagnostic, nearest};
use crate::plan::{rebased, within};
use crate::state::{Pending, PendingCall, ResourceState, State};

/// What a command does to the resources that an address stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rearrangement {
    /// As a `moved` entry does.
    Move { from: Address, to: Address },
    /// The objects stay at AWS. Deposed ones stay in state until they are deleted.
    Forget { address: Address },
}

/// The resources that `address` stands for, in the order of their paths; never empty.
///
/// # Errors
/// It stands for none.
pub fn resources_at<'s>(
    state: &'s State,
    address: &Address,
) -> Result<Vec<(Address, &'s ResourceState)>, Box<Diagnostic>> {
    let at = |(path, resource): (&String, &'s ResourceState)| {
        let found = Address::in_stack(&state.stack, path).ok()?;
        within(address, &found).then_some((found, resource))
    };
    let found: Vec<_> = state.resources.iter().filter_map(at).collect();
    match found.is_empty() {
        true => Err(Box::new(not_there(state, address))),
        false => Ok(found),
    }
}

impl Rearrangement {
    /// The entries that do it to `state`, in an order in which they can be applied; never empty.
    ///
    /// # Errors
    /// The address stands for nothing, an earlier run left a call open there, or two objects would have one address.
    pub fn entries(&self, state: &State) -> Result<Vec<Entry>, Box<Diagnostic>> {
        match self {
            Self::Move { from, to } => moves(state, from, to),
            Self::Forget { address } => {
                settled(state, |pending| within(address, pending))?;
                let entry = |(address, _): (Address, _)| {
                    let path = address.path().to_string();
                    Entry::Forgotten { path, deposed: None, gone: false }
                };
                Ok(resources_at(state, address)?.into_iter().map(entry).collect())
            }
        }
    }
}

fn moves(state: &State, from: &Address, to: &Address) -> Result<Vec<Entry>, Box<Diagnostic>> {
    if from == to {
        let message = format!("{} is moved to itself", from.path());
        return Err(Box::new(Diagnostic::error(Code::Usage, message)));
    }
    let concerned: Vec<Address> = state.addresses().into_iter().filter(|address| within(from, address)).collect();
    let moves: BTreeMap<Address, Address> =
        concerned.iter().filter_map(|address| Some((address.clone(), rebased(address, from, to)?))).collect();
    let targets: BTreeSet<&Address> = moves.values().collect();
    // A creation that is not settled has a path, and no resource yet.
    settled(state, |pending| within(from, pending) || pending == to || targets.contains(pending))?;
    if moves.is_empty() {
        return Err(Box::new(match concerned.first() {
            None => not_there(state, from),
            Some(one) => {
                let message = format!("{} stands for several, and {} for one of them", from.path(), to.path());
                Diagnostic::error(Code::Usage, message)
                    .help(format!("name the one that moves, such as '{}'", one.path()))
            }
        }));
    }
    free(state, &moves)?;
    one_kind(state, &moves)?;
    let entry = |(from, to): (Address, Address)| Entry::Moved { from: from.path().into(), to: to.path().into() };
    Ok(in_order(moves).into_iter().map(entry).collect())
}

/// No object may come to where another one is and stays, and no two to one place.
fn free(state: &State, moves: &BTreeMap<Address, Address>) -> Result<(), Box<Diagnostic>> {
    let there: BTreeSet<Address> = state.addresses().into_iter().collect();
    let mut taken: BTreeMap<&Address, &Address> = BTreeMap::new();
    for (from, to) in moves {
        if to.is_data() {
            let message = format!("{} is the address of a data source", to.path());
            return Err(Box::new(Diagnostic::error(Code::Usage, message).help("choose another name")));
        }
        if let Some(other) = taken.insert(to, from) {
            let message = format!("{} and {} would both become {}", other.path(), from.path(), to.path());
            return Err(Box::new(
                Diagnostic::error(Code::DuplicateAddress, message).help("move them one by one, to names of their own"),
            ));
        }
        if there.contains(to) && !moves.contains_key(to) {
            let what = match (state.resource(to), state.deposed_at(to.path()).first()) {
                (Some(resource), _) => format!(", as {} {}", resource.type_name, resource.id),
                (None, Some(object)) => {
                    format!(", as {} {}, which is still to be deleted", object.type_name, object.id)
                }
                (None, None) => String::new(),
            };
            let message = format!("{} is in state already{what}", to.path());
            return Err(Box::new(
                Diagnostic::error(Code::AlreadyExists, message)
                    .help("choose another name, or move that one away first"),
            ));
        }
    }
    Ok(())
}

/// A name is that of a resource or of a module: no files could declare both.
fn one_kind(state: &State, moves: &BTreeMap<Address, Address>) -> Result<(), Box<Diagnostic>> {
    let names = |address: &Address| address.segments().into_iter().map(|segment| segment.name).collect::<Vec<_>>();
    let stay = state.addresses().into_iter().filter(|address| !moves.contains_key(address));
    let stay: Vec<Vec<String>> = stay.map(|address| names(&address)).collect();
    let come: Vec<Vec<String>> = moves.values().map(names).collect();
    let modules = |paths: &[Vec<String>]| -> BTreeSet<Vec<String>> {
        paths.iter().flat_map(|path| (1..path.len()).map(|end| path[..end].to_vec())).collect()
    };
    let resources: BTreeSet<&Vec<String>> = stay.iter().chain(&come).collect();
    let (left, new) = (modules(&stay), modules(&come));
    let module = new.iter().find(|path| resources.contains(path)).map(|path| (path, "a resource", "a module"));
    let resource = come.iter().find(|path| left.contains(*path)).map(|path| (path, "a module", "a resource"));
    let Some((path, there, wanted)) = module.or(resource) else { return Ok(()) };
    let message = format!("{} is {there} in state, and cannot be {wanted} as well", path.join("."));
    Err(Box::new(
        Diagnostic::error(Code::AlreadyExists, message).help("choose another name, or move that one away first"),
    ))
}

/// What is moved to the place of another one that moves, too, comes after that one. There are no circles: an address that
/// was moved into `to` and is within `from` again is longer each time.
fn in_order(mut moves: BTreeMap<Address, Address>) -> Vec<(Address, Address)> {
    let mut out = Vec::with_capacity(moves.len());
    while let Some(first) = moves.pop_first() {
        let mut chain = vec![first];
        while let Some(next) = chain.last().and_then(|(_, to)| moves.remove_entry(to)) {
            chain.push(next);
        }
        out.extend(chain.into_iter().rev());
    }
    out
}

/// Refuses what an earlier run has sent a call for without a result.
fn settled(state: &State, concerned: impl Fn(&Address) -> bool) -> Result<(), Box<Diagnostic>> {
    let open = |pending: &&Pending| Address::in_stack(&state.stack, &pending.path).is_ok_and(|at| concerned(&at));
    let Some(pending) = state.pending.values().find(open) else { return Ok(()) };
    let what = match &pending.call {
        PendingCall::Create { .. } => "creation".to_string(),
        PendingCall::Update { id, call } => format!("update `{call}` of {id}"),
        PendingCall::Delete { id, .. } => format!("deletion of {id}"),
    };
    let message =
        format!("an earlier run has no result of a call for {}, and what became of it is not settled", pending.path);
    Err(Box::new(
        Diagnostic::error(Code::Unsettled, message)
            .note(format!("The call is the {what} ({}, operation {}).", pending.type_name, pending.operation))
            .note("Nothing was changed.")
            .help(format!("run `wildfire apply {}` first: it finds out, and goes on from there", state.stack)),
    ))
}

fn not_there(state: &State, address: &Address) -> Diagnostic {
    let message = format!("{} is not in the state of {}", address.path(), state.stack);
    let names = state.resources.keys().map(String::as_str);
    Diagnostic::error(Code::UnknownAddress, message).help(match nearest(address.path(), names) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("`wildfire state list {}` lists what is there", state.stack),
    })
}

#[cfg(test)]
mod tests;
