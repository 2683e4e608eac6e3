//! SIGINT and SIGTERM.

use tokio_util::sync::CancellationToken;

use crate::cli::{Exit, Output};

/// Cancelled by the first SIGINT or SIGTERM; the second ends the process at once, which is as safe as a kill.
pub fn cancelled_by_signals(output: &Output) -> CancellationToken {
    let token = CancellationToken::new();
    let cancel = token.clone();
    let output = output.clone();
    let mut signals = Signals::new();
    tokio::spawn(async move {
        signals.next().await;
        cancel.cancel();
        if output.is_terminal() {
            // On a line of its own, below the ^C of the terminal.
            output.note("");
            output.note("Stopping: no new steps; what AWS works on goes on. Once more ends at once.");
        }
        signals.next().await;
        output.clear();
        std::process::exit(Exit::Interrupted as i32);
    });
    token
}

/// Resolves at the next SIGINT or SIGTERM.
pub async fn signal() {
    Signals::new().next().await;
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
