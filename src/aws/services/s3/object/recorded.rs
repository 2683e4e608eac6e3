//! Objects against replies in the shapes of S3's API.

use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;
use crate::connection::fake::{self, Page};
use crate::connection::replay::{operation, recover, request};

/// What was sent: path and query, some headers, and the body.
#[derive(Clone, Debug)]
struct Sent {
    uri: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Sent {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

const HEADERS: [&str; 7] = [
    "if-none-match",
    "content-md5",
    "x-amz-tagging",
    "x-amz-server-side-encryption",
    "x-amz-checksum-mode",
    "x-amz-bypass-governance-retention",
    "content-type",
];

/// A store that answers as `answer` says, and keeps what it was sent.
fn store(answer: impl Fn(&str) -> Page + Send + Sync + 'static) -> (Aws, Arc<Mutex<Vec<Sent>>>) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let kept = sent.clone();
    let aws = fake::pages(move |asked| {
        let uri = asked.uri.strip_prefix("http://aws.test").unwrap_or(asked.uri).to_string();
        let headers = HEADERS.into_iter().filter_map(|name| Some((name, asked.header(name)?.to_string())));
        let page = answer(&uri);
        kept.lock().unwrap().push(Sent { uri, headers: headers.collect(), body: asked.body.to_string() });
        page
    });
    (aws, sent)
}

fn page(status: u16, headers: &[(&'static str, &str)], body: &str) -> Page {
    let own = headers.iter().map(|(name, value)| (*name, value.to_string()));
    let headers = own.chain([("x-amz-request-id", "01REQUEST".to_string())]).collect();
    Page { status, headers, body: body.into() }
}

fn error(status: u16, code: &str) -> Page {
    page(status, &[], &format!("<Error><Code>{code}</Code><Message>said so</Message></Error>"))
}

fn tagging(op: &str) -> Page {
    let tag = format!("<Tag><Key>wildfire:op</Key><Value>{op}</Value></Tag>");
    page(200, &[], &format!("<Tagging><TagSet>{tag}</TagSet></Tagging>"))
}

fn want() -> Object {
    let want = json!({
        "bucket": "images", "key": "a/b.html", "content": "hello", "content_type": "text/html",
        "etag": "5d41402abc4b2a76b9719d911017c592", "kms_key_id": "arn:aws:kms:eu-west-1:123456789012:key/1",
    });
    let mut want: Object = serde_json::from_value(want).unwrap();
    want.tags.all = Some(Tags::from([("wildfire:op".to_string(), "01OURS".to_string())]));
    want
}

#[tokio::test]
async fn a_new_object_replaces_none() {
    let (aws, sent) = store(|_| page(200, &[("etag", "\"5d41402abc4b2a76b9719d911017c592\"")], ""));
    let id = Object::create(&aws, &want(), &operation()).await.unwrap();
    assert_eq!(id.as_str(), "images/a/b.html");
    let sent = sent.lock().unwrap()[0].clone();
    assert!(sent.uri.starts_with("/images/a/b.html?"), "{}", sent.uri);
    assert_eq!(sent.header("if-none-match"), Some("*"));
    assert_eq!(sent.header("content-md5"), Some("XUFAKrxLKna5cZ2REBfFkg=="));
    assert_eq!(sent.header("x-amz-tagging"), Some("wildfire%3Aop=01OURS"));
    assert_eq!(sent.header("x-amz-server-side-encryption"), Some("aws:kms"));
    assert_eq!(sent.header("content-type"), Some("text/html"));
    let (aws, _) = store(|_| error(412, "PreconditionFailed"));
    let error = Object::create(&aws, &want(), &operation()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::AlreadyExists);
}

#[tokio::test]
async fn only_the_tag_of_the_operation_proves_an_object() {
    let wanted = recover(json!({"bucket": "images", "key": "a/b.html"}));
    for (reply, found) in [
        (tagging("01OURS"), Some(PhysicalId::from("images/a/b.html"))),
        (tagging("01OTHER"), None),
        (error(404, "NoSuchKey"), None),
    ] {
        let (aws, _) = store(move |_| reply.clone());
        assert_eq!(Object::find(&aws, &wanted, &want()).await, Ok(found));
    }
}

#[tokio::test]
async fn an_object_is_read_with_what_is_asked_for() {
    let (aws, sent) = store(|uri| match uri {
        uri if uri.contains("gone") => page(404, &[], ""),
        uri if uri.contains("tagging") => tagging("01OURS"),
        _ => page(
            200,
            &[
                ("etag", "\"5d41402abc4b2a76b9719d911017c592\""),
                ("content-length", "0"),
                ("x-amz-meta-team", "web"),
                ("x-amz-version-id", "v1"),
                ("x-amz-checksum-sha256", "c2hh"),
                ("x-amz-object-lock-retain-until-date", "2030-01-02T00:00:00.000Z"),
            ],
            "",
        ),
    });
    let asked = [
        request("images/a/b.html", &["tags_all", "checksum_algorithm"]),
        request("s3://images/c", &[]),
        request("images/gone", &[]),
        request("images", &[]),
    ];
    let read = Object::read(&aws, &asked).await;
    let live = read[0].as_ref().unwrap().as_ref().unwrap();
    assert_eq!(live.arn.as_deref(), Some("arn:aws:s3:::images/a/b.html"));
    assert_eq!((live.id.as_deref(), live.key.as_deref()), (Some("a/b.html"), Some("a/b.html")));
    assert_eq!(live.etag.as_deref(), Some("5d41402abc4b2a76b9719d911017c592"));
    assert_eq!((live.version_id.as_deref(), live.storage_class.as_deref()), (Some("v1"), Some("STANDARD")));
    assert_eq!(live.checksum_sha256.as_deref(), Some("c2hh"));
    assert_eq!(live.object_lock_retain_until_date.as_deref(), Some("2030-01-02T00:00:00Z"));
    assert_eq!(live.metadata.as_ref().and_then(|metadata| metadata.get("team")).map(String::as_str), Some("web"));
    assert!(live.tags.all.as_ref().is_some_and(|tags| tags.len() == 1));
    assert_eq!(read[1].as_ref().unwrap().as_ref().unwrap().tags.all, None);
    assert!(matches!(read[2], Ok(None)));
    assert!(read[3].is_err());
    let modes = sent.lock().unwrap().iter().filter(|sent| sent.header("x-amz-checksum-mode").is_some()).count();
    assert_eq!(modes, 1);
}

#[tokio::test]
async fn an_upload_keeps_our_tags_and_needs_the_content() {
    let (aws, sent) = store(|_| page(200, &[("content-length", "5")], ""));
    let mut prior = want();
    prior.tags.all = Some(Tags::from([("wildfire:op".to_string(), "01OLD".to_string())]));
    let (id, operation) = ("images/a/b.html".into(), operation());
    let mut want = Object { content_type: Some("text/plain".into()), ..want() };
    want.tags.all = Some(Tags::from([("team".to_string(), "web".to_string())]));
    let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
    Object::update(&aws, ObjectUpdate::Upload, &change).await.unwrap();
    let put = sent.lock().unwrap()[0].clone();
    assert_eq!(put.header("if-none-match"), None);
    assert_eq!(put.header("x-amz-tagging"), Some("team=web&wildfire%3Aop=01OLD"));
    let want = Object { content: None, ..want.clone() };
    let change = Change { want: &want, ..change };
    let error = Object::update(&aws, ObjectUpdate::Upload, &change).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Rejected);
}

#[tokio::test]
async fn settings_are_changed_without_an_upload() {
    let (aws, sent) = store(|_| page(200, &[], ""));
    let (id, operation, prior) = ("images/a".into(), operation(), Object::default());
    let want = Object {
        acl: Some("public-read".into()),
        object_lock_legal_hold_status: Some("ON".into()),
        object_lock_mode: Some("GOVERNANCE".into()),
        object_lock_retain_until_date: Some("2030-01-02T00:00:00Z".into()),
        ..Object::default()
    };
    let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
    for call in [ObjectUpdate::Acl, ObjectUpdate::LegalHold, ObjectUpdate::Retention, ObjectUpdate::Tags] {
        Object::update(&aws, call, &change).await.unwrap();
    }
    let sent = sent.lock().unwrap();
    let about: Vec<&str> = sent.iter().map(|sent| sent.uri.as_str()).collect();
    assert_eq!(about, ["/images/a?acl", "/images/a?legal-hold", "/images/a?retention", "/images/a?tagging"]);
    assert!(sent[1].body.contains("<Status>ON</Status>"));
    assert!(sent[2].body.contains("<Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-02T00:00:00Z</RetainUntilDate>"));
    assert_eq!(sent[2].header("x-amz-bypass-governance-retention"), None);
    assert!(sent[3].body.contains("wildfire:op"));
}

#[tokio::test]
async fn all_versions_go_and_what_is_held_is_let_go_where_that_is_said() {
    let version = |key: &str, id: &str| format!("<Version><Key>{key}</Key><VersionId>{id}</VersionId></Version>");
    let listed = version("a", "v1") + &version("ab", "v2");
    let none = version("ab", "v2");
    let rounds = Arc::new(Mutex::new(0));
    let (aws, sent) = store(move |uri| {
        let mut round = rounds.lock().unwrap();
        *round += 1;
        match uri {
            uri if uri.contains("versions") => {
                let versions = if *round == 1 { &listed } else { &none };
                page(200, &[], &format!("<ListVersionsResult>{versions}</ListVersionsResult>"))
            }
            uri if uri.contains("legal-hold") => page(200, &[], ""),
            // The first time the version is held.
            _ if *round == 2 => error(403, "AccessDenied"),
            _ => page(204, &[], ""),
        }
    });
    let prior = Object { version_id: Some("v1".into()), force_destroy: Some(true), ..Object::default() };
    Object::delete(&aws, &"images/a".into(), &prior).await.unwrap();
    let sent = sent.lock().unwrap();
    assert_eq!(sent.len(), 5);
    assert_eq!(sent[1].header("x-amz-bypass-governance-retention"), Some("true"));
    assert!(sent[2].uri.contains("legal-hold") && sent[2].uri.contains("versionId=v1"));
    assert!(sent[2].body.contains("<Status>OFF</Status>"));
    assert!(sent[3].uri.contains("versionId=v1"));
}
