//! What has to be true in every world.

use stateright::Property;

use crate::process::{Stage, Step};
use crate::protocol::System;
use crate::world::{ADDRESSES, Entry, World};

/// A resource exists that neither state nor a pending intent knows.
pub const NO_ORPHAN: &str = "no orphan";
/// One address has two resources.
pub const NO_DUPLICATE: &str = "no duplicate";
/// The head was changed by a run that another has fenced, or lost what it knew.
pub const NO_STALE_WRITE: &str = "no stale write";
/// State names a resource that does not exist.
pub const NO_PHANTOM: &str = "no phantom";

/// What must never be otherwise. That everything ends well is checked in `convergence.rs`.
pub const ALWAYS: [&str; 4] = [NO_ORPHAN, NO_DUPLICATE, NO_STALE_WRITE, NO_PHANTOM];

/// Worlds that a check has to come by, or it would have shown nothing.
pub const SOMETIMES: [&str; 6] = [
    "all resources are made, and the lock is free",
    "three runs live",
    "a holder is paused while another one works",
    "a write of a dead run is under way while another one works",
    "a request of a dead run is under way while another one works",
    "every resource is pending",
];

pub(crate) fn all() -> Vec<Property<System>> {
    let [complete, three, paused, late_write, late_request, pending] = SOMETIMES;
    vec![
        Property::always(NO_ORPHAN, no_orphan),
        Property::always(NO_DUPLICATE, no_duplicate),
        Property::always(NO_STALE_WRITE, |_, world: &World| !world.stale_write),
        Property::always(NO_PHANTOM, no_phantom),
        Property::sometimes(complete, |system, world: &World| is_goal(system, world)),
        Property::sometimes(three, |_, world: &World| world.runs.len() == 3),
        Property::sometimes(paused, |_, world: &World| world.runs.len() > 1 && is_at_work(world)),
        Property::sometimes(late_write, |_, world: &World| world.holder().is_some() && has_write_of_the_dead(world)),
        Property::sometimes(late_request, |_, world: &World| is_at_work(world) && has_request_of_nobody(world)),
        Property::sometimes(pending, |_, world: &World| {
            world.head.book.iter().all(|entry| matches!(entry, Entry::Pending(_)))
        }),
    ]
}

/// Where every undisturbed history has to end: all resources are made, state knows them, and nobody holds the lock.
pub fn is_goal(system: &System, world: &World) -> bool {
    let complete = world.head.book.iter().all(|entry| matches!(entry, Entry::Created(_)));
    complete && !world.lock.held && world.runs.is_empty() && world.cloud.len() == ADDRESSES && no_phantom(system, world)
}

/// A history that has gone wrong in these ways is not followed further: it would have no end.
pub(crate) fn is_broken_for_good(system: &System, world: &World) -> bool {
    world.stale_write || !no_duplicate(system, world)
}

fn no_duplicate(_: &System, world: &World) -> bool {
    (0..ADDRESSES).all(|address| world.at(address).count() < 2)
}

fn no_orphan(system: &System, world: &World) -> bool {
    world.cloud.iter().all(|object| match world.head.book[object.address] {
        Entry::Nothing => false,
        Entry::Pending(op) | Entry::Created(op) => system.class.is_by_key() || op == object.op,
    })
}

fn no_phantom(system: &System, world: &World) -> bool {
    world.head.book.iter().enumerate().all(|(address, entry)| match entry {
        Entry::Created(op) => world.is_made(system.class, address, *op),
        Entry::Nothing | Entry::Pending(_) => true,
    })
}

fn is_at_work(world: &World) -> bool {
    world.holder().is_some_and(|run| run.stage != Stage::Opening)
}

fn has_request_of_nobody(world: &World) -> bool {
    let waits = |address: usize| world.runs.iter().any(|run| matches!(run.steps[address], Step::Sent { .. }));
    world.wire.iter().any(|request| !waits(request.address))
}

fn has_write_of_the_dead(world: &World) -> bool {
    world.puts.iter().any(|put| world.runs.iter().all(|run| run.epoch != put.next.epoch))
}
