//! The operations of ec2 that wildfire uses; `*` marks those whose answer has pages.

wildfire_derive::operations! {
    "ec2", aws_sdk_ec2:
    AllocateAddress, AssignPrivateNatGatewayAddress, AssociateAddress, AssociateNatGatewayAddress,
    AssociateRouteTable, AssociateSubnetCidrBlock, AssociateVpcCidrBlock, AttachInternetGateway, AttachVpnGateway,
    AuthorizeSecurityGroupEgress, AuthorizeSecurityGroupIngress, CreateFlowLogs, CreateInternetGateway,
    CreateLaunchTemplate, CreateLaunchTemplateVersion, CreateNatGateway, CreateRoute, CreateRouteTable,
    CreateSecurityGroup, CreateSubnet, CreateTags, CreateVpc, CreateVpcEndpoint, CreateVpnGateway, DeleteFlowLogs,
    DeleteInternetGateway, DeleteLaunchTemplate, DeleteNatGateway, DeleteRoute, DeleteRouteTable, DeleteSecurityGroup,
    DeleteSubnet, DeleteTags, DeleteVpc, DeleteVpcEndpoints, DeleteVpnGateway, DescribeAddresses,
    *DescribeAddressesAttribute, DescribeAvailabilityZones, *DescribeFlowLogs, *DescribeImages,
    *DescribeInternetGateways, *DescribeLaunchTemplateVersions, *DescribeLaunchTemplates, *DescribeNatGateways,
    *DescribeNetworkAcls, *DescribePrefixLists, *DescribeRouteTables, *DescribeSecurityGroupRules,
    *DescribeSecurityGroups, *DescribeSubnets, DescribeVpcAttribute, *DescribeVpcEndpoints, *DescribeVpcs,
    DescribeVpnGateways, DetachInternetGateway, DetachVpnGateway, DisableVgwRoutePropagation, DisassociateAddress,
    DisassociateNatGatewayAddress, DisassociateRouteTable, DisassociateSubnetCidrBlock, DisassociateVpcCidrBlock,
    EnableVgwRoutePropagation, ModifyLaunchTemplate, ModifySecurityGroupRules, ModifySubnetAttribute,
    ModifyVpcAttribute, ModifyVpcEndpoint, ReleaseAddress, ReplaceRoute, ReplaceRouteTableAssociation,
    RevokeSecurityGroupEgress, RevokeSecurityGroupIngress, UnassignPrivateNatGatewayAddress,
    UpdateSecurityGroupRuleDescriptionsEgress, UpdateSecurityGroupRuleDescriptionsIngress,
}
