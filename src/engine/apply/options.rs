//! How an apply is run.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::state::{Ids, Ulids};

/// The circumstances of an apply.
#[derive(Clone)]
pub struct ApplyOptions {
    /// SIGINT or SIGTERM.
    pub cancel: CancellationToken,
    /// How long calls in flight may take to end after `cancel`.
    pub grace: Duration,
    /// Calls in flight per resource type. The limits of AWS are the cloud's business; this bounds sockets and memory.
    pub concurrency: usize,
    /// False once the lock may belong to another run. Asked before every mutating call and every second, so it
    /// must be cheap.
    pub fence: Arc<dyn Fn() -> bool + Send + Sync>,
    pub ids: Arc<dyn Ids>,
}

impl Default for ApplyOptions {
    /// Never cancelled and never fenced, with ULIDs for operations.
    fn default() -> Self {
        Self {
            cancel: CancellationToken::new(),
            grace: Duration::from_secs(6),
            concurrency: 64,
            fence: Arc::new(|| true),
            ids: Arc::new(Ulids),
        }
    }
}
