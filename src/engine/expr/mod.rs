//! Expressions: CEL inside `${…}`, the functions of the language, and what becomes of unknowns.
//!
//! Owns: splitting a string into literal text and expressions, the references of an expression (from
//! its syntax tree), evaluation against a [`Scope`]. Leaves out: what a reference means; that is the scope's.
//!
//! Text goes through four rooms: `lexer` (tokens), `syntax` (CEL's grammar), `bind` (names become references,
//! locals and functions) and `evaluate`, within a `budget`. The `cel` crate evaluates values that are all known and keeps maps
//! unordered, and its parser needs more than 100 KB of stack for a pair of parentheses; here an unknown is a value of
//! its own, maps keep their order, and depth is bounded. The crate is the oracle of the tests instead.

mod bind;
mod budget;
mod descend;
mod directives;
mod evaluate;
mod functions;
mod lexer;
mod operators;
mod program;
mod shell;
mod syntax;
mod template;
#[cfg(test)]
mod tests;
mod types;

pub(crate) use budget::bytes;
pub use descend::descend;
pub(crate) use functions::plain_scalar;
pub use functions::{Function, function_names};
pub(crate) use template::INVALID;
pub use types::{Cost, Digest, EvalError, Expr, LookupError, Part, RefSegment, Reference, Scope, Template};
