//! Mappings against replies in the shapes of Lambda's API model.

use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, recover};

const UUID: &str = "a1b2c3d4-5678-90ab-cdef-11111EXAMPLE";
const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:a1b2c3d4-5678-90ab-cdef-11111EXAMPLE";
const TAGS: &str = "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Aevent-source-mapping%3Aa1b2c3d4-5678-90ab-cdef-11111EXAMPLE";
const LIST: &str = "/2015-03-31/event-source-mappings?EventSourceArn=arn%3Aq&FunctionName=worker";

fn live(state: &str) -> serde_json::Value {
    json!({"UUID": UUID, "EventSourceMappingArn": ARN, "State": state, "EventSourceArn": "arn:q",
        "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:worker", "DestinationConfig": {"OnFailure": {}},
        "LastModified": 1_700_000_000, "FilterCriteria": {"Filters": []}})
}

#[tokio::test(start_paused = true)]
async fn a_mapping_is_found_by_our_tag_unless_it_is_leaving() {
    let listed = |state: &str| Reply::Json(json!({"EventSourceMappings": [live(state)]}));
    let tags = |op: &str| Reply::Json(json!({"Tags": {"wildfire:op": op}}));
    let script = Replay::default()
        .on(LIST, listed("Creating"))
        .on(TAGS, tags("01OURS"))
        .on(LIST, listed("Enabled"))
        .on(TAGS, tags("01OTHER"))
        .on(LIST, listed("Deleting"))
        .on(TAGS, tags("01OURS"));
    let aws = script.aws();
    let want = EventSourceMapping {
        event_source_arn: Some("arn:q".into()),
        function_name: Some("worker".into()),
        ..EventSourceMapping::default()
    };
    let mut found = Vec::new();
    for _ in 0..3 {
        found.push(EventSourceMapping::find(&aws, &recover(json!({})), &want).await.unwrap());
    }
    assert_eq!(found, [Some(UUID.into()), None, None]);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn what_is_no_longer_declared_is_switched_off() {
    let path = "/2015-03-31/event-source-mappings/a1b2c3d4-5678-90ab-cdef-11111EXAMPLE";
    let script = Replay::default().on(path, Reply::Json(live("Updating")));
    let (want, prior) = (EventSourceMapping::default(), EventSourceMapping::default());
    let (id, operation) = (UUID.into(), operation());
    let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
    EventSourceMapping::update(&script.aws(), EventSourceMappingUpdate::Mapping, &change).await.unwrap();
    let sent = script.finish();
    assert_eq!(sent[0].member("/DestinationConfig/OnFailure/Destination"), "");
    assert_eq!(sent[0].member("/FilterCriteria"), json!({}));
    assert_eq!(sent[0].member("/FunctionResponseTypes"), json!([]));
}

#[test]
fn one_source_feeds_a_function_once() {
    let keys = |properties: serde_json::Value| EventSourceMapping::natural_keys(&Value::from_json(properties));
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:worker";
    let by = |name: &str| json!({"event_source_arn": "arn:q", "function_name": name});
    assert_eq!(keys(by("worker")), keys(by(arn)));
    assert_ne!(keys(by("worker")), keys(by("worker:live")));
    assert_eq!(keys(json!({"event_source_arn": "arn:k", "function_name": "worker", "topics": ["a"]})), Some(vec![]));
}
