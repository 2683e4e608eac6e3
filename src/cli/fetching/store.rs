//! The files of modules beneath `.wildfire/`, which no version control keeps.

use std::fs;
use std::io;
use std::path::Path;

use wildfire_engine::config::{CACHE, digest};

use super::Tree;
use crate::cli::file::{make_folders, replace};

/// The digest of what is in a module's folder; none when it is not there, or is not what a module may hold.
pub fn kept(root: &Path, folder: &str) -> Option<String> {
    let mut files = Tree::new();
    read(&root.join(folder), "", &mut files).ok()?;
    (!files.is_empty()).then(|| digest(&files))
}

fn read(folder: &Path, lead: &str, files: &mut Tree) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|_| io::ErrorKind::InvalidData)?;
        let path = format!("{lead}{name}");
        // Of a link the link itself: it is neither.
        let kind = entry.file_type()?;
        if kind.is_dir() {
            read(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file() {
            files.insert(path, fs::read(entry.path())?);
        } else {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    Ok(())
}

/// Writes a module's files, in place of what was there.
///
/// # Errors
/// A link stands in the way, or the disk says no.
pub fn keep(root: &Path, folder: &str, files: &Tree) -> io::Result<()> {
    make_folders(root, CACHE)?;
    let ignore = root.join(".wildfire/.gitignore");
    if fs::symlink_metadata(&ignore).is_err() {
        replace(root, &ignore, b"# Fetched by `wildfire modules`; wildfire.lock says what it is.\n*\n")?;
    }
    let there = root.join(folder);
    match fs::symlink_metadata(&there) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(&there)?,
        Ok(_) => return Err(io::Error::other(format!("{folder} is no folder"))),
        Err(_) => {}
    }
    for (path, content) in files {
        let path = format!("{folder}/{path}");
        if let Some((inside, _)) = path.rsplit_once('/') {
            make_folders(root, inside)?;
        }
        replace(root, &root.join(&path), content)?;
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        files.iter().map(|(path, text)| (path.to_string(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn what_is_kept_is_what_was_fetched_and_nothing_else() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = format!("{CACHE}/abc");
        assert_eq!(kept(root.path(), &folder), None);
        let first = tree(&[("module.yaml", "a"), ("old.yaml", "b")]);
        let second = tree(&[("module.yaml", "c"), ("deep/er/x", "d")]);
        for files in [&first, &second] {
            keep(root.path(), &folder, files).expect("it is written");
            assert_eq!(kept(root.path(), &folder), Some(digest(files)));
        }
        fs::write(root.path().join(&folder).join("more"), "").expect("it is writable");
        assert_ne!(kept(root.path(), &folder), Some(digest(&second)));
    }

    #[test]
    fn nothing_is_written_through_a_link() {
        let (root, outside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        symlink(outside.path(), root.path().join(".wildfire")).expect("a link");
        keep(root.path(), &format!("{CACHE}/abc"), &tree(&[("module.yaml", "a")])).expect_err("a link is refused");
        assert_eq!(fs::read_dir(outside.path()).expect("it is there").count(), 0);
    }
}
