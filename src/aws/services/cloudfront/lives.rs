//! For tests: the policies against a server that keeps documents as CloudFront does, since no emulator has them.
//!
//! What was sent comes back in the shape of the API model, so a member that is lost on either way is seen.

use std::sync::{Arc, Mutex};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::cache_policy::{CachePolicy, CachePolicyUpdate};
use super::origin_request_policy::{OriginRequestPolicy, OriginRequestPolicyUpdate};
use super::prelude::*;
use super::response_headers_policy::{ResponseHeadersPolicy, ResponseHeadersPolicyUpdate};
use crate::connection::fake::{self, Asked, Page};
use crate::connection::replay::{operation, request};

const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>\
    <Arn>arn:aws:iam::123456789012:root</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>";

/// One policy: its document, and how often it was written.
#[derive(Debug, Default)]
struct Kept {
    document: Option<String>,
    version: usize,
}

impl Kept {
    fn answer(&mut self, kind: &str, asked: &Asked<'_>) -> Page {
        let named = asked.header("if-match").map(str::to_string);
        let current = format!("E{}", self.version);
        match (asked.body, named) {
            (_, Some(named)) if named != current => error(412, "PreconditionFailed"),
            ("", Some(_)) => {
                self.document = None;
                page(204, String::new(), &current)
            }
            ("", None) => match &self.document {
                Some(document) => page(200, whole(kind, document), &current),
                None => error(404, &format!("NoSuch{kind}")),
            },
            (document, _) => {
                self.document = Some(document.to_string());
                self.version += 1;
                page(200, whole(kind, document), &format!("E{}", self.version))
            }
        }
    }
}

fn whole(kind: &str, document: &str) -> String {
    format!("<{kind}><Id>P1</Id><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime>{document}</{kind}>")
}

fn page(status: u16, body: String, etag: &str) -> Page {
    let headers = vec![("x-amzn-requestid", "1".into()), ("etag", etag.to_string())];
    Page { status, headers, body: body.into() }
}

fn error(status: u16, code: &str) -> Page {
    let error = format!("<Type>Sender</Type><Code>{code}</Code><Message>said so</Message>");
    page(status, format!("<ErrorResponse><Error>{error}</Error><RequestId>1</RequestId></ErrorResponse>"), "")
}

fn policy<T: DeserializeOwned>(properties: &Json) -> T {
    serde_json::from_value(properties.clone()).expect("properties of the type")
}

/// What is read, without what CloudFront sets and what nobody wrote.
async fn read<T: Resource + Serialize>(aws: &Aws) -> Option<Json> {
    fn without_nulls(json: Json) -> Json {
        match json {
            Json::Object(map) => map
                .into_iter()
                .filter(|(name, value)| !value.is_null() && !["arn", "etag", "id"].contains(&name.as_str()))
                .map(|(name, value)| (name, without_nulls(value)))
                .collect(),
            Json::Array(items) => items.into_iter().map(without_nulls).collect(),
            other => other,
        }
    }
    let mut found = T::read(aws, &[request("P1", &[])]).await;
    let live = found.remove(0).expect("a reply of CloudFront")?;
    Some(without_nulls(serde_json::to_value(live).expect("properties are JSON")))
}

/// Creates `first`, makes `then` of it and deletes it; each is read as it was written.
async fn lives<T>(kind: &'static str, call: T::Update, first: Json, then: Json)
where
    T: Resource + Serialize + DeserializeOwned,
{
    let kept = Arc::new(Mutex::new(Kept::default()));
    let server = kept.clone();
    let aws = fake::pages(move |asked| match asked.action() {
        "GetCallerIdentity" => page(200, IDENTITY.into(), ""),
        _ => server.lock().expect("one request at a time").answer(kind, asked),
    });
    let operation = operation();

    let id = T::create(&aws, &policy(&first), &operation).await.expect("it is created");
    assert_eq!(id.as_str(), "P1");
    assert_eq!(read::<T>(&aws).await, Some(first.clone()));

    let change = Change { id: &id, want: &policy::<T>(&then), prior: &policy::<T>(&first), operation: &operation };
    T::update(&aws, call, &change).await.expect("it is updated");
    assert_eq!(read::<T>(&aws).await, Some(then.clone()));

    T::delete(&aws, &id, &policy(&then)).await.expect("it is deleted");
    assert_eq!(read::<T>(&aws).await, None);
    // A second deletion finds nothing to do.
    T::delete(&aws, &id, &policy(&then)).await.expect("it is gone already");
    assert_eq!(kept.lock().expect("no test panics while it holds it").version, 2);
}

#[tokio::test(start_paused = true)]
async fn a_cache_policy_is_read_as_it_is_written() {
    let first = json!({
        "name": "images", "default_ttl": 3600, "max_ttl": 7200, "min_ttl": 1,
        "parameters_in_cache_key_and_forwarded_to_origin": {
            "cookies_config": {"cookie_behavior": "whitelist", "cookies": {"items": ["session"]}},
            "enable_accept_encoding_brotli": true, "enable_accept_encoding_gzip": false,
            "headers_config": {"header_behavior": "whitelist", "headers": {"items": ["Accept", "Host"]}},
            "query_strings_config": {"query_string_behavior": "allExcept", "query_strings": {"items": ["width"]}},
        },
    });
    let mut then = first.clone();
    then["comment"] = json!("for a day");
    then["default_ttl"] = json!(7200);
    then["parameters_in_cache_key_and_forwarded_to_origin"]["cookies_config"] = json!({"cookie_behavior": "none"});
    lives::<CachePolicy>("CachePolicy", CachePolicyUpdate::Policy, first, then).await;
}

#[tokio::test(start_paused = true)]
async fn an_origin_request_policy_is_read_as_it_is_written() {
    let first = json!({
        "name": "all", "comment": "everything",
        "cookies_config": {"cookie_behavior": "all"},
        "headers_config": {"header_behavior": "allViewer"},
        "query_strings_config": {"query_string_behavior": "all"},
    });
    let mut then = first.clone();
    then["headers_config"] = json!({"header_behavior": "whitelist", "headers": {"items": ["Host"]}});
    lives::<OriginRequestPolicy>("OriginRequestPolicy", OriginRequestPolicyUpdate::Policy, first, then).await;
}

#[tokio::test(start_paused = true)]
async fn a_response_headers_policy_is_read_as_it_is_written() {
    let first = json!({
        "name": "safe",
        "security_headers_config": {
            "content_type_options": {"override": true},
            "frame_options": {"frame_option": "DENY", "override": false},
            "strict_transport_security": {
                "access_control_max_age_sec": 31536000, "include_subdomains": true, "override": true, "preload": false,
            },
        },
        "custom_headers_config": {"items": [{"header": "x-team", "override": true, "value": "a"}]},
        "remove_headers_config": {"items": [{"header": "server"}]},
    });
    let mut then = first.clone();
    then["cors_config"] = json!({
        "access_control_allow_credentials": false,
        "access_control_allow_headers": {"items": ["*"]},
        "access_control_allow_methods": {"items": ["GET", "HEAD"]},
        "access_control_allow_origins": {"items": ["https://example.com"]},
        "access_control_max_age_sec": 60, "origin_override": true,
    });
    then["server_timing_headers_config"] = json!({"enabled": true, "sampling_rate": 50.0});
    let call = ResponseHeadersPolicyUpdate::Policy;
    lives::<ResponseHeadersPolicy>("ResponseHeadersPolicy", call, first, then).await;
}
