//! Folders as descriptors: no path is resolved twice.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, fstat, openat, statat};
use rustix::io::Errno;

use super::{EntryKind, Refused};

/// A folder that is open.
#[derive(Debug)]
pub struct Folder(OwnedFd);

impl Folder {
    /// Opens a folder that the command line or the working directory names; links on the way are followed.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn open(path: &Path) -> io::Result<Self> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Ok(Self(openat(CWD, path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?))
    }

    /// A folder in this one, by its parts.
    ///
    /// # Errors
    /// A part that is a link or no folder, and those of the disk.
    pub fn folder<'a>(self, parts: impl IntoIterator<Item = &'a str>) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut folder = self;
        for part in parts {
            folder = match openat(&folder.0, part, flags, Mode::empty()) {
                Ok(inner) => Self(inner),
                Err(error) => return Err(folder.why(part, error)),
            };
        }
        Ok(folder)
    }

    /// The begin of a regular file in this folder, `most` bytes of it.
    ///
    /// # Errors
    /// A link, what is no regular file, and those of the disk.
    pub fn read(&self, name: &str, most: u64) -> io::Result<Vec<u8>> {
        // A device can act when it is opened, so it is looked at first. Should it take the place of a file just
        // now, it is still opened without waiting and without being read.
        let there = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
        regular(name, FileType::from_raw_mode(there.st_mode))?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = openat(&self.0, name, flags, Mode::empty()).map_err(|error| self.why(name, error))?;
        regular(name, FileType::from_raw_mode(fstat(&file)?.st_mode))?;
        let mut out = Vec::new();
        File::from(file).take(most).read_to_end(&mut out)?;
        Ok(out)
    }

    /// The bytes of a regular file in this folder.
    ///
    /// # Errors
    /// A link, what is no regular file, and those of the disk.
    pub fn size(&self, name: &str) -> io::Result<u64> {
        let there = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
        regular(name, FileType::from_raw_mode(there.st_mode))?;
        Ok(u64::try_from(there.st_size).unwrap_or(u64::MAX))
    }

    /// Names and kinds of what is in the folder, in any order. A name that is not UTF-8 cannot be written in a
    /// configuration, and is left out.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn entries(&self) -> io::Result<Vec<(String, EntryKind)>> {
        let mut out = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().to_str() else { continue };
            if name == "." || name == ".." {
                continue;
            }
            let kind = match entry.file_type() {
                // Some file systems do not say.
                FileType::Unknown => FileType::from_raw_mode(statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode),
                told => told,
            };
            out.push((name.to_string(), kind_of(kind)));
        }
        Ok(out)
    }

    /// Makes a new file in this folder that only its user may read, and opens it for writing.
    ///
    /// # Errors
    /// Something of that name is there, and those of the disk.
    pub fn create(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(openat(&self.0, name, flags, Mode::RUSR | Mode::WUSR)?.into())
    }

    /// Makes a folder in this one.
    ///
    /// # Errors
    /// Something of that name is there, and those of the disk.
    pub fn create_folder(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::mkdirat(&self.0, name, Mode::RWXU | Mode::RWXG | Mode::RWXO)?)
    }

    /// Gives a file of this folder another name in it, in the place of what has that name.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.0, from, &self.0, to)?)
    }

    /// Removes a file of this folder.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// What is of that name in this folder.
    ///
    /// # Errors
    /// Those of the disk; nothing is [`io::ErrorKind::NotFound`].
    pub fn kind(&self, name: &str) -> io::Result<EntryKind> {
        Ok(kind_of(FileType::from_raw_mode(statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode)))
    }

    /// A link that is not followed is told in different ways by different systems.
    fn why(&self, name: &str, error: Errno) -> io::Error {
        match self.kind(name) {
            Ok(EntryKind::Link) => Refused::Link(name.to_string()).into(),
            _ => error.into(),
        }
    }
}

fn kind_of(kind: FileType) -> EntryKind {
    match kind {
        FileType::RegularFile => EntryKind::File,
        FileType::Directory => EntryKind::Folder,
        FileType::Symlink => EntryKind::Link,
        _ => EntryKind::Special,
    }
}

fn regular(name: &str, kind: FileType) -> Result<(), Refused> {
    match kind {
        FileType::RegularFile => Ok(()),
        FileType::Symlink => Err(Refused::Link(name.to_string())),
        _ => Err(Refused::Special(name.to_string())),
    }
}
