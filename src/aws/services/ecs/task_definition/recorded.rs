//! Task definitions against replies in the shapes of ECS's API model.

use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, recover};

const ARN: &str = "arn:aws:ecs:eu-west-1:123456789012:task-definition/web";

fn described(status: &str, op: &str) -> Reply {
    Reply::Json(json!({
        "taskDefinition": {
            "taskDefinitionArn": format!("{ARN}:7"), "family": "web", "revision": 7, "status": status,
            "networkMode": "awsvpc", "volumes": [{"name": "data", "host": {}}], "placementConstraints": [],
            "containerDefinitions": [{"name": "web", "image": "web:1", "cpu": 0, "essential": true, "environment": [],
                "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]}]
        },
        "tags": [{"key": "wildfire:op", "value": op}, {"key": "team", "value": "a"}]
    }))
}

fn want() -> TaskDefinition {
    TaskDefinition {
        container_definitions: Some(r#"[{"name": "web", "image": "web:2"}]"#.into()),
        family: Some("web".into()),
        ..TaskDefinition::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_revision_reads_as_it_is_written() {
    let script = Replay::default().on("/", described("ACTIVE", "01OURS"));
    let live = newest(&script.aws(), "web").await.unwrap().unwrap();
    let wanted = r#"[{"image":"web:1","name":"web","portMappings":[{"containerPort":80}]}]"#;
    assert_eq!(live.container_definitions.as_deref(), Some(wanted));
    assert_eq!(live.arn_without_revision.as_deref(), Some(ARN));
    assert_eq!(live.volume.unwrap()[0], Volume { name: Some("data".into()), ..Volume::default() });
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_family_without_revisions_in_use_is_gone() {
    let script = Replay::default().on("/", described("INACTIVE", "01OURS"));
    assert!(newest(&script.aws(), "web").await.unwrap().is_none());
    script.finish();
    let refused = |message: &str| CloudError {
        code: Some("ClientException".into()),
        ..CloudError::new(ErrorKind::Rejected, message)
    };
    assert!(is_absence(&refused("Unable to describe task definition.")));
    assert!(!is_absence(&refused("The security token is invalid")));
}

#[tokio::test(start_paused = true)]
async fn a_family_of_somebody_else_is_neither_found_nor_added_to() {
    let script = Replay::default()
        .on("/", described("ACTIVE", "01OTHER"))
        .on("/", described("ACTIVE", "01OURS"))
        .on("/", described("ACTIVE", "01OTHER"));
    let aws = script.aws();
    assert_eq!(TaskDefinition::find(&aws, &recover(json!({})), &want()).await, Ok(None));
    assert_eq!(TaskDefinition::find(&aws, &recover(json!({})), &want()).await, Ok(Some("web".into())));
    let error = TaskDefinition::create(&aws, &want(), &operation()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::AlreadyExists);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn the_next_revision_keeps_our_tags() {
    let script = Replay::default().on("/", described("ACTIVE", "01OURS")).on(
        "/",
        Reply::Json(json!({
            "taskDefinition": {"family": "web"}
        })),
    );
    let aws = script.aws();
    let prior = newest(&aws, "web").await.unwrap().unwrap();
    let mut want = want();
    want.tags.all = Some(Tags::from([("team".to_string(), "b".to_string())]));
    let (id, operation) = ("web".into(), operation());
    let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
    TaskDefinition::update(&aws, TaskDefinitionUpdate::Revision, &change).await.unwrap();
    let sent = script.finish();
    let tags = json!([{"key": "team", "value": "b"}, {"key": "wildfire:op", "value": "01OURS"}]);
    assert_eq!(sent[1].member("/tags"), tags);
    assert_eq!(sent[1].member("/containerDefinitions/0/image"), "web:2");
}

#[tokio::test(start_paused = true)]
async fn a_deletion_takes_every_revision() {
    let listed = json!({"taskDefinitionArns": [format!("{ARN}:6"), format!("{ARN}:7"), format!("{ARN}-two:1")]});
    let gone = || Reply::Json(json!({"taskDefinition": {"family": "web", "status": "INACTIVE"}}));
    let script = Replay::default().on("/", Reply::Json(listed)).on("/", gone()).on("/", gone());
    TaskDefinition::delete(&script.aws(), &format!("{ARN}:7").as_str().into(), &TaskDefinition::default())
        .await
        .unwrap();
    let sent = script.finish();
    assert_eq!(sent[0].member("/familyPrefix"), "web");
    assert_eq!(sent[2].member("/taskDefinition"), format!("{ARN}:7"));
}
