//! What an id of the type says, and the rules at AWS that it is about.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, PrefixListId};

use super::SecurityGroupRule;
use crate::kind::convert::int;
use crate::services::ec2::checks;
use crate::services::ec2::prelude::*;
use crate::services::ec2::security_group_rules::referenced_group;
use crate::services::ec2::vpc_security_group_rule::group_pair;

/// What the import id says: `sg-1_ingress_tcp_443_443_10.0.0.0/8_2001:db8::/56`, and `self` for the group itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    pub(super) group: String,
    pub(super) egress: bool,
    /// As it was written: `all` and `-1` are the same.
    protocol: String,
    from: i64,
    to: i64,
    sources: BTreeSet<String>,
}

impl Key {
    pub(super) fn parse(id: &PhysicalId) -> Result<Self, CloudError> {
        let parts: Vec<&str> = id.as_str().split('_').collect();
        let key = match parts.as_slice() {
            [group, direction @ ("ingress" | "egress"), protocol, from, to, sources @ ..] if !sources.is_empty() => {
                let ports = if *from == "all" { Some((0, 0)) } else { from.parse().ok().zip(to.parse().ok()) };
                ports.map(|(from, to)| Self {
                    group: (*group).to_string(),
                    egress: *direction == "egress",
                    protocol: (*protocol).to_string(),
                    from,
                    to,
                    sources: sources.iter().map(|source| (*source).to_string()).collect(),
                })
            }
            _ => None,
        };
        key.ok_or_else(|| {
            let message =
                format!("{id} is not a rule: write SECURITYGROUPID_TYPE_PROTOCOL_FROMPORT_TOPORT_SOURCE[_SOURCE]*");
            CloudError::new(ErrorKind::Rejected, message)
        })
    }

    pub(super) fn to_id(&self) -> PhysicalId {
        let direction = if self.egress { "egress" } else { "ingress" };
        let sources: Vec<&str> = self.sources.iter().map(String::as_str).collect();
        let (group, protocol) = (&self.group, &self.protocol);
        format!("{group}_{direction}_{protocol}_{}_{}_{}", self.from, self.to, sources.join("_")).into()
    }

    pub(super) fn of(rule: &SecurityGroupRule) -> Option<Self> {
        let mut sources = BTreeSet::new();
        for list in [&rule.cidr_blocks, &rule.ipv6_cidr_blocks, &rule.prefix_list_ids] {
            sources.extend(list.iter().flatten().cloned());
        }
        sources.extend(rule.source_security_group_id.clone());
        if rule.itself == Some(true) {
            sources.insert("self".into());
        }
        Some(Self {
            group: rule.security_group_id.clone()?,
            egress: rule.r#type.as_deref()? == "egress",
            protocol: rule.protocol.clone()?,
            from: rule.from_port?,
            to: rule.to_port?,
            sources: Some(sources).filter(|sources| !sources.is_empty())?,
        })
    }

    fn covers(&self, rule: &sdk::SecurityGroupRule) -> bool {
        let protocol = checks::canonical_protocol(&self.protocol);
        let same_ports = protocol == "-1"
            || (rule.from_port.map(i64::from), rule.to_port.map(i64::from)) == (Some(self.from), Some(self.to));
        rule.group_id.as_deref() == Some(self.group.as_str())
            && rule.is_egress.unwrap_or(false) == self.egress
            && rule.ip_protocol.as_deref().map(checks::canonical_protocol) == Some(protocol)
            && same_ports
            && self.source(rule).is_some_and(|source| self.sources.contains(&source))
    }

    /// The other side of a rule, as the id writes it.
    fn source(&self, rule: &sdk::SecurityGroupRule) -> Option<String> {
        if let Some(group) = referenced_group(rule) {
            // The group itself may be written out.
            let own = group == self.group && !self.sources.contains(&group);
            return Some(if own { "self".into() } else { group });
        }
        let ranges = text(&rule.cidr_ipv4).or_else(|| text(&rule.cidr_ipv6));
        ranges.or_else(|| text(&rule.prefix_list_id)).map(String::from)
    }

    /// Their sources by kind: IPv4, IPv6, prefix lists, groups.
    fn by_kind<'a>(&self, sources: impl IntoIterator<Item = &'a String>) -> [Vec<String>; 4] {
        let mut kinds: [Vec<String>; 4] = Default::default();
        for source in sources {
            let kind = match source.as_str() {
                group if group == "self" || group.starts_with("sg-") || group.contains("/sg-") => 3,
                list if list.starts_with("pl-") => 2,
                range if range.contains(':') => 1,
                _ => 0,
            };
            kinds[kind].push(source.clone());
        }
        kinds
    }

    pub(super) fn permission(&self, description: Option<&str>) -> IpPermission {
        let [ipv4, ipv6, lists, groups] = self.by_kind(&self.sources);
        let description = description.map(str::to_string);
        let ipv4 = ipv4.iter().map(|range| IpRange::builder().cidr_ip(range).set_description(description.clone()));
        let ipv6 = ipv6.iter().map(|range| Ipv6Range::builder().cidr_ipv6(range).set_description(description.clone()));
        let lists =
            lists.iter().map(|list| PrefixListId::builder().prefix_list_id(list).set_description(description.clone()));
        let pairs = groups.iter().map(|group| {
            let group = if group == "self" { &self.group } else { group };
            group_pair(group, description.clone())
        });
        IpPermission::builder()
            .ip_protocol(checks::canonical_protocol(&self.protocol))
            .from_port(int(self.from))
            .to_port(int(self.to))
            .set_ip_ranges(filled(Some(ipv4.map(|range| range.build()).collect())))
            .set_ipv6_ranges(filled(Some(ipv6.map(|range| range.build()).collect())))
            .set_prefix_list_ids(filled(Some(lists.map(|list| list.build()).collect())))
            .set_user_id_group_pairs(filled(Some(pairs.collect())))
            .build()
    }

    /// Terraform's id: a checksum over the rule's parts, each kind of source sorted.
    pub(super) fn terraform_id(&self) -> String {
        let mut text = format!("{}-", self.group);
        for port in [self.from, self.to].into_iter().filter(|port| *port > 0) {
            text.push_str(&format!("{port}-"));
        }
        let direction = if self.egress { "egress" } else { "ingress" };
        text.push_str(&format!("{}-{direction}-", checks::canonical_protocol(&self.protocol)));
        let [ipv4, ipv6, lists, groups] = self.by_kind(&self.sources);
        for source in ipv4.iter().chain(&ipv6).chain(&lists) {
            text.push_str(&format!("{source}-"));
        }
        for group in &groups {
            let group = if group == "self" { &self.group } else { group };
            // The place of the group's name, which only EC2-Classic had, stays empty.
            text.push_str(&format!("{}--", group.rsplit('/').next().unwrap_or(group)));
        }
        format!("sgrule-{}", crc32fast::hash(text.as_bytes()))
    }

    /// The rules at AWS that this resource stands for, and the resource as they show it.
    pub(super) fn find<'a>(
        &self,
        rules: impl IntoIterator<Item = &'a sdk::SecurityGroupRule>,
    ) -> Vec<&'a sdk::SecurityGroupRule> {
        rules.into_iter().filter(|rule| self.covers(rule)).collect()
    }

    pub(super) fn shown(&self, found: &[&sdk::SecurityGroupRule]) -> SecurityGroupRule {
        let sources: BTreeSet<String> = found.iter().filter_map(|rule| self.source(rule)).collect();
        let [ipv4, ipv6, lists, groups] = self.by_kind(&sources);
        let some = |list: Vec<String>| filled(Some(list));
        let description = found.iter().find_map(|rule| filled(rule.description.clone()));
        SecurityGroupRule {
            cidr_blocks: some(ipv4),
            description,
            from_port: Some(self.from),
            id: Some(self.terraform_id()),
            ipv6_cidr_blocks: some(ipv6),
            prefix_list_ids: some(lists),
            protocol: Some(self.protocol.clone()),
            security_group_id: Some(self.group.clone()),
            security_group_rule_id: match found {
                [only] => only.security_group_rule_id.clone(),
                _ => None,
            },
            itself: Some(groups.iter().any(|group| group == "self")),
            source_security_group_id: groups.into_iter().find(|group| group != "self"),
            to_port: Some(self.to),
            r#type: Some(if self.egress { "egress" } else { "ingress" }.to_string()),
        }
    }
}
