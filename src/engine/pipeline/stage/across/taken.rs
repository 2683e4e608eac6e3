//! What a command would take from under another stack: an object that both hold, a name that the other has, an import of
//! what the other manages.

use std::collections::BTreeSet;

use super::Side;
use super::holders::{Fate, Holder, Holders};
use super::moved::Move;
use super::words::{removed, shell};
use crate::compile::DesiredGraph;
use crate::model::{Catalog, Code, Diagnostic, NaturalKey, Origin, PhysicalId, Placement, STACK_TAG};
use crate::plan::{Action, Mode, Note, Plan, Reason, ResourceChange, entry};

/// Tells of it, but for what `moves` tell. `known` are the stacks of which is known what they hold.
pub(super) fn told(
    sides: &[&Side<'_>],
    moves: &[Move<'_>],
    known: &BTreeSet<String>,
    catalog: &dyn Catalog,
) -> Vec<Diagnostic> {
    let holders = Holders::new(sides, catalog);
    let look = Look { sides, holders: &holders, moves, known, catalog };
    let mut found = Vec::new();
    for (place, side) in sides.iter().enumerate() {
        let Some((graph, plan)) = side.acts else { continue };
        for change in &plan.resources {
            found.extend(look.creation(place, plan, change));
            found.extend(look.import(place, graph, change));
            found.extend(look.deletion(place, plan, change));
        }
    }
    found
}

struct Look<'a> {
    sides: &'a [&'a Side<'a>],
    holders: &'a Holders<'a>,
    moves: &'a [Move<'a>],
    known: &'a BTreeSet<String>,
    catalog: &'a dyn Catalog,
}

impl<'a> Look<'a> {
    fn fate(&self, holder: &Holder<'_>, name: Option<&NaturalKey>) -> (Fate, bool) {
        holder.fate(self.sides[holder.side], name, self.catalog)
    }

    /// The names that a change takes of which another stack has one, or something that the plan leaves out.
    fn creation(&self, place: usize, plan: &Plan, change: &ResourceChange) -> Option<Diagnostic> {
        let is_new = matches!(change.action, Action::Create | Action::Replace(_));
        if !is_new && change.action != Action::Update {
            return None;
        }
        let before = match change.changes_type() {
            true => Vec::new(),
            false => self.catalog.natural_keys_in(&change.place, change.type_name, &change.before),
        };
        let after = self.catalog.natural_keys_in(&change.place, change.type_name, &change.after);
        let taken = after.iter().filter(|key| is_new || !before.contains(key));
        for key in taken {
            for holder in self.holders.named(key) {
                if holder.side == place {
                    // What the plan is about is compared where the stack is planned.
                    let seen = plan.resources.iter().any(|other| holder.is_of(other));
                    if !seen && holder.address != change.address {
                        return Some(left_out(holder, change));
                    }
                    continue;
                }
                if self.moves.iter().any(|one| one.from == holder.address) {
                    continue;
                }
                let fault = match self.fate(holder, Some(key)) {
                    (Fate::Gone, _) => continue,
                    (Fate::Frees, true) if holder.side < place => continue,
                    (Fate::Frees, acts) => not_free_yet(holder, change, acts),
                    (Fate::LetGo, _) => left_at_aws(holder, change),
                    (Fate::Stays, _) => one_object(holder, change),
                };
                return Some(fault);
            }
        }
        None
    }

    fn import(&self, place: usize, graph: &DesiredGraph, change: &ResourceChange) -> Option<Diagnostic> {
        let id = change.id.as_ref().filter(|_| change.action == Action::Import)?;
        let entry = graph.imports.iter().find(|import| import.to == change.address);
        let origin = entry.map(|entry| &entry.origin);
        for holder in self.same(place, change, id) {
            if matches!(self.fate(holder, None).0, Fate::Stays | Fate::Frees) {
                return Some(held(holder, change, origin));
            }
        }
        let made_by = change.notes.iter().find_map(|note| match note {
            Note::MadeBy { stack } if !self.known.contains(stack) => Some(stack),
            _ => None,
        });
        made_by.map(|stack| made_elsewhere(stack, change, id, origin))
    }

    fn deletion(&self, place: usize, plan: &Plan, change: &ResourceChange) -> Option<Diagnostic> {
        if !matches!(change.action, Action::Delete | Action::Replace(_)) {
            return None;
        }
        let id = change.id.as_ref()?;
        let holder =
            self.same(place, change, id).into_iter().find(|holder| self.fate(holder, None).0 == Fate::Stays)?;
        Some(also_held(holder, change, plan.mode))
    }

    /// The other stacks that have the object of a change.
    fn same(&self, place: usize, change: &ResourceChange, id: &PhysicalId) -> Vec<&'a Holder<'a>> {
        // The object that there is may be of another type, or in another place, than the one that is declared.
        let (at, type_name) = old_kind(change);
        let keys = self.catalog.natural_keys_in(at, &type_name, &change.before);
        let all = self.holders.same(at, &type_name, id, &keys);
        all.into_iter().filter(|holder| holder.side != place).collect()
    }
}

/// The place and the type of the object that there is.
fn old_kind(change: &ResourceChange) -> (&Placement, String) {
    let place = change.reasons.iter().find_map(|reason| match reason {
        Reason::PlaceChanged { from, .. } => Some(from),
        _ => None,
    });
    let declared = change.changes.iter().find(|property| property.path == "type".into() && change.changes_type());
    let old = declared.and_then(|property| property.before.as_str());
    (place.unwrap_or(&change.place), old.unwrap_or(change.type_name).to_string())
}

fn new_fault(code: Code, message: String, change: &ResourceChange, origin: Option<&Origin>) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(code, message).address(change.address.clone());
    diagnostic.origin = origin.or(change.origin.as_ref()).cloned().map(Box::new);
    diagnostic
}

fn what(holder: &Holder<'_>) -> String {
    format!("{} {}", holder.object.type_name, holder.object.id)
}

fn is_gone(holder: &Holder<'_>) -> String {
    format!(
        "if AWS does not have it any more, `wildfire apply {} --refresh-only` says so to the state",
        holder.address.stack
    )
}

fn one_object(holder: &Holder<'_>, change: &ResourceChange) -> Diagnostic {
    let message = format!("{} would be one object with {}, which is there already", change.address, holder.address);
    new_fault(Code::DuplicateObject, message, change, None)
        .note(format!("`{}` is {} in the state of {}", holder.address, what(holder), holder.address.stack))
        .help(format!("declare it in one stack, and refer to an output of that in the other; {}", is_gone(holder)))
}

fn left_out(holder: &Holder<'_>, change: &ResourceChange) -> Diagnostic {
    let (from, to) = (&holder.address, &change.address);
    let message = format!("{to} would be one object with `{}`, which this plan leaves out", from.path());
    let (old, new) = (entry(from), entry(to));
    new_fault(Code::DuplicateObject, message, change, None).note(format!("`{}` is {}", from.path(), what(holder))).help(
        format!(
            "if `{}` is its new name, write `moved: [{{from: {old}, to: {new}}}]`; else plan both together",
            to.path()
        ),
    )
}

fn not_free_yet(holder: &Holder<'_>, change: &ResourceChange, acts: bool) -> Diagnostic {
    let message = format!("{} needs a name that {} has", change.address, holder.address);
    let help = match acts {
        true => format!("take two applies: `wildfire apply {}` first", holder.address.stack),
        false => format!("`wildfire apply {}` first: its configuration gives the name up", holder.address.stack),
    };
    let mut diagnostic = new_fault(Code::ConflictingProperties, message, change, None).note(format!(
        "`{}` is {}",
        holder.address,
        what(holder)
    ));
    if acts {
        diagnostic = diagnostic.note(format!("In this plan {} gives it up only afterwards.", holder.address.stack));
    }
    diagnostic.help(help)
}

fn left_at_aws(holder: &Holder<'_>, change: &ResourceChange) -> Diagnostic {
    let message = format!(
        "{} would be made, and {} lets go of what has its name without deleting it",
        change.address, holder.address.stack
    );
    let import = super::words::import(&change.address, holder.object.id);
    new_fault(Code::AlreadyExists, message, change, None)
        .note(format!("`{}` is {}", holder.address, what(holder)))
        .help(format!("take it over: `import: [{import}]` in {}", change.address.stack))
}

fn held(holder: &Holder<'_>, change: &ResourceChange, origin: Option<&Origin>) -> Diagnostic {
    let message = format!("{} is managed by another stack, as {}", what(holder), holder.address);
    new_fault(Code::AlreadyExists, message, change, origin)
        .note("Nothing was imported, and nothing was changed.")
        .help(format!(
            "to move it here, take its declaration out of {stack} and let go of it there: `removed: [{}]` in {stack}, or \
             `wildfire state rm {stack} {}`; to use it, refer to an output of {stack}",
            removed(&holder.address),
            shell(holder.address.path()),
            stack = holder.address.stack,
        ))
}

fn made_elsewhere(stack: &str, change: &ResourceChange, id: &PhysicalId, origin: Option<&Origin>) -> Diagnostic {
    let message = format!("{} {id} is managed by another stack, {stack}", change.type_name);
    new_fault(Code::AlreadyExists, message, change, origin)
        .note(format!("Its tag `{STACK_TAG}` says so, and what that stack holds is not known here."))
        .note("Nothing was imported, and nothing was changed.")
        .help(format!(
            "to move it here, let that stack go of it (`wildfire state rm {stack} ADDRESS` once it is not declared there), and \
             take the tag `{STACK_TAG}` off the object; to use it, refer to an output of that stack"
        ))
}

fn also_held(holder: &Holder<'_>, change: &ResourceChange, mode: Mode) -> Diagnostic {
    let message = format!("{} would be deleted, and {} is the same object", change.address, holder.address);
    let (from, stack) = (&change.address, &change.address.stack);
    let command = format!("`wildfire state rm {stack} {}`", shell(from.path()));
    let let_go = match (mode, change.action) {
        (Mode::Normal, Action::Delete) => format!("`removed: [{}]` in {stack}, or {command}", removed(from)),
        _ => command,
    };
    new_fault(Code::DuplicateObject, message, change, None)
        .note(format!("{} holds {} as well", holder.address.stack, what(holder)))
        .help(format!(
            "to keep it there, let go of it here: {let_go}; to delete it, let {} go of it",
            holder.address.stack
        ))
}
