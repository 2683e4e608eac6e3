use std::sync::{Arc, Mutex};

use serde_json::json;
use wildfire_engine::model::{Address, OpId, PhysicalId};

use super::super::security_group_rule::SecurityGroupRule as ManySources;
use super::super::vpc_security_group_rule::VpcSecurityGroupRule;
use super::*;
use crate::connection::fake::{self, Asked};
use crate::kind::{Kind, Typed};

fn operation(id: &str) -> Operation {
    let address: Address = "test/main:rule".parse().unwrap();
    Operation { id: OpId::new(id), address, attempt: 0, place: wildfire_engine::model::Placement::HOME }
}

fn want(port: u16) -> Value {
    let own = json!({"team": "a", "wildfire:op": format!("op{port}"), "wildfire:address": "rule"});
    Value::from_json(json!({
        "security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": port, "to_port": port, "cidr_ipv4": "10.0.0.0/8",
        "tags_all": own,
    }))
}

fn create(port: u16) -> Mutation {
    Mutation::Create { want: want(port), operation: operation(&format!("op{port}")) }
}

/// An account whose group has the rules of the ports, in the order in which AWS names them, each with the tag.
fn group(ports: &'static [u16], op: &'static str) -> (Aws, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let notes = asked.clone();
    let aws = fake::aws(move |request: &Asked<'_>| {
        notes.lock().unwrap().push(request.body.to_string());
        let rule = |port: &u16| {
            format!(
                "<item><securityGroupRuleId>sgr-{port}</securityGroupRuleId><groupId>sg-1</groupId><isEgress>false</isEgress>\
                 <ipProtocol>tcp</ipProtocol><fromPort>{port}</fromPort><toPort>{port}</toPort><cidrIpv4>10.0.0.0/8</cidrIpv4>\
                 <tagSet><item><key>wildfire:op</key><value>{op}</value></item></tagSet></item>"
            )
        };
        let rules: String = ports.iter().map(rule).collect();
        let name = request.action();
        (
            200,
            format!(
                "<{name}Response><requestId>r</requestId><return>true</return><securityGroupRuleSet>{rules}</securityGroupRuleSet></{name}Response>"
            ),
        )
    });
    (aws, asked)
}

#[tokio::test]
async fn rules_of_a_group_are_one_request_and_each_gets_its_id() {
    let kind = Typed::<VpcSecurityGroupRule<false>>::new();
    let (aws, asked) = group(&[443, 80], "op80 op443");
    let calls = [create(80), create(443)];
    let keys: Vec<_> = calls.iter().map(|call| kind.batch(call).unwrap().key).collect();
    assert_eq!(keys[0], keys[1], "the tags of ours do not count");
    let ids = kind.send_together(&aws, &calls).await.unwrap();
    assert_eq!(ids, [Ok(PhysicalId::from("sgr-80")), Ok(PhysicalId::from("sgr-443"))]);
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].contains("op80+op443") || asked[0].contains("op80%20op443"), "{}", asked[0]);
    assert!(!asked[0].contains("wildfire%3Aaddress"), "{}", asked[0]);
    assert!(asked[0].contains("team"), "{}", asked[0]);
}

#[tokio::test]
async fn a_search_finds_the_rule_and_not_its_neighbour() {
    let kind = Typed::<VpcSecurityGroupRule<false>>::new();
    let (aws, _) = group(&[443, 80], "op80 op443");
    let found = async |port: u16, op: &str| {
        let recover = wildfire_engine::model::Recover { operation: operation(op), wanted: want(port) };
        kind.find(&aws, &recover).await.unwrap().map(|found| found.id)
    };
    assert_eq!(found(80, "op80").await, Some("sgr-80".into()));
    assert_eq!(found(443, "op443").await, Some("sgr-443".into()));
    assert_eq!(found(443, "op44").await, None, "a part of an operation is another one");
    assert_eq!(found(22, "op80").await, None, "it says something else");
}

#[test]
fn what_is_tagged_otherwise_or_elsewhere_is_another_request() {
    let kind = Typed::<VpcSecurityGroupRule<false>>::new();
    let with = |name: &str, value: Value| {
        let mut want = want(80);
        want.as_map_mut().unwrap().insert(name.into(), value);
        kind.batch(&Mutation::Create { want, operation: operation("op") }).unwrap().key
    };
    let own = kind.batch(&create(80)).unwrap();
    assert_eq!(own.room.members, 9);
    assert_ne!(with("security_group_id", "sg-2".into()), own.key);
    assert_ne!(with("tags_all", Value::from_json(json!({"team": "b"}))), own.key);
    let prior = want(80);
    assert_ne!(
        kind.batch(&Mutation::Delete { id: "sgr-80".into(), prior, place: wildfire_engine::model::Placement::HOME })
            .unwrap()
            .key,
        own.key
    );
}

#[tokio::test]
async fn rules_of_many_sources_are_one_request() {
    let kind = Typed::<ManySources>::new();
    let want = |port: u16| {
        Value::from_json(json!({
            "type": "ingress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": port, "to_port": port,
            "cidr_blocks": ["10.0.0.0/8"],
        }))
    };
    let (aws, asked) = group(&[443, 80], "op80 op443");
    let create = |port: u16| Mutation::Create { want: want(port), operation: operation(&format!("op{port}")) };
    let ids = kind.send_together(&aws, &[create(80), create(443)]).await.unwrap();
    let ids: Vec<PhysicalId> = ids.into_iter().map(Result::unwrap).collect();
    assert_eq!(ids[1].as_str(), "sg-1_ingress_tcp_443_443_10.0.0.0/8");
    let deletes: Vec<Mutation> = [80, 443]
        .map(|port| Mutation::Delete {
            id: ids[usize::from(port == 443)].clone(),
            prior: want(port),
            place: wildfire_engine::model::Placement::HOME,
        })
        .into();
    kind.send_together(&aws, &deletes).await.unwrap();
    let asked = std::mem::take(&mut *asked.lock().unwrap());
    let actions = |name: &str| asked.iter().filter(|body| body.contains(name)).count();
    assert_eq!(actions("AuthorizeSecurityGroupIngress"), 1);
    assert_eq!(actions("RevokeSecurityGroupIngress"), 1);
    let recover = wildfire_engine::model::Recover { operation: operation("op443"), wanted: want(443) };
    assert_eq!(kind.find(&aws, &recover).await.unwrap().map(|found| found.id), Some(ids[1].clone()));
}
