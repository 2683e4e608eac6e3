use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, response};

#[test]
fn the_first_address_is_the_one_that_is_named_so() {
    let want = |first: Option<&str>| NetworkInterface {
        private_ip: first.map(String::from),
        private_ips: Some(vec!["10.0.0.1".into(), "10.0.0.2".into()]),
        ..NetworkInterface::default()
    };
    let primary = |want: &NetworkInterface| {
        let sent = addresses_to_send(want).unwrap();
        sent.into_iter().find(|address| address.primary == Some(true)).unwrap().private_ip_address
    };
    assert_eq!(primary(&want(None)).as_deref(), Some("10.0.0.1"));
    assert_eq!(primary(&want(Some("10.0.0.2"))).as_deref(), Some("10.0.0.2"));
    assert_eq!(addresses_to_send(&NetworkInterface::default()), None);
}

#[test]
fn what_contradicts_itself_is_refused() {
    let count = |json| NetworkInterface::validate(&Value::from_json(json)).len();
    assert_eq!(count(json!({"private_ip": "10.0.0.3", "private_ips": ["10.0.0.1"]})), 1);
    assert_eq!(count(json!({"private_ip": "10.0.0.1", "private_ips": ["10.0.0.1"]})), 0);
    assert_eq!(count(json!({"attachment": [{"instance": "i-1"}, {"instance": "i-2"}]})), 1);
}

fn described(more: &str) -> Reply {
    response(&format!(
        "<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><status>available</status>\
         <privateIpAddress>10.0.0.1</privateIpAddress><privateIpAddressesSet><item><privateIpAddress>10.0.0.1\
         </privateIpAddress><primary>true</primary></item></privateIpAddressesSet>{more}</item></networkInterfaceSet>"
    ))
}

fn of(json: serde_json::Value) -> NetworkInterface {
    serde_json::from_value(json).unwrap()
}

/// The emulator has no prefixes, and IPv6 only in ranges that AWS chooses.
#[tokio::test(start_paused = true)]
async fn addresses_and_prefixes_of_ipv6_come_and_go() {
    let yes = || response("<return>true</return>");
    let ipv6 = "<ipv6AddressesSet><item><ipv6Address>2001:db8::1</ipv6Address></item></ipv6AddressesSet>";
    let prefixes = "<ipv4PrefixSet><item><ipv4Prefix>10.0.1.0/28</ipv4Prefix></item></ipv4PrefixSet>";
    let script = Replay::default()
        .on("DescribeNetworkInterfaces", described(ipv6))
        .on("UnassignIpv6Addresses", yes())
        .on("AssignIpv6Addresses", yes())
        .on("DescribeNetworkInterfaces", described(prefixes))
        .on("AssignPrivateIpAddresses", yes())
        .on("DescribeNetworkInterfaces", described(""))
        .on("AssignIpv6Addresses", yes())
        .on("ModifyNetworkInterfaceAttribute", yes());
    let (aws, id, operation, prior) = (script.aws(), "eni-1".into(), operation(), NetworkInterface::default());
    for (call, want) in [
        (NetworkInterfaceUpdate::Ipv6, of(json!({"ipv6_addresses": ["2001:db8::2"]}))),
        (NetworkInterfaceUpdate::Ipv4Prefixes, of(json!({"ipv4_prefix_count": 3}))),
        (NetworkInterfaceUpdate::Ipv6Prefixes, of(json!({"ipv6_prefix_count": 1}))),
        (NetworkInterfaceUpdate::PrimaryIpv6, of(json!({"enable_primary_ipv6": true}))),
    ] {
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        NetworkInterface::update(&aws, call, &change).await.unwrap();
    }
    let sent = script.finish();
    assert_eq!(sent[1].parameter("Ipv6Addresses.1"), Some("2001%3Adb8%3A%3A1"));
    assert_eq!(sent[2].parameter("Ipv6Addresses.1"), Some("2001%3Adb8%3A%3A2"));
    assert_eq!(sent[4].parameter("Ipv4PrefixCount"), Some("2"));
    assert_eq!(sent[6].parameter("Ipv6PrefixCount"), Some("1"));
    assert_eq!(sent[7].parameter("EnablePrimaryIpv6"), Some("true"));
}

#[tokio::test(start_paused = true)]
async fn the_first_address_cannot_be_taken_away() {
    let script = Replay::default().on("DescribeNetworkInterfaces", described(""));
    let (aws, id, operation, prior) = (script.aws(), "eni-1".into(), operation(), NetworkInterface::default());
    let want = of(json!({"private_ips": ["10.0.0.9"]}));
    let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
    let error = NetworkInterface::update(&aws, NetworkInterfaceUpdate::PrivateIps, &change).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Rejected);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn an_interface_is_taken_off_its_instance_before_it_is_deleted() {
    let attached = "<attachment><attachmentId>eni-attach-1</attachmentId><instanceId>i-1</instanceId></attachment>";
    let script = Replay::default()
        .on("DescribeNetworkInterfaces", described(attached))
        .on("DetachNetworkInterface", response("<return>true</return>"))
        .on("DescribeNetworkInterfaces", described(""))
        .on("DeleteNetworkInterface", response("<return>true</return>"));
    let (aws, id, prior) = (script.aws(), "eni-1".into(), NetworkInterface::default());
    let error = NetworkInterface::delete(&aws, &id, &prior).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Busy);
    NetworkInterface::delete(&aws, &id, &prior).await.unwrap();
    script.finish();
}
