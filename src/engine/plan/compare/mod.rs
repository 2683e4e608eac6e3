//! Comparing: desired against live, property by property, by the metadata of the type.
//!
//! Owns: what counts as a difference, and what each difference costs (a call, a replacement, or nothing at AWS).
//! Leaves out: what is done about all differences of a resource together (`decide`).

mod document;
mod pairs;
mod parts;
mod taken;
mod walk;

#[cfg(test)]
mod tests;

pub(in crate::plan) use parts::parts;
pub use taken::{shows_prior, untaken};
pub(in crate::plan) use walk::blank;
use walk::{Difference, Walk};

use super::PropertyChange;
use crate::model::{
    Change, Field, Map, Origin, Origins, PropertyPath, SecretPaths, Step, TagRule, Ty, TypeSchema, Value,
};

/// What is compared, for one resource.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    pub schema: &'a TypeSchema,
    /// What the user wrote, all tags included; may hold unknowns. Defaults are those of the schema.
    pub desired: &'a Map,
    /// What AWS returned.
    pub live: &'a Value,
    /// The attributes in state, with digests for what is sensitive; none for a resource that is being imported.
    pub prior: Option<&'a Value>,
    /// It came under management by an import: a write-only property that state does not know is no difference.
    pub imported: bool,
    pub origins: &'a Origins,
    pub secrets: &'a SecretPaths,
}

/// The properties in which live differs from desired, in the order of the schema.
///
/// A change without a call and without a replacement concerns state only: a setting of ours.
pub fn compare(sides: &Sides<'_>) -> Vec<PropertyChange> {
    let mut changes = Vec::new();
    for field in &sides.schema.fields {
        let mut walk = Walk::new(sides.secrets, sides.imported);
        match (field.name, sides.schema.tags) {
            (name, Some(rule)) if rule.own == name => continue,
            (name, Some(rule)) if rule.all == name => {
                let change = sides.schema.tag_field().map_or(Change::Computed, |field| field.change);
                let want = sides.desired.get(rule.all).or_else(|| sides.desired.get(rule.own));
                walk.tags(rule, change, want, live_tags(rule, sides.live));
            }
            _ if !field.is_property() => continue,
            (name, _) => {
                let want = sides.desired.get(name);
                let seen = field.begins.map(|beginning| beginning.seen(field, want, sides.live));
                let have = seen.as_ref().or_else(|| sides.live.get(name));
                walk.property(field, field.change, want, have, sides.prior, &field.name.into());
            }
        }
        if walk.found.is_empty() {
            continue;
        }
        let drift = |prior| field_drift(sides.schema, field, prior, sides.live, sides.secrets);
        let drift = sides.prior.map_or_else(Vec::new, drift);
        let replaces = replaces(field, sides.desired);
        for difference in walk.found {
            let drifted = drift.iter().any(|other| overlap(&other.path, &difference.path));
            let origin = origin(sides, &difference);
            let change = difference.into_change(origin, drifted);
            changes.push(match replaces {
                true => PropertyChange { forces_replacement: true, call: None, ..change },
                false => change,
            });
        }
    }
    changes
}

/// True while another property says that a change of the field replaces the resource.
fn replaces(field: &Field, desired: &Map) -> bool {
    let flag = field.replaced_while.and_then(|name| desired.get(name));
    flag.and_then(Value::as_bool) == Some(true)
}

/// The properties in which live differs from what state remembers: before is prior, after is live. What AWS chooses where
/// nothing is written counts only where something is, as `declared` says: a security group whose rules are resources of
/// their own has rules that nobody wrote at the group.
pub fn drift(
    schema: &TypeSchema,
    prior: &Value,
    live: &Value,
    declared: impl Fn(&str) -> bool,
    secrets: &SecretPaths,
) -> Vec<PropertyChange> {
    let fields = schema.fields.iter().filter(|field| match schema.tags.filter(|rule| rule.is(field.name)) {
        Some(rule) => rule.all == field.name,
        None => field.is_property() && (!field.aws_default || declared(field.name)),
    });
    fields
        .flat_map(|field| field_drift(schema, field, prior, live, secrets))
        .map(|difference| PropertyChange {
            forces_replacement: false,
            call: None,
            ..difference.into_change(None, true)
        })
        .collect()
}

fn field_drift(
    schema: &TypeSchema,
    field: &Field,
    prior: &Value,
    live: &Value,
    secrets: &SecretPaths,
) -> Vec<Difference> {
    let mut walk = Walk::new(secrets, false);
    if let Some(rule) = schema.tags.filter(|rule| rule.all == field.name) {
        // State written before the type kept tags says nothing about them.
        if prior.get(rule.all).is_some() {
            walk.tags(rule, Change::Computed, live_tags(rule, live), live_tags(rule, prior));
        }
    } else if let Some(before) = prior.get(field.name)
        && field.is_returned()
    {
        walk.drifted(field, live.get(field.name).unwrap_or(&Value::Null), before, &field.name.into());
    }
    walk.found
}

fn live_tags(rule: TagRule, attributes: &Value) -> Option<&Value> {
    attributes.get(rule.all).or_else(|| attributes.get(rule.own))
}

fn origin(sides: &Sides<'_>, difference: &Difference) -> Option<Origin> {
    if difference.after.is_null() {
        return None;
    }
    let first = difference.path.first()?;
    if let Some(rule) = sides.schema.tags.filter(|rule| rule.all == first) {
        let own = PropertyPath(
            std::iter::once(Step::Key(rule.own.into())).chain(difference.path.0.iter().skip(1).cloned()).collect(),
        );
        let written = sides.desired.get(rule.own).is_some_and(|tags| match difference.path.0.get(1) {
            Some(Step::Key(key)) => tags.get(key).is_some(),
            _ => true,
        });
        let path = if written { &own } else { &difference.path };
        return sides.origins.get(path).cloned();
    }
    sides.desired.get(first)?;
    sides.origins.get(&difference.path).cloned()
}

/// True when one path is inside the other; indexes do not count, since the two sides may order a set differently.
fn overlap(a: &PropertyPath, b: &PropertyPath) -> bool {
    a.0.iter().zip(&b.0).all(|(a, b)| a == b || matches!((a, b), (Step::Index(_), Step::Index(_))))
}

/// True when two values of a field mean the same.
pub(in crate::plan) fn same(field: &Field, a: &Value, b: &Value) -> bool {
    walk::same(&field.ty, walk::Rule::of(field, Change::Computed), a, b)
}

/// True when two elements of the list that `field` holds mean the same.
pub(in crate::plan) fn same_element(field: &Field, a: &Value, b: &Value) -> bool {
    match &field.ty {
        Ty::List(inner) | Ty::Set(inner) => walk::same(inner, walk::Rule::of(field, Change::Computed), a, b),
        ty => walk::same(ty, walk::Rule::of(field, Change::Computed), a, b),
    }
}
