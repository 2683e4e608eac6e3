//! The plan of a command over several stacks: one plan, made in the order of their references.
//!
//! A stack that is planned after another is planned with what that one's outputs will be: their new values where the
//! earlier plan foresees them, else unknowns that name what they wait for. So what is shown is the most that will happen.
//! While it is carried out, a stack whose inputs have become known is planned again, and [`excess`] says what that plan
//! would do that was not shown.
//!
//! Owns: the order of stacks ([`Stage`]), what outputs will be (`facts`), the addresses of the command line over all
//! stacks ([`Flags`]), objects that are of two stacks (`across`), and the bound. Leaves out: plans of one stack (`prepare`), locks, and whatever is asked or shown.

mod across;
mod bound;
mod facts;
mod flags;
mod planning;
#[cfg(test)]
mod tests;

pub use across::{Alone, Beside, explain};
pub use bound::{Excess, excess};
pub use facts::{facts_of, foreseen};
pub use flags::{Flags, Named};
pub use planning::{Member, StackPlan, Stage, StagePlan, Terms};
