//! What has to be true at every moment, whatever was killed and lost.

use std::collections::{BTreeMap, BTreeSet};

use super::world::World;
use crate::model::{OpId, Placement};
use crate::state::{PendingCall, State};

/// Everything that is wrong: resources that were made by us and that `state` does not know (orphans), and resources that
/// one operation made twice, or one address has too many of (duplicates). What state names twice would be deleted in one
/// place and kept in the other.
pub fn violations(world: &mut World, state: &State) -> Vec<String> {
    let mut out = Vec::new();
    let mut known: BTreeSet<(Placement, String, String)> = BTreeSet::new();
    let mut room: BTreeMap<String, usize> = BTreeMap::new();
    let tag = |path: &str| {
        crate::model::Address::in_stack(&state.stack, path)
            .map_or_else(|_| path.to_string(), |address| address.to_tag())
    };
    let resources = state.resources.iter().map(|(path, one)| (path, &one.place, &one.type_name, &one.id));
    let deposed = state
        .deposed
        .iter()
        .flat_map(|(path, all)| all.iter().map(move |one| (path, &one.place, &one.type_name, &one.id)));
    for (path, place, type_name, id) in resources.chain(deposed) {
        if !known.insert((place.clone(), type_name.to_string(), id.to_string())) {
            out.push(format!("named twice: {type_name} {id}, once at {path}"));
        }
        *room.entry(tag(path)).or_default() += 1;
    }
    let mut pending: BTreeSet<OpId> = BTreeSet::new();
    for call in state.pending.values().chain(state.doubtful.values()) {
        if let PendingCall::Create { .. } = call.call {
            pending.insert(call.operation.clone());
            *room.entry(tag(&call.path)).or_default() += 1;
        }
    }

    let mut made_by: BTreeMap<OpId, Vec<String>> = BTreeMap::new();
    let mut at: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for object in world.existing() {
        let Some(op) = object.op else { continue };
        let is_known = known.contains(&(object.place.clone(), object.type_name.to_string(), object.id.clone()));
        if !is_known && !pending.contains(&op) {
            out.push(format!("orphan: {} {} of {:?}, made by {op}", object.type_name, object.id, object.address));
        }
        made_by.entry(op).or_default().push(object.id.clone());
        if let Some(address) = object.address {
            at.entry(address).or_default().push(object.id);
        }
    }
    for (op, ids) in made_by.iter().filter(|(_, ids)| ids.len() > 1) {
        out.push(format!("duplicate: {op} made {ids:?}"));
    }
    for (address, ids) in at {
        let room = room.get(&address).copied().unwrap_or(0);
        if ids.len() > room.max(1) {
            out.push(format!("duplicate: {address} has {ids:?} and state knows {room}"));
        }
    }
    out
}
