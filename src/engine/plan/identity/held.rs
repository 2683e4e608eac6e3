//! What AWS refuses to delete while something else uses it.
//!
//! A replacement that deletes first fails when a user of the old object stays, or moves over only when the new one is there.

use super::{Names, identified_by};
use crate::model::{Code, Diagnostic, Diagnostics, Value};
use crate::plan::decide::Decision;
use crate::plan::{Action, Direction};

/// Tells of replacements that delete first what stays in use until the new object is there.
pub(in crate::plan) fn held(decisions: &[Decision], names: &Names, diagnostics: &mut Diagnostics) {
    for (index, decision) in decisions.iter().enumerate() {
        let held_by = decision.old_schema.relations.held_by;
        if decision.change.action != Action::Replace(Direction::DeleteFirst) || held_by.is_empty() {
            continue;
        }
        for holder in decisions.iter().filter(|holder| stays(holder)) {
            let uses = held_by.iter().find(|(type_name, property)| {
                *type_name == holder.old_schema.name && names_it(holder, property, decision)
            });
            if let Some((_, property)) = uses {
                diagnostics.push(in_use(decision, holder, property, names.stays(index)));
            }
        }
    }
}

/// True for what is at AWS before and after, or until its successor is made.
fn stays(holder: &Decision) -> bool {
    holder.deposed.is_none()
        && matches!(holder.change.action, Action::NoOp | Action::Update | Action::Replace(Direction::CreateFirst))
}

fn names_it(holder: &Decision, property: &'static str, decision: &Decision) -> bool {
    let Some(id) = &decision.change.id else { return false };
    let sets = holder.old_schema.relations.inline;
    // A set that is not written shows what other resources made, and each of those counts for itself.
    let shown = sets.iter().any(|set| set.property == property) && !holder.inline.contains(&property);
    if shown || holder.change.address == decision.change.address {
        return false;
    }
    let value = property.split('.').try_fold(&*holder.change.before, |value, name| value.get(name));
    value.is_some_and(|value| mentions(value, id.as_str()))
}

/// True when a text in the value is the id, in any case, or the id behind an account (`123456789012/sg-1`).
fn mentions(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => text.rsplit('/').next().unwrap_or(text).eq_ignore_ascii_case(id),
        Value::List(items) => items.iter().any(|item| mentions(item, id)),
        Value::Map(map) => map.values().any(|item| mentions(item, id)),
        _ => false,
    }
}

fn in_use(decision: &Decision, holder: &Decision, property: &str, same_name: bool) -> Diagnostic {
    let (address, user) = (&decision.change.address, holder.change.address.path());
    let id = decision.change.id.as_ref().map(ToString::to_string).unwrap_or_default();
    let message = format!("{address} cannot be deleted before it is made again: `{user}` uses it");
    let mut diagnostic = Diagnostic::error(Code::InUse, message)
        .address(address.clone())
        .note(format!("AWS does not delete {id} while `{property}` of `{user}` names it"));
    diagnostic.origin = decision.change.origin.clone().map(Box::new);
    match same_name {
        false => diagnostic
            .help("set `lifecycle: {create_before_destroy: true}` for it: users move over before the old one goes"),
        true => {
            diagnostic.notes.extend(identified_by(decision));
            diagnostic.help(
                "change what names it too, and set `lifecycle: {create_before_destroy: true}`: users move over before the \
                 old one goes",
            )
        }
    }
}
