//! Tests of the whole: one binary, so that it is linked once.

#![forbid(unsafe_code)]

mod support;

mod architecture;
mod cases;
mod completion;
mod documentation;
mod engine_vocabulary;
mod json_schema;
mod kill_sweep;
mod lsp;
mod nothing_lost;
mod recipes;
mod reference_stage;
mod registry;
mod rehearsal;
mod replacements;
mod schemas;
mod secrets;
mod stacks;
mod stopping;
mod terminal;
mod types;
mod walkthrough;
mod write_only;
