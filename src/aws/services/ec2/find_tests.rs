//! No search believes a server that ignores the filter it was asked with.

use std::collections::BTreeSet;

use wildfire_engine::model::{Address, CreateOnce, OpId, Operation, PhysicalId, Placement, Recover, Value};

use crate::connection::fake;
use crate::registry::{Kind, kind};

struct Case {
    type_name: &'static str,
    /// The list in the reply.
    list: &'static str,
    /// The element that holds the id.
    id: &'static str,
}

const fn case(type_name: &'static str, list: &'static str, id: &'static str) -> Case {
    Case { type_name, list, id }
}

const CASES: &[Case] = &[
    case("aws_customer_gateway", "customerGatewaySet", "customerGatewayId"),
    case("aws_ebs_volume", "volumeSet", "volumeId"),
    case("aws_ec2_managed_prefix_list", "prefixListSet", "prefixListId"),
    case("aws_ec2_transit_gateway", "transitGatewaySet", "transitGatewayId"),
    case("aws_ec2_transit_gateway_route_table", "transitGatewayRouteTables", "transitGatewayRouteTableId"),
    case("aws_ec2_transit_gateway_vpc_attachment", "transitGatewayVpcAttachments", "transitGatewayAttachmentId"),
    case("aws_egress_only_internet_gateway", "egressOnlyInternetGatewaySet", "egressOnlyInternetGatewayId"),
    case("aws_eip", "addressesSet", "allocationId"),
    case("aws_flow_log", "flowLogSet", "flowLogId"),
    case("aws_internet_gateway", "internetGatewaySet", "internetGatewayId"),
    case("aws_launch_template", "launchTemplates", "launchTemplateId"),
    case("aws_nat_gateway", "natGatewaySet", "natGatewayId"),
    case("aws_network_acl", "networkAclSet", "networkAclId"),
    case("aws_network_interface", "networkInterfaceSet", "networkInterfaceId"),
    case("aws_route_table", "routeTableSet", "routeTableId"),
    case("aws_security_group", "securityGroupInfo", "groupId"),
    case("aws_subnet", "subnetSet", "subnetId"),
    case("aws_vpc", "vpcSet", "vpcId"),
    case("aws_vpc_dhcp_options", "dhcpOptionsSet", "dhcpOptionsId"),
    case("aws_vpc_endpoint", "vpcEndpointSet", "vpcEndpointId"),
    case("aws_vpc_peering_connection", "vpcPeeringConnectionSet", "vpcPeeringConnectionId"),
    case("aws_vpc_security_group_egress_rule", "securityGroupRuleSet", "securityGroupRuleId"),
    case("aws_vpc_security_group_ingress_rule", "securityGroupRuleSet", "securityGroupRuleId"),
    case("aws_vpn_gateway", "vpnGatewaySet", "vpnGatewayId"),
];

/// Its id is made of its parts; the test of its own below.
const RULE: &str = "aws_security_group_rule";

/// They come in reservations, and have tests of their own.
const INSTANCE: &str = "aws_instance";

const OURS: &str = "01OURS";

fn recover(wanted: Value) -> Recover {
    let address: Address = "test/main:thing".parse().unwrap();
    Recover { operation: Operation { id: OpId::new(OURS), address, attempt: 1, place: Placement::HOME }, wanted }
}

fn item(fields: &str, operation: Option<&str>) -> String {
    let tag = operation.map(|op| format!("<item><key>wildfire:op</key><value>{op}</value></item>"));
    format!("<item>{fields}<tagSet>{}</tagSet></item>", tag.unwrap_or_default())
}

async fn find(type_name: &str, list: &'static str, items: String, wanted: Value) -> Option<PhysicalId> {
    let aws = fake::aws(move |asked| {
        let action = asked.action();
        let body = match action {
            "GetCallerIdentity" => "<GetCallerIdentityResult><Account>123456789012</Account>\
                                    <Arn>arn:aws:iam::123456789012:root</Arn></GetCallerIdentityResult>"
                .to_string(),
            _ => format!("<{list}>{items}</{list}>"),
        };
        (200, format!("<{action}Response>{body}</{action}Response>"))
    });
    let kind: &dyn Kind = kind(type_name).unwrap();
    kind.find(&aws, &recover(wanted)).await.unwrap().map(|found| found.id)
}

#[tokio::test]
async fn only_what_carries_the_tag_of_the_operation_is_found() {
    for Case { type_name, list, id } in CASES {
        let named = |name: &str| format!("<{id}>{name}</{id}>");
        let foreign = item(&named("foreign"), None) + &item(&named("other"), Some("01OTHER"));
        assert_eq!(find(type_name, list, foreign.clone(), Value::Null).await, None, "{type_name}");
        let ours = foreign + &item(&named("ours"), Some(OURS));
        assert_eq!(find(type_name, list, ours, Value::Null).await, Some("ours".into()), "{type_name}");
    }
}

#[tokio::test]
async fn what_is_being_deleted_is_not_found() {
    for case in CASES {
        let id = format!("<{0}>ours</{0}>", case.id);
        for state in ["deleting", "deleted"] {
            let items = item(&format!("{id}<state>{state}</state>"), Some(OURS));
            let found = find(case.type_name, case.list, items, Value::Null).await;
            let has_states = [
                "aws_customer_gateway",
                "aws_ec2_transit_gateway",
                "aws_ec2_transit_gateway_route_table",
                "aws_ec2_transit_gateway_vpc_attachment",
                "aws_nat_gateway",
                "aws_vpc_endpoint",
                "aws_vpn_gateway",
            ];
            let has_states = has_states.contains(&case.type_name);
            assert_eq!(found.is_none(), has_states, "{} that is {state}", case.type_name);
        }
    }
}

#[tokio::test]
async fn a_rule_is_ours_if_it_says_the_same_and_carries_the_tag() {
    let wanted = Value::from([
        ("type", Value::from("ingress")),
        ("security_group_id", Value::from("sg-1")),
        ("protocol", Value::from("tcp")),
        ("from_port", Value::from(443)),
        ("to_port", Value::from(443)),
        ("cidr_blocks", Value::from(vec![Value::from("10.0.0.0/8")])),
    ]);
    let rule = |port: u16| {
        format!(
            "<securityGroupRuleId>sgr-{port}</securityGroupRuleId><groupId>sg-1</groupId><isEgress>false</isEgress>\
             <ipProtocol>tcp</ipProtocol><fromPort>{port}</fromPort><toPort>{port}</toPort><cidrIpv4>10.0.0.0/8</cidrIpv4>"
        )
    };
    const LIST: &str = "securityGroupRuleSet";
    let same_untagged = item(&rule(443), None) + &item(&rule(80), Some(OURS));
    assert_eq!(find(RULE, LIST, same_untagged, wanted.clone()).await, None);
    let ours = item(&rule(443), Some(OURS));
    assert!(find(RULE, LIST, ours, wanted).await.is_some());
}

#[test]
fn every_type_that_is_found_by_its_tag_has_a_case() {
    let tagged = super::KINDS.iter().map(|kind| kind.schema());
    let by_tag = |once: &CreateOnce| !matches!(once, CreateOnce::NaturalName | CreateOnce::Upsert);
    let tagged = tagged.filter(|schema| by_tag(&schema.create_once)).map(|schema| schema.name);
    let cases = CASES.iter().map(|case| case.type_name).chain([RULE, INSTANCE]);
    assert_eq!(tagged.collect::<BTreeSet<_>>(), cases.collect::<BTreeSet<_>>());
}
