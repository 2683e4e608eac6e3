//! The differences that a cloud foresees, part by part.

use super::{Difference, Sides, origin};
use crate::model::{Change, Field, Foreseen, PropertyPath, Step, Value};
use crate::plan::PropertyChange;

/// What of an object changes, as the cloud foresees it. A change in place is the first update call of the type: such a cloud
/// has one call for all of them.
pub fn parts(sides: &Sides<'_>, foreseen: &Foreseen) -> Vec<PropertyChange> {
    let mut found = Vec::new();
    walk(sides.live, &foreseen.planned, &PropertyPath::default(), &mut found);
    let call = sides.schema.update_calls.first().map(|(name, _)| *name);
    let change = |path: &PropertyPath| {
        let replaces = |other: &PropertyPath| path.0.starts_with(&other.0) || other.0.starts_with(&path.0);
        match (foreseen.replaces.iter().any(replaces), call) {
            (true, _) | (_, None) => Change::Immutable,
            (false, Some(call)) => Change::Update(call),
        }
    };
    let seen = found.into_iter().map(|(path, before, after)| {
        let secret = sides.secrets.covers(&path) || sides.secrets.reaches_into(&path);
        let sensitive = secret || is_sensitive(&sides.schema.fields, &path);
        let difference = Difference::new(change(&path), path, before, after, sensitive);
        let origin = origin(sides, &difference);
        difference.into_change(origin, false)
    });
    seen.collect()
}

/// The smallest parts in which two values differ. Absent and null are the same.
fn walk(before: &Value, after: &Value, path: &PropertyPath, found: &mut Vec<(PropertyPath, Value, Value)>) {
    match (before, after) {
        (Value::Map(old), Value::Map(new)) => {
            let added = new.keys().filter(|key| !old.contains_key(*key));
            for key in old.keys().chain(added) {
                let (old, new) = (old.get(key).unwrap_or(&Value::Null), new.get(key).unwrap_or(&Value::Null));
                walk(old, new, &path.key(key.as_str()), found);
            }
        }
        (Value::List(old), Value::List(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                walk(old, new, &path.index(index), found);
            }
        }
        _ if before == after => {}
        _ => found.push((path.clone(), before.clone(), after.clone())),
    }
}

/// True for what is, is in, or holds a sensitive field.
fn is_sensitive(fields: &[Field], path: &PropertyPath) -> bool {
    let mut fields = fields;
    for step in &path.0 {
        let Step::Key(name) = step else { continue };
        // A key of a map of blocks is no field.
        let Some(field) = fields.iter().find(|field| field.name == &**name) else { continue };
        if field.sensitive {
            return true;
        }
        fields = field.block().unwrap_or(&[]);
    }
    fn any(fields: &[Field]) -> bool {
        fields.iter().any(|field| field.sensitive || field.block().is_some_and(any))
    }
    any(fields)
}
