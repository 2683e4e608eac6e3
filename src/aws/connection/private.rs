//! Files in the user's cache folder that nobody else may read or have written.
//!
//! A session's credentials are kept here. So the folder has mode 0700 and is the user's, a file has mode 0600, is made
//! under a name that nobody can foresee, and is renamed when it is whole. What is not so is neither read nor trusted.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use ring::rand::{SecureRandom, SystemRandom};

/// Bytes of a kept file at most; a session has about two thousand.
const LIMIT: u64 = 64 << 10;

/// The content of a file that this user has kept; `None` when there is none.
///
/// # Errors
/// Folder or file belong to somebody else, may be read or written by others or are links; too large; the disk's own.
pub(crate) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match path.parent().map(fs::symlink_metadata) {
        Some(Ok(there)) => only_ours(&there, "its folder")?,
        Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => return Ok(None),
    }
    let file = match open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let there = file.metadata()?;
    if !there.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    only_ours(&there, "it")?;
    let mut out = Vec::new();
    file.take(LIMIT + 1).read_to_end(&mut out)?;
    match out.len() as u64 > LIMIT {
        true => Err(io::Error::other(format!("it is larger than {LIMIT} bytes"))),
        false => Ok(Some(out)),
    }
}

/// Keeps a file, in the place of the one before.
///
/// # Errors
/// The folder belongs to somebody else, is a link, or others may read or write it; and those of the disk.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    make_folder(folder)?;
    only_ours(&fs::symlink_metadata(folder)?, "its folder")?;
    let temporary = path.with_extension(random()?);
    let written = write_new(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What was written of it is of no use, and may not be there.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    // `create_new` is O_EXCL: a link that was put there is not followed.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Without following a link, and without waiting should it be a pipe.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        // The bits of `open(2)` fit an int.
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
    }
    options.open(path)
}

#[cfg(unix)]
fn only_ours(there: &Metadata, what: &str) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    if there.file_type().is_symlink() {
        return Err(io::Error::other(format!("{what} is a symbolic link")));
    }
    if there.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other(format!("{what} belongs to another user")));
    }
    if there.mode() & 0o077 != 0 {
        return Err(io::Error::other(format!(
            "{what} has mode {:o}, and others may not have access",
            there.mode() & 0o777
        )));
    }
    Ok(())
}

#[cfg(not(unix))]
fn only_ours(_: &Metadata, _: &str) -> io::Result<()> {
    Ok(())
}

fn random() -> io::Result<String> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| io::Error::other("there is no randomness"))?;
    Ok(hex::encode(bytes))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    }

    #[test]
    fn what_is_kept_is_for_its_user_alone() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("wildfire/sessions");
        let path = folder.join("s.json");
        assert_eq!(read(&path).expect("nothing is no error"), None);
        for text in [b"first".as_slice(), b"second"] {
            write(&path, text).expect("it is kept");
            assert_eq!(read(&path).expect("it is ours").as_deref(), Some(text));
        }
        assert_eq!((mode(&path), mode(&folder)), (0o600, 0o700));
        assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 1, "nothing else is left");
    }

    #[test]
    fn what_others_may_have_touched_is_refused() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("sessions");
        let path = folder.join("s.json");
        write(&path, b"session").expect("it is kept");
        for wrong in [0o640, 0o604, 0o620] {
            set_mode(&path, wrong);
            assert!(read(&path).expect_err("others have access").to_string().contains("mode"), "{wrong:o}");
        }
        set_mode(&path, 0o600);
        set_mode(&folder, 0o755);
        assert!(read(&path).expect_err("others have access").to_string().contains("its folder has mode 755"));
        assert!(write(&path, b"more").is_err());
        set_mode(&folder, 0o700);
        assert!(read(&path).expect("it is ours").is_some());
    }

    #[test]
    fn links_and_pipes_are_refused() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("sessions");
        write(&folder.join("real.json"), b"session").expect("it is kept");
        symlink(folder.join("real.json"), folder.join("link.json")).expect("a link");
        assert!(read(&folder.join("link.json")).is_err());
        symlink(&folder, home.path().join("alias")).expect("a link");
        assert!(read(&home.path().join("alias/real.json")).is_err());
        assert!(write(&home.path().join("alias/real.json"), b"x").is_err());
        let pipe = folder.join("pipe.json");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("it runs").success());
        set_mode(&pipe, 0o600);
        assert!(read(&pipe).expect_err("it does not wait").to_string().contains("regular"));
        // A link in the place of the new file is replaced, and what it leads to is left alone.
        write(&folder.join("link.json"), b"other").expect("it is kept");
        assert_eq!(read(&folder.join("real.json")).expect("it is ours").as_deref(), Some(b"session".as_slice()));
        assert_eq!(read(&folder.join("link.json")).expect("it is ours").as_deref(), Some(b"other".as_slice()));
    }

    #[test]
    fn what_is_too_large_is_not_read() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("sessions/s.json");
        write(&path, &vec![b'x'; 70_000]).expect("it is kept");
        assert!(read(&path).expect_err("a session is small").to_string().contains("larger"));
    }
}
