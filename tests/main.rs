//! Tests of the whole: one binary, so that it is linked once.

mod support;

mod architecture;
mod cases;
mod documentation;
mod reference_stage;
mod registry;
mod schemas;
mod stopping;
mod types;
