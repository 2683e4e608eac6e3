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
  every: {type: aws_s3_bucket, properties: {bucket: "${each.key}"}}
  input: {type: aws_s3_bucket, properties: {bucket: "${inputs.name}"}}
  other: {type: aws_s3_bucket, properties: {bucket: "${stack.bootstrap.outputs.bucket}"}}
  far: {type: aws_s3_bucket, properties: {bucket: "${stages.prod.main.outputs.x}"}}
  value: {type: aws_s3_bucket, properties: {bucket: "${domain}"}}
"#), @r##"
main.yaml:3:52 unknown-reference: `stage.values` has no `vpc_cdir`
  help: did you mean `vpc_cidr`?
main.yaml:4:68 unknown-reference: there is no `vpcc` here
  help: did you mean `vpc`?
main.yaml:5:55 unknown-reference: aws_vpc `vpc` has no attribute `cidr_blok`
  help: did you mean `cidr_block`?
main.yaml:6:56 unknown-reference: `each` has no meaning here
  help: `each` is known inside a declaration with `for_each`; a module's body does not see the `each` of its call: pass it as an input
main.yaml:7:56 unknown-reference: `inputs` exist in modules only
  help: values of the stage are written `stage.values.<name>`
main.yaml:8:56 unknown-reference: stage `test` has no stack `bootstrap`
  help: there is only `main`
main.yaml:9:54 unknown-reference: there is no stage `prod`
  help: there is only `test`
main.yaml:10:56 unknown-reference: there is no `domain` here
  help: a value of the stage is written `stage.values.domain`
"##);
}

#[test]
fn unknown_types_and_dependencies_are_told() {
    assert_snapshot!(faults(r#"
resources:
  vpc: {type: aws_vcp, properties: {cidr_block: 10.0.0.0/16}}
  zones: {type: aws_availability_zones}
  logs: {type: aws_s3_bucket, depends_on: [vcp, "logs.id"]}
  triggered: {type: aws_s3_bucket, lifecycle: {replace_triggered_by: [nothing, logs.arm], ignore_changes: [bukcet, arn, tags]}}
"#), @r#"
main.yaml:3:15 unknown-type: there is no resource type `aws_vcp`
  help: did you mean `aws_vpc`?
main.yaml:4:17 unknown-type: there is no resource type `aws_availability_zones`
  help: `aws_availability_zones` is read, not managed: declare it under `data`
main.yaml:5:44 unknown-reference: `depends_on`: there is no resource or module `vcp`
  help: did you mean `vpc`?
main.yaml:5:49 unknown-reference: `depends_on`: there is no resource or module `logs.id`
  help: a whole resource or module is named: write `logs`
main.yaml:6:71 unknown-reference: `replace_triggered_by`: there is no `nothing` here
  help: names are resources and modules of the same stack or module, `data`, `inputs`, `locals`, `stage`, `stack`, `stages` and `each`
main.yaml:6:80 unknown-reference: `replace_triggered_by`: aws_s3_bucket `logs` has no attribute `arm`
  help: did you mean `arn`?
main.yaml:6:108 unknown-property: `ignore_changes`: `aws_s3_bucket` has no property `bukcet`
  help: did you mean `bucket`?
main.yaml:6:116 unknown-property: `ignore_changes`: `aws_s3_bucket` has no property `arn`
  help: AWS sets it, so it is never a change
"#);
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
"#), @r##"
main.yaml:5:57 evaluation-failed: `logs` does not exist here: its `when` is false
  help: `logs.?attribute.orValue(…)` gives a value for that case
main.yaml:6:57 evaluation-failed: `many` has no instance "arn"
  help: it has `for_each`: write `many["key"]`, or `values(many).map(one, one.arn)`
main.yaml:7:57 evaluation-failed: `many` has no instance "z"
  help: it has `for_each`: write `many["key"]`, or `values(many).map(one, one.z)`
"##);
}
