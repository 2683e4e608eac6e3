//! What an apply tells while it runs and when it ends.

use std::time::Duration;

use crate::model::{Address, CloudError, Diagnostic, Diagnostics, NaturalKey, PhysicalId, Placement};
use crate::plan::{StepId, Summary};

/// Progress, for whoever shows it.
#[derive(Clone, Debug)]
pub enum Event {
    Started {
        step: StepId,
    },
    /// Sent, and AWS is at work; `status` is AWS's word.
    Waiting {
        step: StepId,
        status: String,
    },
    Retrying {
        step: StepId,
        error: CloudError,
        attempt: u32,
        after: Duration,
    },
    Finished {
        step: StepId,
        elapsed: Duration,
        result: StepResult,
    },
    /// SIGINT or a lost lock: no new steps.
    Stopping {
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum StepResult {
    Done,
    Failed(Box<Diagnostic>),
    /// Something it depends on failed or was skipped.
    Skipped {
        because: Address,
    },
    /// AWS is still at work on it, or its outcome is not known; the next run goes on from there.
    HandedOver {
        status: String,
    },
    /// Not started when the run was stopped.
    NotStarted,
}

/// How an apply ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Complete,
    /// A step failed, or something could not even be planned as it could not be read.
    Partial,
    Interrupted,
    /// The lock or the head was lost to another run: this one stopped at once.
    Fenced,
}

/// The end of an apply.
#[derive(Clone, Debug)]
pub struct Report {
    pub outcome: Outcome,
    /// By step, in the order of the plan.
    pub steps: Vec<(StepId, StepResult, Duration)>,
    /// What was done, counted by resource.
    pub done: Summary,
    /// What went wrong besides the steps: outputs, the journal.
    pub diagnostics: Diagnostics,
    /// Creations that AWS refused as something of their name exists, which is not of this stack.
    pub met: Vec<Met>,
    pub elapsed: Duration,
}

/// A creation that met something.
#[derive(Clone, Debug)]
pub struct Met {
    pub address: Address,
    pub place: Placement,
    pub type_name: &'static str,
    /// The id of what is there, where the properties tell it.
    pub id: Option<PhysicalId>,
    pub names: Vec<NaturalKey>,
    /// What the diagnostic says of it while nobody knows whose it is.
    pub note: &'static str,
}
