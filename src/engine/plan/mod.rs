//! Planning: desired, prior and live become a [`Plan`]. Pure: no I/O, no clock, no randomness.
//!
//! Owns: comparing, actions and their reasons, steps and their order. Leaves out: anything that is decided at
//! apply; there is nothing.

mod types;

pub use types::{
    Action, DataRead, Direction, DriftItem, Edge, Mode, Options, OutputChange, Plan, PropertyChange, Reason, Recovered,
    ResourceChange, StepId, StepKind, StepPlan, Summary, Target,
};
