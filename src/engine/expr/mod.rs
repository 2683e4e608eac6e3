//! Expressions: CEL inside `${…}`, the functions of the language, and what becomes of unknowns.
//!
//! Owns: splitting a string into literal text and expressions, the references of an expression (from
//! its AST), evaluation against a [`Scope`]. Leaves out: what a reference means; that is the scope's.

mod types;

pub use types::{EvalError, Expr, LookupError, Part, RefSegment, Reference, Scope, Template};
