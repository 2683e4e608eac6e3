//! `aws_security_group_rule`: one resource, and at AWS one rule per source.

mod key;

use aws_sdk_ec2::types::SecurityGroupRuleDescription;
use wildfire_engine::model::PropertyPath;

use self::key::Key;
use super::security_group_rules::{self, Rules};
use super::{checks, rules_together, tagging};
use crate::kind::tags::made_by;
use crate::services::ec2::prelude::*;

updates! {
    pub enum SecurityGroupRuleUpdate {
        Description => [UpdateSecurityGroupRuleDescriptionsIngress, UpdateSecurityGroupRuleDescriptionsEgress],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = SecurityGroupRuleUpdate)]
pub struct SecurityGroupRule {
    /// The IPv4 ranges on the other side.
    #[field(immutable, set, forms = Cidr)]
    cidr_blocks: Option<Vec<String>>,
    /// What the rule is for.
    #[field(update = Description)]
    description: Option<String>,
    /// The first port, or the ICMP type.
    #[field(immutable, required, range = -1..=65535)]
    from_port: Option<i64>,
    /// Terraform's id of the rule.
    #[field(computed)]
    id: Option<String>,
    /// The IPv6 ranges on the other side.
    #[field(immutable, set, forms = Cidr)]
    ipv6_cidr_blocks: Option<Vec<String>>,
    /// The prefix lists on the other side.
    #[field(immutable, set)]
    prefix_list_ids: Option<Vec<String>>,
    /// The protocol: `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all.
    #[field(immutable, required, forms = Protocol)]
    protocol: Option<String>,
    /// The security group that the rule belongs to.
    #[field(immutable, required)]
    security_group_id: Option<String>,
    /// AWS's id of the rule, where it has a single source.
    #[field(computed)]
    security_group_rule_id: Option<String>,
    /// Whether the group itself is on the other side.
    #[field(immutable, default = false, conflicts = ["cidr_blocks", "ipv6_cidr_blocks", "source_security_group_id"])]
    #[serde(rename = "self")]
    itself: Option<bool>,
    /// The security group on the other side; one of another account as `ACCOUNT/GROUP`.
    #[field(immutable, aws_default, conflicts = ["cidr_blocks", "ipv6_cidr_blocks", "self"])]
    source_security_group_id: Option<String>,
    /// The last port, or the ICMP code.
    #[field(immutable, required, range = -1..=65535)]
    to_port: Option<i64>,
    /// The direction.
    #[field(immutable, required, one_of = ["ingress", "egress"])]
    r#type: Option<String>,
}

fn in_rules(rules: &Rules, id: &PhysicalId) -> Read<SecurityGroupRule> {
    let key = Key::parse(id)?;
    let found = key.find(rules.values());
    Ok(if found.is_empty() { None } else { Some(key.shown(&found)) })
}

fn incomplete() -> CloudError {
    CloudError::new(ErrorKind::Rejected, "a rule needs a direction, a protocol, ports and a source")
}

/// The ids of the rules at AWS.
async fn rule_ids(aws: &Aws, key: &Key) -> Result<Vec<String>, CloudError> {
    let rules = security_group_rules::load(aws, [key.group.clone()]).await?;
    Ok(key.find(rules.values()).into_iter().filter_map(|rule| rule.security_group_rule_id.clone()).collect())
}

async fn describe_as(aws: &Aws, key: &Key, description: Option<&str>) -> Result<(), CloudError> {
    let describe = |id: String| {
        let description = description.unwrap_or_default();
        SecurityGroupRuleDescription::builder().security_group_rule_id(id).description(description).build()
    };
    let descriptions: Vec<_> = rule_ids(aws, key).await?.into_iter().map(describe).collect();
    if descriptions.is_empty() {
        let message = format!("{} has no such rule", key.group);
        return Err(CloudError::new(ErrorKind::NotFound, message));
    }
    if key.egress {
        let request = aws.write().ec2().update_security_group_rule_descriptions_egress().group_id(&key.group);
        let request = request.set_security_group_rule_descriptions(Some(descriptions));
        aws.done(request).await
    } else {
        let request = aws.write().ec2().update_security_group_rule_descriptions_ingress().group_id(&key.group);
        let request = request.set_security_group_rule_descriptions(Some(descriptions));
        aws.done(request).await
    }
}

#[async_trait]
impl Resource for SecurityGroupRule {
    const TYPE: &'static str = "aws_security_group_rule";
    const DOC: &'static str = "Traffic that a security group lets in or out, for any number of sources.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![AuthorizeSecurityGroupIngress, AuthorizeSecurityGroupEgress];
    const DELETE_CALLS: Calls = calls![RevokeSecurityGroupIngress, RevokeSecurityGroupEgress];
    const LAGS: &'static [LagReply] = lags::SECURITY_GROUP_RULE;
    const IMPORT_ID: &'static str = "SECURITYGROUPID_TYPE_PROTOCOL_FROMPORT_TOPORT_SOURCE[_SOURCE]*";
    const TERRAFORM_VERSION: u32 = 2;
    const RELATIONS: Relations = Relations {
        identity: &["security_group_id", "type", "protocol", "from_port", "to_port", "cidr_blocks"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
type: ingress
security_group_id: ${database.id}
protocol: tcp
from_port: 5432
to_port: 5432
source_security_group_id: ${web.id}
";

    type Update = SecurityGroupRuleUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let groups = wanted.iter().filter_map(|request| Key::parse(&request.id).ok()).map(|key| key.group);
        let rules = security_group_rules::load(aws, groups).await;
        wanted
            .iter()
            .map(|request| match &rules {
                Ok(rules) => in_rules(rules, &request.id),
                Err(error) => Err(error.clone()),
            })
            .collect()
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // The call makes all of its rules or none, and our tags are on each.
        let Some(key) = Key::of(wanted) else { return Ok(None) };
        let rules = security_group_rules::load(aws, [key.group.clone()]).await?;
        let operation = recover.operation.id.as_str();
        let ours = |rule: &&sdk::SecurityGroupRule| made_by(tagging::from_sdk(rule.tags.clone()).as_ref(), operation);
        Ok(key.find(rules.values()).iter().any(ours).then(|| key.to_id()))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let key = Key::of(want).ok_or_else(incomplete)?;
        let permissions = vec![key.permission(want.description.as_deref())];
        let tags = rules_together::tags(None, &[operation]);
        rules_together::authorize(aws, &key.group, key.egress, permissions, tags).await?;
        Ok(key.to_id())
    }

    fn batch(call: &Mutation) -> Option<Batch> {
        rules_together::batch(call, call.properties().get("type"))
    }

    async fn send_together(aws: &Aws, calls: &[Member<Self>]) -> Result<Vec<PhysicalId>, CloudError> {
        let (mut keys, mut permissions, mut operations) = (Vec::new(), Vec::new(), Vec::new());
        for call in calls {
            let key = match call {
                Member::Create { want, operation } => {
                    let key = Key::of(want).ok_or_else(incomplete)?;
                    permissions.push(key.permission(want.description.as_deref()));
                    operations.push(operation);
                    key
                }
                Member::Delete { id, .. } | Member::Update { id, .. } => Key::parse(id)?,
            };
            keys.push(key);
        }
        let Some(Key { group, egress, .. }) = keys.first() else { return Ok(Vec::new()) };
        if operations.is_empty() {
            let rules = security_group_rules::load(aws, [group.clone()]).await?;
            let found = keys.iter().flat_map(|key| key.find(rules.values()));
            let gone = found.filter_map(|rule| rule.security_group_rule_id.clone()).collect();
            rules_together::revoke(aws, group, *egress, gone).await?;
        } else {
            let tags = rules_together::tags(None, &operations);
            rules_together::authorize(aws, group, *egress, permissions, tags).await?;
        }
        Ok(keys.iter().map(Key::to_id).collect())
    }

    async fn update(aws: &Aws, call: SecurityGroupRuleUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            SecurityGroupRuleUpdate::Description => {
                describe_as(aws, &Key::parse(id)?, want.description.as_deref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let key = Key::parse(id)?;
        let rules = rule_ids(aws, &key).await?;
        security_group_rules::revoke(aws, &key.group, key.egress, rules).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut found = Vec::new();
        for name in ["cidr_blocks", "ipv6_cidr_blocks"] {
            let ranges = properties.get(name).and_then(Value::as_list).unwrap_or_default();
            for (index, range) in ranges.iter().enumerate() {
                checks::cidr(&PropertyPath::from(name).index(index), Some(range), &mut found);
            }
        }
        checks::ports(&PropertyPath::default(), properties, "protocol", &mut found);
        let sources = ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "source_security_group_id", "self"];
        let given =
            |name: &&str| properties.get(name).is_some_and(|value| !value.is_empty() && value.as_bool() != Some(false));
        if properties.as_map().is_some() && !sources.iter().any(given) {
            let help = Some(format!("one of {}", sources.join(", ")));
            found.push(checks::problem("cidr_blocks", "a rule needs a source", help));
        }
        found
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        if !properties.is_known() {
            return None;
        }
        let rule: SecurityGroupRule = serde_json::from_value(properties.to_json()).ok()?;
        Key::of(&rule).map(|key| key.to_id())
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(super::keys::rules(properties))
    }
}

#[cfg(test)]
mod tests;
