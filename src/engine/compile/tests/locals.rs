//! Locals: values with a name, computed when something asks for them.

use insta::assert_snapshot;

use super::catalog::TYPES;
use super::{Attributes, at, evaluated_with, faults, graph, needs, properties, run, shown, told};
use crate::compile::{Facts, compile};
use crate::model::Value;

#[test]
fn locals_refer_to_each_other_to_values_and_to_resources_in_any_order() {
    let graph = graph(&[
        (
            "main.yaml",
            r#"
resources:
  logs: {type: aws_s3_bucket, properties: {bucket: "${locals.names.logs}"}}
  audit: {type: aws_s3_bucket, for_each: "${locals.zones}", properties: {bucket: "${locals.prefix}-${each.key}", tags: {of: "${locals.target}"}}}
locals:
  names: {logs: "${locals.prefix}-logs", version: 1.30}
  target: ${logs.arn}
outputs:
  version: ${locals.names.version}
"#,
        ),
        ("more.yaml", "locals:\n  prefix: acme-${stage.name}\n  zones: [a, b]\n"),
    ]);
    assert_eq!(properties(&graph, "logs"), r#"{bucket: "acme-test-logs"}"#);
    assert_eq!(properties(&graph, "audit[\"b\"]"), r#"{bucket: "acme-test-b", tags: {of: <logs.arn>}}"#);
    assert_eq!(needs(&graph, "audit[\"b\"]"), ["logs"]);
    assert_eq!(needs(&graph, "logs"), [""; 0]);
    let outputs = graph.outputs(&Attributes::default()).unwrap();
    assert_eq!(shown(&outputs["version"].value), r#""1.30""#);
    let known = Attributes::of([("logs", [("arn", "arn:logs".into())].into())]);
    let audit = Value::Map(evaluated_with(&graph, "audit[\"a\"]", &known).properties);
    assert!(shown(&audit).contains("of: \"arn:logs\""), "{}", shown(&audit));
}

#[test]
fn a_local_of_a_module_sees_its_inputs_and_each_call_has_its_own() {
    let graph = graph(&[
        (
            "modules/bucket/module.yaml",
            "inputs: {name: string}\nlocals:\n  full: \"acme-${inputs.name}\"\nresources:\n  it: {type: aws_s3_bucket, properties: {bucket: \"${locals.full}\"}}\noutputs: {name: \"${locals.full}\"}\n",
        ),
        (
            "main.yaml",
            "modules:\n  some: {source: bucket, for_each: [a, b], inputs: {name: \"${each.key}\"}}\nlocals: {all: \"${values(some).map(s, s.name)}\"}\noutputs: {all: \"${locals.all}\"}\n",
        ),
    ]);
    assert_eq!(properties(&graph, "some[\"b\"].it"), r#"{bucket: "acme-b"}"#);
    let outputs = graph.outputs(&Attributes::default()).unwrap();
    assert_eq!(shown(&outputs["all"].value), r#"["acme-a", "acme-b"]"#);
}

#[test]
fn what_nobody_asks_for_is_not_computed() {
    let graph = graph(&[(
        "main.yaml",
        "locals:\n  none: ${[1][5]}\n  some: ${stage.values.zones}\noutputs:\n  first: \"${size(locals.some) > 9 ? locals.none : locals.some[0]}\"\n",
    )]);
    assert_eq!(shown(&graph.outputs(&Attributes::default()).unwrap()["first"].value), r#""a""#);
}

#[test]
fn a_circle_of_locals_is_told_with_its_places() {
    assert_snapshot!(faults(r#"
locals:
  a: ${locals.b + 1}
  b: "${locals.c}"
  c: {x: "${locals.a}"}
  self: ${locals.self}
resources:
  logs: {type: aws_s3_bucket, properties: {bucket: "${locals.a}"}}
import:
  - {to: logs, id: "${locals.c.x}"}
"#), @r#"
main.yaml:3:8 reference-cycle: references go in a circle: locals.a -> locals.b -> locals.c -> locals.a
  note: `locals.a` refers to `locals.b` at stages/test/main/main.yaml:3:8
  note: `locals.b` refers to `locals.c` at stages/test/main/main.yaml:4:9
  note: `locals.c` refers to `locals.a` at stages/test/main/main.yaml:5:13
  help: take one of these references out: each value needs the other first
main.yaml:6:11 reference-cycle: references go in a circle: locals.self -> locals.self
  note: `locals.self` refers to `locals.self` at stages/test/main/main.yaml:6:11
  help: a local cannot refer to itself: give one of the two another name
"#);
}

#[test]
fn a_circle_through_a_resource_and_a_local_is_told() {
    assert_snapshot!(faults(r#"
locals: {arn: "${logs.arn}"}
resources:
  logs: {type: aws_s3_bucket, properties: {bucket: "${locals.arn}"}}
"#), @r#"
main.yaml:4:55 reference-cycle: references go in a circle: logs -> locals.arn -> logs
  note: `logs` refers to `locals.arn` at stages/test/main/main.yaml:4:55
  note: `locals.arn` refers to `logs` at stages/test/main/main.yaml:2:18
  help: take one of these references out: each resource needs the other to exist first
"#);
}

#[test]
fn names_that_are_no_locals_are_told() {
    let text = r#"
locals:
  prefix: acme
  each: ${each.key}
  not-a-name: 1
outputs:
  a: ${locals.prefx}
  b: ${local.prefix}
  c: ${prefix}
  d: ${locals}
"#;
    let project = super::config(&[("main.yaml", text)]);
    assert_snapshot!(told(&project.diagnostics), @r#"
main.yaml:5:3 invalid-value: `not-a-name` is not a name
  help: in an expression `-` is a minus: write `not_a_name`, and keep the dash in the name of the thing at AWS
"#);
    let compiled = compile(&project, "main", &*TYPES, &Facts::default());
    assert_snapshot!(told(&compiled.diagnostics), @r#"
main.yaml:4:11 unknown-reference: `each` has no meaning here
  help: `each` is known inside a declaration with `for_each`; a module's body does not see the `each` of its call: pass it as an input
main.yaml:7:8 unknown-reference: there is no local `prefx` here
  help: did you mean `prefix`?
main.yaml:8:8 unknown-reference: there is no `local` here
  help: a local is written `locals.<name>`, a value of the stage `stage.values.<name>`
main.yaml:9:8 unknown-reference: there is no `prefix` here
  help: a local is written `locals.prefix`
main.yaml:10:8 unknown-reference: `locals` alone has no value
  help: write `locals.<name>`
"#);
}

#[test]
fn what_is_wrong_with_a_value_names_the_local_that_it_came_through() {
    assert_snapshot!(faults(r#"
locals:
  port: none
  range: 10.0.0.0/99
  zones: 5
resources:
  db: {type: aws_db_instance, properties: {identifier: a, port: "${locals.port}"}}
  net: {type: aws_vpc, properties: {cidr_block: "${cidrsubnet(locals.range, 4, 0)}"}}
  many: {type: aws_s3_bucket, for_each: "${locals.zones}"}
"#), @r#"
main.yaml:7:65 wrong-type: `port` must be an int, found a string
  note: `locals.port` is declared at stages/test/main/main.yaml:3:3
main.yaml:8:52 evaluation-failed: cidrsubnet: "10.0.0.0/99" has more than 32 bits
  note: `locals.range` is declared at stages/test/main/main.yaml:4:3
main.yaml:9:41 wrong-type: `for_each` takes a list of strings or a map, found an int
  note: `locals.zones` is declared at stages/test/main/main.yaml:5:3
"#);
}

#[test]
fn a_value_of_a_wrong_type_for_an_input_names_the_local() {
    let compiled = run(&[
        ("modules/m/module.yaml", "inputs: {port: int}\noutputs: {port: \"${inputs.port}\"}\n"),
        (
            "main.yaml",
            "locals: {port: none}\nmodules:\n  m: {source: m, inputs: {port: \"${locals.port}\"}}\noutputs: {port: \"${m.port}\"}\n",
        ),
    ]);
    assert_snapshot!(told(&compiled.diagnostics), @r#"
main.yaml:3:33 invalid-input: the input `port` must be an int, found a string
  note: it is declared at modules/m/module.yaml:1:10
  note: `locals.port` is declared at stages/test/main/main.yaml:1:10
"#);
}

#[test]
fn a_local_is_sensitive_where_it_reads_something_sensitive() {
    let files = [
        (
            "modules/m/module.yaml",
            r#"
inputs: {password: {type: string, sensitive: true}}
locals:
  app: {user: shop, password: "${inputs.password}"}
  copy: ${locals.app}
resources:
  fine: {type: aws_s3_bucket, properties: {bucket: "${locals.app.user}"}}
  keys: {type: aws_s3_bucket, for_each: "${keys(locals.copy)}", properties: {bucket: "${each.key}"}}
  db: {type: aws_db_instance, properties: {identifier: a, password: "${locals.copy.password}"}}
  named: {type: aws_s3_bucket, properties: {bucket: "${locals.copy.password}"}}
outputs: {user: "${locals.app.user}"}
"#,
        ),
        (
            "main.yaml",
            "modules:\n  m: {source: m, inputs: {password: hunter2-hunter2}}\noutputs: {user: \"${m.user}\"}\n",
        ),
    ];
    let compiled = compile(&super::project(&files), "main", &*TYPES, &Facts::default());
    assert_snapshot!(told(&compiled.diagnostics), @r#"
modules/m/module.yaml:10:56 invalid-value: `bucket` of `named` uses something sensitive
  help: AWS makes ids and ARNs of it, which are shown and kept: use something that may be shown
"#);
    let graph = compiled.graph;
    assert!(!graph.outputs(&Attributes::default()).unwrap()["user"].sensitive);
    let db = graph.evaluate(&at("m.db"), &Attributes::default()).unwrap();
    assert_eq!(db.sensitive.iter().map(ToString::to_string).collect::<Vec<_>>(), ["password"]);
}

#[test]
fn one_local_is_declared_once() {
    let project =
        super::config(&[("a.yaml", "locals: {x: 1}\n"), ("b.yaml", "locals: {x: 2}\n"), ("c.yaml", "local: {}\n")]);
    assert_snapshot!(told(&project.diagnostics), @r#"
b.yaml:1:10 duplicate-address: the local `x` is declared twice
  note: it is first at stages/test/main/a.yaml:1:10
c.yaml:1:1 unknown-key: `local` is no key of a stack file
  help: did you mean `locals`?
"#);
}
