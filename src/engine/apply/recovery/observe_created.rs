//! The first read of what an earlier run created and did not live to look at.
//!
//! A create is followed by a read, which shows what AWS made of the properties. A run that is killed before that read leaves
//! a resource of which state knows only what was sent. Held against that, whatever AWS added or did not take looks like a
//! change by somebody else. So the next run's first read stands for the one that was missed.

use crate::apply::knowledge::Sources;
use crate::journal::Entry;
use crate::model::secret::holds_digest;
use crate::model::{Catalog, DigestKey, Map, SecretPaths, TypeSchema, Value};
use crate::read::{Live, LiveSet};
use crate::state::{ResourceState, State};

/// Entries for the resources of `state` that no run has read since they were created, and that `live` shows: what they
/// look like. Pure.
///
/// What somebody else changed between the create and this read cannot be told from AWS's own doing, and is no drift. Where
/// it differs from what is declared, the plan shows it as any difference.
pub fn observe_created(state: &State, live: &LiveSet, catalog: &dyn Catalog) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (path, resource) in state.resources.iter().filter(|(_, resource)| resource.unread) {
        let Some(Live::Found(seen)) = live.get(&resource.place, &resource.type_name, &resource.id) else { continue };
        let Some(schema) = catalog.schema(&resource.type_name) else { continue };
        let salt = format!("{}:{path}", state.lineage);
        entries.push(Entry::Observed {
            path: path.clone(),
            attributes: attributes(schema, resource, seen, salt, &state.digest_key),
        });
    }
    entries
}

/// What state is to remember: what was read, but for properties in which something is sensitive. Only an evaluation
/// tells where in them, and there may be none.
fn attributes(
    schema: &'static TypeSchema,
    resource: &ResourceState,
    seen: &Value,
    salt: String,
    key: &DigestKey,
) -> Value {
    let secrets = SecretPaths::from_texts(&resource.sensitive).with_key(key);
    let sent = &resource.attributes;
    let marked = &Map::new();
    let sources = Sources { schema, live: seen, want: sent, declared: sent, marked, prior: sent, secrets, salt };
    let mut recorded = sources.attributes(|field| !field.after_create).recorded;
    if let (Some(recorded), Some(sent)) = (recorded.as_map_mut(), sent.as_map()) {
        let sensitive = sent.iter().filter(|(_, value)| holds_digest(value));
        recorded.extend(sensitive.map(|(name, value)| (name.clone(), value.clone())));
    }
    recorded
}
