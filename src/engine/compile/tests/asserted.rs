//! Conditions that the files state, `lifecycle` with expressions, and tags of a stack.

use insta::assert_snapshot;

use super::{Attributes, config, evaluated, faults, graph, run, shown, told};
use crate::model::Value;

#[test]
fn a_condition_that_does_not_hold_is_told_where_it_stands() {
    let compiled = run(&[
        (
            "modules/m/module.yaml",
            r#"
inputs:
  port: {type: int, validation: {assert: "${inputs.port > 1024}", message: "the port ${inputs.port} is one of the system's"}}
checks:
  - {assert: "${inputs.port % 2 == 0}", message: odd, severity: warning}
"#,
        ),
        (
            "main.yaml",
            r#"
modules:
  good: {source: m, inputs: {port: 8080}}
  bad: {source: m, inputs: {port: 81}}
locals: {count: 3}
checks:
  - {assert: "${locals.count == size(stage.values.zones)}", message: as many}
  - {assert: "${locals.count > 5}", message: too few}
  - {assert: "${locals.count}", message: no bool}
resources:
  many:
    type: aws_s3_bucket
    for_each: [a, bb]
    properties: {bucket: "${each.key}"}
    checks:
      - {assert: "${size(many[each.key].bucket) == 1}", message: "`${each.key}` is long"}
      - {assert: "${many[each.key].arn != ''}", message: "`${each.key}` has no ARN"}
"#,
        ),
    ]);
    assert_snapshot!(told(&compiled.diagnostics), @r#"
modules/m/module.yaml:3:42 (via main.yaml:4) check-failed: the port 81 is one of the system's
modules/m/module.yaml:5:14 (via main.yaml:4) check-failed: odd
main.yaml:8:14 check-failed: too few
  note: `locals.count` is declared at stages/test/main/main.yaml:5:10
main.yaml:9:14 wrong-type: `assert` must be true or false, found an int
  note: `locals.count` is declared at stages/test/main/main.yaml:5:10
main.yaml:16:18 check-failed: `bb` is long
"#);
}

#[test]
fn what_only_aws_tells_is_asked_when_it_is_known() {
    let graph = graph(&[(
        "main.yaml",
        r#"
resources:
  logs:
    type: aws_s3_bucket
    properties: {bucket: a}
    checks: [{assert: "${logs.arn.startsWith('arn:')}", message: "${logs.arn} is no ARN"}]
checks: [{assert: "${stage.name == 'test'}", message: never}]
"#,
    )]);
    assert!(graph.checks(&Attributes::default()).is_empty());
    let known = |arn: &str| Attributes::of([("logs", [("arn", Value::from(arn)), ("bucket", "a".into())].into())]);
    assert!(graph.checks(&known("arn:logs")).is_empty());
    assert_snapshot!(told(&graph.checks(&known("logs"))), @"main.yaml:6:23 check-failed: logs is no ARN");
}

#[test]
fn a_message_shows_nothing_sensitive_and_conditions_have_a_shape() {
    let files = [
        (
            "modules/m/module.yaml",
            "inputs: {p: {type: string, sensitive: true, validation: {assert: \"${size(inputs.p) > 99}\", message: \"short: ${inputs.p}\"}}}\n",
        ),
        ("main.yaml", "modules: {m: {source: m, inputs: {p: hunter2-hunter2}}}\n"),
    ];
    assert_snapshot!(told(&run(&files).diagnostics), @r#"
modules/m/module.yaml:1:66 (via main.yaml:1) check-failed: a condition does not hold
modules/m/module.yaml:1:111 invalid-value: the message of a check uses something sensitive
  help: messages are shown: say what is wrong without the value
"#);
    let project = config(&[(
        "main.yaml",
        "checks:\n  - {assert: yes, message: [a]}\n  - {message: x}\n  - {assert: \"${true}\", mesage: x}\nresources:\n  a: {type: aws_s3_bucket, checks: {assert: \"${true}\"}}\ncheck: []\n",
    )]);
    assert_snapshot!(told(&project.diagnostics), @r#"
main.yaml:2:14 wrong-type: expected an expression, found a string
  help: write `${…}`: what it gives is true or false
main.yaml:2:28 wrong-type: expected a string, found a list
main.yaml:3:5 missing-key: a check needs `assert`
main.yaml:4:25 unknown-key: `mesage` is no key of a check
  help: did you mean `message`?
main.yaml:6:36 wrong-type: expected a list of checks, found a map
  help: write `- {assert: …, message: …}`
main.yaml:7:1 unknown-key: `check` is no key of a stack file
  help: did you mean `checks`?
"#);
}

#[test]
fn lifecycle_takes_expressions_over_what_is_known_while_planning() {
    let graph = graph(&[(
        "main.yaml",
        r#"
locals: {critical: "${stage.name == 'test'}"}
resources:
  many:
    type: aws_s3_bucket
    for_each: {a: true, b: false}
    lifecycle: {prevent_destroy: "${each.value}", create_before_destroy: "${locals.critical}"}
"#,
    )]);
    let of = |key: &str| graph.resources[&super::at(&format!("many[\"{key}\"]"))].lifecycle.clone();
    assert_eq!((of("a").prevent_destroy, of("b").prevent_destroy), (Some(true), Some(false)));
    assert!(of("a").create_before_destroy);
}

#[test]
fn a_decision_of_lifecycle_that_is_none_is_told() {
    assert_snapshot!(faults(r#"
resources:
  a: {type: aws_s3_bucket, lifecycle: {prevent_destroy: "${b.arn == 'x'}"}}
  b: {type: aws_s3_bucket, lifecycle: {prevent_destroy: "${stage.name}", create_before_destroy: "${stge.name}"}}
"#), @r#"
main.yaml:3:57 not-known-before-apply: `prevent_destroy` depends on what is known only after apply: b.arn
  help: let it use inputs and values of the stage
main.yaml:4:57 wrong-type: `prevent_destroy` must be true or false, found a string
main.yaml:4:100 unknown-reference: there is no `stge` here
  help: did you mean `stage`?
"#);
}

#[test]
fn tags_of_a_stack_go_over_those_of_the_stage() {
    let graph = graph(&[
        (
            "a.yaml",
            "tags: {team: data, stack: \"${stack.name}\"}\nresources:\n  a: {type: aws_s3_bucket, properties: {tags: {own: 1}}}\n",
        ),
        ("b.yaml", "tags: {cost: \"${stage.tags.team}\"}\n"),
    ]);
    let a = evaluated(&graph, "a");
    assert_eq!(
        shown(&a.properties["tags_all"]),
        r#"{team: "data", stage: "test", stack: "main", cost: "platform", own: "1"}"#
    );
    let project = config(&[("a.yaml", "tags: {x: 1}\n"), ("b.yaml", "tags: {x: 2}\n"), ("c.yaml", "tags: [x]\n")]);
    assert_snapshot!(told(&project.diagnostics), @r#"
b.yaml:1:8 duplicate-key: the tag `x` of the stack is written twice
  note: it is first at stages/test/main/a.yaml:1:8
c.yaml:1:7 wrong-type: expected a map, found a list
"#);
    assert_snapshot!(faults("tags: {x: [1], \"aws:y\": z, z: \"${locals.a}\"}\nlocals: {a: 1}\n"), @r#"
main.yaml:1:11 wrong-type: the tag `x` must be a string, found a list
main.yaml:1:16 invalid-value: the tag `aws:y` belongs to AWS
  help: tags that begin with `aws:` or `wildfire:` cannot be written
main.yaml:1:34 unknown-reference: `locals` has no meaning in the tags of a stack
  help: `tags` of a stack may use `stage` and `stack.name`
"#);
}
