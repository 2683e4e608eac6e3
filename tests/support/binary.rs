//! The binary, with nothing of the environment of whoever runs the tests.

use std::path::Path;
use std::process::{Command, Stdio};

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    pub stdout: String,
    pub stderr: String,
    /// -1 when a signal ended it.
    pub code: i32,
}

impl Finished {
    /// The same, after a check that it succeeded.
    ///
    /// # Panics
    /// With the output, when it did not.
    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self
    }
}

/// `wildfire`, started in `folder`: no colours, no credentials, no input, and a home folder that is not there.
pub fn wildfire(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wildfire"));
    command
        .env_clear()
        .envs(std::env::var("PATH").map(|path| ("PATH", path)))
        .env("HOME", folder.join("no-home"))
        .env("USER", "ann")
        .env("HOSTNAME", "laptop")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .current_dir(folder)
        .stdin(Stdio::null())
        .arg("--no-color");
    command
}

/// Runs a command to its end.
///
/// # Panics
/// When it cannot be started.
#[track_caller]
pub fn run(command: &mut Command) -> Finished {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    Finished {
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code().unwrap_or(-1),
    }
}
