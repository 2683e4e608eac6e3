//! What the files of a project may cost.

use insta::assert_snapshot;

use super::*;
use crate::config::{Limits, LoadOptions, load_with};

fn limited(files: &[(&str, &str)], limits: Limits) -> Compiled {
    let stage = ("stages/test/stage.yaml", "account_id: \"123456789012\"\nregion: eu-west-1\n");
    let all = [("wildfire.yaml", "name: acme\n"), stage].into_iter().chain(files.iter().copied());
    let options = LoadOptions { limits, ..LoadOptions::default() };
    let project = load_with(&MemoryFiles::new(all), Default::default(), "test", &options).unwrap();
    compile(&project, "main", &*TYPES, &Facts::default())
}

const NESTED: [(&str, &str); 3] = [
    ("stages/test/main/a.yaml", "modules: {m: {source: m0}}\n"),
    ("modules/m0/module.yaml", "modules: {n: {source: m1, for_each: \"${range(0,65536)}\"}}\n"),
    ("modules/m1/module.yaml", "resources: {q: {type: aws_s3_bucket, for_each: \"${range(0,65536)}\"}}\n"),
];

#[test]
fn nested_modules_do_not_multiply_without_end() {
    let compiled = limited(&NESTED, Limits::default());
    assert_snapshot!(told(&compiled.diagnostics), @r##"
modules/m0/module.yaml:1:37 (via a.yaml:1) evaluation-failed: with 65536 more here there are more than 20000 instances of resources, data sources and modules
  help: if that is meant, allow more on the command line: `--limit instances=40000`
"##);
    assert!(compiled.graph.resources.is_empty());
    let small = Limits { instances: 100_000, ..Limits::default() };
    let compiled = limited(&NESTED, small);
    assert_snapshot!(told(&compiled.diagnostics), @r##"
modules/m1/module.yaml:1:48 (via modules/m0/module.yaml:1) (via a.yaml:1) evaluation-failed: with 65536 more here there are more than 100000 instances of resources, data sources and modules
  help: if that is meant, allow more on the command line: `--limit instances=200000`
"##);
}

#[test]
fn a_limit_is_exact() {
    let files = [(
        "stages/test/main/a.yaml",
        "resources:\n  a: {type: aws_s3_bucket, for_each: \"${range(0, 9)}\"}\n  b: {type: aws_s3_bucket}\n",
    )];
    let exact = limited(&files, Limits { instances: 10, ..Limits::default() });
    assert_eq!((told(&exact.diagnostics).as_str(), exact.graph.resources.len()), ("", 10));
    let compiled = limited(&files, Limits { instances: 9, ..Limits::default() });
    assert_snapshot!(told(&compiled.diagnostics), @r##"
a.yaml:3:3 evaluation-failed: with 1 more here there are more than 9 instances of resources, data sources and modules
  note: most come from stages/test/main/a.yaml:2:38: 9
  help: if that is meant, allow more on the command line: `--limit instances=18`
"##);
}

#[test]
fn the_steps_of_all_expressions_add_up() {
    let files = [(
        "stages/test/main/a.yaml",
        "outputs:\n  a: \"${size(range(0, 2000).map(x, x + 1))}\"\n  b: \"${size(range(0, 100).map(x, x + 1))}\"\n  c: 1\n",
    )];
    let compiled = limited(&files, Limits { steps: 5_000, ..Limits::default() });
    assert_snapshot!(told(&compiled.diagnostics), @r##"
a.yaml:2:6 evaluation-failed: the expressions take more than 5000 steps
  note: most are taken at stages/test/main/a.yaml:2:6: 30005
  help: if that is meant, allow more on the command line: `--limit steps=10000`
"##);
    assert_eq!(told(&limited(&files, Limits::default()).diagnostics), "");
}

#[test]
fn the_values_of_a_stack_fit_memory() {
    let files = [
        (
            "stages/test/main/a.yaml",
            "modules: {m: {source: m, for_each: \"${range(0, 100)}\", inputs: {text: \"${join('', range(0, 9999).map(x, 'abcdefghij'))}\"}}}\n",
        ),
        ("modules/m/module.yaml", "inputs: {text: string}\noutputs: {a: \"${inputs.text + 'x'}\"}\n"),
    ];
    let compiled = limited(&files, Limits { bytes: 1 << 20, ..Limits::default() });
    assert_snapshot!(told(&compiled.diagnostics), @r##"
a.yaml:1:71 evaluation-failed: the stack makes more than 1048576 bytes of values
  note: most are made at stages/test/main/a.yaml:1:71: 1099890
  help: if that is meant, allow more on the command line: `--limit bytes=2097152`
"##);
}
