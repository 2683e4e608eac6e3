//! `aws_default_security_group`

use super::super::prelude::*;
use super::super::tagging::{self, filter};
use super::inline;

updates! {
    pub enum DefaultSecurityGroupUpdate {
        Ingress => [RevokeSecurityGroupIngress, AuthorizeSecurityGroupIngress],
        Egress => [RevokeSecurityGroupEgress, AuthorizeSecurityGroupEgress],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = DefaultSecurityGroupUpdate)]
#[sdk(from = sdk::SecurityGroup)]
pub struct DefaultSecurityGroup {
    /// The ARN.
    #[field(computed, sdk = security_group_arn, filled)]
    arn: Option<String>,
    /// AWS's words for it.
    #[field(computed)]
    description: Option<String>,
    /// All rules for outgoing traffic; none where none is written as the group is taken over.
    #[field(update = Egress, after_create, aws_default, set, by_hand)]
    egress: Option<Vec<inline::Rule>>,
    /// The group's id.
    #[field(computed, sdk = group_id)]
    id: Option<String>,
    /// All rules for incoming traffic; none where none is written as the group is taken over.
    #[field(update = Ingress, after_create, aws_default, set, by_hand)]
    ingress: Option<Vec<inline::Rule>>,
    /// `default`
    #[field(computed, sdk = group_name)]
    name: Option<String>,
    /// The account that owns the group.
    #[field(computed)]
    owner_id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The VPC; without one, the account's default VPC.
    #[field(immutable, aws_default)]
    vpc_id: Option<String>,
}

#[async_trait]
impl Described for DefaultSecurityGroup {
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
        let found = aws.pages(request, |page| page.security_groups).await?;
        Ok(found.into_iter().filter(|group| group.group_name.as_deref() == Some("default")).collect())
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

/// The default group of the VPC, or of the default VPC.
async fn of_vpc(aws: &Aws, vpc: Option<&str>) -> Result<Option<sdk::SecurityGroup>, CloudError> {
    let vpc = match vpc {
        Some(vpc) => vpc.to_string(),
        None => {
            let ask = aws.read().ec2().describe_vpcs().filters(filter("is-default", ["true".to_string()]));
            let found = aws.pages(ask, |page| page.vpcs).await?;
            let default = found.into_iter().find(|vpc| vpc.is_default == Some(true));
            match default.and_then(|vpc| vpc.vpc_id) {
                Some(vpc) => vpc,
                None => return Ok(None),
            }
        }
    };
    let found = DefaultSecurityGroup::describe(aws, vec![filter("vpc-id", [vpc.clone()])]).await?;
    Ok(found.into_iter().find(|group| group.vpc_id.as_deref() == Some(vpc.as_str())))
}

async fn live(aws: &Aws, id: &PhysicalId) -> Result<sdk::SecurityGroup, CloudError> {
    let found = DefaultSecurityGroup::by_ids(aws, &[id.to_string()]).await?;
    let one = found.into_iter().find(|group| group.group_id.as_deref() == Some(id.as_str()));
    one.ok_or_else(|| CloudError::new(ErrorKind::NotFound, format!("{id} does not exist, or is no default group")))
}

#[async_trait]
impl Resource for DefaultSecurityGroup {
    const TYPE: &'static str = "aws_default_security_group";
    const DOC: &'static str = "The security group that AWS makes with a VPC, taken over. It goes with the VPC only.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![RevokeSecurityGroupIngress, RevokeSecurityGroupEgress, CreateTags];
    const DELETE_CALLS: Calls = calls![DeleteTags];
    const LAGS: &'static [LagReply] = super::super::lags::DEFAULT_SECURITY_GROUP;
    const IMPORT_ID: &'static str = "SECURITY_GROUP_ID";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations { identity: &["vpc_id"], part_of: &["vpc_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
";
    const TERRAFORM_DEFAULTS: &'static [(&'static str, Literal)] = &[("revoke_rules_on_delete", Literal::Bool(false))];
    const UNSUPPORTED: Refused = &[
        ("name_prefix", "the group has the name default"),
        ("revoke_rules_on_delete", "AWS does not let anybody delete the group"),
    ];

    type Update = DefaultSecurityGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // The tags are what is put on it last.
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let missing = || CloudError::new(ErrorKind::NotFound, "the VPC has no default security group".to_string());
        let found = of_vpc(aws, want.vpc_id.as_deref()).await?.ok_or_else(missing)?;
        let id = PhysicalId::from(found.group_id.clone().unwrap_or_default());
        inline::revoke(aws, id.as_str(), false, found.ip_permissions().to_vec()).await?;
        inline::revoke(aws, id.as_str(), true, found.ip_permissions_egress().to_vec()).await?;
        let tags = want.tags.all.clone().unwrap_or_default();
        if !tags.is_empty() {
            let tags = tags.iter().map(|(key, value)| sdk::Tag::builder().key(key).value(value).build()).collect();
            let request = aws.write().ec2().create_tags().resources(id.as_str()).set_tags(Some(tags));
            aws.done(request).await?;
        }
        Ok(id)
    }

    async fn update(aws: &Aws, call: DefaultSecurityGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, operation, .. } = change;
        let rules = |rules: &Option<Vec<inline::Rule>>| rules.clone().unwrap_or_default();
        match call {
            DefaultSecurityGroupUpdate::Ingress => {
                inline::update(aws, &live(aws, id).await?, false, &rules(&want.ingress), operation).await
            }
            DefaultSecurityGroupUpdate::Egress => {
                inline::update(aws, &live(aws, id).await?, true, &rules(&want.egress), operation).await
            }
            DefaultSecurityGroupUpdate::Tags => retag(aws, change).await,
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
}
