//! Rules written inside a network ACL.

use aws_sdk_ec2::types::NetworkAcl;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{CloudError, ErrorKind, Problem, PropertyPath, Value};

use crate::Aws;
use crate::services::ec2::checks;
use crate::services::ec2::network_acl_entry::{self, Entry, entries, protocol_number};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Rule {
    /// What happens to the traffic.
    #[field(required, forms = Case, one_of = ["allow", "deny"])]
    action: Option<String>,
    /// The IPv4 range on the other side.
    #[field(forms = Cidr)]
    cidr_block: Option<String>,
    /// The first port; 0 for what has no ports.
    #[field(required, range = 0..=65535)]
    from_port: Option<i64>,
    /// The ICMP code; -1 for all.
    #[field(default = 0, range = -1..=255)]
    icmp_code: Option<i64>,
    /// The ICMP type; -1 for all.
    #[field(default = 0, range = -1..=255)]
    icmp_type: Option<i64>,
    /// The IPv6 range on the other side.
    #[field(forms = Cidr)]
    ipv6_cidr_block: Option<String>,
    /// The protocol: `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    #[field(required, forms = Protocol)]
    protocol: Option<String>,
    /// The number: rules are looked at in this order, and the first that fits decides.
    #[field(required, range = 1..=32766)]
    rule_no: Option<i64>,
    /// The last port; 0 for what has no ports.
    #[field(required, range = 0..=65535)]
    to_port: Option<i64>,
}

impl Rule {
    fn of(entry: Entry) -> Self {
        let (from, to) = entry.ports.unwrap_or_default();
        let (icmp_type, icmp_code) = entry.icmp.unwrap_or_default();
        Self {
            action: Some(entry.action),
            cidr_block: entry.ipv4,
            from_port: Some(from),
            icmp_code: Some(icmp_code),
            icmp_type: Some(icmp_type),
            ipv6_cidr_block: entry.ipv6,
            protocol: Some(entry.protocol),
            rule_no: Some(entry.number),
            to_port: Some(to),
        }
    }

    fn entry(&self, egress: bool) -> Option<Entry> {
        let entry = Entry {
            egress,
            number: self.rule_no?,
            protocol: protocol_number(self.protocol.as_deref()?)?,
            action: self.action.as_deref()?.to_lowercase(),
            ipv4: self.cidr_block.clone(),
            ipv6: self.ipv6_cidr_block.clone(),
            ports: None,
            icmp: None,
        };
        let or_0 = |part: Option<i64>| part.unwrap_or(0);
        Some(entry.with((or_0(self.from_port), or_0(self.to_port)), (or_0(self.icmp_type), or_0(self.icmp_code))))
    }
}

/// The rules of one direction, as they are shown.
pub(super) fn of_acl(acl: &NetworkAcl, egress: bool) -> Vec<Rule> {
    entries(acl).into_iter().filter(|entry| entry.egress == egress).map(Rule::of).collect()
}

/// What has to happen to one number.
#[derive(Debug, PartialEq)]
enum Step {
    Create(Entry),
    Replace(Entry),
    Delete(i64),
}

/// What goes goes last, so that traffic which a new rule allows is never denied in between.
fn steps(want: &[Entry], have: &[Entry]) -> Vec<Step> {
    let mut steps = Vec::new();
    for entry in want {
        match have.iter().find(|live| live.number == entry.number) {
            None => steps.push(Step::Create(entry.clone())),
            Some(live) if live != entry => steps.push(Step::Replace(entry.clone())),
            Some(_) => {}
        }
    }
    let gone = have.iter().filter(|live| !want.iter().any(|entry| entry.number == live.number));
    steps.extend(gone.map(|live| Step::Delete(live.number)));
    steps
}

/// Brings the rules of one direction from what is live to what is wanted.
pub(super) async fn update(aws: &Aws, live: &NetworkAcl, egress: bool, want: &[Rule]) -> Result<(), CloudError> {
    let acl = live.network_acl_id.as_deref().unwrap_or_default();
    let want: Vec<Entry> = want.iter().filter_map(|rule| rule.entry(egress)).collect();
    let have: Vec<Entry> = entries(live).into_iter().filter(|entry| entry.egress == egress).collect();
    for step in steps(&want, &have) {
        match step {
            Step::Create(entry) => match entry.create(aws, acl).await {
                // Made by an earlier sending, and not seen by the read.
                Err(error) if error.kind == ErrorKind::AlreadyExists => entry.replace(aws, acl).await?,
                result => result?,
            },
            Step::Replace(entry) => entry.replace(aws, acl).await?,
            Step::Delete(number) => network_acl_entry::delete(aws, acl, egress, number).await?,
        }
    }
    Ok(())
}

pub(super) fn validate(name: &'static str, rules: Option<&Value>) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut numbers: Vec<Option<i64>> = Vec::new();
    for (index, rule) in rules.and_then(Value::as_list).unwrap_or_default().iter().enumerate() {
        let at = PropertyPath::from(name).index(index);
        network_acl_entry::validate(&at, rule, &mut found);
        let given = |name: &&&str| rule.get(name).is_some_and(|value| !value.is_empty());
        if rule.as_map().is_some() && ["cidr_block", "ipv6_cidr_block"].iter().filter(given).count() != 1 {
            let message = "a rule has one of cidr_block and ipv6_cidr_block";
            found.push(checks::problem(at.clone(), message, None));
        }
        let number = rule.get("rule_no").and_then(Value::as_int);
        if let Some(first) = number.and_then(|_| numbers.iter().position(|other| *other == number)) {
            let message = format!("{name}[{first}] has this number already");
            found.push(checks::problem(at.key("rule_no"), message, None));
        }
        numbers.push(number);
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(number: i64, action: &str) -> Rule {
        Rule {
            action: Some(action.into()),
            cidr_block: Some("10.0.0.0/8".into()),
            from_port: Some(443),
            protocol: Some("tcp".into()),
            rule_no: Some(number),
            to_port: Some(443),
            ..Rule::default()
        }
    }

    #[test]
    fn only_what_differs_is_sent_and_what_goes_goes_last() {
        let entries = |rules: &[Rule]| rules.iter().filter_map(|rule| rule.entry(true)).collect::<Vec<_>>();
        let have = entries(&[rule(100, "allow"), rule(110, "allow"), rule(120, "deny")]);
        let want = entries(&[rule(100, "Allow"), rule(110, "deny"), rule(130, "allow")]);
        let expected = [Step::Replace(want[1].clone()), Step::Create(want[2].clone()), Step::Delete(120)];
        assert_eq!(steps(&want, &have), expected);
        assert_eq!(steps(&have, &have), []);
    }

    #[test]
    fn a_rule_is_shown_as_it_is_written() {
        let shown = Rule::of(rule(100, "allow").entry(false).unwrap());
        let same = Rule { protocol: Some("6".into()), icmp_code: Some(0), icmp_type: Some(0), ..rule(100, "allow") };
        assert_eq!(shown, same);
    }

    #[test]
    fn a_number_is_there_once() {
        let rule = |number: i64| json!({"rule_no": number, "protocol": "-1", "cidr_block": "10.0.0.0/8"});
        let problems = validate("ingress", Some(&Value::from_json(json!([rule(1), rule(2), rule(1)]))));
        assert_eq!(problems[0].path.to_string(), "ingress[2].rule_no");
        assert_eq!(validate("ingress", Some(&Value::from_json(json!([{"protocol": "-1"}])))).len(), 1);
    }
}
