//! `aws_network_acl`

mod default;
mod inline;
mod subnets;

use aws_sdk_ec2::operation::create_network_acl::builders::CreateNetworkAclFluentBuilder;
use wildfire_engine::model::Inline;

use super::network_acl_entry::{acl, load};
use super::prelude::*;
use crate::connection::call::absent_is_none;
use crate::kind::diff::added;

pub(super) use self::default::DefaultNetworkAcl;

updates! {
    pub enum NetworkAclUpdate {
        Ingress => [CreateNetworkAclEntry, ReplaceNetworkAclEntry, DeleteNetworkAclEntry],
        Egress => [CreateNetworkAclEntry, ReplaceNetworkAclEntry, DeleteNetworkAclEntry],
        Subnets => [ReplaceNetworkAclAssociation],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = NetworkAclUpdate)]
#[sdk(from = sdk::NetworkAcl, create = CreateNetworkAclFluentBuilder)]
pub struct NetworkAcl {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// All rules for outgoing traffic, where none is an `aws_network_acl_rule` of its own.
    #[field(update = Egress, after_create, aws_default, set, by_hand)]
    egress: Option<Vec<inline::Rule>>,
    /// The ACL's id.
    #[field(computed, sdk = network_acl_id)]
    id: Option<String>,
    /// All rules for incoming traffic, where none is an `aws_network_acl_rule` of its own.
    #[field(update = Ingress, after_create, aws_default, set, by_hand)]
    ingress: Option<Vec<inline::Rule>>,
    /// The account that owns the ACL.
    #[field(computed)]
    owner_id: Option<String>,
    /// The subnets that have the ACL. What leaves the list has the default ACL of the VPC again.
    #[field(update = Subnets, after_create, aws_default, set, by_hand)]
    subnet_ids: Option<Vec<String>>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The VPC.
    #[field(immutable, required)]
    vpc_id: Option<String>,
}

#[async_trait]
impl Described for NetworkAcl {
    type Live = sdk::NetworkAcl;
    const ID_FILTER: &'static str = "network-acl-id";
    const TAG_KIND: ResourceType = ResourceType::NetworkAcl;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::NetworkAcl>, CloudError> {
        describe(aws, filters).await
    }

    /// Without default ACLs, which are of another type.
    async fn by_ids(aws: &Aws, ids: &[String]) -> Result<Vec<sdk::NetworkAcl>, CloudError> {
        let acls = load(aws, ids.to_vec()).await?;
        let found = ids.iter().filter_map(|id| acls.get(id)).filter(|acl| acl.is_default != Some(true));
        Ok(found.cloned().collect())
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn owner(&self) -> Option<&str> {
        self.owner_id.as_deref()
    }

    fn finish(mut self, live: &sdk::NetworkAcl) -> Self {
        self.egress = Some(inline::of_acl(live, true));
        self.ingress = Some(inline::of_acl(live, false));
        self.subnet_ids = Some(subnets::of_acl(live));
        self
    }
}

async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::NetworkAcl>, CloudError> {
    let request = aws.read().ec2().describe_network_acls().set_filters(Some(filters)).max_results(1000);
    aws.pages(request, |page| page.network_acls).await
}

/// The rules of one direction, which may be resources of their own.
const fn inline_rules(property: &'static str, egress: &'static str) -> Inline {
    let only = Some(("egress", egress));
    Inline { property, type_name: "aws_network_acl_rule", parent: "network_acl_id", only }
}

#[async_trait]
impl Resource for NetworkAcl {
    const TYPE: &'static str = "aws_network_acl";
    const DOC: &'static str = "What may pass into subnets and out of them, by rules that know no connections.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateNetworkAcl];
    const DELETE_CALLS: Calls = calls![ReplaceNetworkAclAssociation, DeleteNetworkAcl];
    const LAGS: &'static [LagReply] = lags::NETWORK_ACL;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "NETWORK_ACL_ID";
    const RELATIONS: Relations =
        Relations { inline: &[inline_rules("ingress", "false"), inline_rules("egress", "true")], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
subnet_ids: [\"${private.id}\"]
ingress:
  - {rule_no: 100, action: allow, protocol: tcp, from_port: 5432, to_port: 5432, cidr_block: 10.0.0.0/8}
egress:
  - {rule_no: 100, action: allow, protocol: tcp, from_port: 1024, to_port: 65535, cidr_block: 10.0.0.0/8}
";

    type Update = NetworkAclUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().create_network_acl())?.client_token(operation.id.as_str());
        let request = request.set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.network_acl?.network_acl_id).await
    }

    async fn update(aws: &Aws, call: NetworkAclUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        let rules = |rules: &Option<Vec<inline::Rule>>| rules.clone().unwrap_or_default();
        match call {
            NetworkAclUpdate::Ingress => {
                inline::update(aws, &acl(aws, id.as_str()).await?, false, &rules(&want.ingress)).await
            }
            NetworkAclUpdate::Egress => {
                inline::update(aws, &acl(aws, id.as_str()).await?, true, &rules(&want.egress)).await
            }
            NetworkAclUpdate::Subnets => {
                let live = acl(aws, id.as_str()).await?;
                let have = Some(subnets::of_acl(&live));
                subnets::give(aws, id.as_str(), &added(&want.subnet_ids, &have).unwrap_or_default()).await?;
                subnets::give_back(aws, &live, &added(&have, &want.subnet_ids).unwrap_or_default()).await
            }
            NetworkAclUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let Some(live) = absent_is_none(acl(aws, id.as_str()).await)? else { return Ok(()) };
        subnets::give_back(aws, &live, &subnets::of_acl(&live)).await?;
        aws.gone(aws.write().ec2().delete_network_acl().network_acl_id(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut found = inline::validate("ingress", properties.get("ingress"));
        found.extend(inline::validate("egress", properties.get("egress")));
        found
    }
}

#[cfg(test)]
mod recorded;
