//! The plan.

mod step;
mod summary;

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::compile::GivenValue;
use crate::model::{Address, Diagnostic, OpId, Origin, PhysicalId, Placement, PropertyPath, Question, StackId, Value};

pub use step::{Edge, StepId, StepKind, StepPlan};
pub use summary::Summary;

/// What kind of plan is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    #[default]
    Normal,
    /// Delete everything in state.
    Destroy,
    /// Take drift into state and change nothing at AWS.
    RefreshOnly,
}

/// An address of the command line: a resource, all instances of it, or everything in a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Target(pub Address);

/// The flags of a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Options {
    pub mode: Mode,
    /// Only these and what they depend on; empty: all.
    pub targets: Vec<Target>,
    /// All but these and what depends on them.
    pub excludes: Vec<Target>,
    /// Replace these even without a change.
    pub replace: Vec<Target>,
}

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    NoOp,
    Create,
    /// In place.
    Update,
    Replace(Direction),
    Delete,
    /// It leaves state and stays at AWS.
    Forget,
    /// It exists at AWS and comes under management.
    Import,
}

/// The order of a replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    DeleteFirst,
    CreateFirst,
}

/// Why a resource has its action.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Declared and not in state.
    NotInState,
    /// In state, and gone at AWS.
    GoneAtAws { id: PhysicalId },
    /// In state and not declared.
    NotDeclared,
    /// Its `for_each` has no such key any more, or `when` is false.
    InstanceGone,
    /// `prevent_destroy` and `--destroy` aside: everything goes.
    DestroyMode,
    /// A property that AWS cannot change differs.
    ForcesReplacement { path: PropertyPath },
    /// It is declared to be in another account or region.
    PlaceChanged { from: Placement, to: Placement },
    /// Properties differ.
    Changed { paths: Vec<PropertyPath> },
    /// It was created and never became ready.
    NeverReady { status: String },
    /// `--replace`
    Requested,
    /// `replace_triggered_by`
    TriggeredBy { address: Address, attribute: Option<String> },
    /// What it is a part of is replaced, and keeps its name.
    ParentReplaced { address: Address },
    /// Calls that belong to its creation are not made yet.
    Unfinished { calls: Vec<String> },
    /// An `import` entry, or the command.
    ImportEntry,
    /// A `removed` entry with `destroy: false`.
    RemovedEntry,
    /// A `moved` entry.
    MovedFrom { address: Address },
    /// A predecessor of a replacement still exists.
    Deposed { key: String },
    /// An interrupted replacement is called off: its predecessor is as declared, and still exists.
    Restored,
    /// Only settings that AWS never sees differ.
    SettingsOnly { paths: Vec<PropertyPath> },
}

/// What a cloud that decides by itself said of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    pub address: Address,
    /// About a new object, and not about the one that there is.
    pub new: bool,
    pub planned: Value,
    pub replaces: Vec<PropertyPath>,
}

/// Something to know about a resource that is no change.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// The cloud has upgraded it by itself within the declared major version.
    Ahead { path: PropertyPath, declared: String, actual: String },
    /// Its tags say that another stack has made it: `test/edge`. Whether that stack still holds it is for the plan of the
    /// stage to find out.
    MadeBy { stack: String },
}

/// One property before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct PropertyChange {
    pub path: PropertyPath,
    pub before: Value,
    /// May be or hold unknowns.
    pub after: Value,
    /// The place in the YAML that asks for `after`; none when it is absent there.
    pub origin: Option<Origin>,
    pub forces_replacement: bool,
    /// Show neither side.
    pub sensitive: bool,
    /// The update call that makes the change.
    pub call: Option<&'static str>,
    /// The live value differs from what state remembers: somebody else changed it.
    pub drifted: bool,
}

/// What happens to one resource, for people.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceChange {
    pub address: Address,
    pub previous_address: Option<Address>,
    pub type_name: &'static str,
    pub id: Option<PhysicalId>,
    /// Where it will be; of what goes, where it is.
    pub place: Placement,
    pub action: Action,
    pub reasons: Vec<Reason>,
    /// The declaration; none when only state knows the resource.
    pub origin: Option<Origin>,
    /// Live attributes (prior ones for what is gone); null for a create. Sensitive values are left out.
    pub before: Arc<Value>,
    /// Planned attributes, with unknowns; null for a delete. Where nothing is done, the very same.
    pub after: Arc<Value>,
    /// Paths in `before` and `after` that must not be shown.
    pub sensitive: BTreeSet<PropertyPath>,
    pub changes: Vec<PropertyChange>,
    /// For people; the action does not depend on them.
    pub notes: Vec<Note>,
    /// The steps that do it.
    pub steps: Vec<StepId>,
}

impl ResourceChange {
    /// True when something of it is changed by a call, beyond what the action itself says.
    pub fn changes_at_aws(&self) -> bool {
        self.changes.iter().any(|change| change.call.is_some())
    }

    /// True when the declaration gives the address another type: `before` and `after` are of two types.
    pub fn changes_type(&self) -> bool {
        // Types have properties of this name as well, and none of them holds the name of a type.
        let declared = |change: &PropertyChange| {
            change.path == PropertyPath::from("type") && change.after.as_str() == Some(self.type_name)
        };
        self.changes.iter().any(declared)
    }

    /// The key of the deposed object that this is about; none for the current one.
    pub fn deposed(&self) -> Option<&str> {
        self.reasons.iter().find_map(|reason| match reason {
            Reason::Deposed { key } => Some(key.as_str()),
            _ => None,
        })
    }
}

/// A live value that differs from what state remembers.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftItem {
    pub address: Address,
    pub type_name: String,
    pub id: PhysicalId,
    /// Gone, or the properties that differ.
    pub gone: bool,
    pub changes: Vec<PropertyChange>,
}

/// A resource of which nobody could tell what it is like, so that nothing is planned for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unread {
    pub address: Address,
    pub type_name: String,
    /// None for one that may have been made by a call that got no answer.
    pub id: Option<PhysicalId>,
    /// Why it could not be read.
    pub problem: Diagnostic,
    /// What would be done if it could be read, and is left as it is until then. Sorted.
    pub waiting: Vec<Address>,
}

/// A change of an output.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputChange {
    pub name: String,
    pub before: Option<Value>,
    /// `None`: the output goes.
    pub after: Option<Value>,
    pub sensitive: bool,
}

/// A data source that can only be read during the apply.
#[derive(Clone, Debug, PartialEq)]
pub struct DataRead {
    pub address: Address,
    pub type_name: &'static str,
    pub origin: Origin,
}

/// What a recovery found out about a call whose outcome was unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovered {
    pub operation: OpId,
    pub address: Address,
    pub type_name: String,
    pub call: String,
    /// Found at AWS under this id; `None`: it did nothing.
    pub found: Option<PhysicalId>,
}

/// Everything that an apply will do, in full.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub stack: StackId,
    pub account: String,
    pub region: String,
    pub mode: Mode,
    /// The digest of the configuration.
    pub config_digest: String,
    /// Lineage and serial of the state that it was made from.
    pub lineage: String,
    pub serial: u64,
    /// Every resource, no-ops too, in the order of the files; what only state knows comes last.
    pub resources: Vec<ResourceChange>,
    pub drift: Vec<DriftItem>,
    /// What the plan is not about, although it should be. By address.
    pub unread: Vec<Unread>,
    pub outputs: Vec<OutputChange>,
    pub reads: Vec<DataRead>,
    pub recovered: Vec<Recovered>,
    /// What clouds that decide by themselves have to be asked first: until it is answered, the rest means nothing.
    pub asked: Vec<Question>,
    /// Imports whose id is not known yet: until it is, the rest means nothing.
    pub open_imports: Vec<Diagnostic>,
    /// What such clouds said, without what is sensitive.
    pub foreseen: Vec<Answered>,
    pub steps: Vec<StepPlan>,
    /// Sorted.
    pub edges: Vec<Edge>,
    /// The planned attributes of every resource and data source, for outputs and for apply.
    pub planned: IndexMap<String, Arc<Value>>,
    /// The flags that name nothing of this stack.
    pub unmatched: Vec<Target>,
    /// What was set from outside of the files.
    pub values: Vec<GivenValue>,
    /// Conditions that do not hold, and only warn.
    pub checks: Vec<Diagnostic>,
}

impl Plan {
    /// True when apply has nothing to do, state included.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.outputs.is_empty()
    }

    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        self.resources.iter().for_each(|change| summary.add(change));
        summary
    }
}
