//! Tests of the whole: one binary, so that it is linked once.

mod support;

mod architecture;
mod cases;
mod documentation;
mod registry;
mod schemas;
