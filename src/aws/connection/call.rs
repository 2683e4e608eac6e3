//! The one way to AWS: every call passes here.

use std::future::Future;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId};

use super::operation::{Paged, Pages, Request, Sent};
use crate::Aws;
use crate::connection::error::cloud_error;
use crate::connection::retry_policy::{Effort, counted};

tokio::task_local! {
    /// The calls that the type at work declares, and its name.
    static DECLARED: (&'static str, &'static [&'static str]);
}

/// Runs what a type does with one of its lists of calls. In builds with debug assertions, a call that changes something and is
/// not on the list fails: the plan shows the list, so it has to be true.
pub(crate) async fn declaring<T>(
    type_name: &'static str,
    calls: &'static [&'static str],
    work: impl Future<Output = T>,
) -> T {
    DECLARED.scope((type_name, calls), work).await
}

/// The error of a call that the type at work does not declare.
fn undeclared(name: &str) -> Option<CloudError> {
    const READS: [&str; 5] = ["Describe", "Get", "Head", "List", "Search"];
    let (_, operation) = name.split_once(':')?;
    if !cfg!(debug_assertions) || READS.iter().any(|read| operation.starts_with(read)) {
        return None;
    }
    let (type_name, calls) = DECLARED.try_with(|declared| *declared).ok()?;
    let message = format!("{type_name} makes the call {name}, which is not on its list ({})", calls.join(", "));
    (!calls.contains(&name)).then(|| CloudError::new(ErrorKind::Rejected, message))
}

impl Aws {
    /// Sends a request: waits for its rate limit, and says what an error means.
    pub(crate) async fn send<R: Request>(&self, request: R) -> Result<R::Output, CloudError> {
        self.call(R::NAME, request.send()).await
    }

    /// Sends a request of whose reply nothing is needed.
    pub(crate) async fn done<R: Request>(&self, request: R) -> Result<(), CloudError> {
        self.send(request).await.map(drop)
    }

    /// Sends a request that creates, and takes the id out of the reply.
    pub(crate) async fn made<R: Request>(
        &self,
        request: R,
        id: impl FnOnce(R::Output) -> Option<String>,
    ) -> Result<PhysicalId, CloudError> {
        let reply = self.send(request).await?;
        id(reply).map(PhysicalId::from).ok_or_else(|| missing(R::NAME, "id"))
    }

    /// Sends a request that deletes. A resource that no longer exists counts as deleted.
    pub(crate) async fn gone<R: Request>(&self, request: R) -> Result<(), CloudError> {
        gone_is_fine(self.send(request).await)
    }

    /// Sends a request, page after page, each when the rate limit allows it. `items` takes the items out of a page.
    pub(crate) async fn pages<R: Paged, T>(
        &self,
        request: R,
        items: impl Fn(R::Output) -> Option<Vec<T>>,
    ) -> Result<Vec<T>, CloudError> {
        let (mut pages, mut found) = (request.pages(), Vec::new());
        self.limits().ready(R::NAME).await;
        loop {
            let (page, effort) = counted(self.next_page::<R>(&mut pages)).await;
            // The end of the pages is known without a call.
            let Some(page) = page else { return Ok(found) };
            self.calls().fetch_add(1, Ordering::Relaxed);
            found.extend(items(self.judged(R::NAME, page, effort)?).unwrap_or_default());
        }
    }

    async fn next_page<R: Paged>(&self, pages: &mut Pages<R>) -> Option<Sent<R>> {
        let mut next = std::pin::pin!(pages.next());
        match futures::poll!(next.as_mut()) {
            Poll::Ready(page) => page,
            // There is one. It is on its way, and counts for whoever comes next.
            Poll::Pending => futures::join!(self.limits().ready(R::NAME), next).1,
        }
    }

    /// Makes the call `name` (`ec2:CreateVpc`): waits for its rate limit, sends, and says what an error means.
    ///
    /// `send` must not have been polled: `aws.call("ec2:CreateVpc", aws.write().ec2().create_vpc()….send())`.
    pub(crate) async fn call<T, E, F>(&self, name: &'static str, send: F) -> Result<T, CloudError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        if let Some(error) = undeclared(name) {
            return Err(error);
        }
        self.limits().ready(name).await;
        tracing::debug!(call = name, "sending");
        self.calls().fetch_add(1, Ordering::Relaxed);
        let (result, effort) = counted(send).await;
        self.judged(name, result, effort)
    }

    /// What became of a call.
    fn judged<T, E>(
        &self,
        name: &'static str,
        result: Result<T, SdkError<E, HttpResponse>>,
        effort: Effort,
    ) -> Result<T, CloudError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        match result {
            Ok(output) => {
                self.limits().succeeded(name);
                Ok(output)
            }
            Err(error) => {
                let mut error = cloud_error(name, &error, self.lags());
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
