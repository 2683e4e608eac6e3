//! `aws_vpc_peering_connection`

use aws_sdk_ec2::types::{PeeringConnectionOptionsRequest, VpcPeeringConnectionStateReasonCode as Code};

use super::prelude::*;

updates! {
    pub enum PeeringConnectionUpdate {
        Accept => [AcceptVpcPeeringConnection],
        Options => [ModifyVpcPeeringConnectionOptions],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = PeeringConnectionUpdate)]
#[sdk(from = sdk::VpcPeeringConnection)]
pub struct PeeringConnection {
    /// AWS's word for the status.
    #[field(computed, sdk = status.code, changed_by = ["Accept"])]
    accept_status: Option<String>,
    /// What the other VPC allows; once the connection is accepted.
    #[field(update = Options, after_create, aws_default, by_hand)]
    accepter: Option<Options>,
    /// Whether it is accepted at once, where the other VPC is in the same account and region.
    #[field(update = Accept, after_create, write_only, by_hand)]
    auto_accept: Option<bool>,
    /// The connection's id.
    #[field(computed, sdk = vpc_peering_connection_id)]
    id: Option<String>,
    /// The account of the other VPC; by default one's own.
    #[field(immutable, aws_default, by_hand)]
    peer_owner_id: Option<String>,
    /// The region of the other VPC; by default one's own.
    #[field(immutable, aws_default, by_hand)]
    peer_region: Option<String>,
    /// The other VPC.
    #[field(immutable, required, by_hand)]
    peer_vpc_id: Option<String>,
    /// What this VPC allows; once the connection is accepted.
    #[field(update = Options, after_create, aws_default, by_hand)]
    requester: Option<Options>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The VPC.
    #[field(immutable, required, by_hand)]
    vpc_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Options {
    /// Whether names of instances resolve to private addresses for the other side.
    #[field(default = false)]
    allow_remote_vpc_dns_resolution: Option<bool>,
}

fn options(side: &sdk::VpcPeeringConnectionVpcInfo) -> Option<Options> {
    let options = side.peering_options.as_ref()?;
    Some(Options { allow_remote_vpc_dns_resolution: options.allow_dns_resolution_from_remote_vpc })
}

fn request(options: &Option<Options>) -> Option<PeeringConnectionOptionsRequest> {
    let allow = options.as_ref()?.allow_remote_vpc_dns_resolution?;
    Some(PeeringConnectionOptionsRequest::builder().allow_dns_resolution_from_remote_vpc(allow).build())
}

#[async_trait]
impl Described for PeeringConnection {
    type Live = sdk::VpcPeeringConnection;
    const ID_FILTER: &'static str = "vpc-peering-connection-id";
    const TAG_KIND: ResourceType = ResourceType::VpcPeeringConnection;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<Self::Live>, CloudError> {
        let request = aws.read().ec2().describe_vpc_peering_connections().set_filters(Some(filters));
        let found = aws.pages(request, |page| page.vpc_peering_connections).await?;
        // What is over stays listed for hours.
        let code = |one: &Self::Live| one.status.as_ref().and_then(|status| status.code.clone());
        Ok(found.into_iter().filter(|one| !matches!(code(one), Some(Code::Deleted | Code::Rejected))).collect())
    }

    fn finish(mut self, live: &Self::Live) -> Self {
        if let Some(peer) = &live.accepter_vpc_info {
            self.accepter = options(peer);
            self.peer_owner_id = filled(peer.owner_id.clone());
            self.peer_region = filled(peer.region.clone());
            self.peer_vpc_id = peer.vpc_id.clone();
        }
        if let Some(own) = &live.requester_vpc_info {
            self.requester = options(own);
            self.vpc_id = own.vpc_id.clone();
        }
        self
    }
}

#[async_trait]
impl Resource for PeeringConnection {
    const TYPE: &'static str = "aws_vpc_peering_connection";
    const DOC: &'static str = "The way between two VPCs.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![CreateVpcPeeringConnection];
    const DELETE_CALLS: Calls = calls![DeleteVpcPeeringConnection];
    const LAGS: &'static [LagReply] = lags::PEERING_CONNECTION;
    const IMPORT_ID: &'static str = "VPC_PEERING_CONNECTION_ID";
    const RELATIONS: Relations = Relations { identity: &["vpc_id", "peer_vpc_id"], ..Relations::NONE };
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 10;
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
peer_vpc_id: ${other.id}
auto_accept: true
";

    type Update = PeeringConnectionUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws.write().ec2().create_vpc_peering_connection();
        let request = request
            .set_vpc_id(want.vpc_id.clone())
            .set_peer_vpc_id(want.peer_vpc_id.clone())
            .set_peer_owner_id(filled(want.peer_owner_id.clone()))
            .set_peer_region(filled(want.peer_region.clone()))
            .set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.vpc_peering_connection?.vpc_peering_connection_id).await
    }

    async fn update(aws: &Aws, call: PeeringConnectionUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            PeeringConnectionUpdate::Accept => {
                let waits = one::<Self>(aws, id).await?.accept_status.as_deref() == Some("pending-acceptance");
                // No call takes it back.
                if want.auto_accept != Some(true) || !waits {
                    return Ok(());
                }
                let request = aws.write().ec2().accept_vpc_peering_connection();
                aws.done(request.vpc_peering_connection_id(id.as_str())).await
            }
            PeeringConnectionUpdate::Options => {
                let call = aws.write().ec2().modify_vpc_peering_connection_options();
                let call = call.vpc_peering_connection_id(id.as_str());
                let call = call.set_accepter_peering_connection_options(request(&want.accepter));
                aws.done(call.set_requester_peering_connection_options(request(&want.requester))).await
            }
            PeeringConnectionUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().ec2().delete_vpc_peering_connection();
        aws.gone(request.vpc_peering_connection_id(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self.accept_status.as_deref() {
            Some(pending @ ("initiating-request" | "provisioning")) => Readiness::Pending(pending.into()),
            Some(failed @ ("failed" | "expired")) => Readiness::Failed(failed.into()),
            Some("deleting") => Readiness::Deleting,
            // Somebody else accepts it.
            _ => Readiness::Ready,
        }
    }
}
