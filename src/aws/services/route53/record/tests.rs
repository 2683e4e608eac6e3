use super::*;

fn record() -> Record {
    Record {
        zone_id: Some("Z1".into()),
        name: Some("WWW".into()),
        r#type: Some("A".into()),
        ttl: Some(300),
        records: Some(vec!["192.0.2.10".into(), "192.0.2.11".into()]),
        ..Record::default()
    }
}

#[test]
fn the_order_of_values_does_not_count() {
    let mut other = record();
    other.name = Some("www.example.com.".into());
    if let Some(records) = &mut other.records {
        records.reverse();
    }
    let (a, b) = (sets::to_sdk(&record(), "example.com").unwrap(), sets::to_sdk(&other, "example.com").unwrap());
    assert_eq!(a.name, "www.example.com");
    assert!(sets::alike(&a, &b));
    other.ttl = Some(60);
    assert!(!sets::alike(&a, &sets::to_sdk(&other, "example.com").unwrap()));
}

#[test]
fn an_alias_comes_back_without_the_dot_that_aws_adds() {
    let mut wanted = record();
    (wanted.ttl, wanted.records) = (None, None);
    wanted.alias = Some(Alias {
        evaluate_target_health: Some(true),
        name: Some("lb.eu-west-1.elb.amazonaws.com".into()),
        zone_id: Some("Z32".into()),
    });
    let mut set = sets::to_sdk(&wanted, "example.com").unwrap();
    if let Some(target) = &mut set.alias_target {
        target.dns_name.push('.');
    }
    set.ttl = Some(0);
    assert!(sets::alike(&set, &sets::to_sdk(&wanted, "example.com").unwrap()));
    assert_eq!(Record::from(set).alias, wanted.alias);
}

#[test]
fn every_policy_comes_back() {
    let with = |edit: &dyn Fn(&mut Record)| {
        let mut wanted = record();
        wanted.set_identifier = Some("one".into());
        edit(&mut wanted);
        let set = sets::to_sdk(&wanted, "example.com").unwrap();
        let live = Record::from(set.clone());
        assert_eq!(live.weighted_routing_policy, wanted.weighted_routing_policy);
        assert_eq!(live.latency_routing_policy, wanted.latency_routing_policy);
        assert_eq!(live.geoproximity_routing_policy, wanted.geoproximity_routing_policy);
        sets::routing(&set)
    };
    assert_eq!(with(&|want| want.weighted_routing_policy = Some(WeightedPolicy { weight: Some(0) })), "weighted");
    let region = || Some("eu-west-1".to_string());
    assert_eq!(with(&|want| want.latency_routing_policy = Some(LatencyPolicy { region: region() })), "latency");
    let near = GeoproximityPolicy { aws_region: region(), bias: Some(-5), ..GeoproximityPolicy::default() };
    assert_eq!(with(&|want| want.geoproximity_routing_policy = Some(near.clone())), "geoproximity");
}

#[test]
fn an_alias_is_sent_and_compared_in_one_form() {
    let alias = |name: &str, zone: &str| Record {
        alias: Some(Alias { name: Some(name.into()), zone_id: Some(zone.into()), evaluate_target_health: Some(false) }),
        ttl: None,
        records: None,
        ..record()
    };
    let short = sets::to_sdk(&alias("lb.example.com", "Z2"), "example.com").unwrap();
    let long = sets::to_sdk(&alias("LB.example.com.", "/hostedzone/Z2"), "example.com").unwrap();
    assert_eq!(short.alias_target, long.alias_target);
    assert!(sets::alike(&short, &long));
}

#[test]
fn a_policy_and_a_set_identifier_belong_together() {
    let text = |text: &str| Value::from(text);
    let alone = Value::from([("set_identifier", text("one"))]);
    assert_eq!(Record::validate(&alone).len(), 1);
    let weighted = Value::from([("weighted_routing_policy", Value::from([("weight", Value::Int(1))]))]);
    assert_eq!(Record::validate(&weighted).len(), 1);
    let quoted = Value::from([
        ("type", text("TXT")),
        ("ttl", Value::Int(60)),
        ("records", Value::from(vec![text("\"v=spf1\"")])),
    ]);
    assert_eq!(Record::validate(&quoted).len(), 1);
}
