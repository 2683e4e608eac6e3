//! `aws_internet_gateway`

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, AttachmentStatus, ResourceType};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, Operation, PhysicalId, ReadRequest, Recover, Relations,
};

use super::arn::arn;
use super::describe::{by_filter, ids, pages};
use super::gateway::{Gateway, let_go, move_to};
use super::tagging::{self, filter};
use crate::Aws;
use crate::connection::call::{gone_is_fine, missing};
use crate::kind::ownership::Candidate;
use crate::kind::resource::{Change, Read, Resource, all_failed};
use crate::kind::tags::Tags;
use crate::services::ec2::lags;
use crate::updates;

updates! {
    pub enum InternetGatewayUpdate {
        Attachment => ["ec2:AttachInternetGateway", "ec2:DetachInternetGateway"],
        Tags => ["ec2:CreateTags", "ec2:DeleteTags"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = InternetGatewayUpdate)]
pub struct InternetGateway {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The gateway's id.
    #[field(computed)]
    id: Option<String>,
    /// The account that owns the gateway.
    #[field(computed)]
    owner_id: Option<String>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// The VPC that it is attached to.
    #[field(update = Attachment, after_create, aws_default)]
    vpc_id: Option<String>,
}

impl From<sdk::InternetGateway> for InternetGateway {
    fn from(gateway: sdk::InternetGateway) -> Self {
        let vpc_id = gateway
            .attachments()
            .iter()
            .find(|attachment| {
                !matches!(attachment.state, Some(AttachmentStatus::Detached | AttachmentStatus::Detaching))
            })
            .and_then(|attachment| attachment.vpc_id.clone());
        Self {
            arn: None,
            id: gateway.internet_gateway_id,
            owner_id: gateway.owner_id,
            tags: None,
            tags_all: tagging::from_sdk(gateway.tags),
            vpc_id,
        }
    }
}

async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<InternetGateway>, CloudError> {
    let request = aws.read().ec2().describe_internet_gateways().set_filters(Some(filters)).max_results(1000);
    let found = pages(|token| {
        let request = request.clone().set_next_token(token);
        async move {
            let page = aws.call("ec2:DescribeInternetGateways", request.send()).await?;
            Ok((page.internet_gateways, page.next_token))
        }
    })
    .await?;
    let mut gateways: Vec<InternetGateway> = found.into_iter().map(InternetGateway::from).collect();
    for gateway in &mut gateways {
        if let Some(id) = gateway.id.as_deref() {
            gateway.arn = Some(arn(aws, gateway.owner_id.as_deref(), "internet-gateway", id).await?);
        }
    }
    Ok(gateways)
}

#[async_trait]
impl Gateway for InternetGateway {
    const DETACHES_AT_ONCE: bool = true;

    async fn one(aws: &Aws, id: &PhysicalId) -> Result<Option<Self>, CloudError> {
        let found = describe(aws, vec![filter("internet-gateway-id", [id.to_string()])]).await?;
        Ok(found.into_iter().find(|gateway| gateway.id.as_deref() == Some(id.as_str())))
    }

    fn vpc(&self) -> Option<&str> {
        self.vpc_id.as_deref()
    }

    async fn attach(aws: &Aws, id: &PhysicalId, vpc: &str) -> Result<(), CloudError> {
        let request = aws.write().ec2().attach_internet_gateway().internet_gateway_id(id.as_str()).vpc_id(vpc);
        aws.call("ec2:AttachInternetGateway", request.send()).await.map(|_| ())
    }

    async fn detach(aws: &Aws, id: &PhysicalId, vpc: &str) -> Result<(), CloudError> {
        let request = aws.write().ec2().detach_internet_gateway().internet_gateway_id(id.as_str()).vpc_id(vpc);
        match aws.call("ec2:DetachInternetGateway", request.send()).await {
            Err(error) if error.code.as_deref() == Some("Gateway.NotAttached") => Ok(()),
            result => gone_is_fine(result),
        }
    }
}

#[async_trait]
impl Resource for InternetGateway {
    const TYPE: &'static str = "aws_internet_gateway";
    const DOC: &'static str = "The way between a VPC and the internet.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: &'static [&'static str] = &["ec2:CreateInternetGateway"];
    const DELETE_CALLS: &'static [&'static str] = &["ec2:DetachInternetGateway", "ec2:DeleteInternetGateway"];
    const LAGS: &'static [LagReply] = lags::INTERNET_GATEWAY;
    const IMPORT_ID: &'static str = "INTERNET_GATEWAY_ID";
    const RELATIONS: Relations = Relations { identity: &["vpc_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
tags: {Name: main}
";

    type Update = InternetGatewayUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        match by_filter("internet-gateway-id", &ids(wanted), |filters| describe(aws, filters)).await {
            Ok(found) => tagging::in_order(wanted, found, |gateway| gateway.id.as_deref()),
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let candidate = |gateway: Self| Candidate::new(gateway.id, gateway.tags_all);
        tagging::find(recover, |filters| describe(aws, filters), candidate).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        const CALL: &str = "ec2:CreateInternetGateway";
        let tags = tagging::specification(ResourceType::InternetGateway, want.tags_all.as_ref());
        let request = aws.write().ec2().create_internet_gateway().set_tag_specifications(tags);
        let reply = aws.call(CALL, request.send()).await?;
        let id = reply.internet_gateway.and_then(|gateway| gateway.internet_gateway_id);
        Ok(id.ok_or_else(|| missing(CALL, "InternetGatewayId"))?.into())
    }

    async fn update(aws: &Aws, call: InternetGatewayUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            InternetGatewayUpdate::Attachment => move_to::<Self>(aws, id, want.vpc_id.as_deref()).await,
            InternetGatewayUpdate::Tags => {
                tagging::update(aws, id, prior.tags_all.as_ref(), want.tags_all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        if !let_go::<Self>(aws, id).await? {
            return Ok(());
        }
        let request = aws.write().ec2().delete_internet_gateway().internet_gateway_id(id.as_str());
        gone_is_fine(aws.call("ec2:DeleteInternetGateway", request.send()).await)
    }
}
