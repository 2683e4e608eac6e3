//! Files of saved plans: reading them, the digest that pins one, and the keys that encrypt them.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use wildfire_aws::backend::KmsSealer;
use wildfire_engine::model::{Code, Diagnostic};
use wildfire_engine::pipeline::saved::{PlanFile, Sealers};
use wildfire_engine::state::Sealer;

use super::session::{Connection, Session};

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

/// What encrypts the plans of stages whose state is encrypted with a key of its own.
pub struct Keys(Vec<(Arc<str>, KmsSealer)>);

impl Keys {
    /// Those of stages, each with its connection.
    pub fn of<'a>(stages: impl Iterator<Item = (&'a Session, &'a Connection)>) -> Self {
        let key = |(session, connection): (&Session, &Connection)| {
            Some((Arc::clone(&session.project.stage.name), session.sealer(connection)?))
        };
        Self(stages.filter_map(key).collect())
    }

    pub fn sealers(&self) -> Sealers<'_> {
        self.0.iter().map(|(stage, sealer)| (&**stage, sealer as &dyn Sealer)).collect()
    }
}

/// In hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

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
