//! The files of a stage, with a built-in `bootstrap` stack where the stage has none.

use std::path::Path;

use wildfire_engine::config::{self, Builtin, LoadOptions, Project};
use wildfire_engine::model::Diagnostics;

/// The stack that makes the state bucket and the lock table.
pub const BOOTSTRAP: &str = "bootstrap";

/// The built-in one; the same as that of the example stages.
pub const BOOTSTRAP_YAML: &str = include_str!("../../stacks/bootstrap/state.yaml");

/// Loads a project for one stage.
///
/// # Errors
/// Nothing useful can be read.
pub fn load(root: &Path, stage: &str, options: LoadOptions) -> Result<Project, Diagnostics> {
    let builtin = Builtin { stack: BOOTSTRAP.into(), file: "builtin.yaml".into(), text: BOOTSTRAP_YAML.into() };
    let options = LoadOptions { builtin: Some(builtin), ..options };
    config::load_with(&config::DiskFiles::new(root), root.to_path_buf(), stage, &options)
}
