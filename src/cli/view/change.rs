//! Properties: how they change, and those of what comes or goes.

use std::collections::BTreeSet;

use crate::cli::clouds::AllTypes;
use wildfire_engine::model::secret_version::versions;
use wildfire_engine::model::visible::Visible;
use wildfire_engine::model::{Catalog, Map, PropertyPath, TypeSchema, Value};
use wildfire_engine::plan::PropertyChange;

use super::diff::Scope;
use super::line::{Page, Sign};
use super::value::{Place, Reading, SENSITIVE, WIDTH, entry, inline};
use crate::cli::error::place;

/// Where properties stand below their resource, in spaces.
const INDENT: usize = 6;

/// One change, with its place and what it does: `~ cidr_block: "a" -> "b"`, or what differs below it.
pub fn change(page: &mut Page, type_name: &str, change: &PropertyChange, scope: Scope) {
    let sign = match (change.forces_replacement, change.before.is_null(), change.after.is_null()) {
        (true, ..) => Sign::Replace,
        (_, true, _) => Sign::Add,
        (_, _, true) => Sign::Remove,
        _ => Sign::Change,
    };
    let remark = remark(change);
    let line = Place::signed(INDENT, sign);
    let head = format!("{}:", Visible(&change.path));
    // The version of a secret is none, and is why there is a change.
    let versioned = |value: &Value| matches!(value, Value::Unknown(unknown) if versions(unknown).next().is_some());
    if change.sensitive {
        let show = |value: &Value| if versioned(value) { inline(value) } else { SENSITIVE.to_string() };
        let values = match sign {
            Sign::Add => show(&change.after),
            Sign::Remove => format!("{} -> nothing", show(&change.before)),
            _ => format!("{} -> {}", show(&change.before), show(&change.after)),
        };
        return page.push(line.line().text(format!("{head} {values}")).remark(&remark));
    }
    let reading = Reading::of_type(AllTypes.schema(type_name)).at(&change.path);
    match sign {
        Sign::Add => entry(page, line, &head, &change.after, reading, &remark),
        Sign::Remove => {
            let text = inline(&reading.read(&change.before).0);
            match text.chars().count() <= WIDTH {
                true => page.push(line.line().text(format!("{head} {text} -> nothing")).remark(&remark)),
                false => entry(page, line, &head, &change.before, reading, &remark),
            }
        }
        _ => scope.compare(page, line, &head, (&change.before, &change.after), reading, &remark),
    }
}

/// What else is to be said of a change.
fn remark(change: &PropertyChange) -> String {
    let mut remarks = Vec::new();
    if change.forces_replacement {
        remarks.push("forces replacement".to_string());
    }
    if change.drifted {
        remarks.push("changed outside of wildfire".to_string());
    }
    remarks.extend(change.origin.as_ref().map(place));
    remarks.join(", ")
}

/// What properties belong to, and what happens to all of them.
#[derive(Clone, Copy)]
pub struct Owner<'a> {
    pub type_name: &'a str,
    /// Its path within the stack.
    pub path: &'a str,
    pub sign: Option<Sign>,
    /// Not to be shown.
    pub sensitive: &'a BTreeSet<PropertyPath>,
}

/// The properties of a resource that comes or goes, or that is looked at.
pub fn properties(page: &mut Page, owner: Owner<'_>, properties: &Value) {
    let Some(map) = properties.as_map() else { return };
    let schema = AllTypes.schema(owner.type_name);
    let reading = Reading::of_type(schema);
    let line = Place { indent: INDENT, sign: owner.sign, within: owner.sign };
    for (name, value) in map {
        if value.is_null() || name.starts_with('_') || name == "tags" && map.contains_key("tags_all") {
            continue;
        }
        let own = format!("{}.{name}", owner.path);
        let head = format!("{}:", super::value::key(name));
        if only_itself(value, &own) {
            if let Some(made_up) = schema.and_then(|schema| made_up(schema, name, map)) {
                page.push(line.line().text(format!("{head} {made_up}")));
            }
            continue;
        }
        if !owner.sensitive.contains(&PropertyPath::from(name.as_str())) {
            entry(page, line, &head, &tidy(value, &own), reading.of(Some(name)), "");
        }
    }
    // A plan has none of the values.
    for path in owner.sensitive {
        page.push(line.line().text(format!("{path}: {SENSITIVE}")));
    }
}

/// How a name that nobody wrote will begin; none for what AWS sets.
fn made_up(schema: &TypeSchema, name: &str, properties: &Map) -> Option<String> {
    schema.field(name).filter(|field| field.generated)?;
    let (field, beginning) =
        schema.fields.iter().find_map(|field| Some((field, field.begins.filter(|beginning| beginning.of == name)?)))?;
    let written = properties.get(field.name).and_then(Value::as_str).unwrap_or(beginning.otherwise);
    Some(format!("(made up when it is created: {})", Visible(format!("{written}…"))))
}

/// True for an attribute that only AWS sets: it tells nothing but that it will exist.
fn only_itself(value: &Value, own: &str) -> bool {
    matches!(value, Value::Unknown(unknown) if matches!(&*unknown.waits_for, [one] if one == own))
}

/// Without nulls, and without what only says of itself that it will exist.
fn tidy(value: &Value, own: &str) -> Value {
    match value {
        Value::Map(map) => map
            .iter()
            .filter(|(name, value)| !value.is_null() && !only_itself(value, &format!("{own}.{name}")))
            .map(|(name, value)| (name.clone(), tidy(value, &format!("{own}.{name}"))))
            .collect::<Map>()
            .into(),
        Value::List(items) => {
            let item = |(index, item): (usize, &Value)| tidy(item, &format!("{own}[{index}]"));
            items.iter().enumerate().map(item).collect::<Vec<_>>().into()
        }
        other => other.clone(),
    }
}
