//! One order for all graphs: each node after those that it needs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The nodes `0..count` so that the first of each edge comes before the second; among those that could be next the lowest
/// is, so that the order is the same in every run. Nodes in cycles, and those that need one, are left out.
pub(crate) fn topological(count: usize, edges: impl IntoIterator<Item = (usize, usize)>) -> Vec<usize> {
    let mut missing = vec![0_usize; count];
    let mut dependants: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (before, after) in edges {
        missing[after] += 1;
        dependants[before].push(after);
    }
    // Kahn's algorithm, with a heap in place of a queue.
    let mut ready: BinaryHeap<_> = (0..count).filter(|node| missing[*node] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(Reverse(node)) = ready.pop() {
        order.push(node);
        for dependant in &dependants[node] {
            missing[*dependant] -= 1;
            if missing[*dependant] == 0 {
                ready.push(Reverse(*dependant));
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_that_can_be_next_is_next_and_cycles_are_left_out() {
        assert_eq!(topological(4, [(3, 0), (0, 2)]), [1, 3, 0, 2]);
        assert_eq!(topological(3, [(0, 1), (0, 1)]), [0, 1, 2]);
        assert_eq!(topological(5, [(0, 1), (1, 2), (2, 1), (2, 3)]), [0, 4]);
    }
}
