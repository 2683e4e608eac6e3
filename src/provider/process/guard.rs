//! What sees to it that a provider dies with us.
//!
//! A provider goes on when its host is killed, with the call that it is at; but the rest of wildfire relies on the dead
//! sending nothing. So a provider is the child of a guard: a process that does nothing but hold a pipe to us. When the pipe
//! closes, which the system does however we ended, it kills the provider's process group.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Runs a provider until it ends, or until stdin closes. Its stdout and stderr are ours.
///
/// Returns the exit code of the provider, and 1 when it could not be started or was killed.
pub fn run(provider: &Path) -> ExitCode {
    let mut command = Command::new(provider);
    command.stdin(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("{} cannot be started: {error}", provider.display());
            return ExitCode::FAILURE;
        }
    };
    let (gone, is_gone) = mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 64];
        // Nobody writes: the end of the pipe is all there is to read.
        while matches!(std::io::stdin().read(&mut buffer), Ok(1..)) {}
        let _ = gone.send(());
    });
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            // What it started may live on.
            kill(&mut child);
            return status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
        match is_gone.recv_timeout(Duration::from_millis(50)) {
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => {
                kill(&mut child);
                let _ = child.wait();
                return ExitCode::FAILURE;
            }
        }
    }
}

/// Kills the provider and whatever it has started.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
}
