//! Operations by their request: a builder of the SDK knows what it is called.

use std::future::Future;

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// An operation: `operations!` makes one for each name.
pub(crate) trait Operation {
    /// `ec2:CreateVpc`
    const NAME: &'static str;
}

/// What a request is answered with.
pub(crate) type Sent<R> = Result<<R as Request>::Output, SdkError<<R as Request>::Error, HttpResponse>>;

/// The pages of an answer.
pub(crate) type Pages<R> = PaginationStream<Sent<R>>;

/// A builder of the SDK.
pub(crate) trait Request: Sized {
    type Output: Send;
    type Error: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static;
    /// `ec2:CreateVpc`
    const NAME: &'static str;

    fn send(self) -> impl Future<Output = Sent<Self>> + Send;
}

/// A request whose answer has pages.
pub(crate) trait Paged: Request {
    fn pages(self) -> Pages<Self>;
}

/// Names of operations, for the lists of a type: `calls![CreateVpc, DeleteVpc]`.
#[macro_export]
macro_rules! calls {
    ($($operation:ident),* $(,)?) => {
        &[$(<$operation as $crate::connection::operation::Operation>::NAME),*]
    };
}
