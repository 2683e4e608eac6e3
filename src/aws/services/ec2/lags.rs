//! What EC2 answers while something lags, by type.
//!
//! Where a row names no report: the codes are those of <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>,
//! and that new ids may be unknown for a while is in <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>.

use wildfire_engine::model::LagReply;

const CODES: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html";
const EVENTUAL: &str = "https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html";

const fn new(calls: &'static [&'static str], code: &'static str, what: &'static str) -> LagReply {
    LagReply::unseen(calls, code, &[], what, EVENTUAL)
}

const fn held(calls: &'static [&'static str], code: &'static str, what: &'static str) -> LagReply {
    LagReply::in_use(calls, code, &[], what, CODES)
}

pub(super) const VPC: &[LagReply] = &[
    new(&["ec2:ModifyVpcAttribute", "ec2:AssociateVpcCidrBlock"], "InvalidVpcID.NotFound", "the VPC"),
    held(&["ec2:DisassociateVpcCidrBlock"], "InvalidCidrBlock.InUse", "a subnet with a part of the range"),
    held(&["ec2:DeleteVpc"], "DependencyViolation", "a gateway, a subnet, an endpoint or a security group of the VPC"),
];

pub(super) const SUBNET: &[LagReply] = &[
    new(&["ec2:CreateSubnet"], "InvalidVpcID.NotFound", "the VPC"),
    new(&["ec2:ModifySubnetAttribute", "ec2:AssociateSubnetCidrBlock"], "InvalidSubnetID.NotFound", "the subnet"),
    held(&["ec2:DeleteSubnet"], "DependencyViolation", "a network interface in the subnet"),
];

pub(super) const INTERNET_GATEWAY: &[LagReply] = &[
    new(&["ec2:AttachInternetGateway"], "InvalidInternetGatewayID.NotFound", "the gateway"),
    new(&["ec2:AttachInternetGateway"], "InvalidVpcID.NotFound", "the VPC"),
    held(&["ec2:DetachInternetGateway"], "DependencyViolation", "a public address in the VPC"),
    held(&["ec2:DeleteInternetGateway"], "DependencyViolation", "its attachment to the VPC"),
];

const NAT_ADDRESS: &str = "https://github.com/kubernetes/kops/issues/1604";
const NOT_OURS: &[&str] = &["permission to access the specified resource"];

pub(super) const EIP: &[LagReply] = &[
    new(&["ec2:AssociateAddress"], "InvalidAllocationID.NotFound", "the address"),
    // An instance that starts: "The pending instance '…' is not in a valid state for this operation".
    LagReply::unseen(&["ec2:AssociateAddress"], "InvalidInstanceID", &["pending instance"], "the instance", CODES),
    LagReply::unseen(
        &["ec2:AssociateAddress"],
        "Gateway.NotAttached",
        &[],
        "the internet gateway's attachment to the VPC",
        CODES,
    ),
    LagReply::in_use(
        &["ec2:DisassociateAddress", "ec2:ReleaseAddress"],
        "AuthFailure",
        NOT_OURS,
        "the NAT gateway or load balancer that had the address",
        NAT_ADDRESS,
    ),
    held(
        &["ec2:DisassociateAddress", "ec2:ReleaseAddress"],
        "OperationNotPermitted",
        "the NAT gateway or load balancer that had the address",
    ),
    held(&["ec2:ReleaseAddress"], "InvalidIPAddress.InUse", "the interface that had the address"),
];

pub(super) const NAT_GATEWAY: &[LagReply] = &[
    new(&["ec2:CreateNatGateway"], "InvalidSubnetID.NotFound", "the subnet"),
    new(&["ec2:CreateNatGateway", "ec2:AssociateNatGatewayAddress"], "InvalidAllocationID.NotFound", "the address"),
    held(
        &["ec2:CreateNatGateway", "ec2:AssociateNatGatewayAddress"],
        "InvalidAllocationID.InUse",
        "the gateway that had the address",
    ),
];

pub(super) const VPN_GATEWAY: &[LagReply] = &[
    new(&["ec2:AttachVpnGateway"], "InvalidVpnGatewayID.NotFound", "the gateway"),
    new(&["ec2:AttachVpnGateway"], "InvalidVpcID.NotFound", "the VPC"),
    held(&["ec2:DeleteVpnGateway"], "IncorrectState", "its attachment to the VPC, or a VPN connection"),
];

pub(super) const ROUTE_TABLE: &[LagReply] = &[
    new(&["ec2:CreateRouteTable"], "InvalidVpcID.NotFound", "the VPC"),
    new(&["ec2:CreateRoute"], "InvalidGatewayID.NotFound", "the gateway"),
    new(&["ec2:EnableVgwRoutePropagation"], "Gateway.NotAttached", "the gateway's attachment to the VPC"),
    held(&["ec2:DeleteRouteTable"], "DependencyViolation", "an association of the table"),
];

pub(super) const DEFAULT_ROUTE_TABLE: &[LagReply] = &[
    new(&["ec2:CreateRoute"], "InvalidGatewayID.NotFound", "the gateway"),
    new(&["ec2:CreateRoute"], "InvalidNatGatewayID.NotFound", "the NAT gateway"),
    new(&["ec2:CreateRoute"], "InvalidTransitGatewayID.NotFound", "the transit gateway's attachment to the VPC"),
    new(&["ec2:EnableVgwRoutePropagation"], "Gateway.NotAttached", "the gateway's attachment to the VPC"),
];

pub(super) const ROUTE: &[LagReply] = &[
    new(&["ec2:CreateRoute"], "InvalidRouteTableID.NotFound", "the route table"),
    new(&["ec2:CreateRoute"], "InvalidGatewayID.NotFound", "the gateway"),
    new(&["ec2:CreateRoute"], "InvalidNatGatewayID.NotFound", "the NAT gateway"),
    new(&["ec2:CreateRoute"], "InvalidTransitGatewayID.NotFound", "the transit gateway's attachment to the VPC"),
];

pub(super) const ROUTE_TABLE_ASSOCIATION: &[LagReply] = &[
    new(&["ec2:AssociateRouteTable"], "InvalidRouteTableID.NotFound", "the route table"),
    new(&["ec2:AssociateRouteTable"], "InvalidSubnetID.NotFound", "the subnet"),
];

const ENTRIES: &[&str] = &["ec2:CreateNetworkAclEntry"];

pub(super) const NETWORK_ACL: &[LagReply] = &[
    new(&["ec2:CreateNetworkAcl"], "InvalidVpcID.NotFound", "the VPC"),
    new(ENTRIES, "InvalidNetworkAclID.NotFound", "the ACL"),
    new(&["ec2:ReplaceNetworkAclAssociation"], "InvalidNetworkAclID.NotFound", "the ACL"),
    new(&["ec2:ReplaceNetworkAclAssociation"], "InvalidAssociationID.NotFound", "what gave the subnet its ACL"),
    held(&["ec2:DeleteNetworkAcl"], "DependencyViolation", "a subnet that had the ACL"),
];

pub(super) const DEFAULT_NETWORK_ACL: &[LagReply] = &[
    new(ENTRIES, "InvalidNetworkAclID.NotFound", "the ACL"),
    new(&["ec2:ReplaceNetworkAclAssociation"], "InvalidAssociationID.NotFound", "what gave the subnet its ACL"),
];

pub(super) const NETWORK_ACL_RULE: &[LagReply] = &[new(ENTRIES, "InvalidNetworkAclID.NotFound", "the ACL")];

pub(super) const SECURITY_GROUP: &[LagReply] = &[
    new(&["ec2:CreateSecurityGroup"], "InvalidVpcID.NotFound", "the VPC"),
    new(
        &["ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress"],
        "InvalidGroup.NotFound",
        "a security group that a rule names",
    ),
    held(&["ec2:DeleteSecurityGroup"], "DependencyViolation", "a network interface, or a rule of another group"),
    held(&["ec2:DeleteSecurityGroup"], "InvalidGroup.InUse", "a network interface"),
];

pub(super) const SECURITY_GROUP_RULE: &[LagReply] = &[new(
    &["ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress"],
    "InvalidGroup.NotFound",
    "the security group, or the one that the rule names",
)];

pub(super) const INGRESS_RULE: &[LagReply] = &[new(
    &["ec2:AuthorizeSecurityGroupIngress"],
    "InvalidGroup.NotFound",
    "the security group, or the one that the rule names",
)];

pub(super) const EGRESS_RULE: &[LagReply] = &[new(
    &["ec2:AuthorizeSecurityGroupEgress"],
    "InvalidGroup.NotFound",
    "the security group, or the one that the rule names",
)];

pub(super) const VPC_ENDPOINT: &[LagReply] = &[
    new(&["ec2:CreateVpcEndpoint"], "InvalidVpcId.NotFound", "the VPC"),
    new(&["ec2:CreateVpcEndpoint"], "InvalidSubnetId.NotFound", "a subnet"),
    new(&["ec2:CreateVpcEndpoint"], "InvalidRouteTableId.NotFound", "a route table"),
    new(&["ec2:CreateVpcEndpoint"], "InvalidSecurityGroupId.NotFound", "a security group"),
    LagReply::in_use(
        &["ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint"],
        "InvalidParameter",
        &["conflicting DNS domain"],
        "the endpoint that had the private DNS name",
        "https://github.com/hashicorp/terraform-provider-aws/issues/17535",
    ),
];

pub(super) const FLOW_LOG: &[LagReply] = &[
    LagReply::unseen(
        &["ec2:CreateFlowLogs"],
        "InvalidParameter",
        &["Unable to assume given IAM role"],
        "the role that delivers the log",
        "https://github.com/hashicorp/terraform-provider-aws/issues/29323",
    ),
    new(&["ec2:CreateFlowLogs"], "InvalidVpcId.NotFound", "the VPC"),
    new(&["ec2:CreateFlowLogs"], "InvalidSubnetId.NotFound", "the subnet"),
];

/// A launch template is not checked against what it names until something is launched.
pub(super) const LAUNCH_TEMPLATE: &[LagReply] = &[];

const INSTANCE_STATE: &str = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html";

pub(super) const KEY_PAIR: &[LagReply] = &[];

pub(super) const PLACEMENT_GROUP: &[LagReply] =
    &[held(&["ec2:DeletePlacementGroup"], "InvalidPlacementGroup.InUse", "an instance of the group")];

pub(super) const EBS_VOLUME: &[LagReply] = &[
    new(&["ec2:CreateVolume"], "InvalidSnapshot.NotFound", "the snapshot"),
    held(&["ec2:DeleteVolume"], "VolumeInUse", "the instance that had the volume"),
];

pub(super) const VOLUME_ATTACHMENT: &[LagReply] = &[
    new(&["ec2:AttachVolume"], "InvalidVolume.NotFound", "the volume"),
    new(&["ec2:AttachVolume"], "InvalidInstanceID.NotFound", "the instance"),
    LagReply::unseen(&["ec2:AttachVolume"], "IncorrectState", &["is not 'running'"], "the instance", INSTANCE_STATE),
    LagReply::in_use(&["ec2:AttachVolume"], "VolumeInUse", &[], "the instance that had the volume", CODES),
];

pub(super) const EIP_ASSOCIATION: &[LagReply] = &[
    new(&["ec2:AssociateAddress"], "InvalidAllocationID.NotFound", "the address"),
    new(&["ec2:AssociateAddress"], "InvalidNetworkInterfaceID.NotFound", "the interface"),
    // An instance that starts: "The pending instance '…' is not in a valid state for this operation".
    LagReply::unseen(&["ec2:AssociateAddress"], "InvalidInstanceID", &["pending instance"], "the instance", CODES),
    LagReply::unseen(
        &["ec2:AssociateAddress"],
        "Gateway.NotAttached",
        &[],
        "the internet gateway's attachment to the VPC",
        CODES,
    ),
];

/// The codes of what is not found begin with its kind.
pub(super) const TAG: &[LagReply] = &[
    new(&["ec2:CreateTags"], "InvalidID", "what gets the tag"),
    new(&["ec2:CreateTags"], "InvalidSubnetID.NotFound", "the subnet"),
    new(&["ec2:CreateTags"], "InvalidVpcID.NotFound", "the VPC"),
    new(&["ec2:CreateTags"], "InvalidInstanceID.NotFound", "the instance"),
    new(&["ec2:CreateTags"], "InvalidGroup.NotFound", "the security group"),
];

pub(super) const NETWORK_INTERFACE: &[LagReply] = &[
    new(&["ec2:CreateNetworkInterface"], "InvalidSubnetID.NotFound", "the subnet"),
    new(&["ec2:CreateNetworkInterface"], "InvalidGroup.NotFound", "a security group"),
    new(&["ec2:AttachNetworkInterface"], "InvalidInstanceID.NotFound", "the instance"),
    LagReply::unseen(
        &["ec2:AttachNetworkInterface"],
        "IncorrectState",
        &[],
        "the instance, which starts",
        INSTANCE_STATE,
    ),
    LagReply::in_use(
        &["ec2:DeleteNetworkInterface"],
        "InvalidParameterValue",
        &["is currently in use"],
        "the instance or the service that had the interface",
        CODES,
    ),
];

const PROFILES: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html";
const LAUNCHES: &[&str] = &["ec2:RunInstances"];

pub(super) const INSTANCE: &[LagReply] = &[
    LagReply::unseen(
        &["ec2:RunInstances", "ec2:AssociateIamInstanceProfile", "ec2:ReplaceIamInstanceProfileAssociation"],
        "InvalidParameterValue",
        &["IAM Instance Profile"],
        "the instance profile",
        PROFILES,
    ),
    LagReply::unseen(
        &["ec2:RunInstances", "ec2:AssociateIamInstanceProfile", "ec2:ReplaceIamInstanceProfileAssociation"],
        "InvalidParameterValue",
        &["iamInstanceProfile"],
        "the instance profile",
        PROFILES,
    ),
    new(LAUNCHES, "InvalidSubnetID.NotFound", "the subnet"),
    new(LAUNCHES, "InvalidGroup.NotFound", "a security group"),
    new(LAUNCHES, "InvalidKeyPair.NotFound", "the key pair"),
    new(LAUNCHES, "InvalidLaunchTemplateId.NotFound", "the launch template"),
    new(LAUNCHES, "InvalidNetworkInterfaceID.NotFound", "an interface"),
    new(LAUNCHES, "InvalidPlacementGroup.Unknown", "the placement group"),
    LagReply::in_use(LAUNCHES, "InvalidNetworkInterface.InUse", &[], "the instance that had an interface", CODES),
    LagReply::unseen(
        &["ec2:ModifyInstanceCreditSpecification", "ec2:ModifyInstanceMetadataOptions"],
        "IncorrectInstanceState",
        &[],
        "the instance, which starts or stops",
        INSTANCE_STATE,
    ),
];

pub(super) const EGRESS_ONLY_INTERNET_GATEWAY: &[LagReply] =
    &[new(&["ec2:CreateEgressOnlyInternetGateway"], "InvalidVpcID.NotFound", "the VPC")];

pub(super) const IPV4_CIDR_BLOCK_ASSOCIATION: &[LagReply] = &[
    new(&["ec2:AssociateVpcCidrBlock"], "InvalidVpcID.NotFound", "the VPC"),
    held(&["ec2:DisassociateVpcCidrBlock"], "InvalidCidrBlock.InUse", "a subnet with a part of the range"),
];

pub(super) const DHCP_OPTIONS: &[LagReply] =
    &[held(&["ec2:DeleteDhcpOptions"], "DependencyViolation", "a VPC with the options")];

pub(super) const DHCP_OPTIONS_ASSOCIATION: &[LagReply] = &[
    new(&["ec2:AssociateDhcpOptions"], "InvalidDhcpOptionID.NotFound", "the options"),
    new(&["ec2:AssociateDhcpOptions"], "InvalidVpcID.NotFound", "the VPC"),
];

pub(super) const PEERING_CONNECTION: &[LagReply] = &[
    new(&["ec2:CreateVpcPeeringConnection"], "InvalidVpcID.NotFound", "a VPC"),
    new(&["ec2:AcceptVpcPeeringConnection"], "InvalidVpcPeeringConnectionID.NotFound", "the connection"),
    LagReply::unseen(
        &["ec2:ModifyVpcPeeringConnectionOptions"],
        "OperationNotPermitted",
        &["not active"],
        "the acceptance of the connection",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcPeeringConnectionOptions.html",
    ),
];

pub(super) const DEFAULT_SECURITY_GROUP: &[LagReply] = &[new(
    &["ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress"],
    "InvalidGroup.NotFound",
    "a security group that a rule names",
)];

pub(super) const MANAGED_PREFIX_LIST: &[LagReply] = &[held(
    &["ec2:ModifyManagedPrefixList", "ec2:DeleteManagedPrefixList"],
    "IncorrectState",
    "an earlier change of the list",
)];

pub(super) const CUSTOMER_GATEWAY: &[LagReply] =
    &[held(&["ec2:DeleteCustomerGateway"], "IncorrectState", "a VPN of the gateway")];

pub(super) const TRANSIT_GATEWAY: &[LagReply] = &[held(
    &["ec2:ModifyTransitGateway", "ec2:DeleteTransitGateway"],
    "IncorrectState",
    "an attachment of the gateway, or an earlier change",
)];

pub(super) const TRANSIT_GATEWAY_VPC_ATTACHMENT: &[LagReply] = &[
    new(&["ec2:CreateTransitGatewayVpcAttachment"], "InvalidTransitGatewayID.NotFound", "the gateway"),
    new(&["ec2:CreateTransitGatewayVpcAttachment"], "InvalidVpcID.NotFound", "the VPC"),
    new(
        &["ec2:CreateTransitGatewayVpcAttachment", "ec2:ModifyTransitGatewayVpcAttachment"],
        "InvalidSubnetID.NotFound",
        "a subnet",
    ),
    held(
        &[
            "ec2:CreateTransitGatewayVpcAttachment",
            "ec2:ModifyTransitGatewayVpcAttachment",
            "ec2:DeleteTransitGatewayVpcAttachment",
        ],
        "IncorrectState",
        "a change of the gateway or of the attachment",
    ),
];

pub(super) const TRANSIT_GATEWAY_ROUTE_TABLE: &[LagReply] = &[
    new(&["ec2:CreateTransitGatewayRouteTable"], "InvalidTransitGatewayID.NotFound", "the gateway"),
    held(
        &["ec2:CreateTransitGatewayRouteTable", "ec2:DeleteTransitGatewayRouteTable"],
        "IncorrectState",
        "a change of the gateway, or an attachment that is associated with the table",
    ),
];

pub(super) const TRANSIT_GATEWAY_ROUTE: &[LagReply] = &[
    new(&["ec2:CreateTransitGatewayRoute"], "InvalidRouteTableID.NotFound", "the route table"),
    new(&["ec2:CreateTransitGatewayRoute"], "InvalidTransitGatewayAttachmentID.NotFound", "the attachment"),
    held(
        &["ec2:CreateTransitGatewayRoute", "ec2:DeleteTransitGatewayRoute"],
        "IncorrectState",
        "a change of the route table or of the attachment",
    ),
];
