//! SIGINT and SIGTERM.

use tokio_util::sync::CancellationToken;

use crate::cli::{Exit, Output};

/// Cancelled by the first SIGINT or SIGTERM; the second ends the process at once, which is as safe as a kill.
pub fn cancelled_by_signals(output: &Output) -> CancellationToken {
    let token = CancellationToken::new();
    let cancel = token.clone();
    let terminal = output.is_terminal();
    tokio::spawn(async move {
        signal().await;
        cancel.cancel();
        if terminal {
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                b"\nStopping: no new steps; what AWS works on goes on. Once more ends at once.\n",
            );
        }
        signal().await;
        std::process::exit(Exit::Interrupted as i32);
    });
    token
}

/// Resolves at the next SIGINT or SIGTERM.
pub async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
