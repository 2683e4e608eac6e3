//! Data sources, and expansions that wait.

use insta::assert_snapshot;

use super::{Attributes, at, catalog::TYPES, evaluated_with, graph, needs, paths, project, run, shown, told};
use crate::compile::{Facts, StackFacts, compile, validate};
use crate::model::{Address, StackId, Value};

const ZONES: &str = r#"
data:
  zones: {type: aws_availability_zones, properties: {state: available}}
resources:
  private:
    type: aws_subnet
    for_each: ${data.zones.names}
    properties: {vpc_id: "vpc-1", availability_zone: "${each.key}"}
  first: {type: aws_s3_bucket, properties: {bucket: "${data.zones.names[0]}"}}
  all: {type: aws_s3_bucket, properties: {bucket: "${join('-', keys(private))}"}}
"#;

#[test]
fn what_can_be_read_is_requested_and_then_used() {
    let project = project(&[("main.yaml", ZONES)]);
    let before = compile(&project, "main", &*TYPES, &Facts::default());
    assert!(before.diagnostics.is_empty(), "{}", told(&before.diagnostics));
    assert_eq!(paths(&before.graph), ["first", "all"]);
    let [request] = before.wanted.as_slice() else { panic!("{:?}", before.wanted) };
    assert_eq!((request.address.path(), request.type_name.as_ref()), ("data.zones", "aws_availability_zones"));
    assert_eq!(shown(&request.arguments), r#"{state: "available"}"#);

    let mut facts = Facts::default();
    let names = Value::List(vec!["a".into(), "b".into()]);
    facts.data.insert(at("data.zones"), [("names", names)].into());
    let after = compile(&project, "main", &*TYPES, &facts);
    assert!(after.wanted.is_empty());
    assert_eq!(paths(&after.graph), [r#"private["a"]"#, r#"private["b"]"#, "first", "all"]);
    let bucket = |path: &str| shown(&evaluated_with(&after.graph, path, &Attributes::default()).properties["bucket"]);
    assert_eq!([bucket("first"), bucket("all")], [r#""a""#, r#""a-b""#]);
    assert_ne!(before.graph.digest, after.graph.digest);
    assert!(validate(&project, "main", &*TYPES).is_empty());
}

#[test]
fn what_waits_for_a_resource_is_read_at_apply() {
    let compiled = run(&[(
        "main.yaml",
        r#"
data:
  parameter: {type: aws_ssm_parameter, properties: {name: "/x/${logs.arn}"}}
  later: {type: aws_ssm_parameter, properties: {name: /y}, depends_on: [logs]}
resources:
  logs: {type: aws_s3_bucket}
  reader: {type: aws_s3_bucket, properties: {bucket: "${data.parameter.arn}"}}
"#,
    )]);
    assert!(compiled.wanted.is_empty() && compiled.diagnostics.is_empty());
    let graph = compiled.graph;
    assert_eq!(needs(&graph, "reader"), ["logs"]);
    let paths = |addresses: Vec<Address>| addresses.iter().map(|one| one.path().to_string()).collect::<Vec<_>>();
    assert_eq!(paths(graph.data_needed(&at("reader")).into_iter().collect()), ["data.parameter"]);
    assert_eq!(paths(graph.data_dependencies(&at("data.parameter")).into_iter().collect()), ["logs"]);
    assert!(graph.readable_data(&Attributes::default()).is_empty());
    let known = Attributes::of([("logs", [("arn", "arn:logs".into())].into())]);
    let readable = graph.readable_data(&known);
    let readable: Vec<_> = readable.iter().map(|one| (one.address.path(), shown(&one.arguments))).collect();
    assert_eq!(
        readable,
        [("data.parameter", r#"{name: "/x/arn:logs"}"#.into()), ("data.later", r#"{name: "/y"}"#.into())]
    );
    let known = Attributes::of([("data.parameter", [("arn", "arn:parameter".into())].into())]);
    assert_eq!(shown(&evaluated_with(&graph, "reader", &known).properties["bucket"]), r#""arn:parameter""#);
}

#[test]
fn expansions_must_be_known() {
    let compiled = run(&[(
        "main.yaml",
        r#"
data:
  parameter: {type: aws_ssm_parameter, properties: {name: "/x/${logs.arn}"}}
resources:
  logs: {type: aws_s3_bucket, properties: {bucket: logs}}
  a: {type: aws_s3_bucket, for_each: ["${logs.arn}"]}
  b: {type: aws_s3_bucket, when: "${logs.arn != ''}"}
  c: {type: aws_s3_bucket, for_each: "${[data.parameter.arn]}"}
  d: {type: aws_s3_bucket, for_each: "${[{'name': 'x'}]}"}
  e: {type: aws_s3_bucket, for_each: [x, x]}
  f: {type: aws_s3_bucket, for_each: "${5}"}
  g: {type: aws_s3_bucket, when: "${'yes'}"}
  fine: {type: aws_s3_bucket, for_each: ["${logs.bucket}"], properties: {bucket: "${logs.arn}"}}
  unknown: {type: aws_s3_bucket, for_each: {k: "${logs.arn}"}, properties: {bucket: "${each.value}-k"}}
"#,
    )]);
    assert_snapshot!(told(&compiled.diagnostics), @r##"
main.yaml:6:38 not-known-before-apply: `for_each` of `a` depends on what is known only after apply
  note: it waits for `logs.arn`, declared at stages/test/main/main.yaml:5:3
  help: which resources there are must follow from the files: let `for_each` use what is written in YAML
main.yaml:7:34 not-known-before-apply: `when` of `b` depends on what is known only after apply
  note: it waits for `logs.arn`, declared at stages/test/main/main.yaml:5:3
  help: which resources there are must follow from the files: let `when` use what is written in YAML
main.yaml:8:38 not-known-before-apply: `for_each` of `c` depends on what is known only after apply
  note: it waits for `data.parameter.arn`, declared at stages/test/main/main.yaml:3:3
  help: which resources there are must follow from the files: let `for_each` use what is written in YAML
main.yaml:9:38 wrong-type: `for_each` takes a list of strings or a map, found a list with a map
  help: a map gives each instance a name of its own: `${zipmap(list.map(one, one.name), list)}`, or write `name: {…}`
main.yaml:10:38 invalid-value: `for_each` has "x" twice
  help: each instance is named by its key; `distinct(…)` leaves repetitions out
main.yaml:11:38 wrong-type: `for_each` takes a list of strings or a map, found an int
main.yaml:12:34 wrong-type: `when` must be true or false, found a string
"##);
    let known = Attributes::of([("logs", [("arn", "arn:logs".into())].into())]);
    let bucket = |path: &str| shown(&evaluated_with(&compiled.graph, path, &known).properties["bucket"]);
    assert_eq!([bucket(r#"fine["logs"]"#), bucket(r#"unknown["k"]"#)], [r#""arn:logs""#, r#""arn:logs-k""#]);
}

#[test]
fn outputs_of_other_stacks() {
    let files = [
        (
            "main.yaml",
            r#"
resources:
  logs: {type: aws_s3_bucket, properties: {bucket: "${stack.bootstrap.outputs.bucket}"}}
outputs:
  bucket: {value: "${logs.bucket}"}
"#,
        ),
        ("stages/test/bootstrap/main.yaml", "outputs: {bucket: {value: x}}\n"),
    ];
    let project = project(&files);
    let mut facts = Facts::default();
    let before = compile(&project, "main", &*TYPES, &facts).graph;
    let bucket = |graph: &crate::compile::DesiredGraph| {
        shown(&evaluated_with(graph, "logs", &Attributes::default()).properties["bucket"])
    };
    assert_eq!(bucket(&before), "<stack.bootstrap.outputs.bucket>");
    let outputs = StackFacts {
        outputs: [("bucket".to_string(), Value::from("known"))].into_iter().collect(),
        sensitive: ["bucket".to_string()].into(),
    };
    facts.outputs.insert(StackId::new("test", "bootstrap"), outputs);
    let after = compile(&project, "main", &*TYPES, &facts).graph;
    assert_eq!(bucket(&after), r#""known""#);
    assert!(after.outputs(&Attributes::default()).unwrap()["bucket"].sensitive);
    assert_ne!(before.digest, after.digest);
}

#[test]
fn the_console_sees_the_scope_of_the_stack() {
    let graph = graph(&[("main.yaml", "resources:\n  logs: {type: aws_s3_bucket, properties: {bucket: logs}}\n")]);
    let text = |text: &str| graph.evaluate_text(text, &Attributes::default()).map(|value| shown(&value));
    assert_eq!(text("logs.bucket + '-x'").unwrap(), r#""logs-x""#);
    assert_eq!(text("a ${logs.arn}").unwrap(), "<logs.arn>");
    assert!(text("nothing.at.all").is_err());
    assert!(text("1 +").is_err());
}
