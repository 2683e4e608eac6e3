//! What takes a call of its own is read when nobody knows it.

use super::stage::{Run, Stage};
use crate::model::Value;
use crate::plan::Options;

fn queues(delay: u32, team: &str) -> String {
    let queue = |name: &str| {
        format!(
            "  {name}:\n    type: aws_sqs_queue\n    properties: {{name: {name}, delay_seconds: {delay}, tags: {{team: {team}}}}}\n"
        )
    };
    format!("resources:\n{}{}", queue("q0"), queue("q1"))
}

fn apart(calls: &[String]) -> Vec<&String> {
    calls.iter().filter(|call| call.starts_with("ReadApart")).collect()
}

fn team(stage: &Stage) -> Vec<Option<Value>> {
    let of = |path: &str| stage.state().resources[path].attributes.get("tags_all")?.get("team").cloned();
    vec![of("q0"), of("q1")]
}

#[tokio::test(start_paused = true)]
async fn tags_are_not_read_back_after_the_call_that_sent_them_or_one_that_is_not_about_them() {
    let mut stage = Stage::new(&queues(1, "a"));
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(apart(&attempt.calls), Vec::<&String>::new(), "{:?}", attempt.calls);
    assert_eq!(team(&stage), vec![Some("a".into()); 2], "and state has them");
    stage.settled().await;

    stage.yaml = queues(2, "a");
    let attempt = stage.complete(Run::default()).await;
    let after = attempt.calls.iter().skip_while(|call| !call.starts_with("Together") && !call.starts_with("Update"));
    let after: Vec<String> = after.cloned().collect();
    assert_eq!(apart(&after), Vec::<&String>::new(), "{:?}", attempt.calls);
    assert_eq!(team(&stage), vec![Some("a".into()); 2]);
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn tags_are_read_back_after_a_call_about_them() {
    let mut stage = Stage::new(&queues(1, "a"));
    stage.complete(Run::default()).await;
    stage.yaml = queues(1, "b");
    let attempt = stage.complete(Run::default()).await;
    let after = attempt.calls.iter().skip_while(|call| !call.starts_with("Together") && !call.starts_with("Update"));
    let after: Vec<String> = after.cloned().collect();
    assert_eq!(apart(&after).len(), 2, "{:?}", attempt.calls);
    assert_eq!(team(&stage), vec![Some("b".into()); 2]);
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn a_change_by_somebody_else_is_still_seen_by_the_next_plan() {
    let stage = Stage::new(&queues(1, "a"));
    stage.complete(Run::default()).await;
    let id = stage.state().resources["q0"].id.to_string();
    let tags = Value::from([("team", Value::from("z"))]);
    stage.world().tamper("aws_sqs_queue", &id, "tags_all", tags);
    assert_eq!(stage.plan(Options::default()).await.steps.len(), 1);
}
