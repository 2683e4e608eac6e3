//! The files of a stage, with a built-in `bootstrap` stack where the stage has none.

use std::io;
use std::path::Path;

use wildfire_engine::config::{self, DiskFiles, EntryKind, Files, Limits, LoadOptions, Project};
use wildfire_engine::model::Diagnostics;

/// The stack that makes the state bucket and the lock table.
pub const BOOTSTRAP: &str = "bootstrap";

/// The built-in one; the same as in the reference stage.
pub const BOOTSTRAP_YAML: &str = include_str!("../../stages/test/bootstrap/state.yaml");

/// Loads a project for one stage.
///
/// # Errors
/// Nothing useful can be read.
pub fn load(root: &Path, stage: &str, stage_file: Option<&Path>, limits: Limits) -> Result<Project, Diagnostics> {
    let options = LoadOptions { stage_file: stage_file.map(Path::to_path_buf), limits };
    let folder = format!("stages/{stage}");
    let bootstrap = format!("{folder}/{BOOTSTRAP}");
    let disk = DiskFiles::new(root);
    // A link is there, though it is not followed.
    let own = disk.list(&folder).unwrap_or_default().iter().any(|(name, _)| name == BOOTSTRAP);
    let files = WithBootstrap { disk, builtin: (!own).then_some(bootstrap), stage: folder };
    config::load_with(&files, root.to_path_buf(), stage, &options)
}

/// The disk, and a folder that is not there.
struct WithBootstrap {
    disk: DiskFiles,
    stage: String,
    builtin: Option<String>,
}

const FILE: &str = "builtin.yaml";

impl Files for WithBootstrap {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        match &self.builtin {
            Some(folder) if *name == format!("{folder}/{FILE}") => Ok(BOOTSTRAP_YAML.as_bytes().to_vec()),
            _ => self.disk.read(name),
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<(String, EntryKind)>> {
        match &self.builtin {
            Some(builtin) if folder == builtin => Ok(vec![(FILE.to_string(), EntryKind::File)]),
            Some(_) if folder == self.stage => {
                let mut entries = self.disk.list(folder)?;
                entries.push((BOOTSTRAP.to_string(), EntryKind::Folder));
                Ok(entries)
            }
            _ => self.disk.list(folder),
        }
    }

    fn read_named(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.disk.read_named(path)
    }
}
