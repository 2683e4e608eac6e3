//! SIGINT, SIGTERM and SIGHUP: of the keyboard, of whoever ends the process, and of a terminal that is closed.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

use crate::cli::{Exit, Output, prompt};

/// Cancelled by the first signal, once somebody listens.
static FIRST: LazyLock<CancellationToken> = LazyLock::new(CancellationToken::new);

/// Whether somebody listens, and brings what is under way to an end.
static HEARD: AtomicBool = AtomicBool::new(false);

/// Whether an interrupt leaves something that has to be brought to an end.
static AT_WORK: AtomicBool = AtomicBool::new(false);

/// Watches for signals from the start of the process. As long as no command listens, there is nothing to bring to an end: the
/// first one ends the process, whatever it waits for, a question for an MFA code too. The second one does so in any case,
/// which is as safe as a kill.
pub fn watch(output: &Output) {
    let output = output.clone();
    let mut signals = Signals::new();
    tokio::spawn(async move {
        signals.next().await;
        if !HEARD.load(Ordering::SeqCst) {
            output.note("");
            output.note("Interrupted; nothing was changed.");
            end(&output);
        }
        FIRST.cancel();
        if output.is_terminal() && AT_WORK.load(Ordering::SeqCst) {
            // On a line of its own, below the ^C of the terminal.
            output.note("");
            output.note("Stopping: no new steps; what AWS works on goes on. Once more ends at once.");
        }
        signals.next().await;
        end(&output);
    });
}

fn end(output: &Output) -> ! {
    output.clear();
    prompt::restore();
    std::process::exit(Exit::Interrupted as i32)
}

/// From here on an interrupt says that it waits for what is under way.
pub fn at_work() {
    AT_WORK.store(true, Ordering::SeqCst);
}

/// Cancelled by the first signal; from here on the caller brings to an end what it does.
pub fn cancelled_by_signals() -> CancellationToken {
    HEARD.store(true, Ordering::SeqCst);
    FIRST.clone()
}

/// Resolves at the first signal.
pub async fn signal() {
    cancelled_by_signals().cancelled().await;
}

/// The signals from now on; none of them is missed.
#[cfg(unix)]
struct Signals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let mut kinds = vec![SignalKind::terminate(), SignalKind::interrupt()];
        if !ignores_hangup() {
            kinds.push(SignalKind::hangup());
        }
        // What cannot be watched ends the process at once, which is as safe as a kill.
        Self(kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect())
    }

    async fn next(&mut self) {
        if self.0.is_empty() {
            return std::future::pending().await;
        }
        let each = self.0.iter_mut().map(|signal| Box::pin(signal.recv()));
        futures::future::select_all(each).await;
    }
}

/// Whether who began the process wants it to outlive the terminal, as `nohup` does. The mask is known on Linux only.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // SIGHUP is the first signal.
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Self {
        Self
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
