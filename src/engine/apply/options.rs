//! How an apply is run.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::model::Fence;
use crate::state::{Ids, Ulids};

/// How an apply is run.
#[derive(Clone)]
pub struct ApplyOptions {
    /// SIGINT, SIGTERM or SIGHUP.
    pub cancel: CancellationToken,
    /// How long calls in flight may take to end after `cancel`.
    pub grace: Duration,
    /// Calls in flight per resource type. The limits of AWS are the cloud's business; this bounds sockets and memory.
    pub concurrency: usize,
    /// Asked before every mutating call and every second.
    pub fence: Fence,
    pub ids: Arc<dyn Ids>,
}

impl Default for ApplyOptions {
    /// Never cancelled and never fenced, with ULIDs for operations.
    fn default() -> Self {
        Self {
            cancel: CancellationToken::new(),
            grace: Duration::from_secs(6),
            concurrency: 64,
            fence: Fence::none(),
            ids: Arc::new(Ulids),
        }
    }
}
