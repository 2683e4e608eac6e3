//! Tags: merging, comparing, and recognising our own.

use std::collections::BTreeMap;

use wildfire_engine::model::reserved_tag;

/// Tags of a resource.
pub(crate) type Tags = BTreeMap<String, String>;

/// What a tag update has to do. Our own tags and AWS's are never touched.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct TagChange {
    pub set: Tags,
    pub remove: Vec<String>,
}

/// From what is there to what is wanted.
pub(crate) fn tag_change(prior: Option<&Tags>, want: Option<&Tags>) -> TagChange {
    let empty = Tags::new();
    let (prior, want) = (prior.unwrap_or(&empty), want.unwrap_or(&empty));
    let set = want
        .iter()
        .filter(|(key, value)| !reserved_tag(key) && prior.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let remove = prior.keys().filter(|key| !reserved_tag(key) && !want.contains_key(*key)).cloned().collect();
    TagChange { set, remove }
}

/// True when the tags say that the operation `op` made the resource.
pub(crate) fn made_by(tags: Option<&Tags>, op: &str) -> bool {
    tags.and_then(|tags| tags.get("wildfire:op")).is_some_and(|value| value == op)
}
