//! Whole plans, over graphs that were compiled and worlds that were made up.

pub(in crate::plan) mod catalog;
mod foreseen;
mod importing;
mod lifecycle;
mod places;
pub(in crate::plan) mod project;
mod scenarios;
mod unread;
mod versions;
pub(in crate::plan) mod world;
