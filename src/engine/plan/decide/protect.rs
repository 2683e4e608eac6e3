//! What stands against a deletion: `prevent_destroy` of ours, deletion protection and snapshots at AWS.

use crate::compile::{Desired, lacks_snapshot_name, snapshot_help};
use crate::model::{Address, Change, Code, Diagnostic, Field, Map, Origin, TypeSchema, Value};
use crate::state::ResourceState;

/// A call that lifts deletion protection, before the deletion.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::plan) struct Lift {
    pub call: &'static str,
    /// The properties as they are, but for the protection.
    pub want: Value,
}

/// The name of the protection that is on, if one is.
pub(super) fn protection(schema: &TypeSchema, live: &Value) -> Option<&'static str> {
    protections(schema).map(|field| field.name).find(|name| live.get(name).and_then(Value::as_bool) == Some(true))
}

/// The protection that an update call switches.
pub fn protection_of(schema: &TypeSchema, call: &str) -> Option<&'static str> {
    let switched = |field: &&Field| matches!(field.change, Change::Update(own) if own == call);
    protections(schema).find(switched).map(|field| field.name)
}

/// The properties by which the cloud refuses to delete a resource of the type.
fn protections(schema: &TypeSchema) -> impl Iterator<Item = &Field> {
    schema.fields.iter().filter(|field| field.protection)
}

/// How deletion protection is lifted, when somebody said that it may be.
///
/// `written` is what the configuration says, without defaults: silence lifts nothing, as somebody may have switched the
/// protection on at AWS. `settings` is what state remembers.
///
/// # Errors
/// The protection is on, and nothing says that it may go; or AWS would refuse the deletion for a snapshot without a name.
pub(super) fn lift_protection(
    schema: &TypeSchema,
    address: &Address,
    live: &Value,
    written: Option<&Map>,
    settings: Option<&Value>,
) -> Result<Option<Lift>, Box<Diagnostic>> {
    if let Some(last) = settings.and_then(|settings| lacks_snapshot_name(schema, settings)) {
        let message = format!("{address} would be deleted, and its last snapshot has no name");
        let diagnostic = Diagnostic::error(Code::PreventDestroy, message).address(address.clone());
        return Err(Box::new(diagnostic.help(format!("{} and apply, then delete", snapshot_help(last)))));
    }
    let Some(name) = protection(schema, live) else { return Ok(None) };
    let said = written.and_then(|written| written.get(name)).and_then(Value::as_bool) == Some(false);
    match schema.field(name).map(|field| field.change) {
        Some(Change::Update(call)) if said => {
            let mut properties: Map = live.as_map().cloned().unwrap_or_default();
            properties.retain(|name, _| schema.field(name).is_some_and(|field| field.is_property()));
            // Settings that AWS never sees, such as `skip_final_snapshot`: what is recorded after the lift decides how
            // the deletion goes.
            let local = schema.fields.iter().filter(|field| field.change == Change::Local);
            for field in local {
                if let Some(value) = settings.and_then(|settings| settings.get(field.name)) {
                    properties.insert(field.name.to_string(), value.clone());
                }
            }
            properties.insert(name.to_string(), Value::Bool(false));
            Ok(Some(Lift { call, want: Value::Map(properties) }))
        }
        _ => Err(Box::new(
            Diagnostic::error(
                Code::PreventDestroy,
                format!("{address} would be deleted, and its deletion protection is on"),
            )
            .address(address.clone())
            .note(format!("`{name}` is true at AWS, and nothing declared says that it may be switched off"))
            .help(format!("set `{name}: false` and apply, then delete")),
        )),
    }
}

/// Why a resource has to stay.
pub(super) enum Kept {
    /// The configuration says `prevent_destroy: true`.
    Declared,
    /// State remembers it, and the configuration does not say otherwise: its line was dropped in the same change, or the
    /// whole declaration is gone.
    Remembered { declared: bool },
}

/// Whether `prevent_destroy` stands against the deletion of a resource. `false` in the configuration takes it back at
/// once; a line that is only dropped does so for the plans after the next apply.
pub(super) fn kept(desired: Option<&Desired>, state: Option<&ResourceState>) -> Option<Kept> {
    let remembered = state.is_some_and(|state| state.prevent_destroy);
    match desired.and_then(|desired| desired.lifecycle.prevent_destroy) {
        Some(true) => Some(Kept::Declared),
        Some(false) => None,
        None => remembered.then_some(Kept::Remembered { declared: desired.is_some() }),
    }
}

impl Kept {
    /// The refusal of a plan that would `what` the resource.
    pub(super) fn refuse(
        &self,
        address: &Address,
        origin: Option<&Origin>,
        what: &str,
        why: Option<String>,
    ) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(
            Code::PreventDestroy,
            format!("{address} has `prevent_destroy`, and this plan would {what} it"),
        )
        .address(address.clone());
        diagnostic.origin = origin.map(|origin| Box::new(origin.clone()));
        diagnostic.notes.extend(why);
        match self {
            Kept::Declared => diagnostic.help("set `prevent_destroy: false` if it may go, or undo the change"),
            Kept::Remembered { declared: true } => diagnostic
                .note("State remembers `prevent_destroy`, and the configuration does not say it any more.")
                .help(format!(
                    "set `prevent_destroy: false` if it may go; or apply without the change that would {what} it first"
                )),
            Kept::Remembered { declared: false } => diagnostic.help(
                "declare it again with `prevent_destroy: false` and apply, then remove it; \
                 or let it leave state with `removed: [{from: …, destroy: false}]`",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LastSnapshot, Ty, Unknown};
    use crate::plan::tests::catalog::{field, schema};

    const LAST: LastSnapshot = LastSnapshot { skip: "skip_final_snapshot", name: "final_snapshot_identifier" };

    #[test]
    fn a_last_snapshot_needs_a_name_before_anything_is_deleted() {
        let settings = vec![
            field("skip_final_snapshot", Ty::Bool).local(),
            field("final_snapshot_identifier", Ty::String).local(),
        ];
        let (with, without) = (schema("test_last", settings).last_snapshot(LAST), schema("test_cache", Vec::new()));
        let refused = |schema: &TypeSchema, settings: Value| {
            let address: Address = "test/main:db".parse().unwrap();
            lift_protection(schema, &address, &Value::Null, None, Some(&settings)).is_err()
        };
        assert!(refused(&with, Value::Map(Map::new())));
        assert!(refused(&with, [("skip_final_snapshot", Value::from(false))].into()));
        assert!(!refused(&with, [("skip_final_snapshot", Value::from(true))].into()));
        assert!(!refused(&with, [("final_snapshot_identifier", Value::from("last"))].into()));
        assert!(!refused(&with, [("final_snapshot_identifier", Value::Unknown(Unknown::one("x")))].into()));
        // A cache without a name for it takes no snapshot.
        assert!(!refused(&without, Value::Map(Map::new())));
    }
}
