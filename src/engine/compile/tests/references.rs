//! What names mean, and what is told of those that mean nothing.

use insta::assert_snapshot;

use super::{faults, graph, paths, properties};

#[test]
fn every_kind_of_name_has_its_value() {
    let graph = graph(&[(
        "main.yaml",
        r#"
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: "${stage.values.vpc_cidr}"}}
  private:
    type: aws_subnet
    for_each: ${stage.values.zones}
    properties:
      vpc_id: ${vpc.id}
      cidr_block: ${cidrsubnet(vpc.cidr_block, 4, each.index)}
      availability_zone: ${stage.region}${each.key}
  database:
    type: aws_db_instance
    properties:
      identifier: ${stage.name}-${stack.name}-${stage.account_id}
      subnet_ids: ${values(private).map(s, s.id)}
  copy:
    type: aws_db_instance
    properties:
      identifier: ${private.b.cidr_block}
      subnet_ids: ["${private[\"a\"].id}", "${private.c.availability_zone}"]
"#,
    )]);
    assert_eq!(paths(&graph), ["vpc", r#"private["a"]"#, r#"private["b"]"#, r#"private["c"]"#, "database", "copy"]);
    assert_snapshot!(properties(&graph, r#"private["b"]"#), @r#"{vpc_id: <vpc.id>, cidr_block: "10.20.16.0/20", availability_zone: "eu-west-1b"}"#);
    assert_snapshot!(properties(&graph, "database"), @r#"{identifier: "test-main-123456789012", subnet_ids: [<private["a"].id>, <private["b"].id>, <private["c"].id>]}"#);
    assert_snapshot!(properties(&graph, "copy"), @r#"{identifier: "10.20.16.0/20", subnet_ids: [<private["a"].id>, "eu-west-1c"]}"#);
}

#[test]
fn unknown_names_are_told_with_the_nearest_also_in_branches_never_taken() {
    assert_snapshot!(faults(r#"
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: "${stage.values.vpc_cdir}"}}
  logs: {type: aws_s3_bucket, properties: {bucket: "${true ? 'x' : vpcc.id}"}}
  more: {type: aws_s3_bucket, properties: {bucket: "${vpc.cidr_blok}"}}
  each: {type: aws_s3_bucket, properties: {bucket: "${each.key}"}}
  input: {type: aws_s3_bucket, properties: {bucket: "${inputs.name}"}}
  other: {type: aws_s3_bucket, properties: {bucket: "${stack.bootstrap.outputs.bucket}"}}
  far: {type: aws_s3_bucket, properties: {bucket: "${stages.prod.main.outputs.x}"}}
  value: {type: aws_s3_bucket, properties: {bucket: "${domain}"}}
"#), @"");
}

#[test]
fn unknown_types_and_dependencies_are_told() {
    assert_snapshot!(faults(r#"
resources:
  vpc: {type: aws_vcp, properties: {cidr_block: 10.0.0.0/16}}
  zones: {type: aws_availability_zones}
  logs: {type: aws_s3_bucket, depends_on: [vcp, "logs.id"]}
  triggered: {type: aws_s3_bucket, lifecycle: {replace_triggered_by: [nothing, logs.arm], ignore_changes: [bukcet, arn, tags]}}
"#), @"");
}

#[test]
fn a_resource_that_does_not_exist_is_null() {
    let graph = graph(&[(
        "main.yaml",
        r#"
resources:
  logs: {type: aws_s3_bucket, when: "${stage.name != 'test'}", properties: {bucket: logs}}
  a: {type: aws_s3_bucket, properties: {bucket: "${has(logs.bucket) ? 'there' : 'absent'}"}}
  b: {type: aws_s3_bucket, properties: {bucket: "${logs.?bucket.orValue('none')}"}}
  c: {type: aws_s3_bucket, properties: {bucket: "${logs == null ? 'null' : 'value'}"}}
"#,
    )]);
    assert_eq!(paths(&graph), ["a", "b", "c"]);
    let of = |path| properties(&graph, path);
    assert_eq!([of("a"), of("b"), of("c")], [r#"{bucket: "absent"}"#, r#"{bucket: "none"}"#, r#"{bucket: "null"}"#]);
}

#[test]
fn an_attribute_of_what_does_not_exist_is_explained() {
    assert_snapshot!(faults(r#"
resources:
  logs: {type: aws_s3_bucket, when: false, properties: {bucket: logs}}
  many: {type: aws_s3_bucket, for_each: [x, y], properties: {bucket: "${each.key}"}}
  a: {type: aws_s3_bucket, properties: {bucket: "${logs.arn}"}}
  b: {type: aws_s3_bucket, properties: {bucket: "${many.arn}"}}
  c: {type: aws_s3_bucket, properties: {bucket: "${many.z.arn}"}}
"#), @"");
}
