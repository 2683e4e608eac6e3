//! Files that a command writes: whole or not at all, for their user only, and never through a link.
//!
//! What is in the working directory may have been put there by somebody whom nobody has reviewed. So a file beneath the
//! project is reached folder by folder without following a link, nothing but a file is replaced, and the text passes the
//! same redactor as the screen.

use std::io::{self, Write};
use std::path::{Component, Path};

use wildfire_engine::config::{self, EntryKind, Folder, Refused};
use wildfire_engine::model::{Code, Diagnostic, redactor};
use wildfire_engine::state::{Ids, Ulids};

use super::Global;

/// Writes text, with every secret that was met replaced.
///
/// # Errors
/// As for [`write()`].
pub fn write_text(path: &Path, text: &str, global: &Global) -> Result<(), Diagnostic> {
    write(path, redactor::filter(text).as_bytes(), global)
}

/// Writes a file with mode 0600, in the place of a file that is there. `path` is seen from [`Global::start`].
///
/// # Errors
/// Something that is no regular file stands there, a folder of the project on the way is a link, or the disk says no.
pub fn write(path: &Path, bytes: &[u8], global: &Global) -> Result<(), Diagnostic> {
    let base = config::find_root(&global.start()).unwrap_or_else(|| global.start());
    replace(&base, &global.path(path), bytes)
        .map_err(|error| Diagnostic::error(Code::Usage, format!("{} cannot be written: {error}", path.display())))
}

/// Writes a file of which `base` is a folder above; see [`write()`].
pub(super) fn replace(base: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).ok_or(io::ErrorKind::InvalidInput)?;
    let folder = folder(base, path)?;
    match folder.kind(name) {
        Ok(EntryKind::File) => {}
        Ok(EntryKind::Link) => return Err(Refused::Link(name.to_string()).into()),
        Ok(EntryKind::Folder | EntryKind::Special) => return Err(Refused::Special(name.to_string()).into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    // In the same folder, as a rename does not cross file systems.
    let temporary = format!(".{name}.{}", Ulids.ulid());
    let written = create(&folder, &temporary, bytes).and_then(|()| folder.rename(&temporary, name));
    if written.is_err() {
        // What was written of it is of no use, and may not be there.
        let _ = folder.remove(&temporary);
    }
    written
}

/// Makes the folders of `path` that are not there, parts with `/` between them, beneath `base`.
///
/// # Errors
/// A part is a link or no folder, or the disk says no.
pub(super) fn make_folders(base: &Path, path: &str) -> io::Result<()> {
    let mut folder = Folder::open(base)?;
    for part in path.split('/') {
        match folder.kind(part) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => folder.create_folder(part)?,
            _ => {}
        }
        folder = folder.folder([part])?;
    }
    Ok(())
}

/// Writes a file that is there anew, and keeps who may read and write it; see [`write()`].
pub(super) fn rewrite(base: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let permissions = std::fs::symlink_metadata(path)?.permissions();
    replace(base, path, bytes)?;
    std::fs::set_permissions(path, permissions)
}

/// The name within the project of a path of the command line, which is seen from [`Global::start`].
///
/// # Errors
/// It is not there, or elsewhere.
pub fn within(root: &Path, path: &Path, global: &Global) -> Result<String, Diagnostic> {
    let full = global.path(path);
    let resolved = root.canonicalize().ok().zip(full.canonicalize().ok());
    let name = resolved.and_then(|(root, full)| Some(full.strip_prefix(root).ok()?.to_str()?.replace('\\', "/")));
    name.ok_or_else(|| {
        let message = match full.exists() {
            true => format!("{} is outside of the project", path.display()),
            false => format!("there is no {}", path.display()),
        };
        Diagnostic::error(Code::Usage, message)
    })
}

fn create(folder: &Folder, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = folder.create(name)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The folder of `path`; beneath `base` without following links, elsewhere as the command line says.
fn folder(base: &Path, path: &Path) -> io::Result<Folder> {
    let (base, path) = (std::path::absolute(base)?, std::path::absolute(path)?);
    let parent = path.parent().unwrap_or(Path::new("/"));
    let plain = |below: &Path| -> Option<Vec<String>> {
        let part = |part: Component<'_>| match part {
            Component::Normal(name) => name.to_str().map(String::from),
            // Up from a link is another folder than the path says: such a path is taken as it is.
            _ => None,
        };
        below.components().map(part).collect()
    };
    match parent.strip_prefix(&base).ok().and_then(plain) {
        Some(parts) => Folder::open(&base)?.folder(parts.iter().map(String::as_str)),
        None => Folder::open(parent),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn no_folder_is_made_through_a_link() {
        let (base, elsewhere) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        for _ in 0..2 {
            make_folders(base.path(), "a/b/c").expect("it is made, or there");
            assert!(base.path().join("a/b/c").is_dir());
        }
        symlink(elsewhere.path(), base.path().join("a/linked")).expect("it is writable");
        fs::write(base.path().join("a/file"), "").expect("it is writable");
        for path in ["a/linked", "a/linked/x", "a/file/x"] {
            make_folders(base.path(), path).expect_err(path);
        }
        assert_eq!(fs::read_dir(elsewhere.path()).expect("it is a folder").count(), 0);
    }

    #[test]
    fn a_file_is_written_whole_and_for_its_user_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("p");
        fs::write(&path, "open to all").expect("it is writable");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is ours");
        for text in ["first", "second"] {
            replace(folder.path(), &path, text.as_bytes()).expect("it is written");
            assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
            assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1, "nothing else is left");
        assert!(replace(folder.path(), folder.path(), b"").is_err(), "a folder stays a folder");
        assert!(replace(folder.path(), &folder.path().join("none/p"), b"").is_err());
    }

    #[test]
    fn no_link_of_the_project_leads_out_of_it() {
        let outside = tempfile::tempdir().expect("a folder");
        let project = tempfile::tempdir().expect("a folder");
        let (target, root) = (outside.path().join("authorized_keys"), project.path());
        fs::write(&target, "untouched").expect("it is writable");
        symlink(&target, root.join("plan.json")).expect("a link");
        symlink(outside.path(), root.join("out")).expect("a link");
        for path in ["plan.json", "out/authorized_keys", "out/new"] {
            let error = replace(root, &root.join(path), b"text").expect_err("a link is refused");
            assert!(error.to_string().contains("is a symbolic link"), "{path}: {error}");
        }
        assert_eq!(fs::read_to_string(&target).expect("it is there"), "untouched");
        assert_eq!(fs::read_dir(outside.path()).expect("it is there").count(), 1);
        // A folder that the command line names elsewhere may be a link: /tmp is one on some systems.
        symlink(outside.path(), root.join("alias")).expect("a link");
        let other = tempfile::tempdir().expect("a folder");
        replace(other.path(), &root.join("alias/new"), b"text").expect("it is not beneath the project");
        // A device is not replaced.
        assert!(replace(other.path(), Path::new("/dev/null"), b"text").is_err());
    }
}
