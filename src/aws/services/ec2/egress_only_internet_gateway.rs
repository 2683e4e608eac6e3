//! `aws_egress_only_internet_gateway`

use aws_sdk_ec2::types::AttachmentStatus;

use super::describe::by_id;
use super::prelude::*;

updates! {
    pub enum EgressOnlyInternetGatewayUpdate {
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = EgressOnlyInternetGatewayUpdate)]
#[sdk(from = sdk::EgressOnlyInternetGateway)]
pub struct EgressOnlyInternetGateway {
    /// The gateway's id.
    #[field(computed, sdk = egress_only_internet_gateway_id)]
    id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The VPC.
    #[field(immutable, required, by_hand)]
    vpc_id: Option<String>,
}

#[async_trait]
impl Described for EgressOnlyInternetGateway {
    type Live = sdk::EgressOnlyInternetGateway;
    /// There is no such filter: see `by_ids`.
    const ID_FILTER: &'static str = "";
    const TAG_KIND: ResourceType = ResourceType::EgressOnlyInternetGateway;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<Self::Live>, CloudError> {
        let request = aws.read().ec2().describe_egress_only_internet_gateways().set_filters(Some(filters));
        aws.pages(request, |page| page.egress_only_internet_gateways).await
    }

    async fn by_ids(aws: &Aws, ids: &[String]) -> Result<Vec<Self::Live>, CloudError> {
        let describe = |ids| async move {
            let request = aws.read().ec2().describe_egress_only_internet_gateways();
            let request = request.set_egress_only_internet_gateway_ids(Some(ids));
            aws.pages(request, |page| page.egress_only_internet_gateways).await
        };
        by_id(ids, describe).await
    }

    fn finish(mut self, live: &Self::Live) -> Self {
        let gone = |state: &AttachmentStatus| matches!(state, AttachmentStatus::Detached | AttachmentStatus::Detaching);
        let attachment = live.attachments().iter().find(|attachment| !attachment.state.as_ref().is_some_and(gone));
        self.vpc_id = attachment.and_then(|attachment| attachment.vpc_id.clone());
        self
    }
}

#[async_trait]
impl Resource for EgressOnlyInternetGateway {
    const TYPE: &'static str = "aws_egress_only_internet_gateway";
    const DOC: &'static str = "The way out of a VPC to the internet over IPv6, and no way in.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateEgressOnlyInternetGateway];
    const DELETE_CALLS: Calls = calls![DeleteEgressOnlyInternetGateway];
    const LAGS: &'static [LagReply] = lags::EGRESS_ONLY_INTERNET_GATEWAY;
    const IMPORT_ID: &'static str = "EGRESS_ONLY_INTERNET_GATEWAY_ID";
    const RELATIONS: Relations = Relations { identity: &["vpc_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
";

    type Update = EgressOnlyInternetGatewayUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws.write().ec2().create_egress_only_internet_gateway().set_vpc_id(want.vpc_id.clone());
        let request = request.client_token(operation.id.as_str()).set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.egress_only_internet_gateway?.egress_only_internet_gateway_id).await
    }

    async fn update(
        aws: &Aws,
        call: EgressOnlyInternetGatewayUpdate,
        change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {
            EgressOnlyInternetGatewayUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().ec2().delete_egress_only_internet_gateway();
        aws.gone(request.egress_only_internet_gateway_id(id.as_str())).await
    }
}
