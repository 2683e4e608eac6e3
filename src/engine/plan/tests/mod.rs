//! Whole plans, over graphs that were compiled and worlds that were made up.

pub(in crate::plan) mod catalog;
mod lifecycle;
mod project;
mod scenarios;
mod world;
