//! Configuration: YAML files to a typed tree in which every key and value knows its place.
//!
//! Owns: the text of files (limits, YAML errors), the shape of `wildfire.yaml`, `stage.yaml`, stack files
//! and `module.yaml`, unknown keys. Leaves out: evaluation. A `${…}` is parsed, never computed.

mod node;
mod types;

pub use node::{Key, Node, NodeKind};
pub use types::{
    AssumeRole, Body, Credentials, DataDecl, ForEach, ImportDecl, Input, InputType, Lifecycle, Module, ModuleCall,
    MovedDecl, OutputDecl, Project, RemovedDecl, ResourceDecl, Spanned, Stack, Stage, StateConfig, Timeouts,
};
