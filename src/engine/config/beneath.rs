//! Opening what is in a folder, and nothing else.
//!
//! The files of a project may have been written by somebody whom nobody has reviewed, and are read with credentials at
//! hand. So a path is opened part by part, each from the folder before it: a symbolic link is refused wherever it leads,
//! and what is exchanged between a check and the opening makes no difference. Of files only regular ones are opened; a
//! named pipe would wait for ever, and a device may act when it is opened.

use std::io;

#[cfg(any(not(unix), test))]
mod portable;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub use portable::Folder;
#[cfg(unix)]
pub use unix::Folder;

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    File,
    Folder,
    /// A symbolic link, wherever it leads.
    Link,
    /// A named pipe, a socket or a device.
    Special,
}

/// Why a path of the project is not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("`{0}` is a symbolic link, and no link is followed")]
    Link(String),
    #[error("`{0}` is no regular file")]
    Special(String),
    #[error("`{0}` begins with a dot, and such files and folders are never read")]
    Hidden(String),
    #[error("it is outside of the project")]
    Outside,
}

impl From<Refused> for io::Error {
    fn from(refused: Refused) -> Self {
        io::Error::other(refused)
    }
}

/// The parts of a path within the project.
///
/// # Errors
/// A part that leads up or begins with a dot, or a path that is absolute.
pub(super) fn parts(name: &str) -> Result<Vec<&str>, Refused> {
    if name.starts_with('/') || name.contains(['\\', '\0']) {
        return Err(Refused::Outside);
    }
    // Modules from elsewhere are kept there, and held against their digest before anything of them is used.
    let (kept, name) = match name.strip_prefix(".wildfire/modules") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => (&[".wildfire", "modules"][..], rest),
        _ => (&[][..], name),
    };
    let named = name.split('/').filter(|part| !part.is_empty() && *part != ".");
    let named = named.map(|part| match part {
        ".." => Err(Refused::Outside),
        part if part.starts_with('.') => Err(Refused::Hidden(part.to_string())),
        part => Ok(part),
    });
    kept.iter().copied().map(Ok).chain(named).collect()
}

#[cfg(all(test, unix))]
mod tests;
