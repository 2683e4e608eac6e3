//! Properties against the schema.

use insta::assert_snapshot;

use super::faults;

#[test]
fn names_and_shapes_are_checked() {
    assert_snapshot!(faults(r#"
resources:
  vpc:
    type: aws_vpc
    properties:
      cidr_blok: 10.0.0.0/16
      arn: x
      tags_all: {a: b}
      timeouts: {create: 5m}
      instance_tenancy: dedicatd
      enable_dns_support: 1
  subnet: {type: aws_subnet, properties: {cidr_block: [10.0.0.0/24]}}
  group:
    type: aws_security_group
    properties:
      ingress: {from_port: 80}
  other:
    type: aws_security_group
    properties:
      ingress:
        - {from_port: 80, to_prt: 90}
        - {from_port: eighty, to_port: 80}
  database:
    type: aws_db_instance
    properties: {character_set_name: x, scaling: [{max_capacity: 1}, {max_capacity: 2}], subnet_ids: a}
  policy: {type: aws_iam_policy, properties: {policy: "{\"a\":"}}
  numbered: {type: aws_iam_policy, properties: {policy: 5}}
"#), @"");
}

#[test]
fn sets_of_properties_are_checked() {
    assert_snapshot!(faults(r#"
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16, ipv4_ipam_pool_id: x}}
  none: {type: aws_route53_record, properties: {name: a}}
  both: {type: aws_route53_record, properties: {name: a, records: [x], alias: {name: y}}}
  null: {type: aws_route53_record, properties: {name: null, records: ["${vpc.id}"]}}
"#), @"");
}

#[test]
fn computed_values_are_checked_like_written_ones() {
    assert_snapshot!(faults(r#"
resources:
  group:
    type: aws_security_group
    for_each: [a, b]
    properties: {ingress: "${[{'from_port': 1, 'to_port': 'x' + each.key, 'sort': 1}]}", name: "${['x']}"}
"#), @"");
}

#[test]
fn a_declaration_without_instances_is_checked_too() {
    assert_snapshot!(faults(r#"
resources:
  none: {type: aws_vpc, when: false, properties: {cidr_blok: x}}
  empty: {type: aws_subnet, for_each: [], properties: {cidr_block: "${each.key}"}}
"#), @"");
}

#[test]
fn the_catalog_has_its_say() {
    assert_snapshot!(faults("resources:\n  logs: {type: aws_s3_bucket, properties: {bucket: a_b}}\n"), @"");
}
