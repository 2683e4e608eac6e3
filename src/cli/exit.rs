//! Exit codes; documented in `--help`.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Ok = 0,
    Error = 1,
    /// `plan --detailed-exitcode` with changes, `drift` with drift.
    Changes = 2,
    /// The lock was held for longer than `--lock-timeout`.
    LockTimeout = 3,
    /// A saved plan that no longer fits or was applied already, or a stack that would change otherwise than was shown.
    StalePlan = 4,
    /// Refused by `prevent_destroy` or `--max-destroy`.
    Denied = 5,
    /// Some steps failed; what was done is in state.
    Partial = 6,
    /// SIGINT, SIGTERM or SIGHUP; what was done is in state.
    Interrupted = 7,
}

impl Exit {
    /// The table of `--help`.
    pub const HELP: &str = "\
Exit codes:
  0  success (with plan --detailed-exitcode: no changes)
  1  error
  2  plan --detailed-exitcode: there are changes; drift: there is drift;
     fmt --check: a file would change
  3  the lock was held for longer than --lock-timeout
  4  the saved plan no longer fits, or was applied already: nothing was done;
     or a stack would change otherwise than was shown: it was left alone
  5  denied: prevent_destroy, deletion protection or --max-destroy
  6  partly applied: some steps failed, the rest is done and in state
  7  interrupted: what was done is in state, the next run goes on from there";
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
