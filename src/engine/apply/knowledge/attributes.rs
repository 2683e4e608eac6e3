//! What a resource has after a step: in the clear for what depends on it, and redacted for state.

use std::collections::BTreeSet;

use crate::model::secret::{learn, redact};
use crate::model::secret_version::{holds_mark, put_marks};
use crate::model::{Field, Map, SecretPaths, Ty, TypeSchema, Value};
use crate::plan::in_declared_form;

/// The attributes of one resource. `clear` stays in memory.
pub(in crate::apply) struct Attributes {
    pub(in crate::apply) clear: Value,
    pub(in crate::apply) recorded: Value,
}

/// Where attributes come from.
pub(in crate::apply) struct Sources<'a> {
    pub(in crate::apply) schema: &'static TypeSchema,
    /// What was read; null when nothing was.
    pub(in crate::apply) live: &'a Value,
    /// What is wanted, in full; null when nothing is declared.
    pub(in crate::apply) want: &'a Value,
    /// The same with documents as they are declared, which is the form in which `clear` has them.
    pub(in crate::apply) declared: &'a Value,
    /// The properties with marks where they are made of secrets that only an apply reads.
    pub(in crate::apply) marked: &'a Map,
    /// What state remembers; null when that is nothing.
    pub(in crate::apply) prior: &'a Value,
    /// Paths that are sensitive beyond the schema.
    pub(in crate::apply) secrets: SecretPaths,
    /// Lineage and path.
    pub(in crate::apply) salt: String,
}

impl Sources<'_> {
    /// `sent` tells the properties that AWS has been given: of those that it never returns, only these are recorded as
    /// wanted, and the others as state has them.
    pub(in crate::apply) fn attributes(&self, sent: impl Fn(&Field) -> bool) -> Attributes {
        let mut clear = overlay(&self.schema.fields, self.live, self.want);
        if let Some(rule) = self.schema.tags {
            for name in [rule.own, rule.all] {
                if let Some(Value::Map(tags)) = clear.get_mut(name) {
                    tags.retain(|key, _| !rule.reserves(key));
                }
            }
            // The resource's own tags; AWS returns them mixed with the stage's.
            if let (Some(tags), true) = (self.want.get(rule.own), clear.contains_key(rule.own)) {
                clear.insert(rule.own.into(), tags.clone());
            }
        }

        let mut recorded = clear.clone();
        for field in self.schema.fields.iter().filter(|field| field.write_only && !sent(field)) {
            // A digest in state passes through `redact` as it is.
            match self.prior.get(field.name) {
                Some(before) => drop(recorded.insert(field.name.to_string(), before.clone())),
                None => drop(recorded.shift_remove(field.name)),
            }
        }
        for (name, marked) in self.marked.iter().filter(|(_, marked)| holds_mark(marked)) {
            if self.schema.field(name).is_some_and(&sent) {
                put_marks(recorded.entry(name.clone()).or_default(), marked);
            } else if let Some(before) = self.prior.get(name) {
                recorded.insert(name.clone(), before.clone());
            } else {
                recorded.shift_remove(name);
            }
        }
        if let Some(declared) = self.declared.as_map() {
            in_declared_form(self.schema, declared, &mut clear);
        }
        learn(&self.schema.fields, &self.secrets, &clear);
        let recorded = redact(&self.schema.fields, &self.secrets, &Value::Map(recorded), &self.salt);
        Attributes { clear: Value::Map(clear), recorded }
    }
}

/// `live`, with what AWS never returns taken from `want`.
pub(in crate::apply) fn overlay(fields: &[Field], live: &Value, want: &Value) -> Map {
    let mut out = live.as_map().cloned().unwrap_or_default();
    for field in fields.iter().filter(|field| field.is_property()) {
        let Some(wanted) = want.get(field.name).filter(|wanted| !wanted.is_null()) else { continue };
        let unseen = !field.is_returned() || live.is_null();
        let hidden = field.sensitive && out.get(field.name).is_none_or(Value::is_null);
        if unseen || hidden {
            out.insert(field.name.to_string(), wanted.clone());
        } else if let Some(inner) = field.block()
            && let Some(seen) = out.get_mut(field.name)
        {
            overlay_blocks(field, inner, seen, wanted);
        }
    }
    out
}

fn overlay_blocks(field: &Field, inner: &[Field], seen: &mut Value, wanted: &Value) {
    match (&field.ty, seen, wanted) {
        (Ty::Object(_), seen @ Value::Map(_), Value::Map(_)) => *seen = Value::Map(overlay(inner, seen, wanted)),
        // Only where it is plain which block is which.
        (Ty::List(_), Value::List(seen), Value::List(wanted)) if seen.len() == wanted.len() => {
            for (seen, wanted) in seen.iter_mut().zip(wanted) {
                *seen = Value::Map(overlay(inner, seen, wanted));
            }
        }
        _ => {}
    }
}

/// What a read after a step is asked about: what is in state or wanted, and every attribute that AWS sets, as state and
/// dependants are told from this read.
pub(in crate::apply) fn asked_after(schema: &TypeSchema, attributes: &Value, want: &Value) -> Vec<String> {
    let set_by_aws = schema.fields.iter().filter(|field| !field.is_property()).map(|field| field.name.to_string());
    let mut all: BTreeSet<String> = asked(attributes, Some(want)).into_iter().collect();
    all.extend(set_by_aws);
    all.into_iter().collect()
}

/// The properties that a read is asked about: those that are in state or wanted.
pub(in crate::apply) fn asked(attributes: &Value, want: Option<&Value>) -> Vec<String> {
    let names = |value: &Value| {
        value
            .as_map()
            .into_iter()
            .flatten()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, _)| name.clone())
            .collect::<BTreeSet<_>>()
    };
    let mut all = names(attributes);
    if let Some(want) = want {
        all.extend(names(want));
    }
    all.into_iter().collect()
}
