use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

const ARN: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188";

fn listed(more: &str) -> Reply {
    result(&format!(
        "<LoadBalancers><member><LoadBalancerArn>{ARN}</LoadBalancerArn><LoadBalancerName>web</LoadBalancerName>\
         <Scheme>internet-facing</Scheme><Type>application</Type><State><Code>active</Code></State>{more}</member>\
         </LoadBalancers>"
    ))
}

fn tags(op: &str) -> Reply {
    result(&format!(
        "<TagDescriptions><member><ResourceArn>{ARN}</ResourceArn><Tags><member><Key>wildfire:op</Key>\
         <Value>{op}</Value></member></Tags></member></TagDescriptions>"
    ))
}

fn want() -> LoadBalancer {
    LoadBalancer { name: Some("web".into()), ..LoadBalancer::default() }
}

#[tokio::test(start_paused = true)]
async fn attributes_that_the_type_lacks_are_what_absence_means() {
    let attributes = "<Attributes><member><Key>access_logs.s3.enabled</Key><Value>false</Value></member>\
                      <member><Key>access_logs.s3.bucket</Key><Value/></member>\
                      <member><Key>idle_timeout.timeout_seconds</Key><Value>90</Value></member></Attributes>";
    let zones = "<AvailabilityZones><member><SubnetId>subnet-1</SubnetId></member></AvailabilityZones>";
    let script = Replay::default()
        .on("DescribeLoadBalancers", listed(zones))
        .on("DescribeLoadBalancerAttributes", result(attributes));
    let mut found = LoadBalancer::read(&script.aws(), &[request(ARN, &["idle_timeout"])]).await;
    let live = found.remove(0).unwrap().unwrap();
    assert_eq!((live.access_logs, live.idle_timeout, live.client_keep_alive), (None, Some(90), Some(3600)));
    assert_eq!(live.arn_suffix.as_deref(), Some("app/web/50dc6c495c0c9188"));
    assert_eq!((live.subnets, live.internal), (Some(vec!["subnet-1".to_string()]), Some(false)));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn attributes_that_nobody_asks_for_are_what_absence_means() {
    let script = Replay::default().on("DescribeLoadBalancers", listed(""));
    let mut found = LoadBalancer::read(&script.aws(), &[request(ARN, &["name"])]).await;
    let live = found.remove(0).unwrap().unwrap();
    assert_eq!((live.idle_timeout, live.enable_http2), (Some(60), Some(true)));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_balancer_that_exists_is_not_taken_over() {
    let none = || Reply::Error(400, "LoadBalancerNotFound");
    let script = Replay::default()
        .on("DescribeLoadBalancers", listed(""))
        .on("DescribeLoadBalancers", none())
        .on("CreateLoadBalancer", listed(""))
        .on("DescribeTags", tags("01OTHER"));
    for _ in 0..2 {
        let error = LoadBalancer::create(&script.aws(), &want(), &operation()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::AlreadyExists);
    }
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn our_tag_proves_a_balancer() {
    let script = Replay::default()
        .on("DescribeLoadBalancers", listed(""))
        .on("DescribeTags", tags("01OURS"))
        .on("DescribeLoadBalancers", listed(""))
        .on("DescribeTags", tags("01OTHER"))
        .on("DescribeLoadBalancers", Reply::Error(400, "LoadBalancerNotFound"));
    let mut found = Vec::new();
    for _ in 0..3 {
        found.push(LoadBalancer::find(&script.aws(), &recover(json!({})), &want()).await.unwrap());
    }
    assert_eq!(found, [Some(ARN.into()), None, None]);
    script.finish();
}

#[test]
fn only_what_differs_and_applies_is_sent() {
    let logs =
        |bucket: &str, enabled| blocks::Logs { bucket: Some(bucket.into()), enabled: Some(enabled), prefix: None };
    let prior = LoadBalancer { idle_timeout: Some(60), access_logs: Some(logs("a", true)), ..LoadBalancer::default() };
    let want = LoadBalancer {
        idle_timeout: Some(60),
        enable_http2: Some(false),
        dns_record_client_routing_policy: Some("availability_zone_affinity".into()),
        ..LoadBalancer::default()
    };
    let keys = |of: &LoadBalancer, prior: &LoadBalancer| {
        let changed = settings::differing(of, prior);
        changed.into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>()
    };
    let off = ["access_logs.s3.bucket=", "access_logs.s3.enabled=false", "access_logs.s3.prefix="];
    assert_eq!(keys(&want, &prior), [&off[..], &["routing.http2.enabled=false"]].concat());
    let network = LoadBalancer { load_balancer_type: Some("network".into()), ..want };
    let before = LoadBalancer { access_logs: None, load_balancer_type: Some("network".into()), ..prior };
    assert_eq!(keys(&network, &before), ["dns_record.client_routing_policy=availability_zone_affinity"]);
}

#[test]
fn settings_of_another_type_are_refused() {
    let paths = |properties: serde_json::Value| {
        let problems = LoadBalancer::validate(&Value::from_json(properties));
        problems.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(paths(json!({"load_balancer_type": "network", "idle_timeout": 90})), ["idle_timeout"]);
    assert!(paths(json!({"load_balancer_type": "network", "idle_timeout": 60})).is_empty());
    assert!(paths(json!({"enable_cross_zone_load_balancing": true, "idle_timeout": 90})).is_empty());
    assert_eq!(paths(json!({"enable_cross_zone_load_balancing": false})), ["enable_cross_zone_load_balancing"]);
    assert_eq!(paths(json!({"name": "internal-web"})), ["name"]);
}

/// The emulator has none of these calls.
#[tokio::test(start_paused = true)]
async fn pools_capacity_and_private_link_have_calls_of_their_own() {
    let script = Replay::default()
        .on("ModifyIpPools", result(""))
        .on("ModifyIpPools", result(""))
        .on("ModifyCapacityReservation", result(""))
        .on("ModifyCapacityReservation", result(""))
        .on("SetSecurityGroups", result(""));
    let of = |json: serde_json::Value| -> LoadBalancer { serde_json::from_value(json).unwrap() };
    let full = of(json!({
        "ipam_pools": {"ipv4_ipam_pool_id": "ipam-pool-1"},
        "minimum_load_balancer_capacity": {"capacity_units": 100},
        "enforce_security_group_inbound_rules_on_private_link_traffic": "off",
    }));
    let (aws, id, operation) = (script.aws(), ARN.into(), operation());
    let prior = of(json!({"security_groups": ["sg-1"]}));
    for (call, want) in [
        (LoadBalancerUpdate::IpamPools, &full),
        (LoadBalancerUpdate::IpamPools, &prior),
        (LoadBalancerUpdate::Capacity, &full),
        (LoadBalancerUpdate::Capacity, &prior),
        (LoadBalancerUpdate::PrivateLink, &full),
    ] {
        let change = Change { id: &id, want, prior: &prior, operation: &operation };
        LoadBalancer::update(&aws, call, &change).await.unwrap();
    }
    let sent = script.finish();
    assert_eq!(sent[0].parameter("IpamPools.Ipv4IpamPoolId"), Some("ipam-pool-1"));
    assert_eq!(sent[1].parameter("RemoveIpamPools.member.1"), Some("ipv4"));
    assert_eq!(sent[2].parameter("MinimumLoadBalancerCapacity.CapacityUnits"), Some("100"));
    assert_eq!(sent[3].parameter("ResetCapacityReservation"), Some("true"));
    let enforced = sent[4].parameter("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic");
    assert_eq!((enforced, sent[4].parameter("SecurityGroups.member.1")), (Some("off"), Some("sg-1")));
}

#[tokio::test(start_paused = true)]
async fn what_was_reserved_is_read_where_it_is_asked_for() {
    let reserved = "<MinimumLoadBalancerCapacity><CapacityUnits>100</CapacityUnits></MinimumLoadBalancerCapacity>";
    let script =
        Replay::default().on("DescribeLoadBalancers", listed("")).on("DescribeCapacityReservation", result(reserved));
    let mut found = LoadBalancer::read(&script.aws(), &[request(ARN, &["minimum_load_balancer_capacity"])]).await;
    let capacity = found.remove(0).unwrap().unwrap().minimum_load_balancer_capacity;
    assert_eq!(serde_json::to_value(capacity).unwrap(), json!({"capacity_units": 100}));
    script.finish();
}
