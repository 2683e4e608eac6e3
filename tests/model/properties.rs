//! What has to be true in every world.

use stateright::Property;

use crate::protocol::System;
use crate::run::{Look, Stage, Step};
use crate::world::{ADDRESSES, Address, Beside, Entry, Place, World};

/// A resource exists that state does not know, neither by a pending intent nor as doubtful or deposed.
pub const NO_ORPHAN: &str = "no orphan";
/// One address has two resources, of which state does not know that one is too many.
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

/// The same, where creates stay in doubt.
pub const SOMETIMES_IN_DOUBT: [&str; 3] = [
    "a resource was made after its create was given up",
    "two resources of one address are there, and one of them is deposed",
    "what was deposed is made once more",
];

pub(crate) fn all() -> Vec<Property<System>> {
    let [complete, three, paused, late_write, late_request, pending] = SOMETIMES;
    let [surfacing, two, again] = SOMETIMES_IN_DOUBT;
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
            world.head.book.iter().all(|place| matches!(place.entry, Entry::Pending(_)))
        }),
        Property::sometimes(surfacing, |_, world: &World| {
            beside(world).any(|(_, beside, made)| made > 0 && matches!(beside, Beside::Doubtful(_)))
        }),
        Property::sometimes(two, |_, world: &World| {
            beside(world).any(|(address, beside, made)| {
                made > 0 && matches!(beside, Beside::Deposed(_)) && world.at(address).count() == 2
            })
        }),
        Property::sometimes(again, |_, world: &World| {
            world.runs.iter().any(|run| {
                let book = run.book();
                world.cloud.iter().any(|object| {
                    let mut known = book[object.address].beside.iter().zip(run.looks[object.address]);
                    known.any(|(beside, look)| look == Look::Removed && beside.op() == Some(object.op))
                })
            })
        }),
    ]
}

/// Where every undisturbed history has to end: all resources are made, none twice, state knows them and has no doubts, and
/// nobody holds the lock.
pub fn is_goal(system: &System, world: &World) -> bool {
    let complete = world.head.book.iter().all(Place::is_complete);
    complete && !world.lock.held && world.runs.is_empty() && world.cloud.len() == ADDRESSES && no_phantom(system, world)
}

/// A history that has gone wrong in these ways is not followed further: it would have no end.
pub(crate) fn is_broken_for_good(system: &System, world: &World) -> bool {
    world.stale_write || !no_duplicate(system, world)
}

fn no_duplicate(_: &System, world: &World) -> bool {
    let place = |address: usize| &world.head.book[address];
    (0..ADDRESSES).all(|address| world.at(address).filter(|object| !place(address).is_beside(object.op)).count() < 2)
}

fn no_orphan(system: &System, world: &World) -> bool {
    world.cloud.iter().all(|object| {
        let place = &world.head.book[object.address];
        let of_entry = match place.entry {
            Entry::Nothing => false,
            Entry::Pending(op) | Entry::Created(op) => system.class.is_by_key() || op == object.op,
        };
        let of_doubt = system.class.is_by_key() && place.beside.iter().any(|beside| beside.op().is_some());
        of_entry || of_doubt || place.is_beside(object.op)
    })
}

fn no_phantom(system: &System, world: &World) -> bool {
    world.head.book.iter().enumerate().all(|(address, place)| match place.entry {
        Entry::Created(op) => world.is_made(system.class, address, op),
        Entry::Nothing | Entry::Pending(_) => true,
    })
}

/// What the head knows beside its entries, and how many resources each of them has made.
fn beside(world: &World) -> impl Iterator<Item = (Address, Beside, usize)> {
    let all = world.head.book.iter().enumerate().flat_map(|(address, place)| place.beside.map(|one| (address, one)));
    all.filter_map(|(address, one)| {
        let op = one.op()?;
        Some((address, one, world.at(address).filter(|object| object.op == op).count()))
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
