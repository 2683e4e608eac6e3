//! The static graph: declarations at every call path, before `for_each`.
//!
//! Owns: its edges (`call_sites`), its order and its cycles, the order of stacks, which resource a place in the files
//! belongs to (`places`), and what a picture of a stack shows (`drawing`). Leaves out: instances and values.

mod call_sites;
pub(super) mod cycles;
mod drawing;
mod order;
pub(super) mod places;
mod stacks;

pub(super) use call_sites::{CallSites, Need};
pub use drawing::{Drawing, Drawn, Needs};
pub(super) use order::resource_order;
pub(super) use stacks::values_read;
pub use stacks::{references_to_stacks, stack_order};
