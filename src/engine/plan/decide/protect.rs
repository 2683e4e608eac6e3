//! What stands against a deletion: `prevent_destroy` of ours, deletion protection at AWS.

use crate::model::{Address, Change, Code, Diagnostic, Map, Origin, TypeSchema, Value};

/// The properties by which AWS types refuse to be deleted.
const PROTECTIONS: [&str; 3] = ["deletion_protection", "deletion_protection_enabled", "enable_deletion_protection"];

/// A call that lifts deletion protection, before the deletion.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::plan) struct Lift {
    pub call: &'static str,
    /// The properties as they are, but for the protection.
    pub want: Value,
}

/// The name of the protection that is on, if one is.
pub(super) fn protection(schema: &TypeSchema, live: &Value) -> Option<&'static str> {
    PROTECTIONS
        .into_iter()
        .find(|name| schema.field(name).is_some() && live.get(name).and_then(Value::as_bool) == Some(true))
}

/// How deletion protection is lifted, when somebody said that it may be.
///
/// `want` is what the configuration says in full, if it says anything; `settings` what state remembers.
///
/// # Errors
/// The protection is on, and nothing says that it may go.
pub(super) fn lift(
    schema: &'static TypeSchema,
    address: &Address,
    live: &Value,
    want: Option<&Map>,
    settings: Option<&Value>,
) -> Result<Option<Lift>, Box<Diagnostic>> {
    let Some(name) = protection(schema, live) else { return Ok(None) };
    let said = want.and_then(|want| want.get(name)).and_then(Value::as_bool) == Some(false);
    let forced = settings.and_then(|settings| settings.get("force_destroy")).and_then(Value::as_bool) == Some(true);
    match schema.field(name).map(|field| field.change) {
        Some(Change::Update(call)) if said || (want.is_none() && forced) => {
            let mut properties: Map = live.as_map().cloned().unwrap_or_default();
            properties.retain(|name, _| schema.field(name).is_some_and(|field| field.is_property()));
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

/// The refusal to delete what has `prevent_destroy`.
pub(super) fn prevented(address: &Address, origin: Option<&Origin>, what: &str, why: Option<String>) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(
        Code::PreventDestroy,
        format!("{address} has `prevent_destroy`, and this plan would {what} it"),
    )
    .address(address.clone());
    diagnostic.origin = origin.map(|origin| Box::new(origin.clone()));
    diagnostic.notes.extend(why);
    let help = match origin {
        Some(_) => "set `prevent_destroy: false` if it may go, or undo the change",
        None => {
            "declare it again with `prevent_destroy: false` and apply, then remove it; \
             or let it leave state with `removed: [{from: …, destroy: false}]`"
        }
    };
    diagnostic.help(help)
}
