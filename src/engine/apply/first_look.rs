//! The first read of what an earlier run created and did not live to look at.
//!
//! A create is followed by a read, which shows what AWS made of the properties: a name in lower case, a list in another
//! order. A run that is killed before that read leaves a resource of which state knows only what was sent. Held against
//! that, AWS's own form of a value looks like a change by somebody else, and where the property cannot be changed in
//! place, like the reason for a replacement. So the next run's first read stands for the one that was missed.

use super::attributes::Sources;
use crate::journal::Entry;
use crate::model::secret::is_digest;
use crate::model::{Catalog, Change, DigestKey, Field, Map, SecretPaths, TypeSchema, Value};
use crate::plan::echoes;
use crate::read::{Live, LiveSet};
use crate::state::{ResourceState, State};

/// Entries for the resources of `state` that no run has read since they were created, and that `live` shows: what they
/// look like, and what AWS made of the properties that were sent. Pure.
///
/// What somebody else changed between the create and this read cannot be told from AWS's own doing, and counts as it.
pub fn first_look(state: &State, live: &LiveSet, catalog: &dyn Catalog) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (path, resource) in state.resources.iter().filter(|(_, resource)| resource.unread) {
        let Some(Live::Found(seen)) = live.get(&resource.type_name, &resource.id) else { continue };
        let Some(schema) = catalog.schema(&resource.type_name) else { continue };
        let salt = format!("{}:{path}", state.lineage);
        entries.push(Entry::Observed {
            path: path.clone(),
            attributes: attributes(schema, resource, seen, salt, &state.digest_key),
        });
        let found = echoed(schema, resource, seen);
        if !found.is_empty() {
            entries.push(Entry::Echoed { path: path.clone(), echoes: found });
        }
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
    let sources = Sources { schema, live: seen, want: sent, marked, prior: sent, secrets, salt };
    let mut recorded = sources.attributes(|field| !field.after_create).recorded;
    if let (Some(recorded), Some(sent)) = (recorded.as_map_mut(), sent.as_map()) {
        let sensitive = sent.iter().filter(|(_, value)| holds_digest(value));
        recorded.extend(sensitive.map(|(name, value)| (name.clone(), value.clone())));
    }
    recorded
}

type Echoes = std::collections::BTreeMap<String, Option<crate::state::Echo>>;

fn echoed(schema: &'static TypeSchema, resource: &ResourceState, seen: &Value) -> Echoes {
    let empty = Map::new();
    let sent = resource.attributes.as_map().unwrap_or(&empty);
    let later = |field: &Field| matches!(field.change, Change::Update(call) if resource.unfinished.iter().any(|left| left == call));
    let clear = |field: &Field| !sent.get(field.name).is_some_and(holds_digest);
    let written = |field: &Field| !field.after_create && !later(field) && clear(field);
    let mut found = echoes(schema, sent, seen, &SecretPaths::from_texts(&resource.sensitive), written);
    found.retain(|name, echo| resource.echoes.get(name) != echo.as_ref());
    found
}

fn holds_digest(value: &Value) -> bool {
    match value {
        Value::Map(map) => map.values().any(holds_digest),
        Value::List(items) => items.iter().any(holds_digest),
        value => is_digest(value),
    }
}
