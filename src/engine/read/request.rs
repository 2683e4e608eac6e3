//! Requests, grouped by type.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{PhysicalId, ReadRequest};

/// Groups what is to be read by type: each resource once, with all properties that anybody asks about.
pub fn wanted(
    items: impl IntoIterator<Item = (Arc<str>, PhysicalId, Vec<String>)>,
) -> BTreeMap<Arc<str>, Vec<ReadRequest>> {
    let mut types: BTreeMap<Arc<str>, BTreeMap<PhysicalId, BTreeSet<String>>> = BTreeMap::new();
    for (type_name, id, properties) in items {
        types.entry(type_name).or_default().entry(id).or_default().extend(properties);
    }
    let requests = |resources: BTreeMap<PhysicalId, BTreeSet<String>>| {
        resources
            .into_iter()
            .map(|(id, properties)| ReadRequest { id, properties: properties.into_iter().collect() })
            .collect()
    };
    types.into_iter().map(|(type_name, resources)| (type_name, requests(resources))).collect()
}
