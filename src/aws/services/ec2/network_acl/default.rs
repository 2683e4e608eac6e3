//! `aws_default_network_acl`

use super::super::network_acl_entry::{acl, load};
use super::super::prelude::*;
use super::super::tagging;
use super::{inline, subnets};
use crate::kind::diff::added;

updates! {
    pub enum DefaultNetworkAclUpdate {
        Ingress => [CreateNetworkAclEntry, ReplaceNetworkAclEntry, DeleteNetworkAclEntry],
        Egress => [CreateNetworkAclEntry, ReplaceNetworkAclEntry, DeleteNetworkAclEntry],
        Subnets => [ReplaceNetworkAclAssociation],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = DefaultNetworkAclUpdate)]
#[sdk(from = sdk::NetworkAcl)]
pub struct DefaultNetworkAcl {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The default network ACL of the VPC.
    #[field(immutable, required, sdk = network_acl_id)]
    default_network_acl_id: Option<String>,
    /// All rules for outgoing traffic; without any nothing goes out.
    #[field(update = Egress, set, by_hand)]
    egress: Option<Vec<inline::Rule>>,
    /// The ACL's id.
    #[field(computed, sdk = network_acl_id)]
    id: Option<String>,
    /// All rules for incoming traffic; without any nothing comes in.
    #[field(update = Ingress, set, by_hand)]
    ingress: Option<Vec<inline::Rule>>,
    /// The account that owns the ACL.
    #[field(computed)]
    owner_id: Option<String>,
    /// The subnets that have the ACL: those that are given to no other. One that is not written leaves it by being given to
    /// another.
    #[field(update = Subnets, aws_default, set, by_hand)]
    subnet_ids: Option<Vec<String>>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The VPC.
    #[field(computed)]
    vpc_id: Option<String>,
}

#[async_trait]
impl Described for DefaultNetworkAcl {
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
        super::describe(aws, filters).await
    }

    /// Without other ACLs, which are of another type.
    async fn by_ids(aws: &Aws, ids: &[String]) -> Result<Vec<sdk::NetworkAcl>, CloudError> {
        let acls = load(aws, ids.to_vec()).await?;
        let found = ids.iter().filter_map(|id| acls.get(id)).filter(|acl| acl.is_default == Some(true));
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

/// Gives the ACL what is wanted and not there. A subnet cannot be without an ACL, so that none is taken away.
async fn give_subnets(aws: &Aws, live: &sdk::NetworkAcl, want: &DefaultNetworkAcl) -> Result<(), CloudError> {
    let new = added(&want.subnet_ids, &Some(subnets::of_acl(live))).unwrap_or_default();
    subnets::give(aws, live.network_acl_id.as_deref().unwrap_or_default(), &new).await
}

#[async_trait]
impl Resource for DefaultNetworkAcl {
    const TYPE: &'static str = "aws_default_network_acl";
    const DOC: &'static str = "The network ACL that AWS makes with a VPC, taken over. It goes with the VPC only.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![
        CreateNetworkAclEntry,
        ReplaceNetworkAclEntry,
        DeleteNetworkAclEntry,
        ReplaceNetworkAclAssociation,
        CreateTags,
        DeleteTags
    ];
    const DELETE_CALLS: Calls = calls![DeleteTags];
    const LAGS: &'static [LagReply] = lags::DEFAULT_NETWORK_ACL;
    const IMPORT_ID: &'static str = "NETWORK_ACL_ID";
    const RELATIONS: Relations = Relations {
        identity: &["default_network_acl_id"],
        inline: &[super::inline_rules("ingress", "false"), super::inline_rules("egress", "true")],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
default_network_acl_id: ${vpc.default_network_acl_id}
ingress:
  - {rule_no: 100, action: allow, protocol: \"-1\", from_port: 0, to_port: 0, cidr_block: 10.0.0.0/8}
egress:
  - {rule_no: 100, action: allow, protocol: \"-1\", from_port: 0, to_port: 0, cidr_block: 0.0.0.0/0}
";

    type Update = DefaultNetworkAclUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // The tags are what is put on it last.
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = PhysicalId::from(want.default_network_acl_id.clone().unwrap_or_default());
        let live = acl(aws, id.as_str()).await?;
        if live.is_default != Some(true) {
            let message = format!("{id} is no default network ACL: write an aws_network_acl, and import it");
            return Err(CloudError::new(ErrorKind::Rejected, message));
        }
        let found = of_live::<Self>(&live)?;
        inline::update(aws, &live, false, want.ingress.as_deref().unwrap_or_default()).await?;
        inline::update(aws, &live, true, want.egress.as_deref().unwrap_or_default()).await?;
        give_subnets(aws, &live, want).await?;
        tagging::take_over(aws, &id, found.tags.all.as_ref(), want.tags.all.as_ref()).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: DefaultNetworkAclUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            DefaultNetworkAclUpdate::Ingress => {
                let live = acl(aws, id.as_str()).await?;
                inline::update(aws, &live, false, want.ingress.as_deref().unwrap_or_default()).await
            }
            DefaultNetworkAclUpdate::Egress => {
                let live = acl(aws, id.as_str()).await?;
                inline::update(aws, &live, true, want.egress.as_deref().unwrap_or_default()).await
            }
            DefaultNetworkAclUpdate::Subnets => give_subnets(aws, &acl(aws, id.as_str()).await?, want).await,
            DefaultNetworkAclUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        // It stays as it is, without the tags that were put on it.
        tagging::let_go(aws, id, prior.tags.all.as_ref()).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut found = inline::validate("ingress", properties.get("ingress"));
        found.extend(inline::validate("egress", properties.get("egress")));
        found
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("default_network_acl_id")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, response};
    use crate::kind::tags::Tags;

    fn described(id: &str, default: bool, more: &str) -> Reply {
        let rule = |egress: bool| {
            format!(
                "<item><ruleNumber>100</ruleNumber><protocol>-1</protocol><ruleAction>allow</ruleAction>\
                 <egress>{egress}</egress><cidrBlock>0.0.0.0/0</cidrBlock></item>"
            )
        };
        response(&format!(
            "<networkAclSet><item><networkAclId>{id}</networkAclId><vpcId>vpc-1</vpcId><ownerId>123456789012</ownerId>\
             <default>{default}</default><entrySet>{}{}</entrySet>{more}</item></networkAclSet>",
            rule(true),
            rule(false),
        ))
    }

    fn tags(op: &str) -> String {
        format!(
            "<tagSet><item><key>wildfire:op</key><value>{op}</value></item>\
             <item><key>old</key><value>1</value></item></tagSet>"
        )
    }

    fn want() -> DefaultNetworkAcl {
        let rule = json!({
            "rule_no": 100, "action": "allow", "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_block": "0.0.0.0/0",
        });
        let want = json!({"default_network_acl_id": "acl-1", "egress": [rule]});
        let mut want: DefaultNetworkAcl = serde_json::from_value(want).unwrap();
        want.tags.all = Some(Tags::from([("wildfire:op".to_string(), "01OURS".to_string())]));
        want
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_written_goes_as_the_acl_is_taken_over_and_the_tags_come_last() {
        let script = Replay::default()
            .on("DescribeNetworkAcls", described("acl-1", true, &tags("01OLD")))
            .on("DeleteNetworkAclEntry", response("<return>true</return>"))
            .on("DeleteTags", response("<return>true</return>"))
            .on("CreateTags", response("<return>true</return>"));
        let id = DefaultNetworkAcl::create(&script.aws(), &want(), &operation()).await.unwrap();
        assert_eq!(id.as_str(), "acl-1");
        let sent = script.finish();
        let calls: Vec<&str> = sent.iter().map(|sent| sent.what.as_str()).collect();
        assert_eq!(calls, ["DescribeNetworkAcls", "DeleteNetworkAclEntry", "DeleteTags", "CreateTags"]);
        assert_eq!(sent[1].parameter("Egress"), Some("false"));
        assert_eq!(sent[2].parameter("Tag.1.Key"), Some("old"));
        assert_eq!(sent[3].parameter("Tag.1.Value"), Some("01OURS"));
    }

    #[tokio::test(start_paused = true)]
    async fn no_other_acl_is_taken_over_or_read() {
        let script = Replay::default()
            .on("DescribeNetworkAcls", described("acl-1", false, ""))
            .on("DescribeNetworkAcls", described("acl-1", false, ""))
            .on("DescribeNetworkAcls", described("acl-1", true, ""));
        let aws = script.aws();
        let error = DefaultNetworkAcl::create(&aws, &want(), &operation()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Rejected);
        let read = DefaultNetworkAcl::read(&aws, &[request("acl-1", &[])]).await;
        assert!(matches!(read[..], [Ok(None)]));
        let read = DefaultNetworkAcl::read(&aws, &[request("acl-1", &[])]).await;
        let live = read[0].as_ref().unwrap().as_ref().unwrap();
        assert_eq!((live.default_network_acl_id.as_deref(), live.vpc_id.as_deref()), (Some("acl-1"), Some("vpc-1")));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn a_subnet_comes_to_it_and_none_is_taken_from_it() {
        let of = |acl: &str, subnet: &str| {
            format!(
                "<associationSet><item><networkAclAssociationId>of-{subnet}</networkAclAssociationId>\
                 <networkAclId>{acl}</networkAclId><subnetId>{subnet}</subnetId></item></associationSet>"
            )
        };
        let script = Replay::default()
            .on("DescribeNetworkAcls", described("acl-1", true, &of("acl-1", "subnet-1")))
            .on("DescribeNetworkAcls", described("acl-2", false, &of("acl-2", "subnet-2")))
            .on("ReplaceNetworkAclAssociation", response("<newAssociationId>new</newAssociationId>"));
        let aws = script.aws();
        let want = DefaultNetworkAcl { subnet_ids: Some(vec!["subnet-2".into()]), ..want() };
        let (id, prior, operation) = ("acl-1".into(), DefaultNetworkAcl::default(), operation());
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        DefaultNetworkAcl::update(&aws, DefaultNetworkAclUpdate::Subnets, &change).await.unwrap();
        let sent = script.finish();
        assert_eq!(sent[2].parameter("AssociationId"), Some("of-subnet-2"));
        assert_eq!(sent[2].parameter("NetworkAclId"), Some("acl-1"));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_ours_once_it_has_our_tag() {
        let script = Replay::default()
            .on("DescribeNetworkAcls", described("acl-1", true, &tags("01OTHER")))
            .on("DescribeNetworkAcls", described("acl-1", true, &tags("01OURS")));
        let aws = script.aws();
        let recover = recover(json!({"default_network_acl_id": "acl-1"}));
        assert_eq!(DefaultNetworkAcl::find(&aws, &recover, &want()).await, Ok(None));
        assert_eq!(DefaultNetworkAcl::find(&aws, &recover, &want()).await, Ok(Some("acl-1".into())));
        script.finish();
    }
}
