//! For tests: an AWS that answers as a test tells it to.

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use aws_types::region::Region;
use std::sync::Arc;

use crate::Aws;

/// A request, as far as tests care.
pub(crate) struct Asked<'a> {
    /// Path and query.
    pub uri: &'a str,
    pub body: &'a str,
    headers: &'a Headers,
}

impl Asked<'_> {
    /// The `Action` of a request in the query protocol.
    pub(crate) fn action(&self) -> &str {
        self.body.split('&').find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default()
    }
}

impl Asked<'_> {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    /// The first name in the query: what a request to S3 is about.
    pub(crate) fn query(&self) -> &str {
        let query = self.uri.split_once('?').map_or("", |(_, query)| query);
        query.split(['&', '=']).next().unwrap_or_default()
    }
}

type Answer = Arc<dyn Fn(&Asked<'_>) -> Page + Send + Sync>;

/// A reply as it comes over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Page {
    /// As AWS answers: with a request id.
    fn of_aws((status, body): (u16, String)) -> Self {
        Self { status, headers: vec![("x-amzn-requestid", "01REQUEST".into())], body: body.into() }
    }
}

#[derive(Clone)]
struct Server(Answer);

/// Takes requests and never answers.
#[derive(Clone, Debug)]
struct Silence;

impl HttpConnector for Silence {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(std::future::pending())
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Server")
    }
}

impl HttpConnector for Server {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let asked = Asked { uri: request.uri(), body: &body, headers: request.headers() };
        let page = (self.0)(&asked);
        let status = page.status.try_into().expect("a test answers with a status of HTTP");
        let mut response = HttpResponse::new(status, SdkBody::from(page.body));
        for (name, value) in page.headers {
            response.headers_mut().insert(name, value);
        }
        HttpConnectorFuture::ready(Ok(response))
    }
}

/// An account at an endpoint of its own; every request gets what `answer` says: status and body.
pub(crate) fn aws(answer: impl Fn(&Asked<'_>) -> (u16, String) + Send + Sync + 'static) -> Aws {
    connected(
        Some("http://aws.test"),
        SharedHttpConnector::new(Server(Arc::new(move |asked| Page::of_aws(answer(asked))))),
    )
}

/// An account at an endpoint where something else than AWS may answer.
pub(crate) fn pages(answer: impl Fn(&Asked<'_>) -> Page + Send + Sync + 'static) -> Aws {
    connected(Some("http://aws.test"), SharedHttpConnector::new(Server(Arc::new(answer))))
}

/// An account whose requests get no answer.
pub(crate) fn silent() -> Aws {
    connected(Some("http://aws.test"), SharedHttpConnector::new(Silence))
}

/// The same at Amazon's own endpoints.
pub(crate) fn amazon(answer: impl Fn(&Asked<'_>) -> (u16, String) + Send + Sync + 'static) -> Aws {
    connected(None, SharedHttpConnector::new(Server(Arc::new(move |asked| Page::of_aws(answer(asked))))))
}

/// As [`aws`], for whoever comes with credentials of a special kind.
pub(crate) fn with_credentials(
    credentials: impl ProvideCredentials + 'static,
    answer: impl Fn(&Asked<'_>) -> (u16, String) + Send + Sync + 'static,
) -> Aws {
    let server = SharedHttpConnector::new(Server(Arc::new(move |asked| Page::of_aws(answer(asked)))));
    connected_as(SharedCredentialsProvider::new(credentials), Some("http://aws.test"), server)
}

fn connected(endpoint: Option<&str>, connector: SharedHttpConnector) -> Aws {
    let credentials = Credentials::new("demo", "demo", None, None, "test");
    connected_as(SharedCredentialsProvider::new(credentials), endpoint, connector)
}

fn connected_as(credentials: SharedCredentialsProvider, endpoint: Option<&str>, connector: SharedHttpConnector) -> Aws {
    let mut config = SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(credentials)
        .http_client(http_client_fn(move |_, _| connector.clone()));
    config.set_endpoint_url(endpoint.map(String::from));
    Aws::new(config.build(), crate::registry::lag, std::path::PathBuf::new())
}
