//! The files of a stage, with a built-in `bootstrap` stack where the stage has none.

use std::io;
use std::path::{Path, PathBuf};

use wildfire_engine::config::{self, DiskFiles, Files, LoadOptions, Project};
use wildfire_engine::model::Diagnostics;

/// The stack that makes the state bucket and the lock table.
pub const BOOTSTRAP: &str = "bootstrap";

/// The built-in one; the same as in the reference stage.
pub const BOOTSTRAP_YAML: &str = include_str!("../../stages/test/bootstrap/state.yaml");

/// Loads a project for one stage.
///
/// # Errors
/// Nothing useful can be read.
pub fn load(root: &Path, stage: &str, stage_file: Option<&Path>) -> Result<Project, Diagnostics> {
    let options = LoadOptions { stage_file: stage_file.map(Path::to_path_buf) };
    let folder = root.join("stages").join(stage);
    let bootstrap = folder.join(BOOTSTRAP);
    let files = WithBootstrap { builtin: (!bootstrap.exists()).then_some(bootstrap), stage: folder };
    config::load_with(&files, root.to_path_buf(), stage, &options)
}

/// The disk, and a folder that is not there.
struct WithBootstrap {
    stage: PathBuf,
    builtin: Option<PathBuf>,
}

const FILE: &str = "builtin.yaml";

impl Files for WithBootstrap {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match &self.builtin {
            Some(folder) if path == folder.join(FILE) => Ok(BOOTSTRAP_YAML.as_bytes().to_vec()),
            _ => DiskFiles.read(path),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, bool)>> {
        match &self.builtin {
            Some(builtin) if folder == builtin => Ok(vec![(FILE.to_string(), false)]),
            Some(_) if folder == self.stage => {
                let mut entries = DiskFiles.list(folder)?;
                entries.push((BOOTSTRAP.to_string(), true));
                Ok(entries)
            }
            _ => DiskFiles.list(folder),
        }
    }
}
