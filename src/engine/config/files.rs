//! Where the text of a project comes from: a disk, or memory in tests.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::types::Project;

/// Bytes of one file at most.
pub(super) const MAX_BYTES: usize = 1 << 20;

/// A tree of files, read only.
pub trait Files {
    /// The content of a file.
    ///
    /// # Errors
    /// Those of the disk; a file that is not there is [`io::ErrorKind::NotFound`].
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The names in a folder, and whether each is a folder; in any order.
    ///
    /// # Errors
    /// As for [`Files::read`].
    fn list(&self, folder: &Path) -> io::Result<Vec<(String, bool)>>;
}

/// The file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        use io::Read;
        let mut out = Vec::new();
        // One byte more than is allowed tells that there are more, without reading all of a huge file.
        std::fs::File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut out)?;
        Ok(out)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, bool)>> {
        let mut out = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            // A name that is not UTF-8 cannot be written in a configuration.
            let Ok(name) = entry.file_name().into_string() else { continue };
            // Through links: a linked folder is a folder.
            out.push((name, entry.path().is_dir()));
        }
        Ok(out)
    }
}

/// Files in memory, by path. With an empty root, paths are relative to the project.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles(Arc<BTreeMap<PathBuf, Vec<u8>>>);

impl MemoryFiles {
    pub fn new<P: Into<PathBuf>, T: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        Self(Arc::new(files.into_iter().map(|(path, text)| (path.into(), text.into())).collect()))
    }

    /// The same files, and one more or another in its place.
    #[must_use]
    pub fn with(mut self, path: impl Into<PathBuf>, text: impl Into<Vec<u8>>) -> Self {
        Arc::make_mut(&mut self.0).insert(path.into(), text.into());
        self
    }

    /// Loads a stage of the project that these files are.
    ///
    /// # Errors
    /// As for [`super::load()`].
    pub fn load(&self, stage: &str) -> Result<Project, crate::model::Diagnostics> {
        super::load_from(self, PathBuf::new(), stage)
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, bool)>> {
        let mut out = BTreeSet::new();
        for path in self.0.keys() {
            let Ok(below) = path.strip_prefix(folder) else { continue };
            let mut parts = below.components();
            if let Some(Component::Normal(name)) = parts.next() {
                out.insert((name.to_string_lossy().into_owned(), parts.next().is_some()));
            }
        }
        if out.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(out.into_iter().collect()) }
    }
}

/// `path` as seen from `folder`, without `.` and `..`, with `/`; `None` when it leaves the project or is absolute.
pub(super) fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    if path.starts_with('/') || path.contains(['\\', ':', '\0']) {
        return None;
    }
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a file: `stages/test/main` of `stages/test/main/vpc.yaml`.
pub(super) fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}
