//! ACLs against replies in the shapes of EC2's API model.

use super::*;
use crate::connection::replay::{Replay, Reply, operation, request, response};

fn acl(id: &str, default: bool, subnets: &[&str]) -> String {
    let last = "<item><ruleNumber>32767</ruleNumber><protocol>-1</protocol><ruleAction>deny</ruleAction>\
                <egress>false</egress><cidrBlock>0.0.0.0/0</cidrBlock></item>";
    let written = "<item><ruleNumber>100</ruleNumber><protocol>6</protocol><ruleAction>allow</ruleAction>\
                   <egress>false</egress><cidrBlock>10.0.0.0/8</cidrBlock>\
                   <portRange><from>443</from><to>443</to></portRange></item>";
    let association = |subnet: &&str| {
        format!(
            "<item><networkAclAssociationId>of-{subnet}</networkAclAssociationId><networkAclId>{id}</networkAclId>\
             <subnetId>{subnet}</subnetId></item>"
        )
    };
    let associations: String = subnets.iter().map(association).collect();
    format!(
        "<item><networkAclId>{id}</networkAclId><vpcId>vpc-1</vpcId><ownerId>123456789012</ownerId>\
         <default>{default}</default><entrySet>{last}{written}</entrySet>\
         <associationSet>{associations}</associationSet></item>"
    )
}

fn described(acls: &[String]) -> Reply {
    response(&format!("<networkAclSet>{}</networkAclSet>", acls.concat()))
}

#[tokio::test(start_paused = true)]
async fn default_acls_and_what_does_not_exist_are_not_found() {
    let acls = [acl("acl-1", false, &["subnet-1"]), acl("acl-2", true, &[])];
    let script = Replay::default()
        .on("DescribeNetworkAcls", described(&acls))
        .on("DescribeNetworkAcls", Reply::Ec2Error(400, "InvalidNetworkAclID.NotFound"));
    let aws = script.aws();
    let read = NetworkAcl::read(&aws, &["acl-1", "acl-2"].map(|id| request(id, &[]))).await;
    let live = read[0].as_ref().unwrap().as_ref().unwrap();
    assert_eq!(live.arn.as_deref(), Some("arn:aws:ec2:eu-west-1:123456789012:network-acl/acl-1"));
    assert_eq!(live.ingress.as_ref().map(Vec::len), Some(1));
    assert_eq!(live.egress.as_ref().map(Vec::len), Some(0));
    assert_eq!(live.subnet_ids, Some(vec!["subnet-1".to_string()]));
    assert!(matches!(read[1], Ok(None)));
    let gone = NetworkAcl::read(&aws, &[request("acl-3", &[])]).await;
    assert!(matches!(gone[..], [Ok(None)]));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_create_carries_token_and_tags() {
    let made = "<networkAcl><networkAclId>acl-1</networkAclId></networkAcl>";
    let script = Replay::default().on("CreateNetworkAcl", response(made));
    let mut want = NetworkAcl { vpc_id: Some("vpc-1".into()), ..NetworkAcl::default() };
    want.tags.all = Some([("wildfire:op".to_string(), "01OURS".to_string())].into());
    let id = NetworkAcl::create(&script.aws(), &want, &operation()).await.unwrap();
    assert_eq!(id.as_str(), "acl-1");
    let sent = script.finish();
    assert_eq!(sent[0].parameter("ClientToken"), Some("01OURS"));
    assert_eq!(sent[0].parameter("TagSpecification.1.Tag.1.Value"), Some("01OURS"));
}

#[tokio::test(start_paused = true)]
async fn a_subnet_comes_from_another_acl_and_goes_to_the_default_one() {
    let ours = acl("acl-1", false, &["subnet-1"]);
    let default = acl("acl-2", true, &["subnet-2"]);
    let script = Replay::default()
        .on("DescribeNetworkAcls", described(std::slice::from_ref(&ours)))
        .on("DescribeNetworkAcls", described(std::slice::from_ref(&default)))
        .on("ReplaceNetworkAclAssociation", response("<newAssociationId>new-2</newAssociationId>"))
        .on("DescribeNetworkAcls", described(&[default]))
        .on("DescribeNetworkAcls", described(&[ours]))
        .on("ReplaceNetworkAclAssociation", response("<newAssociationId>new-1</newAssociationId>"));
    let aws = script.aws();
    let want = NetworkAcl { subnet_ids: Some(vec!["subnet-2".into()]), ..NetworkAcl::default() };
    let (id, prior, operation) = ("acl-1".into(), NetworkAcl::default(), operation());
    let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
    NetworkAcl::update(&aws, NetworkAclUpdate::Subnets, &change).await.unwrap();
    let sent = script.finish();
    let moved: Vec<_> = sent.iter().filter(|sent| sent.what == "ReplaceNetworkAclAssociation").collect();
    let parts = |at: usize| (moved[at].parameter("AssociationId"), moved[at].parameter("NetworkAclId"));
    assert_eq!(parts(0), (Some("of-subnet-2"), Some("acl-1")));
    assert_eq!(parts(1), (Some("of-subnet-1"), Some("acl-2")));
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_is_there_already_is_replaced() {
    let script = Replay::default()
        .on("DescribeNetworkAcls", described(&[acl("acl-1", false, &[])]))
        .on("CreateNetworkAclEntry", Reply::Ec2Error(400, "NetworkAclEntryAlreadyExists"))
        .on("ReplaceNetworkAclEntry", response("<return>true</return>"))
        .on("DeleteNetworkAclEntry", response("<return>true</return>"));
    let rule = serde_json::json!({"ingress": [{
        "rule_no": 200, "action": "allow", "protocol": "icmp", "icmp_type": -1, "icmp_code": -1,
        "cidr_block": "10.0.0.0/8", "from_port": 0, "to_port": 0,
    }]});
    let want: NetworkAcl = serde_json::from_value(rule).unwrap();
    let (id, prior, operation) = ("acl-1".into(), NetworkAcl::default(), operation());
    let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
    NetworkAcl::update(&script.aws(), NetworkAclUpdate::Ingress, &change).await.unwrap();
    let sent = script.finish();
    assert_eq!((sent[2].parameter("Protocol"), sent[2].parameter("Icmp.Type")), (Some("1"), Some("-1")));
    assert_eq!(sent[3].parameter("RuleNumber"), Some("100"));
}

#[tokio::test(start_paused = true)]
async fn an_acl_gives_its_subnets_back_before_it_goes() {
    let script = Replay::default()
        .on("DescribeNetworkAcls", described(&[acl("acl-1", false, &["subnet-1"])]))
        .on("DescribeNetworkAcls", described(&[acl("acl-2", true, &[])]))
        .on("DescribeNetworkAcls", described(&[acl("acl-1", false, &["subnet-1"])]))
        .on("ReplaceNetworkAclAssociation", response("<newAssociationId>new-1</newAssociationId>"))
        .on("DeleteNetworkAcl", response("<return>true</return>"))
        .on("DescribeNetworkAcls", Reply::Ec2Error(400, "InvalidNetworkAclID.NotFound"));
    let aws = script.aws();
    NetworkAcl::delete(&aws, &"acl-1".into(), &NetworkAcl::default()).await.unwrap();
    NetworkAcl::delete(&aws, &"acl-1".into(), &NetworkAcl::default()).await.unwrap();
    script.finish();
}
