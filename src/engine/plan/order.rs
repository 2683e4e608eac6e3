//! The order of steps: which direction a replacement takes, which step waits for which, and their numbers.
//!
//! Owns: edges, and that there is no cycle among them. Works on plain numbers, so that it can be tested with any
//! graph. Leaves out: what the steps are (`steps`).
//!
//! With `needs` for what the configuration says a resource depends on, and `held` for what the object at AWS
//! depended on when it was made:
//!
//! - what is made or changed comes after what it needs was made or changed;
//! - what is deleted comes before what it held is deleted;
//! - a replacement that deletes first lets everything that held it be deleted before, and what needs it wait;
//! - a replacement that creates first keeps its predecessor until all that need it have moved over;
//! - what takes a name, a range or a place that another object has comes after that one let go of it.

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::nearest::Nearest;
use crate::model::topological;

/// The steps of one object, as numbers, and what it depends on, as indexes of nodes.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// State-only steps that everything else of the node follows: move, adoption.
    pub first: Vec<usize>,
    /// What makes or changes it, in order.
    pub forward: Vec<usize>,
    /// What deletes it, in order.
    pub back: Vec<usize>,
    /// With both: the new object before the old one goes.
    pub create_first: bool,
    pub needs: Vec<usize>,
    pub held: Vec<usize>,
    /// This is a deposed object, and its successor is that node.
    pub successor: Option<usize>,
    /// Nodes that take what AWS gives to one object at a time, and what this one lets go of.
    pub makes_room: Vec<usize>,
}

/// Why an edge is there; of a cycle, edges that can be given up go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// Spares a refusal by AWS that a retry would overcome.
    Courtesy,
    /// Deletes in the order of what state remembers, which may be older than the configuration.
    Deletion,
    /// The predecessor of a replacement stays until it is not needed.
    Predecessor,
    /// AWS refuses what takes a name that something else still has.
    Room,
    /// Nothing can be made before what it needs.
    Need,
}

/// For each node in `replaced` that is not in it already: whether it has to create first, because a replacement that
/// creates first depends on it. Otherwise the predecessor of the one would outlive the predecessor of the other.
pub(super) fn create_first(nodes: &[Node], replaced: &[bool], declared: &[bool]) -> Vec<bool> {
    let mut stack: Vec<usize> = (0..nodes.len()).filter(|index| replaced[*index] && declared[*index]).collect();
    let mut seen = vec![false; nodes.len()];
    while let Some(index) = stack.pop() {
        if !std::mem::replace(&mut seen[index], true) {
            stack.extend(nodes[index].needs.iter().chain(&nodes[index].held).filter(|next| !seen[**next]));
        }
    }
    (0..nodes.len()).map(|index| replaced[index] && seen[index]).collect()
}

/// Edges between steps, and the steps in an order that follows them.
#[derive(Debug)]
pub(super) struct StepOrder {
    /// Sorted, each once.
    pub edges: BTreeSet<(usize, usize)>,
    /// Every step, each after all that it waits for; ties by number.
    pub sequence: Vec<usize>,
    /// Steps of which the second should have found room that the first makes, and cannot wait for it.
    pub no_room: Vec<(usize, usize)>,
}

/// Orders `count` steps. `extra` are edges that hold in any case (between moves).
pub(super) fn order(nodes: &[Node], count: usize, extra: &[(usize, usize)]) -> StepOrder {
    let mut edges: BTreeSet<(usize, usize, Strength)> =
        extra.iter().map(|(before, after)| (*before, *after, Strength::Need)).collect();
    let dependants = Dependants::of(nodes);
    let makes = |at: usize| !nodes[at].forward.is_empty();
    let near = Near {
        needed: Nearest::new(nodes.len(), |at| &nodes[at].needs, makes),
        held: Nearest::new(nodes.len(), |at| &nodes[at].held, |at| !nodes[at].back.is_empty()),
        needing: Nearest::new(nodes.len(), |at| &dependants.need[at], makes),
    };
    for (index, node) in nodes.iter().enumerate() {
        inner_edges(node, &mut edges);
        need_edges(nodes, index, &near, &mut edges);
        deletion_edges(nodes, index, &near, &mut edges);
        predecessor_edges(nodes, index, &near, &dependants, &mut edges);
        room_edges(nodes, index, &mut edges);
    }
    settle(edges, count)
}

type Edges = BTreeSet<(usize, usize, Strength)>;

fn inner_edges(node: &Node, edges: &mut Edges) {
    for chain in [&node.first, &node.forward, &node.back] {
        edges.extend(chain.windows(2).map(|pair| (pair[0], pair[1], Strength::Need)));
    }
    if let Some(last) = node.first.last() {
        let next = [node.forward.first(), node.back.first()];
        edges.extend(next.into_iter().flatten().map(|next| (*last, *next, Strength::Need)));
    }
    let joint = match node.create_first {
        true => (node.forward.last(), node.back.first()),
        false => (node.back.last(), node.forward.first()),
    };
    if let (Some(before), Some(after)) = joint {
        edges.insert((*before, *after, Strength::Need));
    }
}

fn need_edges(nodes: &[Node], index: usize, near: &Near, edges: &mut Edges) {
    let Some(after) = nodes[index].forward.first() else { return };
    for need in near.needed.of(index) {
        if let Some(before) = nodes[need].forward.last() {
            edges.insert((*before, *after, Strength::Need));
        }
    }
}

fn deletion_edges(nodes: &[Node], index: usize, near: &Near, edges: &mut Edges) {
    let Some(before) = nodes[index].back.last() else { return };
    for held in near.held.of(index) {
        if let Some(after) = nodes[held].back.first() {
            edges.insert((*before, *after, Strength::Deletion));
        }
    }
}

fn room_edges(nodes: &[Node], index: usize, edges: &mut Edges) {
    let node = &nodes[index];
    // What is replaced or deleted lets go with its deletion, what is changed in place with the last call.
    let Some(before) = node.back.last().or(node.forward.last()) else { return };
    let takers = node.makes_room.iter().filter(|taker| **taker != index);
    edges.extend(takers.filter_map(|taker| Some((*before, *nodes[*taker].forward.first()?, Strength::Room))));
}

fn predecessor_edges(nodes: &[Node], index: usize, near: &Near, dependants: &Dependants, edges: &mut Edges) {
    let node = &nodes[index];
    let Some(after) = node.back.first() else { return };
    if let Some(successor) = node.successor {
        // A move, or the way back of an interrupted replacement, says under which address and key it is found.
        let Node { first, forward, .. } = &nodes[successor];
        edges.extend(first.last().map(|before| (*before, *after, Strength::Need)));
        edges.extend(forward.last().map(|before| (*before, *after, Strength::Courtesy)));
    }
    let keeps = node.create_first && !node.forward.is_empty();
    let mut wait = |users: &[usize], strength: Strength| {
        for user in users.iter().filter(|user| **user != index) {
            let user = &nodes[*user];
            // What is deleted first is out of the way by then, whenever its successor comes.
            let gone = strength == Strength::Courtesy && !user.back.is_empty() && !user.create_first;
            if let (Some(before), false) = (user.forward.last(), gone) {
                edges.insert((*before, *after, strength));
            }
        }
    };
    if keeps {
        wait(&near.needing.of(index), Strength::Predecessor);
    }
    if let Some(successor) = node.successor {
        wait(&near.needing.of(successor), Strength::Courtesy);
        wait(&dependants.hold[successor], Strength::Courtesy);
    }
    // Those that used it and are changed so that they do not any more.
    if keeps || node.forward.is_empty() {
        wait(&dependants.hold[index], Strength::Courtesy);
    }
}

/// Ways through what has no steps, for each kind of edge.
struct Near {
    needed: Nearest,
    held: Nearest,
    needing: Nearest,
}

/// Who needs and who holds each node, directly.
struct Dependants {
    need: Vec<Vec<usize>>,
    hold: Vec<Vec<usize>>,
}

impl Dependants {
    fn of(nodes: &[Node]) -> Self {
        let mut out = Self { need: vec![Vec::new(); nodes.len()], hold: vec![Vec::new(); nodes.len()] };
        for (index, node) in nodes.iter().enumerate() {
            node.needs.iter().for_each(|need| out.need[*need].push(index));
            node.held.iter().for_each(|held| out.hold[*held].push(index));
        }
        out
    }
}

/// Gives up the weakest edges of cycles until there is none.
fn settle(mut edges: Edges, count: usize) -> StepOrder {
    let mut no_room = Vec::new();
    let strengths = [Strength::Courtesy, Strength::Deletion, Strength::Predecessor, Strength::Room];
    for weakest in strengths.into_iter().map(Some).chain([None]) {
        let plain: BTreeSet<(usize, usize)> = edges.iter().map(|(before, after, _)| (*before, *after)).collect();
        // Fewer than `count` when there is a cycle.
        let sequence = topological(count, plain.iter().copied());
        let Some(weakest) = weakest.filter(|_| sequence.len() < count) else {
            debug_assert_eq!(sequence.len(), count, "the configuration's own graph has no cycle");
            return StepOrder { edges: plain, sequence, no_room };
        };
        let component = components(&plain, count);
        // An edge may stand twice for two reasons; it goes when its strongest reason does.
        let strongest: BTreeSet<(usize, usize)> =
            edges.iter().filter(|(_, _, strength)| *strength > weakest).map(|(a, b, _)| (*a, *b)).collect();
        edges.retain(|(before, after, strength)| {
            let keep = component[*before] != component[*after] || strongest.contains(&(*before, *after));
            if !keep && *strength == Strength::Room {
                no_room.push((*before, *after));
            }
            keep
        });
    }
    // The last round has nothing to give up and returns.
    StepOrder { edges: BTreeSet::new(), sequence: (0..count).collect(), no_room }
}

/// The number of the strongly connected component of each step.
fn components(edges: &BTreeSet<(usize, usize)>, count: usize) -> Vec<usize> {
    let mut graph = DiGraph::<(), ()>::with_capacity(count, edges.len());
    (0..count).for_each(|_| {
        graph.add_node(());
    });
    for (before, after) in edges {
        graph.add_edge(NodeIndex::new(*before), NodeIndex::new(*after), ());
    }
    let mut component = vec![0; count];
    for (number, members) in kosaraju_scc(&graph).into_iter().enumerate() {
        members.into_iter().for_each(|member| component[member.index()] = number);
    }
    component
}

#[cfg(test)]
#[path = "order/tests.rs"]
mod tests;
