//! What a declaration leaves unsaid about the deletion of what it declares.

use crate::model::{LastSnapshot, TypeSchema, Value};

/// What to do where [`lacks_snapshot_name`].
pub(crate) fn snapshot_help(last: LastSnapshot) -> String {
    format!("set `{}`, or `{}: true`", last.name, last.skip)
}

/// The properties of the last snapshot, where a deletion takes one and no name is known for it: then the deletion is refused.
pub(crate) fn lacks_snapshot_name(schema: &TypeSchema, properties: &Value) -> Option<LastSnapshot> {
    // An unknown setting may turn out either way.
    let property = |name: &str| properties.get(name).filter(|value| !value.is_null());
    schema.last_snapshot.filter(|last| {
        let skips = property(last.skip).is_some_and(|skip| !skip.is_known() || skip.as_bool() == Some(true));
        !skips && property(last.name).is_none()
    })
}
