//! Groups against replies in the shapes of EC2 Auto Scaling's API model.

use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

fn described(more: &str) -> Reply {
    let fixed = "<AutoScalingGroupName>front</AutoScalingGroupName><MinSize>2</MinSize><MaxSize>4</MaxSize>\
                 <DesiredCapacity>2</DesiredCapacity>";
    result(&format!("<AutoScalingGroups><member>{fixed}{more}</member></AutoScalingGroups>"))
}

fn tagged(op: &str) -> String {
    format!(
        "<Tags><member><Key>wildfire:op</Key><Value>{op}</Value></member>\
         <member><Key>Name</Key><Value>front</Value><PropagateAtLaunch>true</PropagateAtLaunch></member></Tags>"
    )
}

fn instances(count: usize) -> String {
    let one = "<member><InstanceId>i-1</InstanceId><LifecycleState>InService</LifecycleState>\
               <HealthStatus>Healthy</HealthStatus></member>";
    format!("<Instances>{}</Instances>", one.repeat(count))
}

fn want() -> Group {
    Group { max_size: Some(4), min_size: Some(2), name: Some("front".into()), ..Group::default() }
}

#[tokio::test(start_paused = true)]
async fn a_group_is_found_by_our_tag_and_waits_for_its_instances() {
    let script = Replay::default()
        .on("CreateAutoScalingGroup", result(""))
        .on("DescribeAutoScalingGroups", described(&instances(1)))
        .on("DescribeAutoScalingGroups", described(&instances(2)))
        .on("DescribeAutoScalingGroups", described(&tagged("01OURS")))
        .on("DescribeAutoScalingGroups", described(&tagged("01OTHER")));
    let aws = script.aws();
    Group::create(&aws, &want(), &operation()).await.unwrap();
    let asked = [request("front", &[])];
    assert_eq!(Group::at_work(&aws, &asked).await, [Some("1 of 2 instances are in service".to_string())]);
    assert_eq!(Group::at_work(&aws, &asked).await, [None]);
    assert_eq!(Group::at_work(&aws, &asked).await, []);
    assert_eq!(Group::find(&aws, &recover(json!({})), &want()).await, Ok(Some("front".into())));
    assert_eq!(Group::find(&aws, &recover(json!({})), &want()).await, Ok(None));
    let sent = script.finish();
    assert_eq!(sent[0].parameter("Tags.member.1.Value"), Some("01OURS"));
}

#[tokio::test(start_paused = true)]
async fn our_tags_are_no_tags_of_the_user() {
    let subnets = "<VPCZoneIdentifier>subnet-1,subnet-2</VPCZoneIdentifier>";
    let script =
        Replay::default().on("DescribeAutoScalingGroups", described(&format!("{}{subnets}", tagged("01OURS"))));
    let read = Group::read(&script.aws(), &[request("front", &[])]).await;
    let live = read[0].as_ref().unwrap().as_ref().unwrap();
    assert_eq!(live.tag.as_ref().map(Vec::len), Some(1));
    assert_eq!(live.vpc_zone_identifier, Some(vec!["subnet-1".to_string(), "subnet-2".to_string()]));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_new_template_replaces_the_instances_where_that_is_asked_for() {
    let script = Replay::default()
        .on("UpdateAutoScalingGroup", result(""))
        .on("UpdateAutoScalingGroup", result(""))
        .on("StartInstanceRefresh", result("<InstanceRefreshId>1</InstanceRefreshId>"));
    let aws = script.aws();
    let template = |version: &str| {
        Some(Template { id: Some("lt-1".into()), version: Some(version.into()), ..Template::default() })
    };
    let prior = Group { launch_template: template("1"), ..want() };
    let refresh = Some(Refresh { strategy: Some("Rolling".into()), ..Refresh::default() });
    let (id, operation) = ("front".into(), operation());
    for instance_refresh in [None, refresh] {
        let want = Group { launch_template: template("2"), instance_refresh, ..want() };
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        Group::update(&aws, GroupUpdate::Group, &change).await.unwrap();
    }
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_group_is_emptied_before_it_goes() {
    let leaving = "<Status>Delete in progress</Status>";
    let script = Replay::default()
        .on("DescribeAutoScalingGroups", described(&instances(2)))
        .on("UpdateAutoScalingGroup", result(""))
        .on("DeleteAutoScalingGroup", Reply::Error(400, "ResourceInUse"))
        .on("DescribeAutoScalingGroups", described(leaving));
    let aws = script.aws();
    let error = Group::delete(&aws, &"front".into(), &want()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Busy);
    Group::delete(&aws, &"front".into(), &want()).await.unwrap();
    let sent = script.finish();
    assert_eq!(sent[1].parameter("MaxSize"), Some("0"));
}

#[test]
fn sizes_are_in_order() {
    let count = |min: i64, max: i64| send::problems(&Value::from_json(json!({"min_size": min, "max_size": max}))).len();
    assert_eq!((count(1, 2), count(2, 1)), (0, 1));
}
