//! From declarations to instances.
//!
//! Owns: what a compiled stack keeps (`program`), the instances (`expand`), what `for_each` and `when` give (`keys`, and
//! `not_known` where they wait for something), what each instance needs (`dependencies`), where each is (`placement`), which
//! data sources can be read (`reads`), and the texts of files. Leaves out: properties.

mod constants;
mod dependencies;
mod expand;
mod files;
mod keys;
mod not_known;
mod placement;
mod program;
mod reads;

pub(super) use constants::{constants, keep_constants};
pub(super) use dependencies::{Dependencies, pick};
pub(super) use expand::Expansion;
pub(super) use files::FileTexts;
pub(super) use placement::Surroundings;
pub(super) use program::{Each, Instance, Instances, Program};
pub use reads::AttributesRead;
