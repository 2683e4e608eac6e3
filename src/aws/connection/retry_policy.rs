//! How often a call that changes nothing is tried, and for how long.
//!
//! The SDK has one limit for all failures. Throttling wants many attempts, as it ends by itself; a server that fails or
//! stays silent wants few, as somebody waits for the answer. Nothing above repeats a read for these reasons again.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{BeforeTransmitInterceptorContextRef, InterceptorContext};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority, RetryReason,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::{ErrorKind, RetryConfig};
use aws_smithy_types::timeout::TimeoutConfig;
use tokio::time::Instant;

/// A failure that is no throttling is met this often.
const FAILURES: u32 = 3;
/// A throttled call is not tried again after this.
const THROTTLED: Duration = Duration::from_secs(40);
/// The longest pause between two attempts.
const PAUSE: Duration = Duration::from_secs(8);
/// The whole of a call, pauses included.
const CALL: Duration = Duration::from_secs(60);
const ATTEMPT: Duration = Duration::from_secs(30);
/// One attempt to read state or the lock. These are small, and a run stands still meanwhile.
const ATTEMPT_OF_STORE: Duration = Duration::from_secs(10);
/// Less than the 30 s after which a run stops to believe in an answer, so that the error says what was tried.
const CALL_OF_STORE: Duration = Duration::from_secs(25);
/// An attempt to change something is not repeated, so it has more time.
const ATTEMPT_OF_WRITE: Duration = Duration::from_secs(60);
/// A lost SYN is sent again after a second and after three.
const CONNECT: Duration = Duration::from_millis(3100);

/// Retries of reads. [`RetryPolicy`] ends most of them earlier than the SDK would.
pub(crate) fn read_retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(16).with_max_backoff(PAUSE)
}

fn timeouts(attempt: Duration) -> aws_smithy_types::timeout::TimeoutConfigBuilder {
    TimeoutConfig::builder().connect_timeout(CONNECT).read_timeout(attempt).operation_attempt_timeout(attempt)
}

pub(crate) fn read_timeouts() -> TimeoutConfig {
    timeouts(ATTEMPT).operation_timeout(CALL).build()
}

pub(crate) fn store_timeouts() -> TimeoutConfig {
    timeouts(ATTEMPT_OF_STORE).operation_timeout(CALL_OF_STORE).build()
}

pub(crate) fn write_timeouts() -> TimeoutConfig {
    timeouts(ATTEMPT_OF_WRITE).build()
}

/// What became of the attempts of one call so far.
#[derive(Debug)]
pub(crate) struct Attempts {
    started: Instant,
    made: Cell<u32>,
    /// Those that failed otherwise than by throttling.
    failed: Cell<u32>,
    /// The last of these: the SDK asks about an attempt more than once.
    last_failed: Cell<u32>,
}

tokio::task_local! {
    static ATTEMPTS: Attempts;
}

/// How much a call took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Effort {
    pub attempts: u32,
    pub elapsed: Duration,
}

/// Awaits a call, and counts its attempts.
pub(crate) async fn counted<T>(send: impl Future<Output = T>) -> (T, Effort) {
    let attempts =
        Attempts { started: Instant::now(), made: Cell::new(0), failed: Cell::new(0), last_failed: Cell::new(0) };
    let work = async {
        let result = send.await;
        let effort =
            ATTEMPTS.with(|attempts| Effort { attempts: attempts.made.get(), elapsed: attempts.started.elapsed() });
        (result, effort)
    };
    ATTEMPTS.scope(attempts, work).await
}

/// Ends the retries of a call that fails too often or for too long.
#[derive(Debug)]
pub(crate) struct RetryPolicy;

impl Attempts {
    fn judge(&self, verdict: &RetryAction) -> RetryAction {
        let RetryAction::RetryIndicated(RetryReason::RetryableError { kind, .. }) = verdict else {
            return RetryAction::NoActionIndicated;
        };
        let enough = match kind {
            ErrorKind::ThrottlingError => self.started.elapsed() >= THROTTLED,
            _ => {
                if self.last_failed.replace(self.made.get()) != self.made.get() {
                    self.failed.set(self.failed.get() + 1);
                }
                self.failed.get() >= FAILURES
            }
        };
        if enough { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated }
    }
}

impl ClassifyRetry for RetryPolicy {
    fn classify_retry(&self, _: &InterceptorContext) -> RetryAction {
        RetryAction::NoActionIndicated
    }

    fn classify_retry_v2(&self, _: &InterceptorContext, verdict: &RetryAction) -> RetryAction {
        let judged = ATTEMPTS.try_with(|attempts| attempts.judge(verdict));
        // Calls that nobody counts are those for credentials; the SDK's limits are theirs.
        judged.unwrap_or(RetryAction::NoActionIndicated)
    }

    fn name(&self) -> &'static str {
        "wildfire's retry policy"
    }

    fn priority(&self) -> RetryClassifierPriority {
        // After all others: it judges their verdict.
        RetryClassifierPriority::run_after(RetryClassifierPriority::run_after(
            RetryClassifierPriority::transient_error_classifier(),
        ))
    }
}

/// Counts the attempts as they are sent.
#[derive(Debug)]
pub(crate) struct AttemptCounter;

#[dyn_dispatch_hint]
impl Intercept for AttemptCounter {
    fn name(&self) -> &'static str {
        "wildfire's attempt counter"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Calls that nobody counts are those for credentials.
        let _ = ATTEMPTS.try_with(|attempts| attempts.made.set(attempts.made.get() + 1));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use wildfire_engine::model::{CloudError, ErrorKind as Kind};

    use super::*;
    use crate::connection::fake;

    /// How often a read is sent to a server that always answers so, how long that takes, and the error.
    async fn permanent(status: u16, body: &'static str) -> (u32, Duration, CloudError) {
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        let aws = fake::aws(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            (status, body.to_string())
        });
        let start = Instant::now();
        let error = aws.call("ec2:DescribeVpcs", aws.read().ec2().describe_vpcs().send()).await.unwrap_err();
        (asked.load(Ordering::Relaxed), start.elapsed(), error)
    }

    const THROTTLING: &str = "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Slower.</Message>\
                              </Error></Errors></Response>";

    #[tokio::test(start_paused = true)]
    async fn a_failing_server_is_asked_three_times() {
        let (asked, elapsed, error) = permanent(500, "").await;
        assert_eq!(asked, FAILURES);
        assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
        assert_eq!(error.kind, Kind::Ambiguous);
        assert!(error.message.contains("HTTP 500") && error.message.contains("3 attempts"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttled_read_has_patience_with_an_end() {
        let (asked, elapsed, error) = permanent(503, THROTTLING).await;
        assert!(asked > FAILURES, "{asked}");
        assert!((THROTTLED..CALL).contains(&elapsed) || asked == 16, "{asked} in {elapsed:?}");
        assert_eq!(error.kind, Kind::Throttled);
        assert!(error.message.contains("Slower."), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_sent_once() {
        let denied = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>No.</Message></Error>\
                      </Errors></Response>";
        let (asked, _, error) = permanent(403, denied).await;
        assert_eq!((asked, error.message.as_str()), (1, "No."));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_stays_silent_is_given_up_within_a_minute() {
        let aws = fake::silent();
        let start = Instant::now();
        let error = aws.call("ec2:DescribeVpcs", aws.read().ec2().describe_vpcs().send()).await.unwrap_err();
        assert!(start.elapsed() <= CALL + Duration::from_secs(1), "{:?}", start.elapsed());
        assert_eq!(error.kind, Kind::Ambiguous);
        assert!(error.message.contains("did not answer"), "{error}");
    }
}
