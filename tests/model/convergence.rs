//! Whether everything can still end well, from wherever it has come to.
//!
//! Stateright's `eventually` looks at paths that end, and this model has cycles: runs may crash for ever. So the graph of
//! all worlds is built here, and looked at without its faults: left alone, each world has to come to the goal, whatever
//! the order of events, in finitely many of them. That is more than that a way to the goal exists.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{Hash, Hasher};

use stateright::Model;

use crate::model::Action;
use crate::properties::{is_broken_for_good, is_goal};
use crate::protocol::System;

/// What [`converges`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Convergence {
    pub worlds: usize,
    pub actions: usize,
    /// How to come to a world that is no goal and in which nothing more happens.
    pub stuck: Option<Vec<Action>>,
    /// How to come to a world to which events can return for ever without a fault.
    pub endless: Option<Vec<Action>>,
}

impl Convergence {
    /// True when every world leads to the goal.
    pub fn is_certain(&self) -> bool {
        self.stuck.is_none() && self.endless.is_none()
    }
}

#[derive(Default)]
struct Graph {
    numbers: HashMap<u64, u32>,
    /// By world: how it was come by first.
    parents: Vec<Option<(u32, Action)>>,
    is_end: Vec<bool>,
    /// By world: how many actions without a fault it has that were not seen to end well.
    open: Vec<u32>,
    /// Actions without a fault, from one world to another.
    quiet: Vec<(u32, u32)>,
    actions: usize,
}

/// Builds the graph of `system`, some hundred bytes for each world. Worlds that break a safety property for good are
/// ends of their own: that they are broken is said elsewhere.
pub fn converges(system: &System) -> Convergence {
    let graph = Graph::of(system);
    let stuck = (0..graph.parents.len()).find(|world| graph.open[*world] == 0 && !graph.is_end[*world]);
    let open = graph.peel();
    let endless = open.iter().position(|open| *open > 0).map(|world| graph.cycle_from(world, &open));
    Convergence {
        worlds: graph.parents.len(),
        actions: graph.actions,
        stuck: stuck.map(|world| graph.way_to(world)),
        endless: endless.map(|world| graph.way_to(world)),
    }
}

impl Graph {
    fn of(system: &System) -> Self {
        let mut graph = Self::default();
        let mut queue = VecDeque::new();
        for world in system.init_states() {
            if let Ok(number) = graph.number(&world, None) {
                queue.push_back((number, world));
            }
        }
        let mut actions = Vec::new();
        while let Some((from, world)) = queue.pop_front() {
            let here = from as usize;
            system.actions(&world, &mut actions);
            for action in actions.drain(..) {
                let Some(next) = system.next_state(&world, action) else { continue };
                graph.actions += 1;
                let to = match graph.number(&next, Some((from, action))) {
                    Ok(number) => {
                        queue.push_back((number, next));
                        number
                    }
                    Err(number) => number,
                };
                if !action.is_fault() {
                    graph.quiet.push((from, to));
                    graph.open[here] += 1;
                }
            }
            graph.is_end[here] = is_goal(system, &world) || is_broken_for_good(system, &world);
        }
        graph
    }

    /// The number of a world: `Ok` when it is new.
    fn number<T: Hash>(&mut self, world: &T, parent: Option<(u32, Action)>) -> Result<u32, u32> {
        let mut hasher = DefaultHasher::new();
        world.hash(&mut hasher);
        let number = self.parents.len() as u32;
        match self.numbers.entry(hasher.finish()) {
            Entry::Occupied(there) => Err(*there.get()),
            Entry::Vacant(place) => {
                place.insert(number);
                self.parents.push(parent);
                self.is_end.push(false);
                self.open.push(0);
                Ok(number)
            }
        }
    }

    /// Takes away worlds without actions, again and again. What is left at the end lies on a cycle, or leads to one.
    fn peel(&self) -> Vec<u32> {
        let mut before = self.quiet.clone();
        before.sort_unstable_by_key(|(_, to)| *to);
        let mut open = self.open.clone();
        let mut ends: Vec<u32> = (0..open.len() as u32).filter(|world| open[*world as usize] == 0).collect();
        while let Some(end) = ends.pop() {
            let first = before.partition_point(|(_, to)| *to < end);
            for (from, _) in before[first..].iter().take_while(|(_, to)| *to == end) {
                let open = &mut open[*from as usize];
                *open -= 1;
                if *open == 0 {
                    ends.push(*from);
                }
            }
        }
        open
    }

    /// A world on a cycle, come to from `world` by worlds that `open` has left.
    fn cycle_from(&self, world: usize, open: &[u32]) -> usize {
        let mut at = world;
        let mut visited = HashSet::new();
        while visited.insert(at) {
            // Worlds are numbered in the order in which they are looked at, so `quiet` is in the order of its origins.
            let first = self.quiet.partition_point(|(from, _)| (*from as usize) < at);
            let mut next = self.quiet[first..].iter().take_while(|(from, _)| *from as usize == at);
            match next.find(|(_, to)| open[*to as usize] > 0) {
                Some((_, to)) => at = *to as usize,
                None => break,
            }
        }
        at
    }

    fn way_to(&self, world: usize) -> Vec<Action> {
        let mut way = Vec::new();
        let mut at = world;
        while let Some((parent, action)) = self.parents[at] {
            way.push(action);
            at = parent as usize;
        }
        way.reverse();
        way
    }
}
