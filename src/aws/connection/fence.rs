//! The last look at the lock: after a request is signed, and before it is sent.
//!
//! A run may stand still at any moment. One that stands still before this look sends nothing afterwards. One that stands
//! still after it sends a signature that is no younger than the look, and AWS refuses it when it is minutes old. A look
//! before the signature would prove nothing: the signature would be as young as the moment in which the run wakes up.

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use wildfire_engine::model::Fence;

/// Lets requests pass while the fence stands.
#[derive(Clone, Debug)]
pub(crate) struct Gate(pub Fence);

/// Why a request was not sent.
#[derive(Debug)]
pub(crate) struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the lock was lost before the request was sent")
    }
}

impl Error for Closed {}

#[dyn_dispatch_hint]
impl Intercept for Gate {
    fn name(&self) -> &'static str {
        "wildfire's fence"
    }

    // The last hook before the connection.
    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.0.may_act() { Ok(()) } else { Err(Closed.into()) }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    use aws_credential_types::Credentials;
    use aws_credential_types::provider::{ProvideCredentials, future};
    use wildfire_engine::model::{CloudError, ErrorKind};

    use super::*;
    use crate::Aws;
    use crate::connection::fake;

    /// Credentials that take so long that the lock is lost.
    #[derive(Debug)]
    struct Slow(Arc<AtomicBool>);

    impl ProvideCredentials for Slow {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            self.0.store(false, Ordering::SeqCst);
            future::ProvideCredentials::ready(Ok(Credentials::new("demo", "demo", None, None, "test")))
        }
    }

    /// An account, its count of requests, and a fence that falls while the first request is signed.
    fn falling() -> (Aws, Arc<AtomicU32>, Fence) {
        let (asked, stands) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(true)));
        let count = asked.clone();
        let answer = move |request: &fake::Asked<'_>| {
            count.fetch_add(1, Ordering::SeqCst);
            (200, format!("<{}Response/>", request.action()))
        };
        let aws = fake::with_credentials(Slow(stands.clone()), answer);
        (aws, asked, Fence::new(move || stands.load(Ordering::SeqCst)))
    }

    async fn delete(aws: &Aws) -> Result<(), CloudError> {
        aws.call("ec2:DeleteVpc", aws.write().ec2().delete_vpc().vpc_id("vpc-1").send()).await.map(|_| ())
    }

    #[tokio::test]
    async fn nothing_is_sent_when_the_lock_is_lost_while_a_request_is_signed() {
        let (aws, asked, fence) = falling();
        let error = delete(&aws.fenced(fence.clone())).await.unwrap_err();
        assert_eq!((error.kind, asked.load(Ordering::SeqCst)), (ErrorKind::NotSent, 0), "{error}");
        assert!(error.message.contains("the lock was lost"), "{error}");
        assert!(!fence.may_act());
    }

    #[tokio::test]
    async fn calls_that_need_no_lock_are_sent() {
        let (aws, asked, fence) = falling();
        let fenced = aws.fenced(fence);
        delete(&aws).await.unwrap();
        fenced.call("ec2:DescribeVpcs", fenced.read().ec2().describe_vpcs().send()).await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }
}
