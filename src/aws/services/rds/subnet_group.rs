//! `aws_db_subnet_group`

use aws_sdk_rds::operation::create_db_subnet_group::builders::CreateDBSubnetGroupFluentBuilder;
use aws_sdk_rds::operation::modify_db_subnet_group::builders::ModifyDBSubnetGroupFluentBuilder;

use super::prelude::*;

updates! {
    pub enum SubnetGroupUpdate {
        Modify => [ModifyDBSubnetGroup],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = SubnetGroupUpdate)]
#[sdk(from = sdk::DbSubnetGroup, create = CreateDBSubnetGroupFluentBuilder, update(Modify) = ModifyDBSubnetGroupFluentBuilder)]
pub struct SubnetGroup {
    /// The ARN.
    #[field(computed, sdk = db_subnet_group_arn)]
    arn: Option<String>,
    /// What the group is for.
    #[field(update = Modify, aws_default, sdk = db_subnet_group_description)]
    description: Option<String>,
    /// The group's name.
    #[field(computed, sdk = db_subnet_group_name)]
    id: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, generated, forms = Case, sdk = db_subnet_group_name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=229, forms = Case)]
    name_prefix: Option<String>,
    /// The subnets, in two zones at least.
    #[field(update = Modify, required, set, read_by_hand)]
    subnet_ids: Option<Vec<String>>,
    /// Whether the subnets have IPv4, or IPv6 too.
    #[field(computed, set, changed_by = ["Modify"])]
    supported_network_types: Option<Vec<String>>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// The VPC of the subnets.
    #[field(computed)]
    vpc_id: Option<String>,
}

fn group(mut live: sdk::DbSubnetGroup) -> Result<SubnetGroup, CloudError> {
    let subnets = live.subnets.take().unwrap_or_default();
    let subnet_ids = Some(subnets.into_iter().filter_map(|subnet| subnet.subnet_identifier).collect());
    Ok(SubnetGroup { subnet_ids, ..SubnetGroup::from_sdk(live)? })
}

#[async_trait]
impl Group for SubnetGroup {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn tags_all(&self) -> Option<&Tags> {
        self.tags.all.as_ref()
    }

    async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<Self>, CloudError> {
        let request = aws.read().rds().describe_db_subnet_groups();
        let request = request.set_max_records(name.is_none().then_some(100)).set_db_subnet_group_name(name);
        let found = aws.pages(request, |page| page.db_subnet_groups).await?;
        found.into_iter().map(group).collect()
    }

    async fn add_tags(&mut self, aws: &Aws) -> Result<(), CloudError> {
        if let Some(arn) = self.arn.as_deref() {
            self.tags.all = tagging::list(aws, arn).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for SubnetGroup {
    const TYPE: &'static str = "aws_db_subnet_group";
    const DOC: &'static str = "The subnets that databases may be in.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateDBSubnetGroup];
    const DELETE_CALLS: Calls = calls![DeleteDBSubnetGroup];
    const LAGS: &'static [LagReply] = lags::SUBNET_GROUP;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations {
        identity: &["name"],
        held_by: &[("aws_rds_cluster", "db_subnet_group_name"), ("aws_rds_cluster_instance", "db_subnet_group_name")],
        ..Relations::NONE
    };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: databases
subnet_ids: ${values(private).map(subnet, subnet.id)}
";

    type Update = SubnetGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_groups(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_group::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().rds().create_db_subnet_group())?;
        // The API wants some text.
        let text = want.description.as_deref().unwrap_or("Managed by wildfire");
        aws.done(request.db_subnet_group_description(text)).await?;
        Ok(lower_case_name(want.name.as_deref()))
    }

    async fn update(aws: &Aws, call: SubnetGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            SubnetGroupUpdate::Modify => {
                let request = aws.write().rds().modify_db_subnet_group().db_subnet_group_name(id.as_str());
                aws.done(want.fill(request)?).await
            }
            SubnetGroupUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().rds().delete_db_subnet_group().db_subnet_group_name(id.as_str());
        aws.gone(request).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "name")
    }
}
