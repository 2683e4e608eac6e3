//! The engine of wildfire: configuration in, applied state out, and no AWS SDK in between.
//!
//! A tour, in the order of the pipeline:
//!
//! 1. [`model`]: values and where they came from, addresses, the metadata of types, diagnostics, and the
//!    traits through which a cloud is reached.
//! 2. [`expr`]: CEL inside `${…}`, and what becomes of unknowns.
//! 3. [`config`]: YAML to a typed tree in which every value knows its place.
//! 4. [`compile`]: modules, `for_each` and references to the graph of desired resources.
//! 5. [`read`]: physical ids to live attributes, in as few calls as AWS allows.
//! 6. [`plan`]: desired, prior and live to steps and edges; pure.
//! 7. [`apply`]: the walk over the steps, with an entry in the [`journal`] before and after each call.
//! 8. [`state`]: where it is all kept: head, snapshots, segments, lock.
//!
//! [`schema`] tells editors what the files look like, and [`mod@format`] writes them in their canonical form. [`rehearsal`]
//! runs the tests of modules and stacks in memory, and [`editor`] answers an editor while somebody writes.
//! `fuzz` feeds bytes to the parsers of all of these.

#![forbid(unsafe_code)]

pub mod apply;
pub mod clouds;
pub mod compile;
pub mod config;
pub mod editor;
pub mod expr;
pub mod format;
#[doc(hidden)]
pub mod fuzz;
pub mod journal;
pub mod local;
pub mod model;
pub mod pipeline;
pub mod plan;
pub mod read;
pub mod rehearsal;
pub mod schema;
pub mod state;

#[cfg(any(test, feature = "simulation"))]
pub mod simulation;
