//! Ways through a graph that look through some nodes and end at others.
//!
//! Plans look through resources that do not change. A thousand of them in a row are walked once, not once for
//! each that asks.

use std::collections::BTreeSet;
use std::sync::Arc;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// For each node, the nearest nodes on all ways from it at which a way ends.
pub(super) struct Nearest {
    /// Shared where a node has but one way onward. Holds the node itself where a way leads back to it.
    sets: Vec<Arc<[usize]>>,
}

impl Nearest {
    /// Of `count` nodes; `next` gives the neighbours, and a way ends where `stop` holds.
    pub fn new<'n>(count: usize, next: impl Fn(usize) -> &'n Vec<usize>, stop: impl Fn(usize) -> bool) -> Self {
        let mut graph = DiGraph::<(), ()>::with_capacity(count, count);
        (0..count).for_each(|_| {
            graph.add_node(());
        });
        for at in (0..count).filter(|at| !stop(*at)) {
            for to in next(at).iter().filter(|to| !stop(**to)) {
                graph.add_edge(NodeIndex::new(at), NodeIndex::new(*to), ());
            }
        }
        let empty: Arc<[usize]> = Arc::from([]);
        let mut sets = vec![empty; count];
        // What a component leads to comes before it. What has no cycle is alone in its component.
        let members = kosaraju_scc(&graph).into_iter().map(|nodes| nodes.into_iter().map(NodeIndex::index).collect());
        let members: Vec<Vec<usize>> = members.collect();
        for nodes in members.iter().filter(|nodes| nodes.iter().all(|at| !stop(*at))) {
            let onward = nodes.iter().flat_map(|at| next(*at)).copied();
            let set = union(onward, &sets, &stop);
            nodes.iter().for_each(|at| sets[*at] = set.clone());
        }
        for at in (0..count).filter(|at| stop(*at)) {
            sets[at] = union(next(at).iter().copied(), &sets, &stop);
        }
        Self { sets }
    }

    /// Ascending, and without the node itself.
    pub fn of(&self, node: usize) -> Vec<usize> {
        self.sets[node].iter().copied().filter(|other| *other != node).collect()
    }
}

fn union(onward: impl Iterator<Item = usize>, sets: &[Arc<[usize]>], stop: impl Fn(usize) -> bool) -> Arc<[usize]> {
    let mut own = BTreeSet::new();
    let mut shared: Vec<&Arc<[usize]>> = Vec::new();
    for to in onward {
        if stop(to) {
            own.insert(to);
        } else if !sets[to].is_empty() && !shared.iter().any(|set| Arc::ptr_eq(set, &sets[to])) {
            shared.push(&sets[to]);
        }
    }
    if let ([only], true) = (shared.as_slice(), own.is_empty()) {
        return Arc::clone(only);
    }
    shared.into_iter().for_each(|set| own.extend(set.iter()));
    own.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By a search from each node.
    fn searched(start: usize, next: &[Vec<usize>], stop: &[bool]) -> Vec<usize> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::from([start]);
        let mut stack = next[start].clone();
        while let Some(at) = stack.pop() {
            if !seen.insert(at) {
                continue;
            }
            match stop[at] {
                true => drop(found.insert(at)),
                false => stack.extend(&next[at]),
            }
        }
        found.into_iter().collect()
    }

    proptest! {
        #[test]
        fn as_a_search_finds_them(
            stop in prop::collection::vec(any::<bool>(), 1..9), edges in prop::collection::vec((0_usize..8, 0_usize..8), 0..20),
        ) {
            let count = stop.len();
            let mut next = vec![Vec::new(); count];
            edges.iter().filter(|(a, b)| *a < count && *b < count && a != b).for_each(|(a, b)| next[*a].push(*b));
            let nearest = Nearest::new(count, |at| &next[at], |at| stop[at]);
            for at in 0..count {
                prop_assert_eq!(nearest.of(at), searched(at, &next, &stop), "{}", at);
            }
        }
    }

    #[test]
    fn a_long_way_is_walked_once() {
        // Half is a chain whose end is a stop; the other half begins at its top.
        let half = 50_000;
        let next: Vec<Vec<usize>> = (0..2 * half)
            .map(|at| match at {
                0 => vec![],
                at if at < half => vec![at - 1],
                _ => vec![half - 1],
            })
            .collect();
        let nearest = Nearest::new(2 * half, |at| &next[at], |at| at == 0 || at >= half);
        assert_eq!(nearest.of(half), [0]);
        let first = &nearest.sets[1];
        assert!(nearest.sets[2..].iter().all(|set| Arc::ptr_eq(set, first)));
    }
}
