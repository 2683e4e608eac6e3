use std::sync::{Arc, Mutex};

use serde_json::json;
use wildfire_engine::model::{CloudError, ErrorKind, Mutation, PhysicalId, Unknown, Value};

use crate::Aws;
use crate::connection::fake::{self, Asked};
use crate::connection::replay::operation;
use crate::registry;

type Log = Arc<Mutex<Vec<String>>>;

/// Answers with `answer`, and keeps what was asked: the operation, and the body.
fn account(answer: impl Fn(&str, &Asked<'_>) -> (u16, String) + Send + Sync + 'static) -> (Aws, Log) {
    let log = Log::default();
    let asked = log.clone();
    let aws = fake::aws(move |request| {
        let target = request.header("x-amz-target").and_then(|target| target.rsplit('.').next());
        let what = target.unwrap_or(request.action()).to_string();
        asked.lock().unwrap().push(format!("{what} {}", request.body));
        answer(&what, request)
    });
    (aws, log)
}

fn tags(id: &str, prior: serde_json::Value, want: serde_json::Value) -> Mutation {
    let arn = format!("arn:aws:sqs:eu-west-1:123456789012:{id}");
    Mutation::Update {
        id: id.into(),
        call: "Tags".into(),
        want: Value::from_json(json!({"name": id, "tags_all": want})),
        prior: Value::from_json(json!({"name": id, "arn": arn, "tags_all": prior})),
        operation: operation(),
    }
}

async fn send(aws: &Aws, type_name: &str, calls: &[Mutation]) -> Vec<Result<PhysicalId, ErrorKind>> {
    let kind = registry::kind(type_name).unwrap();
    let answers = kind.send_together(aws, calls).await.unwrap();
    answers.into_iter().map(|answer| answer.map_err(|error: CloudError| error.kind)).collect()
}

fn key(type_name: &str, call: &Mutation) -> Option<String> {
    registry::kind(type_name).unwrap().batch(call).map(|batch| batch.key)
}

#[test]
fn what_changes_in_the_same_way_is_one_request() {
    let [a, b] = [json!({"team": "a"}), json!({"team": "b"})];
    for name in ["aws_subnet", "aws_vpc_security_group_ingress_rule", "aws_sqs_queue"] {
        let mine = key(name, &tags("x", json!({"team": "a", "Name": "x"}), json!({"team": "b", "Name": "x"})));
        assert!(mine.is_some(), "{name}");
        let others = [
            (tags("y", json!({"team": "a", "Name": "y"}), json!({"Name": "y", "team": "b"})), true),
            (tags("y", json!({"team": "a", "wildfire:op": "1"}), b.clone()), true),
            (tags("y", a.clone(), json!({"team": "c"})), false),
            (tags("y", json!({"team": "a", "old": "1"}), b.clone()), false),
        ];
        for (other, same) in others {
            assert_eq!(key(name, &other) == mine, same, "{name} {other:?}");
        }
        let unknown = Value::Unknown(Unknown::one("vpc.id"));
        let Mutation::Update { id, call, prior, operation, .. } = tags("x", a.clone(), b.clone()) else {
            unreachable!()
        };
        let want = Value::from([("tags_all", Value::from([("vpc", unknown)]))]);
        assert!(key(name, &Mutation::Update { id, call, prior, operation, want }).is_some(), "a plan may know less");
    }
    assert_eq!(key("aws_s3_bucket", &tags("x", a.clone(), b.clone())), None, "its call replaces all tags");
    let Mutation::Update { id, want, prior, operation, .. } = tags("x", a, b) else { unreachable!() };
    let attributes = Mutation::Update { id, call: "Attributes".into(), want, prior, operation };
    assert_eq!(key("aws_sqs_queue", &attributes), None);
}

#[tokio::test]
async fn ids_of_ec2_are_tagged_and_untagged_together() {
    let (aws, log) = account(|what, _| (200, format!("<{what}Response><return>true</return></{what}Response>")));
    let call = |id: &str| tags(id, json!({"team": "a", "old": "1", "Name": id}), json!({"team": "b", "Name": id}));
    let ids = send(&aws, "aws_subnet", &[call("subnet-1"), call("subnet-2")]).await;
    assert_eq!(ids, [Ok("subnet-1".into()), Ok("subnet-2".into())]);
    let sent = std::mem::take(&mut *log.lock().unwrap());
    assert_eq!(sent.len(), 2, "{sent:?}");
    for (sent, name, key) in [(&sent[0], "CreateTags", "team"), (&sent[1], "DeleteTags", "old")] {
        assert!(sent.starts_with(name) && sent.contains("subnet-1") && sent.contains("subnet-2"), "{sent}");
        assert!(sent.contains(key) && !sent.contains("Key=Name"), "{sent}");
    }
}

#[tokio::test]
async fn the_default_rules_of_new_groups_go_before_their_tags() {
    let group = |id: &str| {
        let tag = "<tagSet><item><key>wildfire:default-egress</key><value>true</value></item></tagSet>";
        let rule =
            "<item><ipProtocol>-1</ipProtocol><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item>";
        format!("<item><groupId>{id}</groupId><ipPermissionsEgress>{rule}</ipPermissionsEgress>{tag}</item>")
    };
    let groups = format!("<securityGroupInfo>{}{}</securityGroupInfo>", group("sg-1"), group("sg-2"));
    let (aws, log) = account(move |what, _| match what {
        "DescribeSecurityGroups" => (200, format!("<{what}Response>{groups}</{what}Response>")),
        _ => (200, format!("<{what}Response><return>true</return></{what}Response>")),
    });
    let call = |id: &str| tags(id, json!({"team": "a"}), json!({"team": "a"}));
    let ids = send(&aws, "aws_security_group", &[call("sg-1"), call("sg-2")]).await;
    assert!(ids.iter().all(Result::is_ok));
    let sent: Vec<String> =
        log.lock().unwrap().iter().map(|sent| sent.split(' ').next().unwrap().to_string()).collect();
    let revoke = "RevokeSecurityGroupEgress";
    assert_eq!(
        sent,
        ["DescribeSecurityGroups", revoke, revoke, "DeleteTags"],
        "one look and one call for the tags of all"
    );
}

#[tokio::test]
async fn arns_are_tagged_together_and_what_the_tagging_api_does_not_do_goes_to_the_service() {
    let failed = r#"{"FailedResourcesMap": {"arn:aws:sqs:eu-west-1:123456789012:q2": {"StatusCode": 400, "ErrorCode": "InvalidParameterException"}}}"#;
    let (aws, log) = account(move |what, _| match what {
        "TagResources" => (200, failed.to_string()),
        _ => (200, "{}".to_string()),
    });
    let call = |id: &str| tags(id, json!({"team": "a"}), json!({"team": "b"}));
    let ids = send(&aws, "aws_sqs_queue", &[call("q1"), call("q2"), call("q3")]).await;
    assert_eq!(ids, [Ok("q1".into()), Ok("q2".into()), Ok("q3".into())]);
    let sent = std::mem::take(&mut *log.lock().unwrap());
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent[0].starts_with("TagResources") && sent[0].contains(":q1") && sent[0].contains(":q3"), "{sent:?}");
    assert!(sent[1].starts_with("TagQueue") && sent[1].contains("q2"), "{sent:?}");
}

#[tokio::test]
async fn who_may_not_use_the_tagging_api_is_asked_once() {
    let (aws, log) = account(|what, _| match what {
        "TagResources" => (400, json!({"__type": "AccessDeniedException", "message": "no"}).to_string()),
        _ => (200, "{}".to_string()),
    });
    let call = |id: &str| tags(id, json!({"team": "a"}), json!({"team": "b"}));
    for _ in 0..2 {
        let ids = send(&aws, "aws_sqs_queue", &[call("q1"), call("q2")]).await;
        assert!(ids.iter().all(Result::is_ok), "{ids:?}");
    }
    let sent = std::mem::take(&mut *log.lock().unwrap());
    let count = |name: &str| sent.iter().filter(|sent| sent.starts_with(name)).count();
    assert_eq!((count("TagResources"), count("TagQueue")), (1, 4), "{sent:?}");
}

#[tokio::test]
async fn what_may_have_been_done_is_an_error_of_all() {
    let (aws, _) = account(|_, _| (500, json!({"__type": "InternalServiceException", "message": "?"}).to_string()));
    let call = |id: &str| tags(id, json!({"team": "a"}), json!({"team": "b"}));
    let kind = registry::kind("aws_sqs_queue").unwrap();
    let error = kind.send_together(&aws, &[call("q1"), call("q2")]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Ambiguous);
}
