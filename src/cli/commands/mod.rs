//! One file per command: its arguments, and a thin walk over the engine.

pub mod apply;
pub mod bootstrap;
pub mod completions;
pub mod console;
pub mod destroy;
pub mod diff;
pub mod drift;
pub mod explain;
pub mod fmt;
pub mod graph;
pub mod help;
pub mod import;
pub mod lsp;
pub mod modules;
pub mod new;
pub mod output;
pub mod plan;
pub mod schema;
pub mod state;
pub mod test;
pub mod unlock;
pub mod validate;
pub mod version;
