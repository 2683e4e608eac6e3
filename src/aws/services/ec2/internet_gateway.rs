//! `aws_internet_gateway`

use aws_sdk_ec2::types::AttachmentStatus;

use super::gateway::{Gateway, detach, move_to};
use super::prelude::*;

updates! {
    pub enum InternetGatewayUpdate {
        Attachment => [AttachInternetGateway, DetachInternetGateway],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = InternetGatewayUpdate)]
#[sdk(from = sdk::InternetGateway)]
pub struct InternetGateway {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The gateway's id.
    #[field(computed, sdk = internet_gateway_id)]
    id: Option<String>,
    /// The account that owns the gateway.
    #[field(computed)]
    owner_id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The VPC that it is attached to.
    #[field(update = Attachment, after_create, aws_default, by_hand)]
    vpc_id: Option<String>,
}

#[async_trait]
impl Described for InternetGateway {
    type Live = sdk::InternetGateway;
    const ID_FILTER: &'static str = "internet-gateway-id";
    const TAG_KIND: ResourceType = ResourceType::InternetGateway;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::InternetGateway>, CloudError> {
        let request = aws.read().ec2().describe_internet_gateways().set_filters(Some(filters)).max_results(1000);
        aws.pages(request, |page| page.internet_gateways).await
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn owner(&self) -> Option<&str> {
        self.owner_id.as_deref()
    }

    fn finish(mut self, live: &sdk::InternetGateway) -> Self {
        let gone = |state: &AttachmentStatus| matches!(state, AttachmentStatus::Detached | AttachmentStatus::Detaching);
        let attachment = live.attachments().iter().find(|attachment| !attachment.state.as_ref().is_some_and(gone));
        self.vpc_id = attachment.and_then(|attachment| attachment.vpc_id.clone());
        self
    }
}

#[async_trait]
impl Gateway for InternetGateway {
    const DETACHES_AT_ONCE: bool = true;

    fn vpc(&self) -> Option<&str> {
        self.vpc_id.as_deref()
    }

    async fn attach(aws: &Aws, id: &PhysicalId, vpc: &str) -> Result<(), CloudError> {
        aws.done(aws.write().ec2().attach_internet_gateway().internet_gateway_id(id.as_str()).vpc_id(vpc)).await
    }

    async fn detach(aws: &Aws, id: &PhysicalId, vpc: &str) -> Result<(), CloudError> {
        let request = aws.write().ec2().detach_internet_gateway().internet_gateway_id(id.as_str()).vpc_id(vpc);
        match aws.gone(request).await {
            Err(error) if error.code.as_deref() == Some("Gateway.NotAttached") => Ok(()),
            result => result,
        }
    }
}

#[async_trait]
impl Resource for InternetGateway {
    const TYPE: &'static str = "aws_internet_gateway";
    const DOC: &'static str = "The way between a VPC and the internet.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![CreateInternetGateway];
    const DELETE_CALLS: Calls = calls![DetachInternetGateway, DeleteInternetGateway];
    const LAGS: &'static [LagReply] = lags::INTERNET_GATEWAY;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "INTERNET_GATEWAY_ID";
    const RELATIONS: Relations = Relations { identity: &["vpc_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
tags: {Name: main}
";

    type Update = InternetGatewayUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws.write().ec2().create_internet_gateway().set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.internet_gateway?.internet_gateway_id).await
    }

    async fn update(aws: &Aws, call: InternetGatewayUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            InternetGatewayUpdate::Attachment => move_to::<Self>(aws, change.id, change.want.vpc_id.as_deref()).await,
            InternetGatewayUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        if !detach::<Self>(aws, id).await? {
            return Ok(());
        }
        aws.gone(aws.write().ec2().delete_internet_gateway().internet_gateway_id(id.as_str())).await
    }
}
