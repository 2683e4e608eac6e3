//! The order of resources.

use crate::compile::DesiredGraph;
use crate::model::{Address, topological};

/// Among what is ready, the first in the files comes first.
pub(in crate::compile) fn resource_order(graph: &DesiredGraph) -> Vec<Address> {
    let resources = &graph.resources;
    let edges = resources.keys().enumerate().flat_map(|(index, address)| {
        let needed = graph.dependencies.get(address).into_iter().flatten();
        needed.filter_map(move |dependency| Some((resources.get_index_of(dependency)?, index)))
    });
    let order = topological(resources.len(), edges).into_iter();
    order.filter_map(|index| resources.get_index(index)).map(|(address, _)| address.clone()).collect()
}
