//! Modules from elsewhere: fetching them, and keeping them beneath `.wildfire/`.
//!
//! Owns: what is taken of a repository, and where it is written. Leaves out: which modules there are, and the
//! digest of what was fetched (the engine's).

mod git;
mod store;

use std::collections::BTreeMap;

use wildfire_engine::config::{MAX_MODULE_BYTES, MAX_MODULE_FILES, Upstream};

pub use store::{keep, kept};

/// Bytes of one file: nothing reads more of one.
const FILE_BYTES: usize = 1 << 20;

/// The files of a module, by their paths.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// What was fetched.
pub struct Fetched {
    pub commit: String,
    pub files: Tree,
}

/// Why nothing was fetched: what happened, and what others said of it.
#[derive(Debug)]
pub struct Failed {
    pub message: String,
    pub notes: Vec<String>,
    pub help: Option<&'static str>,
}

impl Failed {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), notes: Vec::new(), help: None }
    }

    fn help(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }
}

/// Fetches what an upstream is now, or the commit that is pinned.
///
/// # Errors
/// The server does not answer, or has no such thing; a link or something else that no module may hold.
pub fn fetch(upstream: &Upstream, commit: Option<&str>) -> Result<Fetched, Failed> {
    git::fetch(&upstream.url, &upstream.reference, commit)
}

/// What may be in a module, file by file.
#[derive(Default)]
struct Collected {
    files: Tree,
    bytes: usize,
}

impl Collected {
    /// Whether a file is taken: hidden ones are not, as nothing reads them, nor are those that nothing could read whole.
    ///
    /// # Errors
    /// A path that is none within a module.
    fn wants(path: &str, size: usize) -> Result<bool, Failed> {
        let odd = |part: &str| part.is_empty() || part == "." || part == "..";
        let plain = |c: char| !c.is_control() && c != '\\';
        if path.len() > 1000 || path.split('/').any(odd) || !path.chars().all(plain) {
            return Err(Failed::new(format!("it holds a file with a name that no module may have: {path:?}")));
        }
        let hidden = path.split('/').any(|part| part.starts_with('.'));
        Ok(!hidden && size <= FILE_BYTES)
    }

    fn add(&mut self, path: String, content: Vec<u8>) -> Result<(), Failed> {
        self.bytes += content.len();
        self.files.insert(path, content);
        match self.files.len() > MAX_MODULE_FILES || self.bytes > MAX_MODULE_BYTES {
            true => Err(Failed::new(format!(
                "it holds more than {MAX_MODULE_FILES} files or {} MiB, which is no module",
                MAX_MODULE_BYTES >> 20
            ))),
            false => Ok(()),
        }
    }
}
