use std::sync::{Arc, Mutex};

use super::*;
use crate::connection::fake;
use crate::kind::resource::Change;

/// A subnet in the form of `DescribeSubnets`: the state of its IPv6 range, if it has one, and whether it assigns addresses.
#[derive(Clone, Copy)]
struct Live {
    range: Option<(&'static str, &'static str)>,
    assign: bool,
}

impl Live {
    fn describe(self) -> String {
        let range = self.range.map_or_else(String::new, |(block, state)| {
            format!(
                "<ipv6CidrBlockAssociationSet><item><associationId>assoc-1</associationId><ipv6CidrBlock>{block}</ipv6CidrBlock>\
                 <ipv6CidrBlockState><state>{state}</state></ipv6CidrBlockState></item></ipv6CidrBlockAssociationSet>"
            )
        });
        let assign = self.assign;
        format!(
            "<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-1</subnetId><state>available</state>\
             <assignIpv6AddressOnCreation>{assign}</assignIpv6AddressOnCreation>{range}</item></subnetSet>\
             </DescribeSubnetsResponse>"
        )
    }
}

/// The changes that an update sends to a subnet that is as the first of `seen`, then as the second, and so on.
async fn sent(want: Subnet, seen: &'static [Live]) -> (Vec<String>, Result<(), CloudError>) {
    let log = Arc::new(Mutex::new((0, Vec::new())));
    let shared = log.clone();
    let aws = fake::aws(move |asked| {
        let mut log = shared.lock().unwrap();
        match asked.action() {
            "DescribeSubnets" => {
                log.0 += 1;
                (200, seen[(log.0 - 1).min(seen.len() - 1)].describe())
            }
            action => {
                let value = ["Ipv6CidrBlock", "AssociationId", "AssignIpv6AddressOnCreation.Value"]
                    .into_iter()
                    .find_map(|name| asked.body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')));
                log.1.push(format!("{action} {}", value.unwrap_or_default().replace("%3A", ":").replace("%2F", "/")));
                (200, format!("<{action}Response><return>true</return></{action}Response>"))
            }
        }
    });
    let operation = crate::connection::replay::operation();
    let result = Subnet::update(
        &aws,
        SubnetUpdate::Ipv6,
        &Change { id: &"subnet-1".into(), want: &want, prior: &Subnet::default(), operation: &operation },
    )
    .await;
    let sent = std::mem::take(&mut log.lock().unwrap().1);
    (sent, result)
}

fn want(block: Option<&str>, assign: bool) -> Subnet {
    Subnet {
        ipv6_cidr_block: block.map(String::from),
        assign_ipv6_address_on_creation: Some(assign),
        ..Subnet::default()
    }
}

const ONE: &str = "2001:db8:0:1::/64";
const TWO: &str = "2001:db8:0:2::/64";
const NONE: Live = Live { range: None, assign: false };

#[tokio::test]
async fn a_range_is_associated_with_a_living_subnet() {
    let (sent, result) = sent(want(Some(ONE), true), &[NONE]).await;
    result.unwrap();
    assert_eq!(
        sent,
        [format!("AssociateSubnetCidrBlock {ONE}"), "ModifySubnetAttribute true".to_string()],
        "the range comes before the addresses from it"
    );
}

#[tokio::test]
async fn a_range_that_is_there_is_left_alone() {
    let (sent, result) =
        sent(want(Some(ONE), false), &[Live { range: Some((ONE, "associated")), assign: false }]).await;
    result.unwrap();
    assert_eq!(sent, [""; 0]);
}

#[tokio::test]
async fn addresses_end_before_the_range_goes() {
    let (sent, result) = sent(want(None, false), &[Live { range: Some((ONE, "associated")), assign: true }]).await;
    result.unwrap();
    assert_eq!(sent, ["ModifySubnetAttribute false", "DisassociateSubnetCidrBlock assoc-1"]);
}

#[tokio::test]
async fn another_range_waits_until_the_old_one_is_gone() {
    const SEEN: &[Live] = &[
        Live { range: Some((ONE, "associated")), assign: false },
        Live { range: Some((ONE, "disassociating")), assign: false },
    ];
    let (first, result) = sent(want(Some(TWO), false), SEEN).await;
    assert_eq!(first, ["DisassociateSubnetCidrBlock assoc-1"]);
    assert_eq!(result.unwrap_err().kind, ErrorKind::Busy);
    let gone = &[Live { range: Some((ONE, "disassociated")), assign: false }];
    let (second, result) = sent(want(Some(TWO), false), gone).await;
    result.unwrap();
    assert_eq!(second, [format!("AssociateSubnetCidrBlock {TWO}")]);
}

#[test]
fn a_range_on_its_way_is_waited_for_and_one_that_was_given_up_does_not_count() {
    let subnet = |state: SubnetCidrBlockStateCode| {
        let state = sdk::SubnetCidrBlockState::builder().state(state).build();
        let range = sdk::SubnetIpv6CidrBlockAssociation::builder().ipv6_cidr_block(ONE).ipv6_cidr_block_state(state);
        let subnet = sdk::Subnet::builder().state(sdk::SubnetState::Available);
        {
            let live = subnet.ipv6_cidr_block_association_set(range.build()).build();
            Subnet::from_sdk(live.clone()).expect("it can be read").finish(&live)
        }
    };
    let associating = subnet(SubnetCidrBlockStateCode::Associating);
    assert_eq!(associating.readiness(), Readiness::Pending("associating-ipv6".into()));
    assert_eq!(associating.ipv6_cidr_block.as_deref(), Some(ONE));
    let going = subnet(SubnetCidrBlockStateCode::Disassociating);
    assert_eq!(going.readiness(), Readiness::Pending("disassociating-ipv6".into()));
    assert_eq!(going.ipv6_cidr_block, None);
    let associated = subnet(SubnetCidrBlockStateCode::Associated);
    assert_eq!((associated.readiness(), associated.ipv6_cidr_block.as_deref()), (Readiness::Ready, Some(ONE)));
}
