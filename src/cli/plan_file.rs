//! Files of saved plans: telling them from stages, reading and writing them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use wildfire_engine::config;
use wildfire_engine::model::{Code, Diagnostic};
use wildfire_engine::pipeline::saved::{PlanFile, is_plan_file};
use wildfire_engine::state::{Ids, Ulids};

use super::{Failure, Global, Target};

/// What `apply` is given.
pub enum Given {
    Target(Target),
    File { name: String, plan: PlanFile },
}

impl Given {
    /// A file that begins as a saved plan is one. Any other file is a plan that is damaged, unless there is a stage of
    /// that name; what is no file is a stage.
    ///
    /// # Errors
    /// A plan that cannot be read, or neither a file nor the form of a stage.
    pub fn find(text: &str, global: &Global) -> Result<Self, Failure> {
        let path = global.path(Path::new(text));
        if !path.is_file() {
            return Target::from_str(text).map(Self::Target).map_err(|expected| {
                let message = format!("{text}: {expected}, or the file of a saved plan; there is no such file");
                Diagnostic::error(Code::Usage, message).into()
            });
        }
        let bytes = std::fs::read(&path).map_err(|error| unreadable(text, &error))?;
        if !is_plan_file(&bytes)
            && let Ok(target) = Target::from_str(text)
            && is_stage(&target, global)
        {
            return Ok(Self::Target(target));
        }
        Ok(Self::File { name: text.to_string(), plan: PlanFile::read(text, &bytes)? })
    }
}

fn is_stage(target: &Target, global: &Global) -> bool {
    let root = config::find_root(&global.start());
    root.is_some_and(|root| config::stage_names(&root).contains(&target.stage))
}

/// Writes a plan so that only its user can read it, in full or not at all.
///
/// # Errors
/// The file cannot be written, or something that is no file stands in its place.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let name = path.display().to_string();
    // A rename would put a file in the place of a device.
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(Diagnostic::error(Code::Usage, format!("{name} is no file, and a plan is saved to one")));
    }
    let temporary = temporary(path);
    let written = write_new(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, path));
    written.map_err(|error| {
        // What was written of it is of no use, and may not be there.
        let _ = std::fs::remove_file(&temporary);
        Diagnostic::error(Code::Usage, format!("the plan cannot be saved to {name}: {error}"))
    })
}

/// Beside `path`, as a rename does not cross file systems.
fn temporary(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}", Ulids.ulid()));
    path.with_file_name(name)
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::FileUnreadable, format!("{name} cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_written_whole_and_for_its_user_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p");
        for text in ["first", "second"] {
            write(&path, text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap());
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
        assert!(write(folder.path(), b"").is_err(), "a folder stays a folder");
        assert!(write(&folder.path().join("none/p"), b"").is_err());
    }
}
