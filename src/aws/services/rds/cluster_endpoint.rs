//! `aws_rds_cluster_endpoint`

use aws_sdk_rds::operation::create_db_cluster_endpoint::builders::CreateDBClusterEndpointFluentBuilder;

use super::prelude::*;

updates! {
    pub enum ClusterEndpointUpdate {
        Modify => [ModifyDBClusterEndpoint],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ClusterEndpointUpdate)]
#[sdk(from = sdk::DbClusterEndpoint, create = CreateDBClusterEndpointFluentBuilder)]
pub struct ClusterEndpoint {
    /// The ARN.
    #[field(computed, sdk = db_cluster_endpoint_arn)]
    arn: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, required, forms = Case, length = 1..=63, sdk = db_cluster_endpoint_identifier)]
    cluster_endpoint_identifier: Option<String>,
    /// The cluster.
    #[field(immutable, required, forms = Case, sdk = db_cluster_identifier)]
    cluster_identifier: Option<String>,
    /// Which instances it leads to: readers, or all.
    #[field(update = Modify, required, one_of = ["READER", "ANY"], sent_as = endpoint_type)]
    custom_endpoint_type: Option<String>,
    /// The address.
    #[field(computed)]
    endpoint: Option<String>,
    /// The instances that it never leads to.
    #[field(update = Modify, set, filled, conflicts = ["static_members"])]
    excluded_members: Option<Vec<String>>,
    /// The endpoint's name.
    #[field(computed, sdk = db_cluster_endpoint_identifier)]
    id: Option<String>,
    /// The only instances that it leads to.
    #[field(update = Modify, set, filled, conflicts = ["excluded_members"])]
    static_members: Option<Vec<String>>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// AWS's word for the status.
    #[field(computed, sdk = status)]
    _status: Option<String>,
}

#[async_trait]
impl Group for ClusterEndpoint {
    fn name(&self) -> Option<&str> {
        self.cluster_endpoint_identifier.as_deref()
    }

    fn tags_all(&self) -> Option<&Tags> {
        self.tags.all.as_ref()
    }

    async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<Self>, CloudError> {
        let request = aws.read().rds().describe_db_cluster_endpoints();
        let request = request.set_max_records(name.is_none().then_some(100)).set_db_cluster_endpoint_identifier(name);
        let found = aws.pages(request, |page| page.db_cluster_endpoints).await?;
        Ok(found.into_iter().map(Self::from_sdk).collect::<Result<_, _>>()?)
    }

    async fn add_tags(&mut self, aws: &Aws) -> Result<(), CloudError> {
        if let Some(arn) = self.arn.as_deref() {
            self.tags.all = tagging::list(aws, arn).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for ClusterEndpoint {
    const TYPE: &'static str = "aws_rds_cluster_endpoint";
    const DOC: &'static str = "An address that leads to some instances of an Aurora cluster.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateDBClusterEndpoint];
    const DELETE_CALLS: Calls = calls![DeleteDBClusterEndpoint];
    const LAGS: &'static [LagReply] = lags::CLUSTER_ENDPOINT;
    const IMPORT_ID: &'static str = "CLUSTER_ENDPOINT_IDENTIFIER";
    const RELATIONS: Relations =
        Relations { identity: &["cluster_endpoint_identifier"], part_of: &["cluster_identifier"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
cluster_endpoint_identifier: orders-reports
cluster_identifier: ${orders.id}
custom_endpoint_type: READER
static_members: [\"${reports.id}\"]
";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 60;

    type Update = ClusterEndpointUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_groups(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_group::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(want.fill(aws.write().rds().create_db_cluster_endpoint())?).await?;
        Ok(lower_case_name(want.cluster_endpoint_identifier.as_deref()))
    }

    async fn update(aws: &Aws, call: ClusterEndpointUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            ClusterEndpointUpdate::Modify => {
                let request = aws.write().rds().modify_db_cluster_endpoint();
                let request = request.db_cluster_endpoint_identifier(id.as_str());
                // A list that is left out stays as it is; an empty one takes the members away.
                let request = request
                    .set_endpoint_type(want.custom_endpoint_type.clone())
                    .set_excluded_members(Some(want.excluded_members.clone().unwrap_or_default()))
                    .set_static_members(Some(want.static_members.clone().unwrap_or_default()));
                aws.done(request).await
            }
            ClusterEndpointUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().rds().delete_db_cluster_endpoint().db_cluster_endpoint_identifier(id.as_str())).await
    }

    /// The words are those of <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBClusterEndpoint.html>.
    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            // An endpoint that a secondary cluster cannot use is inactive, and stays so.
            None | Some("available" | "inactive") => Readiness::Ready,
            Some("deleting") => Readiness::Deleting,
            Some(word) => Readiness::Pending(word.into()),
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "cluster_endpoint_identifier")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, request, result, tag_list};

    fn endpoint(status: &str) -> Reply {
        result(&format!(
            "<DBClusterEndpoints><DBClusterEndpointList><DBClusterIdentifier>orders</DBClusterIdentifier>\
             <EndpointType>WRITER</EndpointType></DBClusterEndpointList><DBClusterEndpointList>\
             <DBClusterEndpointIdentifier>reports</DBClusterEndpointIdentifier>\
             <DBClusterEndpointArn>arn:aws:rds:eu-west-1:123456789012:cluster-endpoint:reports</DBClusterEndpointArn>\
             <DBClusterIdentifier>orders</DBClusterIdentifier><Status>{status}</Status>\
             <EndpointType>CUSTOM</EndpointType><CustomEndpointType>READER</CustomEndpointType>\
             <StaticMembers><member>orders-1</member></StaticMembers><ExcludedMembers/>\
             </DBClusterEndpointList></DBClusterEndpoints>"
        ))
    }

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_comes_and_its_members_go() {
        let script = Replay::default()
            .on("DescribeDBClusterEndpoints", endpoint("creating"))
            .on("ListTagsForResource", tag_list("01OURS"))
            .on("ModifyDBClusterEndpoint", result(""));
        let aws = script.aws();
        let live = ClusterEndpoint::read(&aws, &[request("reports", &["tags_all"])]).await.remove(0).unwrap().unwrap();
        assert_eq!(live.readiness(), Readiness::Pending("creating".into()));
        assert_eq!((live.static_members.clone(), &live.excluded_members), (Some(vec!["orders-1".into()]), &None));
        assert_eq!(live.custom_endpoint_type.as_deref(), Some("READER"));
        let want = ClusterEndpoint { static_members: None, custom_endpoint_type: Some("ANY".into()), ..live.clone() };
        let (id, operation) = ("reports".into(), operation());
        let change = Change { id: &id, want: &want, prior: &live, operation: &operation };
        ClusterEndpoint::update(&aws, ClusterEndpointUpdate::Modify, &change).await.unwrap();
        let sent = script.finish();
        assert_eq!(sent[2].parameter("EndpointType"), Some("ANY"));
        assert_eq!(sent[2].parameter("StaticMembers"), Some(""), "{}", sent[2].body);
    }
}
