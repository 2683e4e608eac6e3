//! Folders with a project, gone when they are dropped.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::root;

/// A project in a temporary folder.
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// A stage `test` of account 123456789012 without stacks.
    ///
    /// # Panics
    /// When the temporary folder cannot be written; so do all methods.
    pub fn new() -> Self {
        let project = Self { folder: tempfile::tempdir().expect("there is room for a temporary folder") };
        project.copy(&root().join("tests/support/project"));
        project
    }

    /// Everything below `from`, over what is there.
    pub fn copy(&self, from: &Path) {
        copy(from, self.path());
    }

    /// Everything below `from`, in a folder of the project.
    pub fn copy_to(&self, from: &Path, folder: &str) {
        copy(from, &self.path().join(folder));
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("a folder can be made");
        }
        fs::write(path, content).expect("a file can be written");
    }

    /// Puts a text in the place of another one in all YAML files.
    pub fn replace(&self, from: &str, to: &str) {
        let mut folders = vec![self.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("a folder of the project") {
                let path = entry.expect("the folder can be listed").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "yaml") {
                    let text = fs::read_to_string(&path).expect("a YAML file is text");
                    fs::write(&path, text.replace(from, to)).expect("a file can be written");
                }
            }
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// As the operating system names it, links resolved.
    pub fn real_path(&self) -> PathBuf {
        self.path().canonicalize().expect("the folder is there")
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.expect("the folder can be listed");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}
