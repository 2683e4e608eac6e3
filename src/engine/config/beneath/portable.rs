//! Folders as paths, for systems without `openat`: a link is refused when it is there before the file is opened.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{EntryKind, Refused};

/// A folder that is there.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Opens a folder that the command line or the working directory names; links on the way are followed.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn open(path: &Path) -> io::Result<Self> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        match fs::metadata(path)?.is_dir() {
            true => Ok(Self(path.to_path_buf())),
            false => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// A folder in this one, by its parts.
    ///
    /// # Errors
    /// A part that is a link or no folder, and those of the disk.
    pub fn folder<'a>(self, parts: impl IntoIterator<Item = &'a str>) -> io::Result<Self> {
        let mut path = self.0;
        for part in parts {
            path.push(part);
            match kind_of(&fs::symlink_metadata(&path)?) {
                EntryKind::Folder => {}
                EntryKind::Link => return Err(Refused::Link(part.to_string()).into()),
                EntryKind::File | EntryKind::Special => return Err(io::ErrorKind::NotADirectory.into()),
            }
        }
        Ok(Self(path))
    }

    /// The begin of a regular file in this folder, `most` bytes of it.
    ///
    /// # Errors
    /// A link, what is no regular file, and those of the disk.
    pub fn read(&self, name: &str, most: u64) -> io::Result<Vec<u8>> {
        self.regular(name)?;
        let mut out = Vec::new();
        File::open(self.0.join(name))?.take(most).read_to_end(&mut out)?;
        Ok(out)
    }

    fn regular(&self, name: &str) -> io::Result<()> {
        match self.kind(name)? {
            EntryKind::File => Ok(()),
            EntryKind::Link => Err(Refused::Link(name.to_string()).into()),
            EntryKind::Folder | EntryKind::Special => Err(Refused::Special(name.to_string()).into()),
        }
    }

    /// The bytes of a regular file in this folder.
    ///
    /// # Errors
    /// A link, what is no regular file, and those of the disk.
    pub fn size(&self, name: &str) -> io::Result<u64> {
        self.regular(name)?;
        Ok(fs::metadata(self.0.join(name))?.len())
    }

    /// Names and kinds of what is in the folder, in any order, without names that are not UTF-8.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn entries(&self) -> io::Result<Vec<(String, EntryKind)>> {
        let mut out = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            out.push((name, kind_of(&entry.metadata()?)));
        }
        Ok(out)
    }

    /// Makes a new file in this folder, and opens it for writing.
    ///
    /// # Errors
    /// Something of that name is there, and those of the disk.
    pub fn create(&self, name: &str) -> io::Result<File> {
        fs::OpenOptions::new().write(true).create_new(true).open(self.0.join(name))
    }

    /// Makes a folder in this one.
    ///
    /// # Errors
    /// Something of that name is there, and those of the disk.
    pub fn create_folder(&self, name: &str) -> io::Result<()> {
        fs::create_dir(self.0.join(name))
    }

    /// Gives a file of this folder another name in it, in the place of what has that name.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))
    }

    /// Removes a file of this folder.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    /// What is of that name in this folder.
    ///
    /// # Errors
    /// Those of the disk; nothing is [`io::ErrorKind::NotFound`].
    pub fn kind(&self, name: &str) -> io::Result<EntryKind> {
        Ok(kind_of(&fs::symlink_metadata(self.0.join(name))?))
    }
}

fn kind_of(there: &Metadata) -> EntryKind {
    match there.file_type() {
        kind if kind.is_file() => EntryKind::File,
        kind if kind.is_dir() => EntryKind::Folder,
        kind if kind.is_symlink() => EntryKind::Link,
        _ => EntryKind::Special,
    }
}
