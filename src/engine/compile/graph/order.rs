//! The order of resources.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::compile::DesiredGraph;
use crate::model::Address;

/// Kahn's algorithm with a heap, so that among what is ready the first in the files comes first.
pub(in crate::compile) fn topological(graph: &DesiredGraph) -> Vec<Address> {
    let count = graph.resources.len();
    let mut missing = vec![0usize; count];
    let mut dependants: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (index, address) in graph.resources.keys().enumerate() {
        for dependency in graph.dependencies.get(address).into_iter().flatten() {
            if let Some(needed) = graph.resources.get_index_of(dependency) {
                missing[index] += 1;
                dependants[needed].push(index);
            }
        }
    }
    let ready = (0..count).filter(|index| missing[*index] == 0).map(Reverse);
    let mut ready: BinaryHeap<_> = ready.collect();
    let mut order = Vec::with_capacity(count);
    while let Some(Reverse(index)) = ready.pop() {
        order.extend(graph.resources.get_index(index).map(|(address, _)| address.clone()));
        for dependant in &dependants[index] {
            missing[*dependant] -= 1;
            if missing[*dependant] == 0 {
                ready.push(Reverse(*dependant));
            }
        }
    }
    order
}
