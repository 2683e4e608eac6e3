//! Compilation: modules, `for_each`, `when` and references become the [`DesiredGraph`].
//!
//! Owns: the meaning of every reference, the instances of a resource, dependencies, cycles, checks against
//! the schema. Leaves out: AWS and state. What is not known yet stays unknown, and `evaluate` may be asked again.

mod evaluate;
mod order;
mod types;

pub use types::{
    Compiled, DataRequest, Desired, DesiredGraph, Evaluated, Facts, Import, Known, Moved, Output, Removed, StackFacts,
};

/// Expressions and scopes of a compiled stack.
pub(in crate::compile) struct Program;
