//! The entries.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::{OpId, PhysicalId, Value};
use crate::state::{OutputState, Pending, ResourceState, UsedPlan};

/// One thing that happened. State is the fold of all entries over the empty state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "entry")]
pub enum Entry {
    /// A call is about to be sent, for the first time or again.
    Intent { pending: Pending },
    /// A create returned, or a recovery found what it made. The resource exists from here on. A create that was announced
    /// more than once stays in doubt: the earlier request may land when the resource is gone again.
    Created { operation: OpId, id: PhysicalId, attributes: Value },
    /// An update returned; `call` leaves the resource's unfinished list.
    Updated { operation: OpId },
    /// A deletion is complete.
    Deleted { operation: OpId },
    /// A call certainly did nothing, or a recovery proved that it made nothing.
    Void { operation: OpId, reason: String },
    /// Nothing was found of a create, and a request of it may land after all. The place is free for another create.
    Doubted { operation: OpId },
    /// A create that was given up has made something after all. It takes its place when that is empty, and else stands
    /// beside what is there, under the key of a deposed object. Doubtful it stays: it may have been sent more than once.
    Surfaced { operation: OpId, id: PhysicalId, attributes: Value, key: String },
    /// An interrupted replacement is called off: the deposed object is the resource again, and the one that took its place
    /// is deposed under the key `depose`.
    Restored { path: String, key: String, depose: String },
    /// What the resource looks like now: after a wait, after a read.
    Observed { path: String, attributes: Value },
    /// Of earlier versions, which took what read back differently for a form of what was sent. Read, and never written.
    Echoed { path: String },
    /// The resource did not become ready, or did; replaces [`ResourceState::failed`].
    Marked { path: String, failed: Option<String> },
    /// A resource comes under management without a call (`import`).
    Adopted { path: String, resource: ResourceState },
    /// What state remembers about a resource besides its attributes.
    Described {
        path: String,
        dependencies: BTreeSet<String>,
        prevent_destroy: bool,
        create_before_destroy: bool,
        sensitive: BTreeSet<String>,
    },
    /// A resource, or a deposed one, leaves management and stays at AWS.
    Forgotten {
        path: String,
        deposed: Option<String>,
        /// It is not there any more; else it is left to others.
        #[serde(default)]
        gone: bool,
    },
    /// A resource has a new path; its deposed objects, its pending calls, and what depends on it follow.
    Moved { from: String, to: String },
    /// All outputs, replaced.
    Outputs { outputs: BTreeMap<String, OutputState> },
    /// The apply of a saved plan begins: the plan is used up, whatever becomes of the apply.
    PlanUsed { plan: UsedPlan },
}

/// An entry that cannot follow what the journal says so far. `index` counts from 0, in the list that was applied.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("entry {index}: {reason}")]
pub struct TransitionError {
    pub index: usize,
    pub reason: String,
}
