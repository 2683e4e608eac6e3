//! Services against replies in the shapes of ECS's API model.

use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, recover, request};

fn live(running: i32, rollout: &str, deployments: usize) -> serde_json::Value {
    let deployment = |index: usize| {
        json!({"id": index.to_string(), "status": if index == 0 { "PRIMARY" } else { "ACTIVE" },
            "desiredCount": 2, "runningCount": running, "rolloutState": rollout, "rolloutStateReason": "because"})
    };
    json!({"serviceName": "web", "serviceArn": "arn:aws:ecs:eu-west-1:123456789012:service/main/web",
        "clusterArn": "arn:aws:ecs:eu-west-1:123456789012:cluster/main", "status": "ACTIVE", "desiredCount": 2,
        "runningCount": running, "tags": [{"key": "wildfire:op", "value": "01OURS"}],
        "deployments": (0..deployments).map(deployment).collect::<Vec<_>>()})
}

fn described(live: serde_json::Value) -> Reply {
    Reply::Json(json!({"services": [live], "failures": []}))
}

fn want() -> Service {
    Service { cluster: Some("main".into()), name: Some("web".into()), ..Service::default() }
}

#[tokio::test(start_paused = true)]
async fn a_change_waits_until_the_tasks_are_replaced() {
    let script = Replay::default()
        .on("/", Reply::Json(json!({"service": live(0, "IN_PROGRESS", 1)})))
        .on("/", described(live(1, "IN_PROGRESS", 2)))
        .on("/", described(live(2, "COMPLETED", 1)));
    let aws = script.aws();
    let id = Service::create(&aws, &want(), &operation()).await.unwrap();
    assert_eq!(id.as_str(), "main/web");
    let asked = [request("main/web", &[])];
    assert_eq!(Service::at_work(&aws, &asked).await, [Some("1 of 2 tasks run".to_string())]);
    assert_eq!(Service::at_work(&aws, &asked).await, [None]);
    assert_eq!(Service::at_work(&aws, &asked).await, [], "it is not asked about any more");
    let sent = script.finish();
    assert_eq!((sent[0].member("/clientToken"), sent[0].member("/desiredCount")), (json!("01OURS"), json!(0)));
}

#[tokio::test(start_paused = true)]
async fn nothing_waits_for_a_service_that_somebody_else_deploys() {
    let script = Replay::default().on("/", described(live(1, "IN_PROGRESS", 2)));
    let aws = script.aws();
    assert_eq!(Service::at_work(&aws, &[request("main/web", &[])]).await, []);
    let read = Service::read(&aws, &[request("main/web", &[])]).await;
    assert_eq!(read[0].as_ref().unwrap().as_ref().unwrap().readiness(), Readiness::Ready);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_was_given_up_is_a_failure() {
    let script = Replay::default().on("/", described(live(0, "FAILED", 1)));
    let read = Service::read(&script.aws(), &[request("main/web", &[])]).await;
    let service = read[0].as_ref().unwrap().as_ref().unwrap();
    assert_eq!(service.readiness(), Readiness::Failed("because".into()));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_service_is_found_by_our_tag() {
    let mut other = live(2, "COMPLETED", 1);
    other["tags"] = json!([{"key": "wildfire:op", "value": "01OTHER"}]);
    let mut leaving = live(0, "COMPLETED", 1);
    leaving["status"] = json!("DRAINING");
    let script = Replay::default()
        .on("/", described(live(2, "COMPLETED", 1)))
        .on("/", described(other))
        .on("/", described(leaving));
    let aws = script.aws();
    let mut found = Vec::new();
    for _ in 0..3 {
        found.push(Service::find(&aws, &recover(json!({})), &want()).await.unwrap());
    }
    assert_eq!(found, [Some("main/web".into()), None, None]);
    script.finish();
}

#[test]
fn what_was_on_is_switched_off() {
    let prior = Service {
        capacity_provider_strategy: Some(vec![CapacityProvider::default()]),
        deployment_circuit_breaker: Some(CircuitBreaker { enable: Some(true), rollback: Some(true) }),
        load_balancer: Some(vec![LoadBalancer::default()]),
        ..want()
    };
    let ecs = Replay::default().aws();
    let request = send::update(&want(), &prior, ecs.write().ecs().update_service()).expect("it can be sent");
    assert_eq!(request.get_force_new_deployment(), &Some(true));
    assert_eq!(request.get_load_balancers(), &Some(Vec::new()));
    assert_eq!(request.get_capacity_provider_strategy(), &Some(Vec::new()));
    let breaker =
        request.get_deployment_configuration().as_ref().and_then(|all| all.deployment_circuit_breaker.clone());
    assert_eq!(breaker.map(|breaker| breaker.enable), Some(false));
    let same = send::update(&prior, &prior, ecs.write().ecs().update_service()).expect("it can be sent");
    assert_eq!((same.get_force_new_deployment(), same.get_capacity_provider_strategy()), (&None, &None));
}

#[test]
fn a_service_is_named_in_several_ways() {
    assert_eq!(read::split("main/web"), ("main", "web"));
    assert_eq!(read::split("arn:aws:ecs:eu-west-1:123456789012:service/main/web"), ("main", "web"));
    let cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/main";
    assert_eq!(read::joined(Some(cluster), "web").as_str(), "main/web");
    assert_eq!(read::joined(None, "web").as_str(), "default/web");
}
