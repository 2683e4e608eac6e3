//! `moved`, `removed`, `import`, `lifecycle`.

use insta::assert_snapshot;

use super::{faults, graph, needs};

#[test]
fn entries_that_contradict_the_declarations_are_told() {
    assert_snapshot!(faults(r#"
resources:
  logs: {type: aws_s3_bucket}
  many: {type: aws_s3_bucket, for_each: [a, b]}
moved:
  - {from: logs, to: other}
  - {from: old, to: lgs}
  - {from: same, to: same}
  - {from: many, to: "many[\"a\"]"}
removed:
  - {from: "many[\"b\"]"}
  - {from: many}
  - {from: "many[\"z\"]", destroy: false}
import:
  - {to: lgos, id: x}
  - {to: logs, id: "${logs.bucket}"}
"#), @r##"
main.yaml:6:12 duplicate-address: `logs` is moved away and still declared
  help: give the declaration its new name, or take the `moved` entry out
main.yaml:7:21 unknown-address: `old` is moved to `lgs`, which is not declared
  help: did you mean `logs`?
main.yaml:8:12 invalid-value: `same` is moved to itself
main.yaml:11:12 duplicate-address: `many["b"]` is in `removed` and still declared
  help: take the declaration out, or the `removed` entry
main.yaml:12:12 duplicate-address: `many` is in `removed` and still declared
  help: take the declaration out, or the `removed` entry
main.yaml:15:10 unknown-address: `lgos` is to be imported and not declared
  help: did you mean `logs`?
"##);
}

#[test]
fn lifecycle_is_resolved() {
    let graph = graph(&[(
        "main.yaml",
        r#"
resources:
  many: {type: aws_s3_bucket, for_each: [a, b]}
  one: {type: aws_s3_bucket, lifecycle: {prevent_destroy: true, ignore_changes: [bucket], replace_triggered_by: [many.a.arn]}}
  all: {type: aws_s3_bucket, lifecycle: {create_before_destroy: true, ignore_changes: all, replace_triggered_by: [many]}}
  pair: {type: aws_s3_bucket, for_each: [a, b], lifecycle: {replace_triggered_by: ["many[each.key]"]}}
import:
  - {to: one, id: "${stage.name}-bucket"}
"#,
    )]);
    let lifecycle = |path: &str| graph.resources[&super::at(path)].lifecycle.clone();
    let triggers = |path: &str| {
        let triggers = lifecycle(path).replace_triggered_by;
        triggers.iter().map(|(address, name)| format!("{}/{name:?}", address.path())).collect::<Vec<_>>().join(" ")
    };
    assert_eq!((lifecycle("one").prevent_destroy, lifecycle("all").prevent_destroy), (Some(true), None));
    assert!(lifecycle("all").create_before_destroy);
    assert_eq!(lifecycle("one").ignore_changes, ["bucket"]);
    assert_eq!(triggers("one"), r#"many["a"]/Some("arn")"#);
    assert_eq!(triggers("all"), r#"many["a"]/None many["b"]/None"#);
    assert_eq!(triggers(r#"pair["b"]"#), r#"many["b"]/None"#);
    assert_eq!(needs(&graph, "one"), [r#"many["a"]"#]);
    assert_eq!(graph.imports[0].id.as_ref().unwrap().as_str(), "test-bucket");
}
