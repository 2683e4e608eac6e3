//! Where the cloud has a later version than is declared: it upgrades minor versions by itself, and major ones at the end
//! of their support.

use crate::model::{Code, Diagnostic, Map, Standing, Ty, TypeSchema, Value, standing_by};
use crate::plan::Note;
use crate::plan::defaults::is_ignored;

pub(super) struct Ahead {
    pub notes: Vec<Note>,
    /// By property.
    pub errors: Vec<(&'static str, Diagnostic)>,
}

/// Compares every declared version with the one that `live` has; `majors` as [`standing_by`] takes it.
pub(super) fn ahead(
    schema: &'static TypeSchema,
    properties: &Map,
    live: &Value,
    ignored: &[String],
    majors: usize,
) -> Ahead {
    let mut found = Ahead { notes: Vec::new(), errors: Vec::new() };
    let versions =
        schema.fields.iter().filter(|field| field.ty == Ty::Version && !is_ignored(schema, ignored, field.name));
    for field in versions.filter(|field| matches!(field.change, crate::model::Change::Update(_))) {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_string);
        let (Some(declared), Some(actual)) = (text(properties.get(field.name)), text(live.get(field.name))) else {
            continue;
        };
        match standing_by(&declared, &actual, majors) {
            Standing::Met | Standing::Behind => {}
            Standing::Ahead => found.notes.push(Note::Ahead { path: field.name.into(), declared, actual }),
            Standing::MajorAhead => {
                let name = field.name;
                let message = format!("{name} is declared as {declared}, and AWS has {actual}, a later major version");
                let diagnostic = Diagnostic::error(Code::InvalidValue, message)
                    .note("no call takes a resource back to an earlier major version")
                    .help(format!("write `{name}: \"{actual}\"`, or replace the resource with --replace"));
                found.errors.push((name, diagnostic));
            }
        }
    }
    found
}
