//! Compilation: modules, `for_each`, `when` and references become the [`DesiredGraph`].
//!
//! Owns: the meaning of every reference, the instances of a resource, dependencies, cycles, checks against
//! the schema. Leaves out: AWS and state. What is not known yet stays unknown, and `evaluate` may be asked again.
//!
//! A stack goes through these rooms, in this order:
//!
//! 1. `stage`: `stage.values` and the stage's tags.
//! 2. `definition`, `uses` and `resolve`: each body once, every reference to the declaration that it means (`target`).
//! 3. `sites` and `cycles`: the static graph over all call paths, its order and its cycles.
//! 4. `expand` and `dependencies`: in that order, `for_each` and `when` to instances, and what each needs.
//! 5. `scope`, `evaluator`, `properties`, `shape`, `inputs`, `tags`: values, when they are asked for.
//! 6. `network`, `objects` and `declared`: checks across resources; `moved`, `removed`, `import`, `lifecycle`.

mod attributes;
mod blocks;
mod cycles;
mod declared;
mod definition;
mod deletion;
mod dependencies;
mod digest;
mod drawing;
mod evaluate;
mod evaluator;
mod expand;
mod files;
mod inputs;
mod network;
mod objects;
mod order;
mod places;
mod program;
mod properties;
mod reads;
mod resolve;
mod scalar;
mod scope;
mod sensitive;
mod shape;
mod sink;
mod sites;
mod spend;
mod stack;
mod stacks;
mod stage;
mod tags;
mod target;
#[cfg(test)]
mod tests;
mod together;
mod types;
mod unread;
mod uses;

pub(crate) use deletion::{SNAPSHOT_HELP, lacks_snapshot_name};
pub use drawing::{Drawing, Drawn, Needs};
pub use reads::AttributesRead;
pub use stack::{compile, compile_offline, validate, validate_stage};
pub use stacks::{references_to_stacks, stack_order};
pub use stage::stage_values;
pub use types::{
    Compiled, DataRequest, Desired, DesiredGraph, DesiredLifecycle, Evaluated, Facts, Import, Ingredient,
    IngredientKind, Known, Moved, Output, Removed, StackFacts,
};
