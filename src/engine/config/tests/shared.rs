//! Stacks and values that stages share.

use crate::config::{MemoryFiles, NodeKind, Project};
use crate::model::Diagnostics;

const HEAD: &str = "account_id: \"123456789012\"\nregion: eu-west-1\n";

fn load(files: &[(&str, &str)]) -> Project {
    let all = files.iter().map(|(path, text)| (path.to_string(), text.to_string()));
    let project = MemoryFiles::new(all).with("wildfire.yaml", "name: shop\n");
    project.load("test").unwrap_or_else(|problems| panic!("{}", told(&problems)))
}

fn told(problems: &Diagnostics) -> String {
    let line = |problem: &crate::model::Diagnostic| {
        let place = problem.origin.as_ref().map(|origin| origin.span.to_string()).unwrap_or_default();
        let help = problem.help.as_deref().unwrap_or_default();
        format!("{place} {}: {} ({help})", problem.code.name(), problem.message)
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn stage(more: &str) -> String {
    format!("{HEAD}{more}")
}

#[test]
fn a_stack_has_the_files_that_stages_share_and_its_own_over_them() {
    let head = stage("stacks: {main: {source: shop}, other: {source: shop}}\n");
    let project = load(&[
        ("stages/test/stage.yaml", &head),
        ("stages/test/main/own.yaml", "resources: {b: {type: two}, c: {type: three}}\noutputs: {x: 2}\n"),
        ("stacks/shop/a.yaml", "resources: {a: {type: one}, b: {type: one}}\noutputs: {x: 1}\n"),
        ("stacks/shop/m.yaml", "modules: {c: {source: m}}\nmoved: [{from: old, to: a}]\n"),
        ("modules/m/module.yaml", "outputs: {}\n"),
    ]);
    assert_eq!(told(&project.diagnostics), "");
    let types = |stack: &str| {
        let resources = &project.stage.stacks[stack].body.resources;
        resources.iter().map(|(name, decl)| format!("{name} {}", decl.type_name.value)).collect::<Vec<_>>()
    };
    assert_eq!(types("main"), ["a one", "b two", "c three"]);
    assert_eq!(types("other"), ["a one", "b one"]);
    let main = &project.stage.stacks["main"];
    assert!(main.body.modules.is_empty() && main.body.moved.len() == 1, "a name is the stage's own, whatever it was");
    assert_eq!((&*main.folder, main.shared.as_deref()), ("stages/test/main", Some("stacks/shop")));
    assert_eq!(project.stage.stacks["other"].body.modules.len(), 1);
}

#[test]
fn a_source_that_there_is_not_is_told() {
    let head = stage("stacks: {a: {source: shpo}, b: {source: ../shop}, c: {}, d: shop}\n");
    let project = load(&[("stages/test/stage.yaml", &head), ("stacks/shop/a.yaml", "resources: {}\n")]);
    insta::assert_snapshot!(told(&project.diagnostics), @r#"
    stages/test/stage.yaml:3:22 unknown-stack: there is no stack "shpo" to share: stacks/shpo has no YAML files (did you mean `shop`?)
    stages/test/stage.yaml:3:41 invalid-value: "../shop" is not the name of a folder of stacks/ (a name has letters, digits, `_` and `-`: `source: shop` is stacks/shop)
    stages/test/stage.yaml:3:51 missing-key: a stack of the stage needs `source` ()
    stages/test/stage.yaml:3:61 wrong-type: expected a map, found a string ()
    "#);
}

#[test]
fn values_of_a_stage_are_laid_over_those_of_all_map_by_map() {
    let shared = "zones: [a, b]\ndatabase: {class: small, retention: 7, tags: {a: 1}}\nredis: 1\n";
    let own = stage("values: {database: {retention: 9, tags: {b: 2}}, redis: {nodes: 3}, zones: [c], more: ~}\n");
    let project = load(&[("stages/test/stage.yaml", &own), ("stages/values.yaml", shared)]);
    assert_eq!(told(&project.diagnostics), "");
    let values = crate::compile::stage_values(&project, &crate::model::Types::new(Vec::new(), Vec::new()))
        .expect("values")
        .get("values")
        .cloned()
        .unwrap_or_default();
    let expected = r#"{"zones":["c"],"database":{"class":"small","retention":9,"tags":{"a":1,"b":2}},"redis":{"nodes":3},"more":null}"#;
    assert_eq!(values.to_json().to_string(), expected);
}

#[test]
fn shared_values_are_a_map_and_so_are_those_over_them() {
    let own = stage("values: ${stage}\n");
    let project = load(&[("stages/test/stage.yaml", &own), ("stages/values.yaml", "a: 1\n")]);
    assert!(
        told(&project.diagnostics).contains("stages/test/stage.yaml:3:9 wrong-type"),
        "{}",
        told(&project.diagnostics)
    );
    let head = stage("");
    let list = load(&[("stages/test/stage.yaml", &head), ("stages/values.yaml", "[1]\n")]);
    assert!(told(&list.diagnostics).starts_with("stages/values.yaml:1:1 wrong-type"), "{}", told(&list.diagnostics));
    let alone = load(&[("stages/test/stage.yaml", &head), ("stages/values.yaml", "a: 1\n")]);
    assert!(matches!(alone.stage.values.map(|node| node.kind), Some(NodeKind::Map(_))));
}
