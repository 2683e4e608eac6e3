//! Rules of one group and direction in one request.
//!
//! A request to authorize rules tags all of them alike. So the tag `wildfire:op` holds the operations of all, and a search knows
//! a rule by that together with what the rule says: no group has two rules that say the same.

use aws_sdk_ec2::types::{IpPermission, ResourceType, SecurityGroupRule, Tag, TagSpecification};
use wildfire_engine::model::{Batch, CloudError, Mutation, Operation, Value, is_own_tag, key_part};

use crate::Aws;
use crate::kind::tags::Tags;

/// So many operations, of 26 characters each, fit into the 256 of a tag.
const AUTHORIZED: usize = 9;
/// A group has 60 rules of a direction, unless its owner has asked for more.
const REVOKED: usize = 60;

/// How a call about a rule may share a request: by group and direction, and a create by its tags too.
pub(super) fn batch(call: &Mutation, egress: Option<&Value>) -> Option<Batch> {
    let properties = call.properties();
    let group = properties.get("security_group_id").filter(|group| !group.is_null())?;
    let place = format!("{} {}", key_part(Some(group)), key_part(egress));
    match call {
        Mutation::Create { want, .. } => {
            let tags = key_part(want.get("tags_all").map(without_own).as_ref());
            Some(Batch::of(format!("authorize {place} {tags}"), AUTHORIZED))
        }
        Mutation::Delete { .. } => Some(Batch::of(format!("revoke {place}"), REVOKED)),
        Mutation::Update { .. } => None,
    }
}

fn without_own(tags: &Value) -> Value {
    let mut tags = tags.clone();
    if let Some(map) = tags.as_map_mut() {
        map.retain(|key, _| !is_own_tag(key));
        map.sort_keys();
    }
    tags
}

/// The tags of a request: the resources' own, and ours for all of the operations.
pub(super) fn tags(own: Option<&Tags>, operations: &[&Operation]) -> TagSpecification {
    let mut tags: Tags = own.into_iter().flatten().filter(|(key, _)| !is_own_tag(key)).map(pair).collect();
    match operations {
        [alone] => tags.extend(alone.tags()),
        all => {
            // The address of one of them would be wrong for the others.
            let ids: Vec<&str> = all.iter().map(|operation| operation.id.as_str()).collect();
            tags.extend(all.first().map(|first| ("wildfire:stage".to_string(), first.stack().to_string())));
            tags.insert("wildfire:op".into(), ids.join(" "));
        }
    }
    let tags = tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    TagSpecification::builder().resource_type(ResourceType::SecurityGroupRule).set_tags(Some(tags.collect())).build()
}

fn pair((key, value): (&String, &String)) -> (String, String) {
    (key.clone(), value.clone())
}

/// Makes rules; returns them as AWS made them.
pub(super) async fn authorize(
    aws: &Aws,
    group: &str,
    egress: bool,
    permissions: Vec<IpPermission>,
    tags: TagSpecification,
) -> Result<Vec<SecurityGroupRule>, CloudError> {
    let permissions = Some(permissions);
    let rules = if egress {
        let request = aws.write().ec2().authorize_security_group_egress().group_id(group).tag_specifications(tags);
        let request = request.set_ip_permissions(permissions);
        aws.send(request).await?.security_group_rules
    } else {
        let request = aws.write().ec2().authorize_security_group_ingress().group_id(group).tag_specifications(tags);
        let request = request.set_ip_permissions(permissions);
        aws.send(request).await?.security_group_rules
    };
    Ok(rules.unwrap_or_default())
}

/// Deletes rules of one group, all of which have to be there.
pub(super) async fn revoke(aws: &Aws, group: &str, egress: bool, rules: Vec<String>) -> Result<(), CloudError> {
    if rules.is_empty() {
        return Ok(());
    }
    if egress {
        let request = aws.write().ec2().revoke_security_group_egress().group_id(group);
        let request = request.set_security_group_rule_ids(Some(rules));
        aws.done(request).await
    } else {
        let request = aws.write().ec2().revoke_security_group_ingress().group_id(group);
        let request = request.set_security_group_rule_ids(Some(rules));
        aws.done(request).await
    }
}

#[cfg(test)]
mod tests;
