//! A function against a server that keeps its two stages as CloudFront does, since no emulator has them.

use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;
use crate::connection::fake::{self, Asked, Page};
use crate::connection::replay::{operation, recover, request};

/// What a stage holds: the config as it was sent, and the code.
#[derive(Clone, Debug, Default)]
struct Kept {
    config: String,
    code: String,
    etag: String,
}

#[derive(Debug, Default)]
struct Server {
    written: Option<Kept>,
    live: Option<Kept>,
    writes: usize,
}

/// The inside of the first element `name`.
fn inside<'a>(body: &'a str, name: &str) -> &'a str {
    let rest = body.split_once(&format!("<{name}>")).map_or("", |(_, rest)| rest);
    rest.split_once(&format!("</{name}>")).map_or("", |(inside, _)| inside)
}

fn page(status: u16, body: &str, etag: &str) -> Page {
    let headers = vec![("x-amzn-requestid", "1".into()), ("etag", etag.to_string())];
    Page { status, headers, body: body.as_bytes().to_vec() }
}

fn error(status: u16, code: &str) -> Page {
    let error = format!("<Type>Sender</Type><Code>{code}</Code><Message>said so</Message>");
    page(status, &format!("<ErrorResponse><Error>{error}</Error><RequestId>1</RequestId></ErrorResponse>"), "")
}

impl Server {
    fn answer(&mut self, asked: &Asked<'_>) -> Page {
        let (path, query) = asked.uri.split_once('?').unwrap_or((asked.uri, ""));
        let stage = if query.contains("Stage=LIVE") { &self.live } else { &self.written };
        let named = asked.header("if-match");
        if named.is_some_and(|named| self.written.as_ref().is_none_or(|kept| kept.etag != named)) {
            return error(412, "PreconditionFailed");
        }
        match (named, asked.body.is_empty()) {
            (Some(_), true) if path.ends_with("/publish") => {
                self.live = self.written.clone().map(|kept| Kept { etag: format!("L{}", kept.etag), ..kept });
                page(200, &self.summary(&self.live), "")
            }
            (Some(_), true) => {
                *self = Self::default();
                page(204, "", "")
            }
            (_, false) => {
                self.writes += 1;
                let code = aws_smithy_types::base64::decode(inside(asked.body, "FunctionCode")).expect("base64");
                let code = String::from_utf8(code).expect("text");
                let etag = format!("E{}", self.writes);
                let config = inside(asked.body, "FunctionConfig").to_string();
                self.written = Some(Kept { config, code, etag: etag.clone() });
                page(201, &self.summary(&self.written), &etag)
            }
            (None, true) => match stage {
                None => error(404, "NoSuchFunctionExists"),
                Some(kept) if path.ends_with("/describe") => page(200, &self.summary(stage), &kept.etag),
                Some(kept) => page(200, &kept.code, &kept.etag),
            },
        }
    }

    fn summary(&self, stage: &Option<Kept>) -> String {
        let kept = stage.clone().unwrap_or_default();
        format!(
            "<FunctionSummary><Name>index</Name><Status>UNASSOCIATED</Status>\
             <FunctionConfig>{}</FunctionConfig><FunctionMetadata>\
             <FunctionARN>arn:aws:cloudfront::123456789012:function/index</FunctionARN>\
             <LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime></FunctionMetadata></FunctionSummary>",
            kept.config
        )
    }
}

fn aws() -> (Aws, Arc<Mutex<Server>>) {
    let kept = Arc::new(Mutex::new(Server::default()));
    let server = kept.clone();
    (fake::pages(move |asked| server.lock().expect("one request at a time").answer(asked)), kept)
}

fn want(code: &str) -> Function {
    Function {
        code: Some(code.into()),
        comment: Some("adds the index".into()),
        key_value_store_associations: Some(vec!["arn:aws:cloudfront::123456789012:key-value-store/a".into()]),
        name: Some("index".into()),
        publish: Some(true),
        runtime: Some("cloudfront-js-2.0".into()),
        ..Function::default()
    }
}

async fn read(aws: &Aws) -> Option<Function> {
    let asked = request("index", &["code", "publish", "live_stage_etag"]);
    Function::read(aws, &[asked]).await.remove(0).expect("a reply of CloudFront")
}

async fn update(aws: &Aws, call: FunctionUpdate, want: &Function) {
    let (id, operation) = ("index".into(), operation());
    let change = Change { id: &id, want, prior: &Function::default(), operation: &operation };
    Function::update(aws, call, &change).await.expect("it is updated");
}

#[tokio::test(start_paused = true)]
async fn a_function_is_written_and_published() {
    let (aws, _) = aws();
    let id = Function::create(&aws, &want("one"), &operation()).await.expect("it is created");
    assert_eq!(id.as_str(), "index");
    let live = read(&aws).await.expect("it is there");
    assert_eq!((live.publish, live.live_stage_etag.as_deref()), (Some(false), None));

    update(&aws, FunctionUpdate::Publish, &want("one")).await;
    let live = read(&aws).await.expect("it is there");
    let computed = Function {
        arn: live.arn.clone(),
        etag: Some("E1".into()),
        id: Some("index".into()),
        live_stage_etag: Some("LE1".into()),
        status: Some("UNASSOCIATED".into()),
        ..want("one")
    };
    assert_eq!(live, computed);

    update(&aws, FunctionUpdate::Function, &want("two")).await;
    let live = read(&aws).await.expect("it is there");
    assert_eq!((live.publish, live.code.as_deref()), (Some(true), Some("two")));

    Function::delete(&aws, &id, &live).await.expect("it is deleted");
    assert_eq!(read(&aws).await, None);
    // A second deletion finds nothing to do.
    Function::delete(&aws, &id, &live).await.expect("it is gone already");
}

#[tokio::test(start_paused = true)]
async fn what_was_published_stays_until_somebody_publishes() {
    let (aws, kept) = aws();
    let first = Function { publish: Some(false), ..want("one") };
    Function::create(&aws, &first, &operation()).await.expect("it is created");
    update(&aws, FunctionUpdate::Publish, &want("one")).await;
    update(&aws, FunctionUpdate::Function, &Function { publish: Some(false), ..want("two") }).await;
    let live = read(&aws).await.expect("it is there");
    assert_eq!((live.publish, live.code.as_deref()), (Some(false), Some("two")));
    assert_eq!(kept.lock().expect("no request is under way").live.as_ref().map(|live| live.code.as_str()), Some("one"));
}

#[tokio::test(start_paused = true)]
async fn only_what_was_sent_is_found() {
    let (aws, _) = aws();
    let recover = recover(json!({}));
    assert_eq!(Function::find(&aws, &recover, &want("one")).await, Ok(None));
    Function::create(&aws, &want("one"), &operation()).await.expect("it is created");
    assert_eq!(Function::find(&aws, &recover, &want("one")).await, Ok(Some("index".into())));
    assert_eq!(Function::find(&aws, &recover, &want("two")).await, Ok(None));
    let other = Function { comment: None, ..want("one") };
    assert_eq!(Function::find(&aws, &recover, &other).await, Ok(None));
}
