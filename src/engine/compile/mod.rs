//! Compilation: modules, `for_each`, `when` and references become the [`DesiredGraph`].
//!
//! Owns: the meaning of every reference, the instances of a resource, dependencies, cycles, checks against
//! the schema. Leaves out: AWS and state. What is not known yet stays unknown, and `evaluate` may be asked again.
//!
//! A stack (`stack`) goes through these rooms, in this order:
//!
//! 1. `stage`: `stage.values` and the stage's tags.
//! 2. `declarations`: each body once, every reference to the declaration that it means.
//! 3. `graph`: the static graph over all call paths, its order and its cycles.
//! 4. `instances`: in that order, `for_each` and `when` to instances, and what each needs.
//! 5. `values`: properties, inputs and outputs, when they are asked for.
//! 6. `checks`: checks across resources; `moved`, `removed`, `import`, `lifecycle`.
//!
//! Faults go to the `sink`, and `spend` bounds what all of it may cost.

mod checks;
mod declarations;
mod given;
mod graph;
mod ids;
mod instances;
mod sink;
mod spend;
mod stack;
mod stage;
#[cfg(test)]
mod tests;
mod types;
mod values;

pub(crate) use checks::{lacks_snapshot_name, snapshot_help};
pub use given::GivenValue;
pub use graph::{Drawing, Drawn, Needs};
pub use graph::{references_to_stacks, stack_order};
pub use instances::AttributesRead;
pub use stack::{compile, compile_beside, compile_offline, validate, validate_stage};
pub use stage::stage_values;
pub use types::{
    Compiled, DataRequest, Desired, DesiredGraph, DesiredLifecycle, Evaluated, Facts, Import, Ingredient,
    IngredientKind, Known, Moved, Output, Removed, StackFacts,
};
