//! `aws_security_group`

mod default;
mod inline;

use aws_sdk_ec2::operation::create_security_group::builders::CreateSecurityGroupFluentBuilder;
use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, Tag};
use futures::future::try_join_all;
use wildfire_engine::model::Inline;

use super::prelude::*;
use super::{checks, tagging};

pub(super) use self::default::DefaultSecurityGroup;

updates! {
    pub enum SecurityGroupUpdate {
        Tags => [RevokeSecurityGroupEgress, CreateTags, DeleteTags],
        Ingress => [RevokeSecurityGroupIngress, AuthorizeSecurityGroupIngress],
        Egress => [RevokeSecurityGroupEgress, AuthorizeSecurityGroupEgress],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = SecurityGroupUpdate)]
#[sdk(from = sdk::SecurityGroup, create = CreateSecurityGroupFluentBuilder)]
pub struct SecurityGroup {
    /// The ARN.
    #[field(computed, sdk = security_group_arn, filled)]
    arn: Option<String>,
    /// What the group is for.
    #[field(immutable, aws_default, length = 1..=255, sent_by_hand)]
    description: Option<String>,
    /// All rules for outgoing traffic, where none is a resource of its own.
    #[field(update = Egress, after_create, aws_default, set, by_hand)]
    egress: Option<Vec<inline::Rule>>,
    /// The group's id.
    #[field(computed, sdk = group_id)]
    id: Option<String>,
    /// All rules for incoming traffic, where none is a resource of its own.
    #[field(update = Ingress, after_create, aws_default, set, by_hand)]
    ingress: Option<Vec<inline::Rule>>,
    /// The name, unique in its VPC.
    #[field(immutable, generated, length = 1..=255, sdk = group_name, sent_by_hand)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=229)]
    name_prefix: Option<String>,
    /// The account that owns the group.
    #[field(computed)]
    owner_id: Option<String>,
    /// Whether to delete the rules before the group, for groups that refer to each other.
    #[field(local, default = false)]
    revoke_rules_on_delete: Option<bool>,
    // `after_create`, so that this call follows every create: it also takes away the rule that AWS gives a new group.
    #[serde(flatten)]
    #[field(tags = Tags, after_create, sent_by_hand)]
    tags: Tagged,
    /// The VPC; without one, the account's default VPC.
    #[field(immutable, aws_default)]
    vpc_id: Option<String>,
}

/// AWS lets a new group send anything anywhere. The vocabulary's groups send nothing that is not written, so that the
/// rule has to go once, right after the create, and never again: the same rule may be written later. This tag is on a
/// group from the create call until the rule is gone, and tells the two apart even after a crash in between.
const NEW: &str = "wildfire:default-egress";

#[async_trait]
impl Described for SecurityGroup {
    type Live = sdk::SecurityGroup;
    const ID_FILTER: &'static str = "group-id";
    const TAG_KIND: ResourceType = ResourceType::SecurityGroup;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::SecurityGroup>, CloudError> {
        let request = aws.read().ec2().describe_security_groups().set_filters(Some(filters)).max_results(1000);
        aws.pages(request, |page| page.security_groups).await
    }

    /// Replies from before AWS told the ARN have none.
    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn).filter(|arn| arn.is_none())
    }

    fn owner(&self) -> Option<&str> {
        self.owner_id.as_deref()
    }

    fn finish(mut self, live: &sdk::SecurityGroup) -> Self {
        self.egress = Some(inline::of_group(live, true));
        self.ingress = Some(inline::of_group(live, false));
        self
    }
}

async fn describe_one(aws: &Aws, id: &PhysicalId) -> Result<Option<sdk::SecurityGroup>, CloudError> {
    let found = SecurityGroup::by_ids(aws, &[id.to_string()]).await?;
    Ok(found.into_iter().find(|group| group.group_id.as_deref() == Some(id.as_str())))
}

/// What AWS lets a new group send: anything, over IPv4, and over IPv6 where the VPC has it.
fn default_egress(group: &sdk::SecurityGroup) -> Vec<IpPermission> {
    let all = || IpPermission::builder().ip_protocol("-1");
    let rules = group.ip_permissions_egress().iter().filter(|rule| rule.ip_protocol.as_deref() == Some("-1"));
    let mut found = Vec::new();
    for rule in rules {
        if rule.ip_ranges().iter().any(|range| range.cidr_ip() == Some("0.0.0.0/0")) {
            found.push(all().ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build()).build());
        }
        if rule.ipv6_ranges().iter().any(|range| range.cidr_ipv6() == Some("::/0")) {
            found.push(all().ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build()).build());
        }
    }
    found
}

/// Takes the default rule from those groups that still have the tag of a new one, and then the tag.
async fn revoke_default_egress(aws: &Aws, groups: &[sdk::SecurityGroup]) -> Result<(), CloudError> {
    let is_new = |group: &&sdk::SecurityGroup| group.tags().iter().any(|tag| tag.key() == Some(NEW));
    let new: Vec<(&str, &sdk::SecurityGroup)> =
        groups.iter().filter(is_new).filter_map(|group| Some((group.group_id()?, group))).collect();
    if new.is_empty() {
        return Ok(());
    }
    let revoke =
        async |(id, group): &(&str, &sdk::SecurityGroup)| inline::revoke(aws, id, true, default_egress(group)).await;
    try_join_all(new.iter().map(revoke)).await?;
    let ids = new.iter().map(|(id, _)| id.to_string()).collect();
    let request = aws.write().ec2().delete_tags().set_resources(Some(ids)).tags(Tag::builder().key(NEW).build());
    aws.done(request).await
}

#[async_trait]
impl Resource for SecurityGroup {
    const TYPE: &'static str = "aws_security_group";
    const DOC: &'static str = "What may reach the interfaces that are in the group, and what they may reach.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![CreateSecurityGroup];
    const DELETE_CALLS: Calls = calls![RevokeSecurityGroupIngress, RevokeSecurityGroupEgress, DeleteSecurityGroup];
    const LAGS: &'static [LagReply] = lags::SECURITY_GROUP;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "SECURITY_GROUP_ID";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations {
        identity: &["vpc_id", "name"],
        held_by: &[
            ("aws_vpc_endpoint", "security_group_ids"),
            ("aws_rds_cluster", "vpc_security_group_ids"),
            ("aws_elasticache_replication_group", "security_group_ids"),
            ("aws_eks_cluster", "vpc_config.security_group_ids"),
            ("aws_security_group", "ingress"),
            ("aws_security_group", "egress"),
            ("aws_vpc_security_group_ingress_rule", "referenced_security_group_id"),
            ("aws_vpc_security_group_egress_rule", "referenced_security_group_id"),
        ],
        inline: &[
            Inline {
                property: "ingress",
                type_name: "aws_security_group_rule",
                parent: "security_group_id",
                only: Some(("type", "ingress")),
            },
            Inline {
                property: "ingress",
                type_name: "aws_vpc_security_group_ingress_rule",
                parent: "security_group_id",
                only: None,
            },
            Inline {
                property: "egress",
                type_name: "aws_security_group_rule",
                parent: "security_group_id",
                only: Some(("type", "egress")),
            },
            Inline {
                property: "egress",
                type_name: "aws_vpc_security_group_egress_rule",
                parent: "security_group_id",
                only: None,
            },
        ],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
name: web
description: Web servers
vpc_id: ${vpc.id}
ingress:
  - {protocol: tcp, from_port: 443, to_port: 443, cidr_blocks: [0.0.0.0/0]}
egress:
  - {protocol: \"-1\", from_port: 0, to_port: 0, cidr_blocks: [0.0.0.0/0]}
";

    type Update = SecurityGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let mut tags = want.tags.all.clone().unwrap_or_default();
        tags.insert(NEW.to_string(), "true".to_string());
        let request = want
            .fill(aws.write().ec2().create_security_group())?
            .set_group_name(want.name.clone())
            // The API wants one.
            .description(want.description.clone().unwrap_or_else(|| "Managed by wildfire".to_string()))
            .set_tag_specifications(tagging::specification(Self::TAG_KIND, Some(&tags)));
        aws.made(request, |reply| reply.group_id).await
    }

    async fn update(aws: &Aws, call: SecurityGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, operation, .. } = change;
        let Some(live) = describe_one(aws, id).await? else {
            return Err(CloudError::new(ErrorKind::NotFound, format!("{id} does not exist")));
        };
        let rules = |rules: &Option<Vec<inline::Rule>>| rules.clone().unwrap_or_default();
        match call {
            SecurityGroupUpdate::Tags => {
                revoke_default_egress(aws, std::slice::from_ref(&live)).await?;
                retag(aws, change).await
            }
            SecurityGroupUpdate::Ingress => inline::update(aws, &live, false, &rules(&want.ingress), operation).await,
            SecurityGroupUpdate::Egress => inline::update(aws, &live, true, &rules(&want.egress), operation).await,
        }
    }

    async fn before_tags(aws: &Aws, ids: &[PhysicalId]) -> Result<(), CloudError> {
        let groups = Self::by_ids(aws, &ids.iter().map(ToString::to_string).collect::<Vec<_>>()).await?;
        revoke_default_egress(aws, &groups).await
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        if prior.revoke_rules_on_delete == Some(true) {
            let Some(live) = describe_one(aws, id).await? else { return Ok(()) };
            inline::revoke(aws, id.as_str(), false, live.ip_permissions().to_vec()).await?;
            inline::revoke(aws, id.as_str(), true, live.ip_permissions_egress().to_vec()).await?;
        }
        aws.gone(aws.write().ec2().delete_security_group().group_id(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut found = inline::validate("ingress", properties.get("ingress"));
        found.extend(inline::validate("egress", properties.get("egress")));
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        if text("name").is_some_and(|name| name.starts_with("sg-")) {
            found.push(checks::problem("name", "a group's name does not start with sg-", None));
        }
        if text("name") == Some("default") {
            let message = "a VPC has a group of the name default already";
            found.push(checks::problem("name", message, None));
        }
        found
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(
            NaturalKey::of(Self::TYPE, properties, &["name"])
                .and_then(|key| key.and_optional(properties, "vpc_id"))
                .into_iter()
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_rules_that_aws_makes_are_default_egress() {
        let range = |range: &str| IpRange::builder().cidr_ip(range).build();
        let everything = IpPermission::builder()
            .ip_protocol("-1")
            .ip_ranges(range("10.0.0.0/8"))
            .ip_ranges(range("0.0.0.0/0"))
            .ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build())
            .build();
        let web = IpPermission::builder().ip_protocol("tcp").ip_ranges(range("0.0.0.0/0")).build();
        let group = sdk::SecurityGroup::builder().ip_permissions_egress(everything).ip_permissions_egress(web).build();
        let found = default_egress(&group);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].ip_ranges(), [range("0.0.0.0/0")]);
        assert_eq!(found[1].ipv6_ranges()[0].cidr_ipv6(), Some("::/0"));
    }
}
