use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

const BALANCER: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc";
const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/50dc/";

fn listed(listeners: &[(&str, i64)]) -> Reply {
    let one = |(id, port): &(&str, i64)| {
        format!(
            "<member><ListenerArn>{LISTENER}{id}</ListenerArn><LoadBalancerArn>{BALANCER}</LoadBalancerArn>\
             <Port>{port}</Port><Protocol>HTTP</Protocol></member>"
        )
    };
    result(&format!("<Listeners>{}</Listeners>", listeners.iter().map(one).collect::<String>()))
}

fn want() -> Listener {
    Listener { load_balancer_arn: Some(BALANCER.into()), port: Some(80), ..Listener::default() }
}

#[tokio::test(start_paused = true)]
async fn the_listeners_of_a_balancer_are_read_together() {
    let script = Replay::default().on("DescribeListeners", listed(&[("a", 80), ("b", 81)]));
    let ids = ["a", "gone", "b"].map(|id| request(&format!("{LISTENER}{id}"), &["port"]));
    let found = Listener::read(&script.aws(), &ids).await;
    let ports: Vec<_> = found.into_iter().map(|read| read.unwrap().and_then(|listener| listener.port)).collect();
    assert_eq!(ports, [Some(80), None, Some(81)]);
    assert!(script.finish()[0].parameter("LoadBalancerArn").is_some());
}

#[tokio::test(start_paused = true)]
async fn a_port_that_is_taken_is_not_taken_over() {
    let script = Replay::default().on("DescribeListeners", listed(&[("a", 80)]));
    let error = Listener::create(&script.aws(), &want(), &operation()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::AlreadyExists);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn our_tag_proves_a_listener() {
    let tags = result(&format!(
        "<TagDescriptions><member><ResourceArn>{LISTENER}b</ResourceArn><Tags><member><Key>wildfire:op</Key>\
         <Value>01OURS</Value></member></Tags></member></TagDescriptions>"
    ));
    let script = Replay::default().on("DescribeListeners", listed(&[("a", 81), ("b", 80)])).on("DescribeTags", tags);
    let found = Listener::find(&script.aws(), &recover(json!({})), &want()).await.unwrap();
    assert_eq!(found, Some(format!("{LISTENER}b").as_str().into()));
    script.finish();
}

#[test]
fn what_is_negotiated_is_sent_when_it_changes() {
    let listener = |policy: Option<&str>| Listener { alpn_policy: policy.map(String::from), ..Listener::default() };
    assert_eq!(listener(Some("None")).alpn(None), None);
    assert_eq!(listener(Some("HTTP2Only")).alpn(None), Some(vec!["HTTP2Only".to_string()]));
    assert_eq!(listener(None).alpn(Some("HTTP2Only")), Some(vec!["None".to_string()]));
}

#[test]
fn certificates_go_with_tls() {
    let paths = |properties: serde_json::Value| {
        let problems = Listener::validate(&Value::from_json(properties));
        problems.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(paths(json!({"protocol": "HTTPS"})), ["certificate_arn"]);
    assert_eq!(paths(json!({"protocol": "HTTP", "certificate_arn": "arn:1"})), ["certificate_arn"]);
    assert_eq!(paths(json!({"protocol": "TCP", "alpn_policy": "HTTP2Only"})), ["alpn_policy"]);
    assert!(paths(json!({"protocol": "TLS", "certificate_arn": "arn:1", "alpn_policy": "HTTP2Only"})).is_empty());
}
