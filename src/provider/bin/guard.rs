//! Runs the provider that is named, for as long as stdin is open: see `wildfire_provider::process::guard`.

#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args_os().nth(1) {
        Some(provider) => wildfire_provider::process::guard::run(Path::new(&provider)),
        None => ExitCode::FAILURE,
    }
}
