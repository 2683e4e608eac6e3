//! Which failures of the store are worth another attempt, and how long to wait before it.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use crate::model::{CloudError, ErrorKind};

use super::StoreError;

/// After this long without an answer the outcome of a call counts as unknown.
const NO_ANSWER: Duration = Duration::from_secs(30);

impl StoreError {
    /// True when the same call may succeed later.
    pub fn is_transient(&self) -> bool {
        match self {
            StoreError::Missing(_) | StoreError::NotOurs(_) => false,
            StoreError::Cloud(error) => {
                error.is_transient() || matches!(error.kind, ErrorKind::Ambiguous | ErrorKind::NotSent)
            }
        }
    }

    /// True when a write is worth another attempt: it may succeed later, or nobody knows what became of it, and the
    /// condition under which it is sent tells.
    pub fn write_again(&self) -> bool {
        self.is_transient() || self.may_have_landed()
    }

    /// True when a write may have been done, or may yet be.
    pub fn may_have_landed(&self) -> bool {
        matches!(self, StoreError::Cloud(error) if error.may_have_landed())
    }
}

/// An answer, or an ambiguous failure after `limit`.
pub(super) async fn answered<T>(
    limit: Duration,
    call: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    match timeout(limit, call).await {
        Ok(answer) => answer,
        Err(_) => {
            let message = format!("no answer for {} s", limit.as_secs());
            Err(CloudError::new(ErrorKind::Ambiguous, message).into())
        }
    }
}

/// An answer within the usual limit.
pub(super) async fn answer<T>(call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    answered(NO_ANSWER, call).await
}

/// Waits of 100 ms, doubled up to 5 s, until a deadline.
pub(super) struct Backoff {
    next: Duration,
    end: Instant,
}

impl Backoff {
    pub fn for_at_most(limit: Duration) -> Self {
        Self { next: Duration::from_millis(100), end: Instant::now() + limit }
    }

    /// Waits; false, at once, when the time is up.
    pub async fn wait(&mut self) -> bool {
        if Instant::now() + self.next >= self.end {
            return false;
        }
        sleep(self.next).await;
        self.next = (self.next * 2).min(Duration::from_secs(5));
        true
    }
}

/// Repeats a read while its failures are transient, for ten seconds at most between answers.
pub(super) async fn read_with_retry<T, F>(mut call: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut backoff = Backoff::for_at_most(Duration::from_secs(10));
    loop {
        match answer(call()).await {
            Err(error) if error.is_transient() && backoff.wait().await => {}
            outcome => return outcome,
        }
    }
}
