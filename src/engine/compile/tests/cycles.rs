//! Circles of references, and what is none.

use insta::assert_snapshot;

use super::{faults, graph, needs, run, told};

#[test]
fn a_circle_is_told_with_its_whole_path() {
    assert_snapshot!(faults(r#"
resources:
  a: {type: aws_s3_bucket, properties: {bucket: "${b.arn}"}}
  b: {type: aws_s3_bucket, properties: {bucket: "${c.arn}"}}
  c: {type: aws_s3_bucket, properties: {bucket: "${a.arn}"}}
  self: {type: aws_s3_bucket, properties: {bucket: "${self.arn}"}}
  after: {type: aws_s3_bucket, properties: {bucket: "${a.arn}"}}
"#), @r##"
main.yaml:3:52 reference-cycle: references go in a circle: a -> b -> c -> a
  note: `a` refers to `b` at stages/test/main/main.yaml:3:52
  note: `b` refers to `c` at stages/test/main/main.yaml:4:52
  note: `c` refers to `a` at stages/test/main/main.yaml:5:52
  help: take one of these references out: each resource needs the other to exist first
main.yaml:6:55 reference-cycle: references go in a circle: self -> self
  note: `self` refers to `self` at stages/test/main/main.yaml:6:55
  help: a declaration cannot refer to itself: its attributes are known once it exists
"##);
}

#[test]
fn a_circle_through_modules_is_told() {
    let compiled = run(&[
        (
            "modules/pass/module.yaml",
            "inputs: {x: string}\nresources:\n  logs: {type: aws_s3_bucket, properties: {bucket: \"${inputs.x}\"}}\noutputs:\n  arn: {value: \"${logs.arn}\"}\n",
        ),
        (
            "main.yaml",
            "modules:\n  one: {source: pass, inputs: {x: \"${two.arn}\"}}\n  two: {source: pass, inputs: {x: \"${one.arn}\"}}\n",
        ),
    ]);
    assert_snapshot!(told(&compiled.diagnostics), @r##"
modules/pass/module.yaml:3:55 reference-cycle: references go in a circle: one.logs -> one.inputs.x -> two.arn -> two.logs -> two.inputs.x -> one.arn -> one.logs
  note: `one.logs` refers to `one.inputs.x` at modules/pass/module.yaml:3:55
  note: `one.inputs.x` refers to `two.arn` at stages/test/main/main.yaml:2:38
  note: `two.arn` refers to `two.logs` at modules/pass/module.yaml:5:19
  note: `two.logs` refers to `two.inputs.x` at modules/pass/module.yaml:3:55
  note: `two.inputs.x` refers to `one.arn` at stages/test/main/main.yaml:3:38
  note: `one.arn` refers to `one.logs` at modules/pass/module.yaml:5:19
  help: take one of these references out: each resource needs the other to exist first
"##);
}

#[test]
fn modules_may_use_each_other_where_no_value_goes_in_a_circle() {
    let graph = graph(&[
        (
            "modules/two/module.yaml",
            r#"
inputs: {x: {type: string, default: none}, y: {type: string, default: none}}
resources:
  first: {type: aws_s3_bucket, properties: {bucket: "${inputs.x}"}}
  second: {type: aws_s3_bucket, properties: {bucket: "${inputs.y}"}}
outputs:
  first: {value: "${first.arn}"}
  second: {value: "${second.arn}"}
"#,
        ),
        (
            "main.yaml",
            r#"
modules:
  a: {source: two, inputs: {x: a, y: "${b.first}"}}
  b: {source: two, inputs: {x: b, y: "${a.first}"}}
"#,
        ),
    ]);
    assert_eq!(needs(&graph, "a.second"), ["b.first"]);
    assert_eq!(needs(&graph, "b.second"), ["a.first"]);
}

#[test]
fn rules_between_two_groups_are_no_circle() {
    let graph = graph(&[(
        "main.yaml",
        r#"
resources:
  a: {type: aws_security_group}
  b: {type: aws_security_group}
  ab: {type: aws_vpc_security_group_ingress_rule, properties: {security_group_id: "${a.id}", referenced_security_group_id: "${b.id}"}}
  ba: {type: aws_vpc_security_group_ingress_rule, properties: {security_group_id: "${b.id}", referenced_security_group_id: "${a.id}"}}
"#,
    )]);
    assert_eq!(needs(&graph, "ab"), ["a", "b"]);
}

#[test]
fn depends_on_can_make_a_circle() {
    assert_snapshot!(faults(r#"
resources:
  a: {type: aws_s3_bucket, depends_on: [b]}
  b: {type: aws_s3_bucket, for_each: "${a.bucket == 'x' ? ['y'] : []}"}
"#), @r##"
main.yaml:3:41 reference-cycle: references go in a circle: a -> b -> a
  note: `a` refers to `b` at stages/test/main/main.yaml:3:41
  note: `b` refers to `a` at stages/test/main/main.yaml:4:41
  help: take one of these references out: each resource needs the other to exist first
"##);
}
