//! SIGINT and SIGTERM.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

use crate::cli::{Exit, Output, prompt};

/// Cancelled by the first SIGINT or SIGTERM, once somebody listens.
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

/// Cancelled by the first SIGINT or SIGTERM; from here on the caller brings to an end what it does.
pub fn cancelled_by_signals() -> CancellationToken {
    HEARD.store(true, Ordering::SeqCst);
    FIRST.clone()
}

/// Resolves at the first SIGINT or SIGTERM.
pub async fn signal() {
    cancelled_by_signals().cancelled().await;
}

/// The signals from now on; none of them is missed.
#[cfg(unix)]
struct Signals(Option<[tokio::signal::unix::Signal; 2]>);

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let both = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
        Self(if let (Ok(terminate), Ok(interrupt)) = both { Some([terminate, interrupt]) } else { None })
    }

    async fn next(&mut self) {
        let Some([terminate, interrupt]) = &mut self.0 else { return std::future::pending().await };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
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
