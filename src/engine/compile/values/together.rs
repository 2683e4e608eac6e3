//! Which properties of a block must be written, and which not together. A null is as if the property were not there.

use super::coerce::Coercer;
use crate::model::{Code, Field, Map, PropertyPath, Span, Value};

impl Coercer<'_> {
    /// What is missing in a block, and what must not stand together.
    pub(in crate::compile) fn complete(&mut self, map: &Map, fields: &[Field], path: &PropertyPath, place: &Span) {
        let type_name = self.type_name;
        for field in fields.iter().filter(|field| field.required && !map.contains_key(field.name)) {
            let written = path.key(field.name);
            if self.meant.contains(&written) {
                continue;
            }
            let message = match path.0.is_empty() {
                true => format!("`{type_name}` needs the property `{written}`"),
                false => format!("`{path}` of `{type_name}` needs `{}`", field.name),
            };
            let secret = self.is_secret(&written);
            let fault = self.fault(Code::MissingProperty, place, path, message);
            fault.of_secret |= secret;
            if !field.doc.is_empty() {
                fault.notes.push(format!("`{}`: {}", field.name, field.doc));
            }
        }
        for field in fields {
            if !self.is_written(map, field.name) {
                continue;
            }
            // Each pair is told once, at the field that comes first in the schema.
            let other = field.conflicts.iter().find(|other| {
                let first = fields.iter().position(|one| one.name == field.name);
                let second = fields.iter().position(|one| one.name == **other);
                self.is_written(map, other) && (first < second || !mutual(fields, field.name, other))
            });
            if let Some(other) = other {
                let (one, other) = (path.key(field.name), path.key(*other));
                let message = format!("`{one}` and `{other}` cannot be written together");
                let at = self.origins.get(&other).map_or_else(|| place.clone(), |origin| origin.span.clone());
                let secret = self.is_secret(&one) || self.is_secret(&other);
                self.fault(Code::ConflictingProperties, &at, path, message).of_secret |= secret;
            }
            let alone = !field.needs.is_empty() && !field.needs.iter().any(|other| map.contains_key(*other));
            if alone {
                let others: Vec<String> = field.needs.iter().map(|name| format!("`{}`", path.key(*name))).collect();
                let message = format!("`{}` needs {}", path.key(field.name), others.join(" or "));
                let secret =
                    std::iter::once(&field.name).chain(&field.needs).any(|name| self.is_secret(&path.key(*name)));
                self.fault(Code::MissingProperty, place, path, message).of_secret |= secret;
            }
        }
    }

    /// True when a property has a value for certain: null is as if it were not there.
    fn is_written(&self, map: &Map, name: &str) -> bool {
        map.get(name).is_some_and(|value| !(self.unevaluated && matches!(value, Value::Unknown(_))))
    }

    /// Of each set exactly one must be written.
    pub fn exactly_one(&mut self, sets: &[Vec<&str>], map: &Map, place: &Span) {
        for set in sets {
            let written: Vec<&str> = set.iter().copied().filter(|name| self.is_written(map, name)).collect();
            let names: Vec<String> = set.iter().map(|name| format!("`{name}`")).collect();
            let path = PropertyPath::default();
            match written.as_slice() {
                [_] => {}
                // One of them may turn out to have a value.
                [] if set.iter().any(|name| map.contains_key(*name) || self.meant.contains(&path.key(*name))) => {}
                [] => {
                    let message = format!("`{}` needs one of {}", self.type_name, names.join(", "));
                    let secret = set.iter().any(|name| self.is_secret(&path.key(*name)));
                    self.fault(Code::MissingProperty, place, &path, message).of_secret |= secret;
                }
                [first, second, ..] => {
                    let message = format!("only one of {} can be written", names.join(", "));
                    let at =
                        self.origins.get(&PropertyPath::from(*second)).map_or(place, |origin| &origin.span).clone();
                    let secret = set.iter().any(|name| self.is_secret(&path.key(*name)));
                    let fault = self.fault(Code::ConflictingProperties, &at, &path, message);
                    fault.of_secret |= secret;
                    fault.notes = vec![format!("`{first}` and `{second}` are written")];
                }
            }
        }
    }
}

fn mutual(fields: &[Field], name: &str, other: &str) -> bool {
    fields.iter().any(|field| field.name == other && field.conflicts.contains(&name))
}
