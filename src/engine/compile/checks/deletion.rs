//! What a declaration leaves unsaid about the deletion of what it declares.

use crate::model::{TypeSchema, Value};

const SKIP: &str = "skip_final_snapshot";
const NAME: &str = "final_snapshot_identifier";

/// What to do where [`lacks_snapshot_name`].
pub(crate) const SNAPSHOT_HELP: &str = "set `final_snapshot_identifier`, or `skip_final_snapshot: true`";

/// True when a deletion takes a last snapshot of the resource, and no name is known for it: then AWS refuses the deletion.
pub(crate) fn lacks_snapshot_name(schema: &TypeSchema, properties: &Value) -> bool {
    let takes_one = schema.field(SKIP).is_some() && schema.field(NAME).is_some();
    // An unknown setting may turn out either way.
    let property = |name: &str| properties.get(name).filter(|value| !value.is_null());
    let skips = property(SKIP).is_some_and(|skip| !skip.is_known() || skip.as_bool() == Some(true));
    takes_one && !skips && property(NAME).is_none()
}
