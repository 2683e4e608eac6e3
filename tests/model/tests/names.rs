//! That worlds of one hash are alike: what `symmetry.rs` leaves out makes no difference.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::{Hash, Hasher};

use stateright::Model;
use wildfire_model::protocol::{Class, Delivery, Protocol, Search, System};
use wildfire_model::world::World;

fn hash(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    world.hash(&mut hasher);
    hasher.finish()
}

/// All that a check can learn of a world: what may follow it, by a fault or not, and which properties it has.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    next: BTreeSet<(u64, bool)>,
    properties: Vec<bool>,
}

fn see(system: &System, world: &World) -> (Seen, Vec<World>) {
    let steps = system.next_steps(world);
    let next = steps.iter().map(|(action, next)| (hash(next), action.is_fault())).collect();
    let properties = system.properties().iter().map(|property| (property.condition)(system, world)).collect();
    (Seen { next, properties }, steps.into_iter().map(|(_, next)| next).collect())
}

/// Looks at every world as often as it is come by, under whatever names; at the first `limit` worlds if there are more.
fn alike(system: System, limit: usize) {
    let mut seen: HashMap<u64, Seen> = HashMap::new();
    let mut queue = VecDeque::from(system.init_states());
    let mut again = 0;
    while let Some(world) = queue.pop_front() {
        let (sight, next) = see(&system, &world);
        match seen.entry(hash(&world)) {
            Entry::Vacant(place) => {
                place.insert(sight);
                if seen.len() < limit {
                    queue.extend(next);
                }
            }
            Entry::Occupied(before) => {
                assert_eq!(*before.get(), sight, "two worlds of one hash: {world:?}");
                again += 1;
            }
        }
    }
    assert!(again > seen.len(), "most worlds are come by more than once");
    println!("names, {:?}: {} worlds, {again} more under other names or by other ways", system.class, seen.len());
}

#[test]
fn worlds_of_one_hash_are_alike() {
    alike(System { to_make: 2, ..System::waiting(Class::OpTag) }, usize::MAX);
}

#[test]
fn worlds_of_one_hash_are_alike_where_operations_meet() {
    let protocol = Protocol { recovery: Search::Once, own_search: Search::Once, ..Protocol::WAITING };
    alike(System { to_make: 1, protocol, delivery: Delivery::AnyTime, class: Class::ClientToken }, usize::MAX);
}

#[test]
fn worlds_of_one_hash_are_alike_where_creates_are_in_doubt() {
    for class in [Class::ClientToken, Class::NaturalName] {
        alike(System { to_make: 1, ..System::built(class) }, 60_000);
    }
}
