//! One object at AWS that is declared twice.

use std::sync::Arc;

use insta::assert_snapshot;

use super::catalog::TYPES;
use super::{faults, project, told};
use crate::compile::{stack_order, validate_stage};

#[test]
fn two_policies_of_one_bucket_are_told_with_both_places() {
    assert_snapshot!(faults(r#"
resources:
  bucket: {type: aws_s3_bucket, properties: {bucket: acme-data}}
  tls: {type: aws_s3_bucket_policy, properties: {bucket: "${bucket.id}"}}
  readers: {type: aws_s3_bucket_policy, properties: {bucket: "${bucket.id}"}}
  also: {type: aws_s3_bucket_policy, properties: {bucket: acme-data}}
  other: {type: aws_s3_bucket_policy, properties: {bucket: acme-logs}}
"#), @r##"
main.yaml:5:3 duplicate-object: `tls` and `readers` are one object at AWS
  note: `tls` is declared at stages/test/main/main.yaml:4:3
  note: AWS keeps one aws_s3_bucket_policy with the same `bucket`
  help: declare it once: what one of them sets, the other takes back
main.yaml:6:3 duplicate-object: `tls` and `also` are one object at AWS
  note: `tls` is declared at stages/test/main/main.yaml:4:3
  note: AWS keeps one aws_s3_bucket_policy with the same `bucket`
  help: declare it once: what one of them sets, the other takes back
"##);
}

#[test]
fn names_are_compared_as_they_are_written() {
    assert_snapshot!(faults(r#"
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
  a: {type: aws_s3_bucket, properties: {bucket: "${vpc.id}-a"}}
  b: {type: aws_s3_bucket, properties: {bucket: "${vpc.id}-b"}}
  short: {type: aws_s3_bucket, properties: {bucket: "${vpc.id == 'vpc-1' ? 'x' : 'y'}"}}
  long: {type: aws_s3_bucket, properties: {bucket: "${vpc.id == 'vpc-2' ? 'x' : 'y'}"}}
  again: {type: aws_s3_bucket, properties: {bucket: "${vpc.id}-a"}}
"#), @r##"
main.yaml:8:3 duplicate-object: `a` and `again` are one object at AWS
  note: `a` is declared at stages/test/main/main.yaml:4:3
  note: AWS keeps one aws_s3_bucket with the same `bucket`
  help: declare it once: what one of them sets, the other takes back
"##);
}

#[test]
fn instances_of_one_declaration_have_one_mistake_in_common() {
    assert_snapshot!(faults(r#"
resources:
  all: {type: aws_s3_bucket, for_each: [a, b, c], properties: {bucket: acme-data}}
"#), @r##"
main.yaml:3:3 duplicate-object: `all["a"]` and `all["b"]` are one object at AWS
  note: `all["a"]` is declared at stages/test/main/main.yaml:3:3
  note: AWS keeps one aws_s3_bucket with the same `bucket`
  help: declare it once: what one of them sets, the other takes back
"##);
}

#[test]
fn rules_in_a_group_and_beside_it_are_told() {
    assert_snapshot!(faults(r#"
resources:
  web: {type: aws_security_group, properties: {name: web, ingress: [{from_port: 1, to_port: 1}]}}
  db: {type: aws_security_group, properties: {name: db}}
  one: {type: aws_vpc_security_group_ingress_rule, properties: {security_group_id: "${web.id}", cidr_ipv4: 10.0.0.0/8}}
  two: {type: aws_vpc_security_group_ingress_rule, properties: {security_group_id: "${db.id}", cidr_ipv4: 10.0.0.0/8}}
"#), @r##"
main.yaml:5:3 duplicate-object: `one` is one of what `web` holds in `ingress`
  note: `web` is declared at stages/test/main/main.yaml:3:3
  note: what is not written in `ingress` is taken away from `web`
  help: write it in `ingress`, or leave `ingress` out and write each as aws_vpc_security_group_ingress_rule
"##);
}

#[test]
fn stacks_of_a_stage_are_compared_through_outputs_and_names() {
    let project = project(&[
        (
            "main.yaml",
            r#"
resources:
  policy: {type: aws_s3_bucket_policy, properties: {bucket: "${stack.base.outputs.bucket}"}}
  rule: {type: aws_vpc_security_group_ingress_rule, properties: {security_group_id: "${stack.base.outputs.group}", cidr_ipv4: 10.0.0.0/8}}
"#,
        ),
        (
            "stages/test/base/base.yaml",
            r#"
resources:
  bucket: {type: aws_s3_bucket, properties: {bucket: acme-data}}
  policy: {type: aws_s3_bucket_policy, properties: {bucket: acme-data}}
  group: {type: aws_security_group, properties: {name: web, ingress: [{from_port: 1, to_port: 1}]}}
outputs:
  bucket: {value: "${bucket.id}"}
  group: {value: "${group.id}"}
"#,
        ),
    ]);
    let stacks: Vec<Arc<str>> = stack_order(&project).unwrap();
    assert_snapshot!(told(&validate_stage(&project, &stacks, &*TYPES)), @r##"
main.yaml:3:3 duplicate-object: `test/base:policy` and `test/main:policy` are one object at AWS
  note: `test/base:policy` is declared at stages/test/base/base.yaml:4:3
  note: AWS keeps one aws_s3_bucket_policy with the same `bucket`
  help: declare it once: what one of them sets, the other takes back
main.yaml:4:3 duplicate-object: `test/main:rule` is one of what `test/base:group` holds in `ingress`
  note: `test/base:group` is declared at stages/test/base/base.yaml:5:3
  note: what is not written in `ingress` is taken away from `test/base:group`
  help: write it in `ingress`, or leave `ingress` out and write each as aws_vpc_security_group_ingress_rule
"##);
}

#[test]
fn networks_of_several_stacks_are_compared_where_they_are_told_to_be_one() {
    let base = r#"
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
  other: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
  wide: {type: aws_subnet, properties: {vpc_id: "${vpc.id}", cidr_block: 10.0.0.0/20}}
outputs: {vpc: "${vpc.id}", other: "${other.id}", all: ["${vpc.id}"]}
"#;
    let main = r#"
resources:
  inside: {type: aws_subnet, properties: {vpc_id: "${stack.base.outputs.vpc}", cidr_block: 10.0.8.0/24}}
  listed: {type: aws_subnet, properties: {vpc_id: "${stack.base.outputs.all[0]}", cidr_block: 10.0.0.0/20}}
  elsewhere: {type: aws_subnet, properties: {vpc_id: "${stack.base.outputs.other}", cidr_block: 10.0.0.0/20}}
  beside: {type: aws_subnet, properties: {vpc_id: "${stack.base.outputs.vpc}", cidr_block: 10.0.16.0/20}}
  chosen: {type: aws_subnet, properties: {vpc_id: "${stack.base.outputs.vpc == 'x' ? 'vpc-1' : 'vpc-2'}", cidr_block: 10.0.0.0/22}}
"#;
    let project = project(&[("main.yaml", main), ("stages/test/base/base.yaml", base)]);
    let stacks: Vec<Arc<str>> = stack_order(&project).unwrap();
    assert_snapshot!(told(&validate_stage(&project, &stacks, &*TYPES)), @r##"
main.yaml:4:95 overlapping-subnets: subnets `test/base:wide` (10.0.0.0/20) and `test/main:listed` (10.0.0.0/20) overlap
  note: `test/base:wide` is 10.0.0.0/20 at stages/test/base/base.yaml:5:74
  note: `test/main:listed` is 10.0.0.0/20 at stages/test/main/main.yaml:4:95
main.yaml:3:92 overlapping-subnets: subnets `test/base:wide` (10.0.0.0/20) and `test/main:inside` (10.0.8.0/24) overlap
  note: `test/base:wide` is 10.0.0.0/20 at stages/test/base/base.yaml:5:74
  note: `test/main:inside` is 10.0.8.0/24 at stages/test/main/main.yaml:3:92
"##);
}
