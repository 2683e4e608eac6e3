use super::*;

fn want() -> SecurityGroupRule {
    SecurityGroupRule {
        cidr_blocks: Some(vec!["10.1.0.0/16".into(), "10.0.0.0/16".into()]),
        from_port: Some(443),
        protocol: Some("tcp".into()),
        security_group_id: Some("sg-1".into()),
        to_port: Some(443),
        r#type: Some("ingress".into()),
        ..SecurityGroupRule::default()
    }
}

fn live(id: &str, source: &str, port: i32) -> sdk::SecurityGroupRule {
    let rule = sdk::SecurityGroupRule::builder().security_group_rule_id(id).group_id("sg-1").is_egress(false);
    let rule = rule.ip_protocol("tcp").from_port(port).to_port(port).group_owner_id("111111111111");
    match source.strip_prefix("sg-") {
        Some(_) => {
            let group = sdk::ReferencedSecurityGroup::builder().group_id(source).user_id("111111111111").build();
            rule.referenced_group_info(group).build()
        }
        None => rule.cidr_ipv4(source).build(),
    }
}

#[test]
fn an_id_says_what_the_rule_is() {
    let key = Key::of(&want()).expect("it is complete");
    let id = key.to_id();
    assert_eq!(id.as_str(), "sg-1_ingress_tcp_443_443_10.0.0.0/16_10.1.0.0/16");
    assert_eq!(Key::parse(&id).expect("it is an id"), key);
    for wrong in ["sg-1", "sg-1_ingress_tcp_443_443", "sg-1_in_tcp_1_2_self", "sg-1_egress_tcp_a_b_self"] {
        assert!(Key::parse(&PhysicalId::from(wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn a_rule_is_all_of_its_sources_and_nothing_else() {
    let key = Key::of(&want()).expect("it is complete");
    let rules =
        [live("sgr-1", "10.0.0.0/16", 443), live("sgr-2", "10.1.0.0/16", 443), live("sgr-3", "10.0.0.0/16", 80)];
    let found = key.find(&rules);
    assert_eq!(found.len(), 2);
    let shown = key.shown(&found);
    assert_eq!(shown.cidr_blocks, Some(vec!["10.0.0.0/16".to_string(), "10.1.0.0/16".to_string()]));
    assert_eq!(shown.security_group_rule_id, None);
    // One source is gone: what is left shows as drift.
    let found = key.find(&rules[1..]);
    assert_eq!(key.shown(&found).cidr_blocks, Some(vec!["10.1.0.0/16".to_string()]));
}

#[test]
fn the_group_itself_is_self_unless_it_is_written_out() {
    let rules = [live("sgr-1", "sg-1", 443)];
    let own = SecurityGroupRule { cidr_blocks: None, itself: Some(true), ..want() };
    let key = Key::of(&own).expect("it is complete");
    let shown = key.shown(&key.find(&rules));
    assert_eq!((shown.itself, shown.source_security_group_id), (Some(true), None));
    assert_eq!(shown.security_group_rule_id.as_deref(), Some("sgr-1"));
    let written = SecurityGroupRule { cidr_blocks: None, source_security_group_id: Some("sg-1".into()), ..want() };
    let key = Key::of(&written).expect("it is complete");
    let shown = key.shown(&key.find(&rules));
    assert_eq!((shown.itself, shown.source_security_group_id.as_deref()), (Some(false), Some("sg-1")));
}

#[test]
fn all_protocols_keep_the_ports_that_were_written() {
    let all = SecurityGroupRule {
        protocol: Some("-1".into()),
        from_port: Some(0),
        to_port: Some(0),
        r#type: Some("egress".into()),
        cidr_blocks: Some(vec!["0.0.0.0/0".into()]),
        ..want()
    };
    let key = Key::of(&all).expect("it is complete");
    let rule = sdk::SecurityGroupRule::builder().group_id("sg-1").is_egress(true).ip_protocol("-1");
    let rule = rule.from_port(-1).to_port(-1).cidr_ipv4("0.0.0.0/0").build();
    let shown = key.shown(&key.find([&rule]));
    assert_eq!((shown.from_port, shown.to_port, shown.protocol.as_deref()), (Some(0), Some(0), Some("-1")));
}

#[test]
fn terraforms_id_is_a_checksum_of_the_parts() {
    let key = Key::of(&want()).expect("it is complete");
    let expected = crc32fast::hash(b"sg-1-443-443-tcp-ingress-10.0.0.0/16-10.1.0.0/16-");
    assert_eq!(key.terraform_id(), format!("sgrule-{expected}"));
}
