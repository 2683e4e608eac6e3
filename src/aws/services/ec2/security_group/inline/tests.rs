use super::*;

fn rule(protocol: &str, port: i64, ranges: &[&str]) -> Rule {
    Rule {
        cidr_blocks: Some(ranges.iter().map(ToString::to_string).collect()),
        from_port: Some(port),
        protocol: Some(protocol.into()),
        itself: Some(false),
        to_port: Some(port),
        ..Rule::default()
    }
}

fn round_trip(rules: &[Rule]) -> Vec<Rule> {
    let permissions: Vec<IpPermission> = singles_of(rules, "sg-1").iter().map(permission).collect();
    entries(singles_live(&permissions, Some("111111111111")), "sg-1")
}

#[test]
fn what_is_written_comes_back() {
    let rules = [
        rule("-1", 0, &["0.0.0.0/0"]),
        Rule { itself: Some(true), security_groups: Some(vec!["sg-2".into()]), ..rule("tcp", 443, &["10.0.0.0/8"]) },
        Rule { description: Some("names".into()), ..rule("udp", 53, &["10.0.0.0/8", "192.168.0.0/16"]) },
    ];
    assert_eq!(round_trip(&rules), rules);
}

#[test]
fn entries_of_one_kind_are_merged() {
    let rules = [rule("tcp", 22, &["10.0.0.0/8"]), rule("tcp", 22, &["172.16.0.0/12"])];
    assert_eq!(round_trip(&rules), [rule("tcp", 22, &["10.0.0.0/8", "172.16.0.0/12"])]);
}

#[test]
fn all_protocols_are_sent_without_ports() {
    let single = &singles_of(&[rule("-1", 0, &["0.0.0.0/0"])], "sg-1")[0];
    let sent = permission(single);
    assert_eq!((sent.from_port, sent.to_port, sent.ip_protocol()), (None, None, Some("-1")));
}

#[test]
fn a_group_of_another_account_keeps_its_account() {
    let pair = group_pair("222222222222/sg-2", None);
    let live = IpPermission::builder().ip_protocol("tcp").from_port(1).to_port(1).user_id_group_pairs(pair).build();
    let shown = entries(singles_live(&[live], Some("111111111111")), "sg-1");
    assert_eq!(shown[0].security_groups, Some(vec!["222222222222/sg-2".to_string()]));
}

#[test]
fn two_entries_of_one_kind_are_refused() {
    let entry = |description: &str| -> Value {
        [
            ("protocol", Value::from("tcp")),
            ("from_port", Value::from(22)),
            ("to_port", Value::from(22)),
            ("description", Value::from(description)),
        ]
        .into()
    };
    let paths = |rules: Vec<Value>| {
        let problems = validate("ingress", Some(&Value::from(rules)));
        problems.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(paths(vec![entry("a"), entry("a")]), ["ingress[1]"]);
    assert!(paths(vec![entry("a"), entry("b")]).is_empty());
}
