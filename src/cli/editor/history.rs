//! The lines of earlier consoles: a file of the user's, in no project, that nobody else may read.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use wildfire_engine::model::visible::is_hidden;

use crate::cli::file;

/// Lines that are kept; as many more may be in the file before the oldest are taken away.
const KEPT: usize = 1000;

/// Bytes that are read of it, from the end.
const READ: u64 = 1 << 20;

pub struct History(Option<PathBuf>);

impl History {
    /// That of whoever runs this.
    pub fn of_user() -> Self {
        Self(path(|name| std::env::var_os(name)))
    }

    /// The lines, the oldest first. A history that cannot be read is an empty one.
    pub fn lines(&self) -> Vec<String> {
        let Some(path) = &self.0 else { return Vec::new() };
        let mut lines = read(path).unwrap_or_default();
        if lines.len() > KEPT {
            let more = lines.len() > 2 * KEPT;
            lines.drain(..lines.len() - KEPT);
            if more && let Some(folder) = path.parent() {
                // The next one tries again.
                let _ = file::replace(folder, path, (lines.join("\n") + "\n").as_bytes());
            }
        }
        lines
    }

    /// Adds a line. Consoles side by side add theirs to the same file.
    pub fn add(&self, line: &str) {
        let Some(path) = &self.0 else { return };
        if line.chars().any(is_hidden) {
            return;
        }
        if let Err(error) = append(path, line) {
            tracing::info!(%error, "the line is not kept in the history");
        }
    }
}

/// `XDG_STATE_HOME`, or its default in the home folder. What is not absolute does not count, as its specification says.
fn path(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| variable(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")))?;
    Some(state.join("wildfire/history"))
}

fn read(path: &Path) -> io::Result<Vec<String>> {
    let mut file = open(path, OpenOptions::new().read(true))?;
    let from = file.metadata()?.len().saturating_sub(READ);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(READ).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    // The first one may be cut.
    let lines = text.lines().skip(usize::from(from > 0));
    Ok(lines.filter(|line| !line.is_empty() && !line.chars().any(is_hidden)).map(String::from).collect())
}

fn append(path: &Path, line: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder)?;
    }
    // In one piece, so that lines of two consoles do not mix.
    open(path, OpenOptions::new().append(true).create(true))?.write_all(format!("{line}\n").as_bytes())
}

/// Opens a regular file and no link, for its user only.
fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        use rustix::fs::OFlags;
        // A pipe would be waited for.
        options.mode(0o600).custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    #[cfg(unix)]
    {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;
        if metadata.permissions().mode() & 0o077 != 0 {
            file.set_permissions(Permissions::from_mode(0o600))?;
        }
    }
    Ok(file)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn it_is_in_the_folder_of_states_of_the_user() {
        let at = |state: &str, home: &str| {
            path(|name| {
                Some(if name == "HOME" { home } else { state }.into()).filter(|value: &OsString| !value.is_empty())
            })
        };
        assert_eq!(at("/s", "/h"), Some("/s/wildfire/history".into()));
        assert_eq!(at("", "/h"), Some("/h/.local/state/wildfire/history".into()));
        assert_eq!(at("relative", "/h"), Some("/h/.local/state/wildfire/history".into()));
        assert_eq!(at("", ""), None);
    }

    #[test]
    fn lines_are_kept_for_their_user_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state/wildfire/history");
        let history = History(Some(path.clone()));
        assert!(history.lines().is_empty());
        for line in ["stage.name", "1 + 1", "hidden\u{1b}[2J"] {
            history.add(line);
        }
        assert_eq!(history.lines(), ["stage.name", "1 + 1"]);
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().expect("it has a folder")), 0o700);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is ours");
        history.add("2");
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn the_oldest_lines_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("history");
        let all: Vec<String> = (0..=2 * KEPT).map(|number| number.to_string()).collect();
        fs::write(&path, all.join("\n")).expect("it is written");
        let lines = History(Some(path.clone())).lines();
        assert_eq!((lines.len(), lines.last()), (KEPT, all.last()));
        assert_eq!(fs::read_to_string(&path).expect("it is there").lines().count(), KEPT);
    }

    #[test]
    fn a_link_is_not_followed_and_a_pipe_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let (target, path) = (folder.path().join("target"), folder.path().join("history"));
        fs::write(&target, "untouched\n").expect("it is written");
        symlink(&target, &path).expect("a link");
        let history = History(Some(path.clone()));
        history.add("1");
        assert!(history.lines().is_empty());
        assert_eq!(fs::read_to_string(&target).expect("it is there"), "untouched\n");
        fs::remove_file(&path).expect("it is ours");
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR).ok();
        history.add("1");
        assert!(history.lines().is_empty());
    }
}
