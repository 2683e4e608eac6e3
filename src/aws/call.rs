//! The one way to AWS: every call passes here.

use std::future::Future;
use std::sync::atomic::Ordering;
use std::time::Duration;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use wildfire_engine::model::{CloudError, ErrorKind};

use crate::Aws;
use crate::attempts::{Effort, counted};
use crate::error::cloud_error;

impl Aws {
    /// Makes the call `name` (`ec2:CreateVpc`): waits for its rate limit, sends, and says what an error means.
    ///
    /// `send` must not have been polled: `aws.call("ec2:CreateVpc", aws.write().ec2().create_vpc()….send())`.
    pub(crate) async fn call<T, E, F>(&self, name: &'static str, send: F) -> Result<T, CloudError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        self.limits().ready(name).await;
        tracing::debug!(call = name, "sending");
        self.calls().fetch_add(1, Ordering::Relaxed);
        let (result, effort) = counted(send).await;
        match result {
            Ok(output) => {
                self.limits().succeeded(name);
                Ok(output)
            }
            Err(error) => {
                let mut error = cloud_error(name, &error);
                tell_effort(&mut error, effort);
                if error.kind == ErrorKind::Throttled {
                    self.limits().throttled(name);
                }
                tracing::debug!(call = name, kind = ?error.kind, code = error.code, "call failed");
                Err(error)
            }
        }
    }
}

/// Below this a single attempt needs no mention.
const LONG: Duration = Duration::from_secs(5);

/// For failures that may pass: what was done about them, so that nobody takes a long wait for a hang.
fn tell_effort(error: &mut CloudError, effort: Effort) {
    let may_pass = matches!(error.kind, ErrorKind::Ambiguous | ErrorKind::NotSent | ErrorKind::Throttled);
    let seconds = effort.elapsed.as_secs_f64();
    if may_pass && effort.attempts > 1 {
        error.message.push_str(&format!(" ({} attempts in {seconds:.1} s)", effort.attempts));
    } else if may_pass && effort.elapsed >= LONG {
        error.message.push_str(&format!(" (after {seconds:.1} s)"));
    }
}

/// `Ok(None)` where AWS says that it does not exist.
pub(crate) fn absent_is_none<T>(result: Result<T, CloudError>) -> Result<Option<T>, CloudError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Success where AWS says that it is gone already.
pub(crate) fn gone_is_fine<T>(result: Result<T, CloudError>) -> Result<(), CloudError> {
    absent_is_none(result).map(|_| ())
}

/// An error for a reply that lacks what the API always returns.
pub(crate) fn missing(name: &str, what: &str) -> CloudError {
    let (service, operation) = name.split_once(':').unwrap_or(("aws", name));
    let mut error = CloudError::new(ErrorKind::Unreadable, format!("the reply of {name} has no {what}"));
    error.call = Some(wildfire_engine::model::Call {
        service: service.to_string(),
        operation: operation.to_string(),
        request_id: None,
    });
    error
}
