use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, request, result};

const ARN: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/943f017f100becff";

fn listed() -> Reply {
    result(&format!(
        "<TargetGroups><member><TargetGroupArn>{ARN}</TargetGroupArn><TargetGroupName>web</TargetGroupName>\
         <Protocol>HTTP</Protocol><ProtocolVersion>GRPC</ProtocolVersion><Port>80</Port><TargetType>ip</TargetType>\
         <HealthCheckProtocol>HTTP</HealthCheckProtocol><HealthCheckPort>traffic-port</HealthCheckPort>\
         <Matcher><GrpcCode>12</GrpcCode></Matcher></member></TargetGroups>"
    ))
}

fn attributes(pairs: &[(&str, &str)]) -> Reply {
    let one = |(key, value): &(&str, &str)| format!("<member><Key>{key}</Key><Value>{value}</Value></member>");
    result(&format!("<Attributes>{}</Attributes>", pairs.iter().map(one).collect::<String>()))
}

fn stickiness(json: serde_json::Value) -> Option<blocks::Stickiness> {
    Some(serde_json::from_value(json).unwrap())
}

#[tokio::test(start_paused = true)]
async fn attributes_become_blocks() {
    let script = Replay::default().on("DescribeTargetGroups", listed()).on(
        "DescribeTargetGroupAttributes",
        attributes(&[
            ("stickiness.enabled", "true"),
            ("stickiness.type", "app_cookie"),
            ("stickiness.app_cookie.cookie_name", "session"),
            ("stickiness.app_cookie.duration_seconds", "60"),
            ("stickiness.lb_cookie.duration_seconds", "86400"),
            ("slow_start.duration_seconds", "30"),
        ]),
    );
    let mut found = TargetGroup::read(&script.aws(), &[request(ARN, &["stickiness"])]).await;
    let live = found.remove(0).unwrap().unwrap();
    let expected =
        stickiness(json!({"enabled": true, "type": "app_cookie", "cookie_name": "session", "cookie_duration": 60}));
    assert_eq!((live.stickiness, live.slow_start), (expected, Some(30)));
    assert_eq!(live.deregistration_delay.as_deref(), Some("300"));
    assert_eq!(live.arn_suffix.as_deref(), Some("targetgroup/web/943f017f100becff"));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn codes_of_grpc_are_sent_as_such() {
    let script = Replay::default()
        .on("DescribeTargetGroups", Reply::Error(400, "TargetGroupNotFound"))
        .on("CreateTargetGroup", listed())
        .on("DescribeTags", result("<TagDescriptions/>"));
    let want: TargetGroup = serde_json::from_value(json!({
        "name": "web", "protocol": "HTTP", "protocol_version": "GRPC", "health_check": {"matcher": "12", "protocol": "HTTP"},
    }))
    .unwrap();
    TargetGroup::create(&script.aws(), &want, &operation()).await.unwrap();
    let sent = script.finish();
    assert_eq!((sent[1].parameter("Matcher.GrpcCode"), sent[1].parameter("Matcher.HttpCode")), (Some("12"), None));
}

#[test]
fn stickiness_is_sent_whole() {
    let of =
        |json| TargetGroup { protocol: Some("HTTP".into()), stickiness: stickiness(json), ..TargetGroup::default() };
    let prior = of(json!({"enabled": true, "type": "lb_cookie", "cookie_duration": 60}));
    let want = of(json!({"enabled": true, "type": "lb_cookie", "cookie_duration": 90}));
    let changed = settings::differing(&want, &prior);
    let keys: Vec<&str> = changed.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["stickiness.enabled", "stickiness.lb_cookie.duration_seconds", "stickiness.type"]);
    assert!(settings::differing(&want, &want).is_empty());
}

#[test]
fn functions_have_no_port_and_other_targets_have_one() {
    let paths = |properties: serde_json::Value| {
        let problems = TargetGroup::validate(&Value::from_json(properties));
        problems.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(paths(json!({"target_type": "lambda", "port": 80})), ["port"]);
    assert_eq!(paths(json!({"protocol": "HTTP", "vpc_id": "vpc-1"})), ["port"]);
    let network =
        json!({"protocol": "TCP", "port": 80, "vpc_id": "vpc-1", "slow_start": 30, "proxy_protocol_v2": true});
    assert_eq!(paths(network), ["slow_start"]);
}
