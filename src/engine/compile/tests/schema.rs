//! Properties against the schema.

use insta::assert_snapshot;

use super::faults;

#[test]
fn faults_of_a_declaration_say_whose_they_are() {
    let yaml = "resources:\n  vpc: {type: aws_vpc, properties: {cidr_blok: x}}\n  typo: {type: aws_vcp}\noutputs:\n  x: ${none}\nmodules:\n  one: {source: part}\n  two: {source: twice}\n  three: {source: twice}\n";
    let body = "resources:\n  inner:\n    type: aws_vpc\n    properties: {cidr_blok: x}\n";
    let compiled =
        super::run(&[("main.yaml", yaml), ("modules/part/module.yaml", body), ("modules/twice/module.yaml", body)]);
    let found: Vec<String> = compiled
        .diagnostics
        .iter()
        .map(|fault| {
            let address = fault.address.as_ref().map(ToString::to_string);
            format!("{} {}", fault.code.name(), address.unwrap_or_default())
        })
        .collect();
    assert_eq!(
        found,
        [
            "unknown-property test/main:one.inner",
            // Two modules stand for it.
            "unknown-property ",
            "unknown-property test/main:vpc",
            "unknown-type test/main:typo",
            "unknown-reference ",
        ]
    );
}

#[test]
fn a_declaration_with_a_wrong_key_is_told_once() {
    let project = super::config(&[(
        "main.yaml",
        "resources:\n  a: {type: aws_vpc, propertes: {cidr_block: 10.0.0.0/16}}\n  b: {type: aws_subnet, properties: [x]}\n  c:\n    type: aws_vpc\n    for_each: true\n    properties: {cidr_block: 10.0.0.0/16, tags: {a: \"${each.key}\"}}\n",
    )]);
    assert_eq!(project.diagnostics.len(), 3);
    let compiled = super::compile(&project, "main", &*super::TYPES, &super::Facts::default());
    assert_eq!(super::told(&compiled.diagnostics), "");
}

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
"#), @r##"
main.yaml:6:7 unknown-property: `aws_vpc` has no property `cidr_blok`
  help: did you mean `cidr_block`?
main.yaml:7:7 computed-property: `arn` of `aws_vpc` is set by AWS and cannot be written
main.yaml:8:7 computed-property: `tags_all` is made of the stage's tags and `tags`, and cannot be written
  help: write `tags`
main.yaml:9:7 unknown-property: `aws_vpc` has no property `timeouts`
  help: `timeouts` stands beside `properties`, not inside
main.yaml:10:25 invalid-value: `instance_tenancy` cannot be "dedicatd"
  note: it is one of `default`, `dedicated`
  help: did you mean `dedicated`?
main.yaml:11:27 wrong-type: `enable_dns_support` must be true or false, found an int
main.yaml:12:3 missing-property: `aws_subnet` needs the property `vpc_id`
main.yaml:12:55 wrong-type: `cidr_block` must be a string, found a list
main.yaml:16:16 wrong-type: `ingress` must be a list of maps, found a map
  help: write a list of maps, with `-` before the first key, even for a single `ingress`
main.yaml:21:27 unknown-property: `ingress[0]` of `aws_security_group` has no property `to_prt`
  help: did you mean `to_port`?
main.yaml:22:23 wrong-type: `ingress[1].from_port` must be an int, found a string
main.yaml:25:18 unsupported-property: `character_set_name` of `aws_db_instance` is not supported: it is for Oracle only
main.yaml:25:50 wrong-type: `scaling` must be a map, found a list of 2
  help: AWS takes one of these at most
main.yaml:25:102 wrong-type: `subnet_ids` must be a list, found a string
  help: write a list of one: `[…]`
main.yaml:26:55 invalid-value: `policy` is not valid JSON: EOF while parsing a value at line 1 column 5
  help: it can be written as YAML instead
main.yaml:27:57 wrong-type: `policy` must be a JSON document (a map, a list or a JSON string), found an int
"##);
}

#[test]
fn sets_of_properties_are_checked() {
    assert_snapshot!(faults(r#"
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16, ipv4_ipam_pool_id: x}}
  none: {type: aws_route53_record, properties: {name: a}}
  both: {type: aws_route53_record, properties: {name: a, records: [x], alias: {name: y}}}
  nothing: {type: aws_route53_record, properties: {name: null, records: ["${vpc.id}"]}}
"#), @r##"
main.yaml:3:81 conflicting-properties: `cidr_block` and `ipv4_ipam_pool_id` cannot be written together
main.yaml:4:3 missing-property: `aws_route53_record` needs one of `records`, `alias`
main.yaml:5:79 conflicting-properties: only one of `records`, `alias` can be written
  note: `records` and `alias` are written
main.yaml:6:3 missing-property: `aws_route53_record` needs the property `name`
"##);
}

#[test]
fn computed_values_are_checked_like_written_ones() {
    assert_snapshot!(faults(r#"
resources:
  group:
    type: aws_security_group
    for_each: [a, b]
    properties: {ingress: "${[{'from_port': 1, 'to_port': 'x' + each.key, 'sort': 1}]}", name: "${['x']}"}
"#), @r##"
main.yaml:6:27 wrong-type: `ingress[0].to_port` must be an int, found a string
main.yaml:6:27 unknown-property: `ingress[0]` of `aws_security_group` has no property `sort`
  help: `wildfire explain aws_security_group` lists what there is
main.yaml:6:96 wrong-type: `name` must be a string, found a list
"##);
}

#[test]
fn a_declaration_without_instances_is_checked_too() {
    assert_snapshot!(faults(r#"
resources:
  none: {type: aws_vpc, when: false, properties: {cidr_blok: x}}
  empty: {type: aws_subnet, for_each: [], properties: {cidr_block: "${each.key}"}}
"#), @r##"
main.yaml:3:51 unknown-property: `aws_vpc` has no property `cidr_blok`
  help: did you mean `cidr_block`?
main.yaml:4:3 missing-property: `aws_subnet` needs the property `vpc_id`
"##);
}

#[test]
fn the_catalog_has_its_say() {
    assert_snapshot!(faults("resources:\n  logs: {type: aws_s3_bucket, properties: {bucket: a_b}}\n"), @r##"
main.yaml:2:52 invalid-value: a bucket's name has no `_`
  help: use `-`
"##);
}
