//! Files of saved plans: reading and writing them.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wildfire_engine::model::{Code, Diagnostic};
use wildfire_engine::pipeline::saved::PlanFile;
use wildfire_engine::state::{Ids, Ulids};

/// A larger file is no plan: one of 10,000 resources has about a fifth of this.
const LIMIT: u64 = 256 << 20;

/// Reads the plan in the file `name`, which is at `path`. With `pinned` the SHA-256 of its bytes has to be that one.
///
/// # Errors
/// It cannot be read, it is another file than the pinned one, or no plan.
pub fn read(name: &str, path: &Path, pinned: Option<&str>) -> Result<PlanFile, Diagnostic> {
    let bytes = bytes(path).map_err(|error| {
        Diagnostic::error(Code::FileUnreadable, format!("{name} cannot be read: {error}"))
            .help("`wildfire plan <stage> -o FILE` writes one")
    })?;
    if let Some(pinned) = pinned {
        let found = sha256(&bytes);
        if !found.eq_ignore_ascii_case(pinned) {
            return Err(Diagnostic::error(Code::InvalidPlan, format!("{name} is another file than the pinned one"))
                .note(format!("--plan-sha256 is {pinned}, and the file has {found}"))
                .note("Nothing was changed."));
        }
    }
    PlanFile::read(name, &bytes)
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let other = |message: &str| io::Error::new(io::ErrorKind::InvalidInput, message);
    // A pipe would be waited for.
    if !std::fs::metadata(path)?.is_file() {
        return Err(other("it is no file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > LIMIT {
        true => Err(other("it is larger than any plan")),
        false => Ok(bytes),
    }
}

/// In hex.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
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

    #[test]
    fn only_the_pinned_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p");
        std::fs::write(&path, "abc").unwrap();
        let pin = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
        let code = |pinned| read("p", &path, pinned).unwrap_err();
        assert!(code(Some(pin)).message.contains("no saved plan"), "past the pin: {:?}", code(Some(pin)));
        assert!(code(Some(&pin[1..])).message.contains("another file than the pinned one"));
        assert_eq!(read("p", folder.path(), None).unwrap_err().code, Code::FileUnreadable);
    }
}
