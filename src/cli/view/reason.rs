//! Why a plan does what it does, in words.

use wildfire_engine::model::PropertyPath;
use wildfire_engine::plan::Reason;

/// A reason in words.
pub fn why(reason: &Reason) -> String {
    let paths = |paths: &[PropertyPath]| paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match reason {
        Reason::NotInState => "declared, and not in state".into(),
        Reason::GoneAtAws { id } => format!("{id} is in state and gone at AWS"),
        Reason::NotDeclared => "in state, and not declared any more".into(),
        Reason::InstanceGone => "its for_each or when has no such instance any more".into(),
        Reason::DestroyMode => "everything of the stack is to be destroyed".into(),
        Reason::PlaceChanged { from, to } => format!("it is in {from}, and is to be in {to}"),
        Reason::ForcesReplacement { path } => format!("{path} forces replacement"),
        Reason::Changed { paths: changed } => format!("changed: {}", paths(changed)),
        Reason::NeverReady { status } => format!("it was created and never became ready: {status}"),
        Reason::Requested => "asked for by --replace".into(),
        Reason::TriggeredBy { address, attribute } => match attribute {
            Some(attribute) => format!("replace_triggered_by: {}.{attribute} changes", address.path()),
            None => format!("replace_triggered_by: {} changes", address.path()),
        },
        Reason::ParentReplaced { address } => format!("{} is replaced, which it is a part of", address.path()),
        Reason::Unfinished { calls } => format!("its creation was interrupted before: {}", calls.join(", ")),
        Reason::ImportEntry => "asked for by an import".into(),
        Reason::RemovedEntry => "a removed entry keeps it at AWS".into(),
        Reason::MovedFrom { address } => format!("moved from {}", address.path()),
        Reason::Deposed { key } => format!("left over from an interrupted replacement (deposed {key})"),
        Reason::Restored => "its replacement was interrupted, and it is as declared: it stays".into(),
        Reason::SettingsOnly { paths: changed } => format!("settings that AWS never sees: {}", paths(changed)),
    }
}
