//! What stands against an import: another stack that manages the object, and a property that AWS cannot change and that is
//! another than declared.

use crate::compile::{Desired, Import};
use crate::model::{Code, Diagnostic, PhysicalId, STACK_TAG, Value};
use crate::plan::ResourceChange;

/// The refusal to import what would have to be replaced at once.
pub(super) fn not_as_declared(
    desired: &Desired,
    import: &Import,
    id: &PhysicalId,
    change: &ResourceChange,
) -> Diagnostic {
    let Desired { address, schema, .. } = desired;
    let message = format!("{} {id} is not as {address} is declared, and the import would replace it", schema.name);
    let mut diagnostic =
        Diagnostic::error(Code::ImportDiffers, message).at(import.origin.clone()).address(address.clone());
    for property in change.changes.iter().filter(|property| property.forces_replacement) {
        let path = &property.path;
        let place = match &property.origin {
            Some(origin) => format!(" at {}", origin.span),
            None => String::new(),
        };
        diagnostic = diagnostic.note(match (property.sensitive, property.after.is_null()) {
            (true, _) => format!("`{path}` cannot be changed in place, and is another at AWS than is declared{place}"),
            (false, true) => {
                format!("`{path}` cannot be changed in place, and is {} at AWS and not declared", property.before)
            }
            (false, false) => format!(
                "`{path}` cannot be changed in place, and is {} at AWS and {} as declared{place}",
                property.before, property.after
            ),
        });
    }
    let help = match diagnostic.notes.is_empty() {
        false => "declare these as they are at AWS; once it is imported, a change of them is planned as a replacement",
        true => "import it first, then ask for the replacement",
    };
    diagnostic.note("Nothing was imported, and nothing was changed.").help(help)
}

/// The refusal to import what another stack manages, as its tags say: two stacks would undo each other's changes, and each
/// could delete the object from under the other.
pub(super) fn of_another_stack(
    desired: &Desired,
    import: &Import,
    id: &PhysicalId,
    live: &Value,
) -> Option<Diagnostic> {
    let Desired { address, schema, .. } = desired;
    let other = live.get(schema.tags?.all)?.get(STACK_TAG)?.as_str()?;
    if other == address.stack.to_string() {
        return None;
    }
    let message = format!("{} {id} is managed by another stack, {other}", schema.name);
    Some(
        Diagnostic::error(Code::AlreadyExists, message)
            .at(import.origin.clone())
            .address(address.clone())
            .note(format!("Its tag `{STACK_TAG}` says so."))
            .note("Nothing was imported, and nothing was changed.")
            .help(format!(
                "to move it here, let that stack go of it (`wildfire state rm {other} ADDRESS` once it is not declared \
                 there), and take the tag `{STACK_TAG}` off the object; to use it, refer to an output of that stack"
            )),
    )
}
