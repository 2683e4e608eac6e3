//! The steps of a plan, and their order.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{Address, Batch, PhysicalId, Placement, Value};

/// The number of a step, from 0, in the order of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub usize);

/// One mutating call, or one change of state.
#[derive(Clone, Debug, PartialEq)]
pub struct StepPlan {
    pub id: StepId,
    pub address: Address,
    pub type_name: &'static str,
    /// Where its calls go.
    pub place: Placement,
    pub kind: StepKind,
    /// What will be sent, with unknowns that apply fills in by evaluating again. Null for delete and the state-only kinds.
    pub want: Value,
    /// `service:Operation`
    pub calls: &'static [&'static str],
    /// Seconds that the step usually takes, waiting included.
    pub usual_seconds: u32,
    /// How the call may share a request with those of other steps.
    pub shares: Option<Batch>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// `depose`: the resource in state becomes deposed under this key when the create returns.
    Create {
        depose: Option<String>,
        unfinished: Vec<&'static str>,
    },
    Update {
        id: Option<PhysicalId>,
        call: &'static str,
    },
    /// `deposed`: the deposed object with this key, not the current one.
    Delete {
        id: PhysicalId,
        deposed: Option<String>,
    },
    Forget {
        deposed: Option<String>,
        /// It is not there any more; else it is left to others.
        gone: bool,
    },
    Import {
        id: PhysicalId,
    },
    Move {
        from: Address,
    },
    /// The deposed object is the resource again; the one in its place becomes deposed.
    Restore {
        key: String,
        depose: String,
    },
    /// Attributes or settings in state only.
    Record,
    /// A data source.
    Read,
}

/// `before` has to be done before `after` starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub before: StepId,
    pub after: StepId,
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
