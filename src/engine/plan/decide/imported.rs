//! What stands against an import: another object at the address, and a property that AWS cannot change and that is another
//! than declared. Another stack that manages the object is found where all stacks are seen (`pipeline::stage`).

use crate::compile::{Desired, Import};
use crate::model::{Address, Code, Diagnostic, PhysicalId, STACK_TAG, Value};
use crate::plan::{Note, ResourceChange};
use crate::state::ResourceState;

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

/// The other stack that has made an object, as its tags say.
pub(super) fn made_by(desired: &Desired, live: &Value) -> Option<Note> {
    let other = live.get(desired.schema.tags?.all)?.get(STACK_TAG)?.as_str()?;
    (other != desired.address.stack.to_string()).then(|| Note::MadeBy { stack: other.to_string() })
}

/// The refusal to import over another object: the import would do nothing, and whoever asks for it would take the object
/// for managed.
pub(super) fn over_another(desired: &Desired, import: &Import, id: &PhysicalId, held: &ResourceState) -> Diagnostic {
    let Desired { address, schema, .. } = desired;
    let message = format!(
        "{} {id} is not imported: {address} holds {} {}{} already",
        schema.name,
        held.type_name,
        held.id,
        held.place.suffix()
    );
    let let_go = format!("`wildfire state rm {} {}`", address.stack, shell(address));
    let help = match import.written {
        true => format!(
            "to manage both, declare a resource for {id}; to put {id} in the place of {}, let go of that first: {let_go}; if \
             the entry has done its work, take it away",
            held.id
        ),
        false => format!(
            "to manage both, declare a resource for {id}; to put {id} in the place of {}, let go of that first: {let_go}",
            held.id
        ),
    };
    Diagnostic::error(Code::AlreadyExists, message)
        .at(import.origin.clone())
        .address(address.clone())
        .note("Nothing was imported, and nothing was changed.")
        .help(help)
}

/// A path as a shell takes it: keys of `for_each` hold quotes.
fn shell(address: &Address) -> String {
    match address.path().contains('"') {
        true => format!("'{}'", address.path()),
        false => address.path().to_string(),
    }
}
