//! Requests, grouped by type.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{PhysicalId, ReadRequest};

/// Groups what is to be read by type: each resource once, with all properties that anybody asks about. Tags count as known
/// only where all that ask for the resource know the same.
pub fn wanted(items: impl IntoIterator<Item = (Arc<str>, ReadRequest)>) -> BTreeMap<Arc<str>, Vec<ReadRequest>> {
    let mut types: BTreeMap<Arc<str>, BTreeMap<PhysicalId, ReadRequest>> = BTreeMap::new();
    for (type_name, request) in items {
        let resources = types.entry(type_name).or_default();
        match resources.get_mut(&request.id) {
            Some(joined) => {
                joined.properties.extend(request.properties);
                if joined.known_tags != request.known_tags {
                    joined.known_tags = None;
                }
            }
            None => drop(resources.insert(request.id.clone(), request)),
        }
    }
    let sorted = |mut request: ReadRequest| {
        request.properties.sort();
        request.properties.dedup();
        request
    };
    types.into_iter().map(|(name, resources)| (name, resources.into_values().map(sorted).collect())).collect()
}
