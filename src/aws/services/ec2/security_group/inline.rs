//! Rules written inside a security group.
//!
//! AWS keeps one rule per source; the vocabulary has one entry for any number of sources. The entries that are shown
//! are the fewest: one per protocol, ports and description. Whoever writes more is told to merge them.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, PrefixListId, SecurityGroup};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{CloudError, ErrorKind, Operation, Problem, PropertyPath, Value};

use crate::Aws;
use crate::kind::convert::int;
use crate::services::ec2::vpc_security_group_rule::group_pair;
use crate::services::ec2::{checks, rules_together};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Rule {
    /// The IPv4 ranges on the other side.
    #[field(set, forms = Cidr)]
    cidr_blocks: Option<Vec<String>>,
    /// What the rule is for.
    description: Option<String>,
    /// The first port, or the ICMP type.
    #[field(range = -1..=65535)]
    from_port: Option<i64>,
    /// The IPv6 ranges on the other side.
    #[field(set, forms = Cidr)]
    ipv6_cidr_blocks: Option<Vec<String>>,
    /// The prefix lists on the other side.
    #[field(set)]
    prefix_list_ids: Option<Vec<String>>,
    /// The protocol: `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    #[field(forms = Protocol)]
    protocol: Option<String>,
    /// The security groups on the other side; those of another account as `ACCOUNT/GROUP`.
    #[field(set)]
    security_groups: Option<Vec<String>>,
    /// Whether the group itself is on the other side.
    #[serde(rename = "self")]
    itself: Option<bool>,
    /// The last port, or the ICMP code.
    #[field(range = -1..=65535)]
    to_port: Option<i64>,
}

/// What entries are grouped by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    protocol: String,
    from: i64,
    to: i64,
    description: String,
}

/// The other side of one rule at AWS.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Ipv4(String),
    Ipv6(String),
    PrefixList(String),
    Group(String),
}

/// One rule as AWS keeps it.
type Single = (Kind, Source);

fn kind(protocol: Option<&str>, from: Option<i64>, to: Option<i64>, description: Option<&str>) -> Kind {
    let protocol = checks::canonical_protocol(protocol.unwrap_or("-1"));
    // All protocols have all ports; Terraform's users write them as 0.
    let all = protocol == "-1";
    let port = |port: Option<i64>| if all { 0 } else { port.unwrap_or(0) };
    Kind { from: port(from), to: port(to), protocol, description: description.unwrap_or_default().to_string() }
}

fn singles_of(rules: &[Rule], group: &str) -> Vec<Single> {
    let mut singles = Vec::new();
    for rule in rules {
        let kind = kind(rule.protocol.as_deref(), rule.from_port, rule.to_port, rule.description.as_deref());
        let own = (rule.itself == Some(true)).then(|| group.to_string());
        let sources = (rule.cidr_blocks.iter().flatten().cloned().map(Source::Ipv4))
            .chain(rule.ipv6_cidr_blocks.iter().flatten().cloned().map(Source::Ipv6))
            .chain(rule.prefix_list_ids.iter().flatten().cloned().map(Source::PrefixList))
            .chain(rule.security_groups.iter().flatten().cloned().chain(own).map(Source::Group));
        singles.extend(sources.map(|source| (kind.clone(), source)));
    }
    singles.sort();
    singles.dedup();
    singles
}

fn singles_live(permissions: &[IpPermission], owner: Option<&str>) -> Vec<Single> {
    let mut singles = Vec::new();
    for permission in permissions {
        let (from, to) = (permission.from_port.map(i64::from), permission.to_port.map(i64::from));
        let kind = |description: Option<&str>| kind(permission.ip_protocol.as_deref(), from, to, description);
        let ipv4 = permission.ip_ranges().iter();
        singles.extend(ipv4.filter_map(|r| Some((kind(r.description()), Source::Ipv4(r.cidr_ip.clone()?)))));
        let ipv6 = permission.ipv6_ranges().iter();
        singles.extend(ipv6.filter_map(|r| Some((kind(r.description()), Source::Ipv6(r.cidr_ipv6.clone()?)))));
        let lists = permission.prefix_list_ids().iter();
        singles.extend(
            lists.filter_map(|list| Some((kind(list.description()), Source::PrefixList(list.prefix_list_id.clone()?)))),
        );
        let groups = permission.user_id_group_pairs().iter();
        singles.extend(groups.filter_map(|pair| {
            let id = pair.group_id.clone()?;
            let user = pair.user_id().filter(|user| !user.is_empty() && owner.is_some_and(|owner| owner != *user));
            let id = user.map_or(id.clone(), |user| format!("{user}/{id}"));
            Some((kind(pair.description()), Source::Group(id)))
        }));
    }
    singles.sort();
    singles.dedup();
    singles
}

/// The fewest entries that say the same.
fn entries(singles: Vec<Single>, group: &str) -> Vec<Rule> {
    let mut by_kind: BTreeMap<Kind, Rule> = BTreeMap::new();
    for (kind, source) in singles {
        let rule = by_kind.entry(kind).or_default();
        match source {
            Source::Ipv4(range) => rule.cidr_blocks.get_or_insert_default().push(range),
            Source::Ipv6(range) => rule.ipv6_cidr_blocks.get_or_insert_default().push(range),
            Source::PrefixList(list) => rule.prefix_list_ids.get_or_insert_default().push(list),
            Source::Group(id) if id == group => rule.itself = Some(true),
            Source::Group(id) => rule.security_groups.get_or_insert_default().push(id),
        }
    }
    let entry = |(kind, rule): (Kind, Rule)| Rule {
        description: Some(kind.description).filter(|text| !text.is_empty()),
        from_port: Some(kind.from),
        protocol: Some(kind.protocol),
        itself: Some(rule.itself.unwrap_or(false)),
        to_port: Some(kind.to),
        ..rule
    };
    by_kind.into_iter().map(entry).collect()
}

/// The rules of one direction, as they are shown.
pub(super) fn of_group(group: &SecurityGroup, egress: bool) -> Vec<Rule> {
    let id = group.group_id.as_deref().unwrap_or_default();
    entries(singles_live(permissions(group, egress), group.owner_id.as_deref()), id)
}

fn permissions(group: &SecurityGroup, egress: bool) -> &[IpPermission] {
    if egress { group.ip_permissions_egress() } else { group.ip_permissions() }
}

fn permission((kind, source): &Single) -> IpPermission {
    let description = Some(kind.description.clone()).filter(|text| !text.is_empty());
    let all = kind.protocol == "-1";
    let port = |port: i64| if all { None } else { Some(int(port)) };
    let permission =
        IpPermission::builder().ip_protocol(&kind.protocol).set_from_port(port(kind.from)).set_to_port(port(kind.to));
    match source {
        Source::Ipv4(range) => {
            permission.ip_ranges(IpRange::builder().cidr_ip(range).set_description(description).build())
        }
        Source::Ipv6(range) => {
            permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(range).set_description(description).build())
        }
        Source::PrefixList(list) => permission
            .prefix_list_ids(PrefixListId::builder().prefix_list_id(list).set_description(description).build()),
        Source::Group(group) => permission.user_id_group_pairs(group_pair(group, description)),
    }
    .build()
}

/// Brings the rules of one direction from what is live to what is wanted. What goes is revoked first: a rule that only
/// changes its description is a duplicate of the old one for AWS.
pub(super) async fn update(
    aws: &Aws,
    live: &SecurityGroup,
    egress: bool,
    want: &[Rule],
    operation: &Operation,
) -> Result<(), CloudError> {
    let group = live.group_id.as_deref().unwrap_or_default();
    let have = singles_live(permissions(live, egress), live.owner_id.as_deref());
    let want = singles_of(want, group);
    let only = |these: &[Single], those: &[Single]| -> Vec<IpPermission> {
        these.iter().filter(|single| !those.contains(single)).map(permission).collect()
    };
    revoke(aws, group, egress, only(&have, &want)).await?;
    for permission in only(&want, &have) {
        // One call each: a call fails as a whole when one of its rules is there already.
        match authorize(aws, group, egress, permission, operation).await {
            Err(error) if error.kind == ErrorKind::AlreadyExists => {}
            result => result?,
        }
    }
    Ok(())
}

async fn authorize(
    aws: &Aws,
    group: &str,
    egress: bool,
    permission: IpPermission,
    operation: &Operation,
) -> Result<(), CloudError> {
    let tags = rules_together::tags(None, &[operation]);
    if egress {
        let request = aws.write().ec2().authorize_security_group_egress().group_id(group);
        let request = request.ip_permissions(permission).tag_specifications(tags);
        aws.done(request).await
    } else {
        let request = aws.write().ec2().authorize_security_group_ingress().group_id(group);
        let request = request.ip_permissions(permission).tag_specifications(tags);
        aws.done(request).await
    }
}

/// Deletes rules by their content; those that are gone do not matter.
pub(super) async fn revoke(
    aws: &Aws,
    group: &str,
    egress: bool,
    permissions: Vec<IpPermission>,
) -> Result<(), CloudError> {
    if permissions.is_empty() {
        return Ok(());
    }
    if egress {
        let request = aws.write().ec2().revoke_security_group_egress().group_id(group);
        let request = request.set_ip_permissions(Some(permissions));
        aws.gone(request).await
    } else {
        let request = aws.write().ec2().revoke_security_group_ingress().group_id(group);
        let request = request.set_ip_permissions(Some(permissions));
        aws.gone(request).await
    }
}

pub(super) fn validate(name: &'static str, rules: Option<&Value>) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<Kind, usize> = BTreeMap::new();
    for (index, rule) in rules.and_then(Value::as_list).unwrap_or_default().iter().enumerate() {
        let at = PropertyPath::from(name).index(index);
        for ranges in ["cidr_blocks", "ipv6_cidr_blocks"] {
            let list = rule.get(ranges).and_then(Value::as_list).unwrap_or_default();
            for (position, range) in list.iter().enumerate() {
                checks::cidr(&at.key(ranges).index(position), Some(range), &mut found);
            }
        }
        checks::all_ports(&at, rule, "protocol", &mut found);
        checks::ports(&at, rule, "protocol", &mut found);
        let parts = ["protocol", "from_port", "to_port", "description"].map(|part| rule.get(part));
        let Some(protocol) = parts[0].and_then(Value::as_str) else { continue };
        if parts.iter().flatten().any(|part| !part.is_known()) {
            continue;
        }
        let [_, from, to, description] = parts;
        let description = description.and_then(Value::as_str);
        let kind = kind(Some(protocol), from.and_then(Value::as_int), to.and_then(Value::as_int), description);
        if let Some(first) = seen.get(&kind) {
            let help = format!("merge the sources of {name}[{index}] into {name}[{first}], or give it a description");
            let message = "AWS does not tell two rules of the same protocol, ports and description apart";
            found.push(checks::problem(at, message, Some(help)));
        } else {
            seen.insert(kind, index);
        }
    }
    found
}

#[cfg(test)]
mod tests;
