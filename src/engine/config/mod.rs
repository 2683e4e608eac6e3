//! Configuration: YAML files to a typed tree in which every key and value knows its place.
//!
//! Owns: the text of files (limits, YAML errors), the shape of `wildfire.yaml`, `stage.yaml`, stack files
//! and `module.yaml`, unknown keys. Leaves out: evaluation. A `${…}` is parsed, never computed.
//!
//! `document` turns text into a tree of nodes, `repair` reads on behind a mistake, `table` takes the keys of a map out of it, and one file per kind of
//! thing (`stage`, `body`, `module`, …) makes the types of it; `load` knows the folders, and `strays` what
//! lies in them and is not read.

mod beneath;
mod body;
mod brackets;
mod checks;
mod conform;
mod document;
mod files;
mod given;
mod inputs;
mod lifecycle;
mod limits;
mod load;
mod module;
mod moves;
mod node;
mod place;
mod placement;
mod remote;
mod repair;
mod scalar;
pub mod shapes;
mod stage;
mod strays;
mod table;
mod test_file;
#[cfg(test)]
mod tests;
mod types;
mod values;
mod yaml_error;

pub use beneath::{EntryKind, Folder, Refused};
pub(crate) use conform::Conform;
pub use document::read_document;
pub use files::{DiskFiles, Files, MAX_BYTES, MemoryFiles};
pub use given::{Given, Outside, SetBy, VARIABLE};
pub use limits::{Limits, Spending};
pub use load::{
    Builtin, LoadOptions, find_root, is_plain_name, load, load_from, load_with, stage_names, stage_names_from,
};
pub use node::{Key, Node, NodeKind};
pub(crate) use remote::tree_of;
pub use remote::{
    CACHE, LOCK_FILE, MAX_MODULE_BYTES, MAX_MODULE_FILES, Pin, Remote, Upstream, digest, lock_text, pins,
};
pub(crate) use scalar::scalar;
pub use table::parse_duration;
pub use test_file::{Expectation, ExpectedError, TestCase, TestGiven, TestStage, read_tests};
pub use types::{
    Account, AssumeRole, Body, CheckDecl, Credentials, DataDecl, Expected, ForEach, ImportDecl, Input, InputType,
    Lifecycle, LocalDecl, Module, ModuleCall, MovedDecl, OutputDecl, Passed, PlaceDecl, Project, RemovedDecl,
    ResourceDecl, Spanned, Stack, Stage, StateConfig, Timeouts,
};
pub use values::FILE as SHARED_VALUES;
