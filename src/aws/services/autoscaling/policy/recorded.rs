//! Policies against replies in the shapes of EC2 Auto Scaling's API model.

use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, recover, request, result};

fn described(more: &str) -> Reply {
    let fixed = "<AutoScalingGroupName>front</AutoScalingGroupName><PolicyName>load</PolicyName>\
                 <PolicyARN>arn:p</PolicyARN><Enabled>true</Enabled>";
    result(&format!("<ScalingPolicies><member>{fixed}{more}</member></ScalingPolicies>"))
}

fn want(properties: serde_json::Value) -> Policy {
    let mut policy: Policy = serde_json::from_value(properties).unwrap();
    policy.autoscaling_group_name = Some("front".into());
    policy.name = Some("load".into());
    policy.enabled = Some(true);
    policy
}

const AHEAD: &str = "<PolicyType>PredictiveScaling</PolicyType><PredictiveScalingConfiguration>\
    <Mode>ForecastOnly</Mode><MaxCapacityBreachBehavior>HonorMaxCapacity</MaxCapacityBreachBehavior><MetricSpecifications>\
    <member><TargetValue>40.0</TargetValue><PredefinedMetricPairSpecification><PredefinedMetricType>ASGCPUUtilization\
    </PredefinedMetricType></PredefinedMetricPairSpecification></member></MetricSpecifications></PredictiveScalingConfiguration>";

#[tokio::test(start_paused = true)]
async fn a_prediction_is_sent_and_read_as_it_is_written() {
    let script = Replay::default()
        .on("PutScalingPolicy", result("<PolicyARN>arn:p</PolicyARN>"))
        .on("DescribePolicies", described(AHEAD));
    let aws = script.aws();
    let prediction = json!({"target_value": 40.0,
        "predefined_metric_pair_specification": {"predefined_metric_type": "ASGCPUUtilization"}});
    let want = want(json!({"policy_type": "PredictiveScaling", "predictive_scaling_configuration": {
        "mode": "ForecastOnly", "max_capacity_breach_behavior": "HonorMaxCapacity", "metric_specification": prediction}}));
    put(&aws, &want).await.unwrap();
    let read = Policy::read(&aws, &[request("front/load", &[])]).await;
    let live = read[0].as_ref().unwrap().as_ref().unwrap();
    assert_eq!(live.predictive_scaling_configuration, want.predictive_scaling_configuration);
    let sent = script.finish();
    let member = "PredictiveScalingConfiguration.MetricSpecifications.member.1.TargetValue";
    assert_eq!(sent[0].parameter(member).and_then(|value| value.parse().ok()), Some(40.0));
}

#[tokio::test(start_paused = true)]
async fn only_what_was_sent_is_found() {
    let tracked = |value: &str| {
        described(&format!(
            "<PolicyType>TargetTrackingScaling</PolicyType><TargetTrackingConfiguration><TargetValue>{value}</TargetValue>\
             </TargetTrackingConfiguration>"
        ))
    };
    let script = Replay::default().on("DescribePolicies", tracked("60")).on("DescribePolicies", tracked("70"));
    let aws = script.aws();
    let want =
        want(json!({"policy_type": "TargetTrackingScaling", "target_tracking_configuration": {"target_value": 60.0}}));
    assert_eq!(Policy::find(&aws, &recover(json!({})), &want).await, Ok(Some("front/load".into())));
    assert_eq!(Policy::find(&aws, &recover(json!({})), &want).await, Ok(None));
    script.finish();
}

#[test]
fn a_policy_has_what_its_type_says_and_nothing_else() {
    let paths = |properties: serde_json::Value| {
        let problems = Policy::validate(&Value::from_json(properties));
        problems.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
    };
    assert!(paths(json!({"scaling_adjustment": 0})).is_empty());
    assert_eq!(paths(json!({})), ["scaling_adjustment"]);
    assert_eq!(
        paths(json!({"policy_type": "StepScaling", "target_tracking_configuration": {}})),
        ["step_adjustment", "target_tracking_configuration"]
    );
}
