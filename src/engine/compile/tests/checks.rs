//! Networks.

use insta::assert_snapshot;

use super::{faults, run, told};

#[test]
fn misaligned_and_invalid_blocks_are_told() {
    assert_snapshot!(faults(r#"
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: 10.0.1.0/20}}
  address: {type: aws_vpc_security_group_ingress_rule, properties: {security_group_id: x, cidr_ipv4: 10.0.0.1}}
  nested: {type: aws_security_group, properties: {ingress: [{from_port: 1, to_port: 1, cidr_blocks: [0.0.0.0/0, nonsense]}]}}
"#), @r##"
main.yaml:3:49 invalid-cidr: `cidr_block`: 10.0.1.0/20 has bits set behind its prefix
  help: did you mean 10.0.0.0/20?
main.yaml:4:102 invalid-cidr: `cidr_ipv4`: "10.0.0.1" is not a CIDR block
  help: a single address is written 10.0.0.1/32
main.yaml:5:113 invalid-cidr: `ingress[0].cidr_blocks[1]`: "nonsense" is not a CIDR block
  help: a block is written 10.0.0.0/16
"##);
}

#[test]
fn subnets_of_one_vpc_must_not_overlap() {
    assert_snapshot!(faults(r#"
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
  other: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
  a: {type: aws_subnet, properties: {vpc_id: "${vpc.id}", cidr_block: 10.0.0.0/20}}
  b: {type: aws_subnet, properties: {vpc_id: "${vpc.id}", cidr_block: 10.0.8.0/24}}
  c: {type: aws_subnet, properties: {vpc_id: "${other.id}", cidr_block: 10.0.0.0/20}}
  outside: {type: aws_subnet, properties: {vpc_id: "${vpc.id}", cidr_block: 10.1.0.0/20}}
"#), @r##"
main.yaml:6:71 overlapping-subnets: subnets `a` (10.0.0.0/20) and `b` (10.0.8.0/24) overlap
  note: `a` is 10.0.0.0/20 at stages/test/main/main.yaml:5:71
  note: `b` is 10.0.8.0/24 at stages/test/main/main.yaml:6:71
main.yaml:8:77 invalid-cidr: subnet `outside` (10.1.0.0/20) lies outside of its VPC's `10.0.0.0/16`
"##);
}

#[test]
fn subnets_overlap_through_modules_too() {
    let compiled = run(&[
        (
            "modules/subnet/module.yaml",
            "inputs: {vpc: string, cidr: string}\nresources:\n  subnet: {type: aws_subnet, properties: {vpc_id: \"${inputs.vpc}\", cidr_block: \"${inputs.cidr}\"}}\n",
        ),
        (
            "main.yaml",
            r#"
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
modules:
  one: {source: subnet, inputs: {vpc: "${vpc.id}", cidr: 10.0.0.0/24}}
  two: {source: subnet, inputs: {vpc: "${vpc.id}", cidr: 10.0.0.0/24}}
"#,
        ),
    ]);
    assert_snapshot!(told(&compiled.diagnostics), @r##"
modules/subnet/module.yaml:3:80 (via main.yaml:6) overlapping-subnets: subnets `one.subnet` (10.0.0.0/24) and `two.subnet` (10.0.0.0/24) overlap
  note: `one.subnet` is 10.0.0.0/24 at modules/subnet/module.yaml:3:80, through stages/test/main/main.yaml:5:58
  note: `two.subnet` is 10.0.0.0/24 at modules/subnet/module.yaml:3:80, through stages/test/main/main.yaml:6:58
"##);
}
