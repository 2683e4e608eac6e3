//! Which replies are the service's own.
//!
//! Proxies, captive portals and broken networks answer in AWS's place: a login page with HTTP 200, a 404 in HTML, `{}`,
//! nothing. The SDK goes by the status, and reads such a reply as "does not exist" or as "done". So every reply to every
//! call is held against the form of its protocol before anybody reads a meaning from it. What does not have the form is an
//! error that says what came, and from where.
//!
//! | protocol | done | refused |
//! |---|---|---|
//! | Query, EC2 | a whole document `<…Response>` | a whole document with the service's `Code` |
//! | REST XML | the same, or no body and a request id | the same |
//! | CloudFront | a whole document of the name that the reply has; after a deletion and a change of tags no body and a request id; of a function its code, a version and a request id | the same as REST XML |
//! | S3 | a request id; what is there of a body is whole XML, or a policy | the same; after HEAD no body and a request id |
//! | JSON | an object with the member that such a reply always has; where it has none, a request id, and no body, `null` or an object | a code in `__type` or a header; one in `code` with a request id |
//!
//! A content type is shown, and not asked for: stores and emulators name theirs freely, and proxies keep AWS's.
//! Sources: <https://smithy.io/2.0/aws/protocols/index.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html>.

mod document;
mod foreign;
mod members;

use std::collections::HashMap;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use serde::de::IgnoredAny;

use self::document::Document;
pub(crate) use self::foreign::Foreign;

/// How a service writes its replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// AWS Query and EC2 Query.
    Query,
    /// REST with XML, of Route 53.
    RestXml,
    /// REST with XML, of CloudFront: a document is named after what it holds.
    CloudFront,
    S3,
    /// AWS JSON 1.0 and 1.1, and REST with JSON.
    Json,
}

/// Ends a call whose reply is not the service's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Genuine(pub Protocol);

/// What was asked, for whoever judges the answer.
#[derive(Clone, Debug)]
struct Asked {
    head: bool,
    /// Scheme, host and path.
    address: String,
}

impl Storable for Asked {
    type Storer = StoreReplace<Self>;
}

#[dyn_dispatch_hint]
impl Intercept for Genuine {
    fn name(&self) -> &'static str {
        "wildfire's look at replies"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let address = request.uri().split(['?', '#']).next().unwrap_or_default().to_string();
        config.interceptor_state().store_put(Asked { head: request.method() == "HEAD", address });
        Ok(())
    }

    // Where the body has been read, and before anybody decides on another attempt.
    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let outcome = context.output_or_error();
        // Some clients say of a body that they cannot read what others say of a reply that broke off. The body tells.
        let broke_off = || context.response().body().bytes().is_none();
        if matches!(outcome, Err(error) if !error.is_operation_error()) && broke_off() {
            // That is an error already.
            return Ok(());
        }
        let asked = config.load::<Asked>();
        let reply = Reply {
            operation: config.load::<Metadata>().map_or("", Metadata::name),
            head: asked.is_some_and(|asked| asked.head),
            parsed: outcome.is_ok(),
            response: context.response(),
        };
        if reply.is_genuine(self.0) {
            return Ok(());
        }
        let address = asked.map_or("", |asked| &asked.address);
        Err(Foreign::new(context.response(), address).into())
    }
}

/// A reply with what it answers.
struct Reply<'a> {
    /// `DescribeVpcs`
    operation: &'a str,
    head: bool,
    /// The SDK has made an output of it.
    parsed: bool,
    response: &'a HttpResponse,
}

impl<'a> Reply<'a> {
    fn is_genuine(&self, protocol: Protocol) -> bool {
        let success = self.response.status().is_success();
        match protocol {
            Protocol::Query | Protocol::RestXml if success => self.is_answer_in_xml(protocol),
            Protocol::CloudFront if success => self.is_answer_of_cloudfront(),
            Protocol::S3 if success => self.is_answer_of_s3(),
            Protocol::Json if success => self.is_answer_in_json(),
            Protocol::Query | Protocol::RestXml | Protocol::CloudFront => self.is_refusal_in_xml(),
            Protocol::S3 if self.head => self.has_request_id(),
            Protocol::S3 => self.is_refusal_in_xml(),
            Protocol::Json => self.is_refusal_in_json(),
        }
    }

    /// `None` while it is still streaming.
    fn body(&self) -> Option<&'a [u8]> {
        self.response.body().bytes()
    }

    fn header(&self, name: &str) -> Option<&'a str> {
        self.response.headers().get(name)
    }

    fn has_request_id(&self) -> bool {
        ["x-amzn-requestid", "x-amz-request-id"].iter().any(|name| self.header(name).is_some_and(|id| !id.is_empty()))
    }

    fn is_answer_in_xml(&self, protocol: Protocol) -> bool {
        let body = self.body().unwrap_or_default();
        if body.is_empty() {
            return protocol == Protocol::RestXml && self.parsed && self.has_request_id();
        }
        // The document is named after the operation. Not every emulator copies the name right, and none leaves out its end.
        let is_answer =
            |document: Document| document.root.len() > "Response".len() && document.root.ends_with("Response");
        self.parsed && Document::read(body).is_some_and(is_answer)
    }

    fn is_refusal_in_xml(&self) -> bool {
        Document::read(self.body().unwrap_or_default()).is_some_and(|document| is_refusal(&document))
    }

    fn is_answer_of_cloudfront(&self) -> bool {
        let known = |document: Document| !matches!(document.root, "html" | "Error" | "ErrorResponse");
        match self.body().unwrap_or_default() {
            // Only deletions and tags have nothing to say.
            b"" => {
                let silent = ["Delete", "TagResource", "UntagResource"];
                self.parsed && self.has_request_id() && silent.iter().any(|name| self.operation.starts_with(name))
            }
            // The code of a function comes as it is, with its version beside it.
            _ if self.operation == "GetFunction" => {
                self.parsed && self.has_request_id() && self.header("etag").is_some()
            }
            body => self.parsed && Document::read(body).is_some_and(known),
        }
    }

    fn is_answer_of_s3(&self) -> bool {
        if !self.has_request_id() {
            return false;
        }
        // An object comes as a stream, with checksums of its own.
        let Some(body) = self.body() else { return self.parsed };
        match (body, self.operation) {
            // What is read has a document, if it is there at all.
            ([], operation) => {
                self.parsed && (self.head || !operation.starts_with("Get") && !operation.starts_with("List"))
            }
            // A write has nothing to say. Whatever is no document is taken for nothing: a read follows.
            (body, operation) if operation.starts_with("Put") && !body.trim_ascii_start().starts_with(b"<") => {
                self.parsed
            }
            (body, "GetBucketPolicy") => self.parsed && members_of(body).is_some_and(|members| !members.is_empty()),
            // S3 may begin with 200 and end with an error: https://repost.aws/knowledge-center/s3-resolve-200-internalerror
            // Stores that speak S3's protocol name their documents otherwise, and whoever asked may read them all the same.
            (body, _) => Document::read(body).is_some_and(|document| match document.root {
                "Error" => is_refusal(&document),
                root => root != "html",
            }),
        }
    }

    fn is_answer_in_json(&self) -> bool {
        let body = self.body().unwrap_or_default();
        if !self.parsed || self.is_altered(body) {
            return false;
        }
        match (body.trim_ascii(), members::always(self.operation)) {
            (b"" | b"null", None) => self.has_request_id(),
            (b"" | b"null", Some(_)) => false,
            (body, None) => self.has_request_id() && members_of(body).is_some(),
            (body, Some(name)) => members_of(body).is_some_and(|members| members.contains_key(name)),
        }
    }

    fn is_refusal_in_json(&self) -> bool {
        let body = self.body().unwrap_or_default();
        if self.is_altered(body) {
            return false;
        }
        let named = self.header("x-amzn-errortype").is_some();
        match body.trim_ascii() {
            b"" => named,
            body => members_of(body).is_some_and(|members| {
                let code = members.contains_key("code") && self.has_request_id();
                named || code || members.contains_key("__type")
            }),
        }
    }

    /// DynamoDB sends a checksum with every reply:
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html>
    fn is_altered(&self, body: &[u8]) -> bool {
        let checksum = self.header("x-amz-crc32").and_then(|sum| sum.trim().parse::<u32>().ok());
        checksum.is_some_and(|sum| sum != crc32fast::hash(body))
    }
}

/// True for a document in which a service says no, in its own words.
fn is_refusal(document: &Document<'_>) -> bool {
    match document.root {
        "ErrorResponse" | "Response" | "Error" => document.code.is_some(),
        root => root == BARE,
    }
}

/// The members of a JSON object, without what is null.
fn members_of(body: &[u8]) -> Option<HashMap<String, IgnoredAny>> {
    let members: HashMap<String, Option<IgnoredAny>> = serde_json::from_slice(body).ok()?;
    Some(members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

/// The error that Route 53 writes without an envelope: its code is the name of the document.
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html#API_ChangeResourceRecordSets_Errors>
const BARE: &str = "InvalidChangeBatch";

/// Code and message of a refusal of which the SDK, which looks into envelopes only, makes nothing.
pub(crate) fn bare_refusal(response: &HttpResponse) -> Option<(String, String)> {
    let document = Document::read(response.body().bytes()?)?;
    (document.root == BARE).then(|| (BARE.to_string(), document.message()))
}

#[cfg(test)]
mod tests;
