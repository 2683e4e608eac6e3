//! What tests of the whole use: the binary with a clean environment, an emulator of AWS, folders to work in.
//!
//! Nothing here knows a command or a resource type.

#![allow(dead_code, unused_imports, reason = "each test uses a part")]

mod binary;
mod diff;
mod emulator;
mod project;
mod redact;

use std::path::PathBuf;

pub use binary::{Finished, run, wildfire};
pub use diff::difference;
pub use emulator::{Emulator, GitServer, Proxy, python};
pub use project::Project;
pub use redact::redact;

/// The root of the repository.
///
/// Asked at run time: checkouts share a target folder, and what is compiled in may be the path of another one.
pub fn root() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}

/// True when the variable asks for expected output to be written instead of compared.
pub fn updating(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| value == "1")
}
