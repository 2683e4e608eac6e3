//! Entries of network ACLs: what inline rules and `aws_network_acl_rule` have in common.

use std::sync::Arc;

use aws_sdk_ec2::types::{IcmpTypeCode, NetworkAcl, NetworkAclEntry, PortRange, RuleAction};
use wildfire_engine::model::{CloudError, ErrorKind, Problem, PropertyPath, Value};

use super::checks;
use super::describe::by_id;
use crate::Aws;
use crate::kind::convert::{filled, int};

/// The rules that end every ACL: they deny the rest, and nobody can change them.
const LAST: [i32; 2] = [32767, 32768];

/// A request that makes or replaces an entry, with all of it: two builders of the SDK without a trait in common.
macro_rules! filled {
    ($entry:expr, $acl:expr, $request:expr) => {
        $request
            .network_acl_id($acl)
            .egress($entry.egress)
            .rule_number(int($entry.number))
            .protocol(&$entry.protocol)
            .rule_action(RuleAction::from($entry.action.as_str()))
            .set_cidr_block($entry.ipv4.clone())
            .set_ipv6_cidr_block($entry.ipv6.clone())
            .set_port_range($entry.sdk_ports())
            .set_icmp_type_code($entry.sdk_icmp())
    };
}

/// An entry as AWS keeps it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub egress: bool,
    pub number: i64,
    /// By its number.
    pub protocol: String,
    pub action: String,
    pub ipv4: Option<String>,
    pub ipv6: Option<String>,
    /// The first and the last; of TCP and UDP only.
    pub ports: Option<(i64, i64)>,
    /// Type and code; of ICMP only.
    pub icmp: Option<(i64, i64)>,
}

impl Entry {
    /// The entry with those of its ports, types and codes that AWS looks at.
    pub(super) fn with(self, ports: (i64, i64), icmp: (i64, i64)) -> Self {
        let has_icmp = self.protocol == "1" || (self.protocol == "58" && self.ipv6.is_some());
        let has_ports = matches!(self.protocol.as_str(), "6" | "17");
        Self { ports: has_ports.then_some(ports), icmp: has_icmp.then_some(icmp), ..self }
    }

    fn of(live: &NetworkAclEntry) -> Option<Self> {
        let number = live.rule_number.filter(|number| !LAST.contains(number))?;
        let entry = Self {
            egress: live.egress.unwrap_or(false),
            number: number.into(),
            protocol: protocol_number(live.protocol.as_deref().unwrap_or("-1"))?,
            action: live.rule_action.as_ref()?.as_str().to_string(),
            ipv4: filled(live.cidr_block.clone()),
            ipv6: filled(live.ipv6_cidr_block.clone()),
            ports: None,
            icmp: None,
        };
        let or_0 = |part: Option<i32>| i64::from(part.unwrap_or(0));
        let ports = live.port_range.as_ref().map(|ports| (or_0(ports.from), or_0(ports.to)));
        let icmp = live.icmp_type_code.as_ref().map(|icmp| (or_0(icmp.r#type), or_0(icmp.code)));
        Some(entry.with(ports.unwrap_or_default(), icmp.unwrap_or_default()))
    }

    fn sdk_ports(&self) -> Option<PortRange> {
        self.ports.map(|(from, to)| PortRange::builder().from(int(from)).to(int(to)).build())
    }

    fn sdk_icmp(&self) -> Option<IcmpTypeCode> {
        self.icmp.map(|(r#type, code)| IcmpTypeCode::builder().r#type(int(r#type)).code(int(code)).build())
    }

    /// Fails with `AlreadyExists` when the ACL has another entry of this number; makes nothing when it has this one.
    pub(super) async fn create(&self, aws: &Aws, acl: &str) -> Result<(), CloudError> {
        aws.done(filled!(self, acl, aws.write().ec2().create_network_acl_entry())).await
    }

    pub(super) async fn replace(&self, aws: &Aws, acl: &str) -> Result<(), CloudError> {
        aws.done(filled!(self, acl, aws.write().ec2().replace_network_acl_entry())).await
    }
}

pub(super) async fn delete(aws: &Aws, acl: &str, egress: bool, number: i64) -> Result<(), CloudError> {
    let request = aws.write().ec2().delete_network_acl_entry();
    aws.gone(request.network_acl_id(acl).egress(egress).rule_number(int(number))).await
}

/// ACLs by id.
pub(super) type Acls = Arc<std::collections::HashMap<String, NetworkAcl>>;

/// What is asked within a moment goes in one call, whichever type asks.
pub(super) async fn load(aws: &Aws, ids: impl IntoIterator<Item = String>) -> Result<Acls, CloudError> {
    let handle = aws.clone();
    let fetch = move |ids: Vec<String>| async move {
        let describe = |ids: Vec<String>| {
            let request = handle.read().ec2().describe_network_acls().set_network_acl_ids(Some(ids));
            let aws = &handle;
            async move { aws.pages(request, |page| page.network_acls).await }
        };
        let found = by_id(&ids, describe).await?;
        Ok(found.into_iter().filter_map(|acl| Some((acl.network_acl_id.clone()?, acl))).collect())
    };
    aws.batch::<NetworkAcl>("ec2:network-acls").load(ids, fetch).await
}

/// The ACL of an id.
///
/// # Errors
/// `NotFound`.
pub(super) async fn acl(aws: &Aws, id: &str) -> Result<NetworkAcl, CloudError> {
    let acls = load(aws, [id.to_string()]).await?;
    let missing = || CloudError::new(ErrorKind::NotFound, format!("{id} does not exist"));
    acls.get(id).cloned().ok_or_else(missing)
}

/// The entries that somebody wrote, in the order of their numbers.
pub(super) fn entries(acl: &NetworkAcl) -> Vec<Entry> {
    let mut found: Vec<Entry> = acl.entries().iter().filter_map(Entry::of).collect();
    found.sort_by_key(|entry| (entry.egress, entry.number));
    found
}

/// The number of a protocol; the API takes no names.
pub(super) fn protocol_number(protocol: &str) -> Option<String> {
    match checks::canonical_protocol(protocol).as_str() {
        "-1" => Some("-1".into()),
        "tcp" => Some("6".into()),
        "udp" => Some("17".into()),
        "icmp" => Some("1".into()),
        "icmpv6" => Some("58".into()),
        other => other.parse::<u8>().ok().map(|number| number.to_string()),
    }
}

/// Checks a rule, the properties of which have the same names inside and outside of an ACL.
pub(super) fn validate(at: &PropertyPath, rule: &Value, found: &mut Vec<Problem>) {
    for name in ["cidr_block", "ipv6_cidr_block"] {
        checks::cidr(&at.key(name), rule.get(name), found);
    }
    let Some(text) = rule.get("protocol").and_then(Value::as_str) else { return };
    let Some(protocol) = protocol_number(text) else {
        let help = Some("for example tcp, or 50 for ESP; -1 is all of them".to_string());
        let message = format!("{text:?} is neither the number of a protocol nor one of tcp, udp, icmp, icmpv6 and all");
        found.push(checks::problem(at.key("protocol"), message, help));
        return;
    };
    let has = |names: &[&'static str]| -> Vec<&'static str> {
        let set = |name: &&&str| rule.get(name).and_then(Value::as_int).is_some_and(|number| number != 0);
        names.iter().filter(set).copied().collect()
    };
    if matches!(protocol.as_str(), "6" | "17") {
        checks::ports(at, rule, "protocol", found);
    } else {
        for name in has(&["from_port", "to_port"]) {
            let help = Some(format!("write {name}: 0"));
            found.push(checks::problem(at.key(name), "AWS looks at the ports of TCP and UDP only", help));
        }
    }
    let ipv4 = rule.get("cidr_block").is_some_and(|range| !range.is_empty());
    if protocol != "1" && (protocol != "58" || ipv4) {
        for name in has(&["icmp_type", "icmp_code"]) {
            let message = "AWS looks at it for ICMP, and for ICMPv6 of an IPv6 range, only";
            found.push(checks::problem(at.key(name), message, Some(format!("leave {name} out"))));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn protocols_have_numbers() {
        let numbers = ["tcp", "UDP", "icmp", "icmpv6", "all", "-1", "50"].map(|name| protocol_number(name).unwrap());
        assert_eq!(numbers, ["6", "17", "1", "58", "-1", "-1", "50"]);
        assert_eq!(protocol_number("esp").or(protocol_number("256")), None);
    }

    #[test]
    fn the_last_rules_are_nobodys() {
        let rule = |number: i32, protocol: &str| {
            let ports = PortRange::builder().from(1).to(2).build();
            NetworkAclEntry::builder()
                .rule_number(number)
                .protocol(protocol)
                .rule_action(RuleAction::Allow)
                .cidr_block("0.0.0.0/0")
                .egress(false)
                .port_range(ports)
                .build()
        };
        let acl = NetworkAcl::builder().entries(rule(32767, "-1")).entries(rule(200, "17")).entries(rule(100, "-1"));
        let found = entries(&acl.build());
        assert_eq!(found.iter().map(|entry| entry.number).collect::<Vec<_>>(), [100, 200]);
        assert_eq!((found[0].ports, found[1].ports), (None, Some((1, 2))));
    }

    #[test]
    fn what_aws_does_not_look_at_is_refused() {
        let check = |rule: serde_json::Value| {
            let mut found = Vec::new();
            validate(&PropertyPath::default(), &Value::from_json(rule), &mut found);
            found.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
        };
        assert!(check(json!({"protocol": "tcp", "from_port": 443, "to_port": 443})).is_empty());
        assert!(check(json!({"protocol": "-1", "from_port": 0, "to_port": 0, "icmp_type": 0})).is_empty());
        assert!(
            check(json!({"protocol": "58", "ipv6_cidr_block": "::/0", "icmp_type": -1, "icmp_code": -1})).is_empty()
        );
        assert_eq!(check(json!({"protocol": "-1", "from_port": 0, "to_port": 65535})), ["to_port"]);
        assert_eq!(check(json!({"protocol": "udp", "from_port": 9, "to_port": 8})), ["from_port"]);
        assert_eq!(check(json!({"protocol": "tcp", "from_port": 9, "to_port": 9, "icmp_code": 1})), ["icmp_code"]);
        assert_eq!(check(json!({"protocol": "58", "cidr_block": "10.0.0.0/8", "icmp_type": 8})), ["icmp_type"]);
        assert_eq!(check(json!({"protocol": "esp"})), ["protocol"]);
    }
}
