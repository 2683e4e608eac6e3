//! Values of the stage with a type, and those that are set from outside.

use std::collections::BTreeMap;
use std::path::PathBuf;

use insta::assert_snapshot;

use super::catalog;
use super::{Attributes, at, properties, told};
use crate::compile::{Compiled, Facts, IngredientKind, compile};
use crate::config::{LoadOptions, MemoryFiles, Outside, Project, load_with};

const TYPES: &str = "\
account_id: \"123456789012\"
region: eu-west-1
values: {zones: [a], size: small}
value_types:
  image: {type: string, description: The tag that runs, pattern: '^[a-z0-9.:-]+$'}
  replicas: {type: int, default: 2, maximum: 9}
  zones: {list: string}
  size: string
  service: {type: {object: {port: {type: int, default: 80}, host: string}}, default: {host: a}}
  password: {type: string, sensitive: true, default: null}
";

fn outside(arguments: &[(&str, &str)], variables: &[(&str, &str)], files: &[&str]) -> Outside {
    let pairs =
        |all: &[(&str, &str)]| all.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect::<Vec<_>>();
    Outside {
        arguments: pairs(arguments),
        variables: pairs(variables),
        files: files.iter().map(PathBuf::from).collect(),
    }
}

fn project(main: &str, outside: Outside) -> Project {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    all.insert("wildfire.yaml".into(), "name: acme\nvalue_types: {team: {type: string, default: platform}}\n".into());
    all.insert("stages/test/stage.yaml".into(), TYPES.into());
    all.insert("stages/test/main/main.yaml".into(), main.into());
    all.insert("a.values.yaml".into(), "image: web:2\nzones: [x, y]\n".into());
    all.insert("b.values.yaml".into(), "image: web:3\nservice: {host: b, port: many}\nname: x\n".into());
    all.insert("c.values.yaml".into(), "image: ${stage.name}\n".into());
    let options = LoadOptions { outside, ..LoadOptions::default() };
    load_with(&MemoryFiles::new(all), PathBuf::new(), "test", &options)
        .unwrap_or_else(|faults| panic!("{}", told(&faults)))
}

const MAIN: &str = r#"
resources:
  logs:
    type: aws_s3_bucket
    for_each: ${stage.values.zones}
    properties:
      bucket: ${each.key}-${stage.values.size}
      tags: {image: "${stage.values.image}", port: "${stage.values.service.port + stage.values.replicas}", by: "${stage.values.team}"}
"#;

fn compiled(project: &Project) -> Compiled {
    compile(project, "main", &*catalog::TYPES, &Facts::default())
}

#[test]
fn values_are_set_by_arguments_files_and_variables_in_their_types() {
    let project = project(
        MAIN,
        outside(
            &[("replicas", "5"), ("service", "{host: c, port: 8080}")],
            &[("size", "1.30"), ("unrelated", "x")],
            &["a.values.yaml"],
        ),
    );
    assert_snapshot!(told(&project.diagnostics), @"");
    let compiled = compiled(&project);
    assert_snapshot!(told(&compiled.diagnostics), @"");
    assert_snapshot!(properties(&compiled.graph, "logs[\"y\"]"), @r#"{bucket: "y-1.30", tags: {image: "web:2", port: "8085", by: "platform"}}"#);
    let given: Vec<_> = compiled.graph.values.iter().map(|one| format!("{} by {}", one.name, one.by)).collect();
    assert_snapshot!(given.join("\n"), @r#"
image by a.values.yaml:1:1
replicas by `--value replicas`
zones by a.values.yaml:2:1
size by the variable WILDFIRE_VALUE_size
service by `--value service`
"#);
    let values = compiled.graph.ingredients().into_iter().filter(|one| one.kind == IngredientKind::Value);
    let values: Vec<_> = values.map(|one| format!("{} {}", one.name, one.text)).collect();
    assert_snapshot!(values.join("\n"), @r#"
image "web:2"
replicas 5
zones ["x","y"]
size "1.30"
service {"port":8080,"host":"c"}
"#);
}

#[test]
fn what_is_not_set_is_written_or_has_its_default() {
    let project = project(MAIN, outside(&[("image", "web:1")], &[], &[]));
    assert_snapshot!(properties(&compiled(&project).graph, "logs[\"a\"]"), @r#"{bucket: "a-small", tags: {image: "web:1", port: "82", by: "platform"}}"#);
}

#[test]
fn what_is_not_set_at_all_is_told_where_it_is_used() {
    let project = project(MAIN, outside(&[], &[], &[]));
    assert_snapshot!(told(&project.diagnostics), @"");
    assert_snapshot!(told(&compiled(&project).diagnostics), @r#"
stages/test/stage.yaml:5:3 missing-input: the value `image` of the stage `test` is not set
  note: `image`: The tag that runs
  help: set it with `--value image=…`, in a file for `--values-file`, with the variable WILDFIRE_VALUE_image, or under `values` of stage.yaml
"#);
}

#[test]
fn what_is_set_wrong_is_not_told_as_missing_too() {
    let project = project(MAIN, outside(&[("image", "a b")], &[], &[]));
    assert!(told(&project.diagnostics).starts_with("invalid-input: the value `image` must match"));
    assert_snapshot!(told(&compiled(&project).diagnostics), @"");
}

#[test]
fn what_is_set_wrong_is_told() {
    let project = project(
        MAIN,
        outside(
            &[
                ("image", "a b"),
                ("imge", "x"),
                ("replicas", "10"),
                ("zones", "[a, [b]]"),
                ("size", "${x}"),
                ("size", "b"),
            ],
            &[("image", "web:9"), ("password", "hunter2-hunter2")],
            &["a.values.yaml", "b.values.yaml", "none.yaml"],
        ),
    );
    assert_snapshot!(told(&project.diagnostics), @r#"
a.values.yaml:1:1 invalid-input: the value `image` is set twice
  note: by `--value image`
  note: and by a.values.yaml:1:1
a.values.yaml:2:1 invalid-input: the value `zones` is set twice
  note: by `--value zones`
  note: and by a.values.yaml:2:1
b.values.yaml:1:1 invalid-input: the value `image` is set twice
  note: by `--value image`
  note: and by b.values.yaml:1:1
b.values.yaml:2:1 invalid-input: the value `service.port` must be an int, found a string
  note: it is set by b.values.yaml:2:1
  note: it is declared at stages/test/stage.yaml:9:3
b.values.yaml:3:1 unknown-input: the stage `test` declares no value `name` that may be set from outside
  note: it is set by b.values.yaml:3:1
  help: declare it in stage.yaml or wildfire.yaml: `value_types: {name: string}`
none.yaml:1:1 file-unreadable: none.yaml cannot be read: entity not found
unknown-input: the stage `test` declares no value `imge` that may be set from outside
  note: it is set by `--value imge`
  help: did you mean `image`?
invalid-input: the value `size` is set twice
  note: by `--value size`
  note: and by `--value size`
invalid-input: the value `image` is set twice
  note: by `--value image`
  note: and by the variable WILDFIRE_VALUE_image
invalid-input: the value `image` must match `^[a-z0-9.:-]+$`; "a b" does not
  note: it is set by `--value image`
  note: `image`: The tag that runs
  note: it is declared at stages/test/stage.yaml:5:3
invalid-input: the value `replicas` must be at most 9; 10 is not
  note: it is set by `--value replicas`
  note: it is declared at stages/test/stage.yaml:6:3
invalid-input: the value `zones[1]` must be a string, found a list
  note: it is set by `--value zones`
  note: it is declared at stages/test/stage.yaml:7:3
"#);
    let project =
        super::given::project(MAIN, outside(&[("zones", "[${x}"), ("replicas", "0060")], &[], &["c.values.yaml"]));
    assert_snapshot!(told(&project.diagnostics), @r#"
c.values.yaml:1:8 wrong-type: the value `image` is a constant
  note: `image`: The tag that runs
  note: it is declared at stages/test/stage.yaml:5:3
  help: a file of values has no expressions: `$${` is a literal `${`
invalid-input: the value `replicas`: the number 0060 can be read in two ways
  note: it is set by `--value replicas`
  note: it is declared at stages/test/stage.yaml:6:3
  help: write 60, or 48 if an octal number is meant
invalid-input: the text of the value `zones` is no YAML without expressions: an expression with braces inside of `[…]` or `{…}` needs quotes
  note: it is set by `--value zones`
  note: it is declared at stages/test/stage.yaml:7:3
"#);
}

#[test]
fn a_sensitive_value_is_hidden_everywhere() {
    let main = r#"
resources:
  db: {type: aws_db_instance, properties: {identifier: a, password: "${stage.values.password}", tags: {x: "${locals.p}"}}}
  named: {type: aws_s3_bucket, properties: {bucket: "${stage.values.password}"}}
  keyed: {type: aws_s3_bucket, for_each: "${[stage.values.password]}"}
locals: {p: "${stage.values.password}"}
outputs:
  all: ${stage.values}
"#;
    let project = project(main, outside(&[("image", "web:1")], &[("password", "hunter2-hunter2")], &[]));
    let compiled = compiled(&project);
    assert_snapshot!(told(&compiled.diagnostics), @r#"
main.yaml:4:56 invalid-value: `bucket` of `named` uses something sensitive
  help: AWS makes ids and ARNs of it, which are shown and kept: use something that may be shown
main.yaml:5:46 invalid-value: `for_each` of `keyed` uses something sensitive
  help: its keys become names: use `keys(…)`, or something that may be shown
"#);
    let graph = compiled.graph;
    let db = graph.evaluate(&at("db"), &Attributes::default()).unwrap();
    assert_eq!(db.sensitive.iter().map(ToString::to_string).collect::<Vec<_>>(), ["password", "tags.x", "tags_all.x"]);
    assert!(graph.outputs(&Attributes::default()).unwrap()["all"].sensitive);
    let password = graph.values.iter().find(|one| one.name == "password").unwrap();
    assert_eq!((password.value.clone(), password.by.as_str()), (None, "the variable WILDFIRE_VALUE_password"));
    let texts: Vec<String> = graph.ingredients().into_iter().map(|one| format!("{one:?}")).collect();
    assert!(texts.iter().all(|text| !text.contains("hunter2")), "{texts:?}");
    for asked in ["stage.values.password", "locals.p", "stage", "size(stage.values)"] {
        assert!(graph.evaluate_text(asked, &Attributes::default()).is_err(), "{asked}");
    }
    assert!(!format!("{project:?}").contains("hunter2"));
}

#[test]
fn what_is_wrong_with_a_property_names_who_set_the_value() {
    let main =
        "resources:\n  db: {type: aws_db_instance, properties: {identifier: a, port: \"${stage.values.size}\"}}\n";
    let project = project(main, outside(&[("size", "large"), ("image", "a")], &[], &[]));
    assert_snapshot!(told(&compiled(&project).diagnostics), @r#"
main.yaml:2:65 wrong-type: `port` must be an int, found a string
  note: `stage.values.size` is set by `--value size`
"#);
}

#[test]
fn a_validation_of_a_value_is_asked() {
    let stage = "account_id: \"123456789012\"\nregion: eu-west-1\nvalue_types:\n  low: {type: int, default: 1}\n  high:\n    type: int\n    validation: {assert: \"${stage.values.high > stage.values.low}\", message: \"high (${stage.values.high}) is not above low\"}\n";
    let files = MemoryFiles::new([
        ("wildfire.yaml", "name: acme\n"),
        ("stages/test/stage.yaml", stage),
        ("stages/test/main/main.yaml", "outputs: {high: \"${stage.values.high}\"}\n"),
    ]);
    let load = |high: &str| {
        let options = LoadOptions { outside: outside(&[("high", high)], &[], &[]), ..LoadOptions::default() };
        load_with(&files, PathBuf::new(), "test", &options).unwrap_or_else(|faults| panic!("{}", told(&faults)))
    };
    assert!(compiled(&load("2")).diagnostics.is_empty());
    assert_snapshot!(told(&compiled(&load("1")).diagnostics), @r#"
stages/test/stage.yaml:7:26 check-failed: high (1) is not above low
  note: `stage.values.high` is set by `--value high`
"#);
}
