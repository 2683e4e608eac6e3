//! The files of a stage, with a built-in `bootstrap` stack where the stage has none.

use std::io;
use std::path::Path;

use wildfire_engine::config::{self, DiskFiles, Files, Project};
use wildfire_engine::model::Diagnostics;

/// The stack that makes the state bucket and the lock table.
pub const BOOTSTRAP: &str = "bootstrap";

/// The built-in one; the same as in the reference stage.
pub const BOOTSTRAP_YAML: &str = include_str!("../../stages/test/bootstrap/state.yaml");
