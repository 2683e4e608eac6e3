//! Where the text of a project comes from: a disk, or memory in tests. `beneath` opens what is on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::beneath::{EntryKind, Folder, parts};
use super::types::Project;

/// Bytes of one file at most.
pub const MAX_BYTES: usize = 1 << 20;

/// The files of a project, read only. Names are relative to its root, with `/`.
pub trait Files {
    /// The content of a file, and one byte more than is allowed when it is too large.
    ///
    /// # Errors
    /// A file that is not there is [`io::ErrorKind::NotFound`]; a link, what is no regular file, a part that begins with
    /// a dot and a name that leaves the project hold a [`super::Refused`]; else those of the disk.
    fn read(&self, name: &str) -> io::Result<Vec<u8>>;

    /// The names in a folder, and what each is; in any order.
    ///
    /// # Errors
    /// As for [`Files::read`].
    fn list(&self, folder: &str) -> io::Result<Vec<(String, EntryKind)>>;

    /// As [`Files::read`], of a file that the command line names. It may be outside of the project; inside of it the
    /// rules are the same.
    ///
    /// # Errors
    /// As for [`Files::read`].
    fn read_named(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Whether a path of the command line is one of the project's files.
    fn has_named(&self, path: &Path) -> bool;
}

/// A project on disk.
#[derive(Clone, Debug, Default)]
pub struct DiskFiles {
    root: PathBuf,
}

impl DiskFiles {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// As [`Files::read`], of a file that may be larger: `most` bytes of it.
    ///
    /// # Errors
    /// As for [`Files::read`].
    pub fn read_large(&self, name: &str, most: u64) -> io::Result<Vec<u8>> {
        let (folder, file) = self.beside(name)?;
        folder.read(file, most)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// As for [`Files::read`].
    pub fn size(&self, name: &str) -> io::Result<u64> {
        let (folder, file) = self.beside(name)?;
        folder.size(file)
    }

    /// The folder that a file is in, and its name there.
    fn beside<'n>(&self, name: &'n str) -> io::Result<(Folder, &'n str)> {
        let mut folders = parts(name)?;
        let Some(file) = folders.pop() else { return Err(io::ErrorKind::IsADirectory.into()) };
        Ok((Folder::open(&self.root)?.folder(folders)?, file))
    }

    /// The name of a path within the project, if it is inside: as it is written, or once links are resolved.
    fn inside(&self, path: &Path) -> Option<String> {
        let written =
            || Some((normal(&std::path::absolute(&self.root).ok()?), normal(&std::path::absolute(path).ok()?)));
        let resolved = || {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let root = if self.root.as_os_str().is_empty() { Path::new(".") } else { &self.root };
            Some((root.canonicalize().ok()?, folder.canonicalize().ok()?.join(path.file_name()?)))
        };
        let below = |(root, path): (PathBuf, PathBuf)| Some(path.strip_prefix(&root).ok()?.to_str()?.to_string());
        written().and_then(below).or_else(|| resolved().and_then(below))
    }
}

/// Without `.` and `..`, by the letters of the path alone.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

impl Files for DiskFiles {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        // One byte more than is allowed tells that there are more, without reading all of a huge file.
        self.read_large(name, MAX_BYTES as u64 + 1)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<(String, EntryKind)>> {
        Folder::open(&self.root)?.folder(parts(folder)?)?.entries()
    }

    fn read_named(&self, path: &Path) -> io::Result<Vec<u8>> {
        if let Some(name) = self.inside(path) {
            return self.read(&name);
        }
        let name = path.file_name().and_then(|name| name.to_str()).ok_or(io::ErrorKind::InvalidInput)?;
        Folder::open(path.parent().unwrap_or(Path::new("")))?.read(name, MAX_BYTES as u64 + 1)
    }

    fn has_named(&self, path: &Path) -> bool {
        self.inside(path).is_some()
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
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.read_named(Path::new(name))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<(String, EntryKind)>> {
        let mut out = BTreeSet::new();
        for path in self.0.keys() {
            let Ok(below) = path.strip_prefix(folder) else { continue };
            let mut parts = below.components();
            if let Some(Component::Normal(name)) = parts.next() {
                let kind = if parts.next().is_some() { EntryKind::Folder } else { EntryKind::File };
                out.insert((name.to_string_lossy().into_owned(), kind));
            }
        }
        if out.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(out.into_iter().collect()) }
    }

    fn read_named(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn has_named(&self, path: &Path) -> bool {
        path.is_relative()
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
