//! Stacks among each other.

use std::collections::{BTreeMap, BTreeSet};

use insta::assert_snapshot;

use super::{catalog::TYPES, project, told};
use crate::compile::{Facts, Known, StackFacts, compile, references_to_stacks, stack_order, stage_values};
use crate::model::{Map, StackId};

#[test]
fn stacks_come_after_those_they_use() {
    let project = project(&[
        ("main.yaml", "modules: {one: {source: reader}}\noutputs: {x: {value: 1}}\n"),
        ("modules/reader/module.yaml", "outputs: {x: {value: \"${stack.zeta.outputs.x}\"}}\n"),
        ("stages/test/alpha/a.yaml", "outputs: {x: {value: \"${stack.main.outputs.x}\"}}\n"),
        ("stages/test/bootstrap/a.yaml", "outputs: {x: {value: 1}}\n"),
        ("stages/test/zeta/a.yaml", "outputs: {x: {value: \"${stack.name}\"}}\n"),
    ]);
    let order = stack_order(&project).unwrap();
    assert_eq!(order.iter().map(AsRef::as_ref).collect::<Vec<_>>(), ["bootstrap", "zeta", "main", "alpha"]);
    assert_eq!(references_to_stacks(&project, "main"), BTreeSet::from([StackId::new("test", "zeta")]));
    assert!(references_to_stacks(&project, "zeta").is_empty());
}

#[test]
fn stacks_in_a_circle_are_told() {
    let project = project(&[
        ("main.yaml", "outputs: {x: {value: \"${stack.other.outputs.x}\"}}\n"),
        ("stages/test/other/a.yaml", "outputs: {x: {value: \"${stack.main.outputs.x}\"}}\n"),
    ]);
    assert_snapshot!(told(&stack_order(&project).unwrap_err()), @r##"
main.yaml:1:25 reference-cycle: stacks need each other: main -> other -> main
  note: `main` uses an output of `other` at stages/test/main/main.yaml:1:25
  note: `other` uses an output of `main` at stages/test/other/a.yaml:1:25
"##);
}

#[test]
fn names_of_stacks_and_outputs_are_checked() {
    let project = project(&[
        (
            "main.yaml",
            "outputs:\n  a: {value: \"${stack.othr.outputs.x}\"}\n  b: {value: \"${stack.other.outputs.y}\"}\n  c: {value: \"${stack.other.x}\"}\n  d: {value: \"${stack.main.outputs.a}\"}\n",
        ),
        ("stages/test/other/a.yaml", "outputs: {x: {value: 1}}\n"),
    ]);
    let compiled = compile(&project, "main", &*TYPES, &Facts::default());
    assert_snapshot!(told(&compiled.diagnostics), @r##"
main.yaml:2:17 unknown-reference: stage `test` has no stack `othr`
  help: did you mean `other`?
main.yaml:3:17 unknown-reference: stack `other` has no output `y`
  help: there is only `x`
main.yaml:4:17 unknown-reference: `stack.other` has no `x`
  help: write `stack.other.outputs.x`
main.yaml:5:17 unknown-reference: `stack.main` is this stack itself
  help: refer to its resources and modules by their names
"##);
    let compiled = compile(&project, "mian", &*TYPES, &Facts::default());
    assert_snapshot!(told(&compiled.diagnostics), @r##"
unknown-stack: stage `test` has no stack `mian`
  help: did you mean `main`?
"##);
    assert!(compiled.graph.topological().is_empty());
}

#[test]
fn the_secrets_of_another_stack_are_refused_and_not_null() {
    let project = project(&[
        (
            "main.yaml",
            "outputs:\n  a: {value: \"${stack.other.outputs.marked}\"}\n  b: {value: \"${stack.other.outputs.found}\"}\n",
        ),
        ("stages/test/other/a.yaml", "outputs: {marked: {value: 1, sensitive: true}, found: {value: 1}}\n"),
    ]);
    // That the second is sensitive shows in the other stack's state only.
    let other =
        StackFacts { outputs: Map::new(), sensitive: BTreeSet::from(["marked".to_string(), "found".to_string()]) };
    let facts = Facts { outputs: BTreeMap::from([(StackId::new("test", "other"), other)]), ..Facts::default() };
    let offline = compile(&project, "main", &*TYPES, &Facts::default());
    assert_snapshot!(told(&offline.diagnostics), @r##"
main.yaml:2:17 unknown-reference: the output `marked` of `stack.other` is sensitive, and its value is kept nowhere
  help: let that stack put the secret into SSM or Secrets Manager and pass the name as an output; a `data` source reads it here
"##);
    let compiled = compile(&project, "main", &*TYPES, &facts);
    let errors: Vec<_> = match compiled.graph.outputs(&Nothing) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(|error| error.message.clone()).collect(),
    };
    assert!(
        errors
            .iter()
            .any(|text| text == "the output `found` of `stack.other` is sensitive, and its value is kept nowhere"),
        "{errors:?}"
    );
}

struct Nothing;

impl Known for Nothing {
    fn attributes(&self, _: &crate::model::Address) -> Option<std::sync::Arc<crate::model::Value>> {
        None
    }
}

#[test]
fn values_of_the_stage_are_evaluated() {
    let project = project(&[
        ("main.yaml", "outputs: {x: {value: 1}}\n"),
        (
            "stages/test/stage.yaml",
            "account_id: \"123456789012\"\nregion: eu-west-1\ntags: {x: \"${stage.values.name}\"}\nvalues: {name: \"${stage.name}-${stage.region}\", list: [1, 2]}\n",
        ),
    ]);
    let values = stage_values(&project, &*TYPES).unwrap();
    assert_eq!(values.get("values").unwrap().get("name").unwrap().as_str(), Some("test-eu-west-1"));
    assert_eq!(values.get("tags").unwrap().get("x").unwrap().as_str(), Some("test-eu-west-1"));
}

#[test]
fn values_of_the_stage_see_nothing_else() {
    let project = project(&[
        ("main.yaml", "outputs: {x: {value: 1}}\n"),
        (
            "stages/test/stage.yaml",
            "account_id: \"123456789012\"\nregion: eu-west-1\nvalues:\n  a: ${stage.values.b}\n  b: ${logs.id}\ntags:\n  wildfire:op: x\n  list: ${[1]}\n",
        ),
    ]);
    assert_snapshot!(told(&stage_values(&project, &*TYPES).unwrap_err()), @r##"
stages/test/stage.yaml:4:14 evaluation-failed: `stage` has no `values`
  help: `values` may use `stage.name`, `stage.account_id`, `stage.region`, `stage.regions` and `stage.accounts`
stages/test/stage.yaml:5:8 unknown-reference: `logs` has no meaning in stage.yaml
  help: `values` may use `stage.name`, `stage.account_id`, `stage.region`, `stage.regions` and `stage.accounts`
stages/test/stage.yaml:7:3 invalid-value: the tag `wildfire:op` belongs to wildfire
  help: tags that begin with `aws:` or `wildfire:` cannot be written
stages/test/stage.yaml:8:9 wrong-type: the tag `list` must be a string, found a list
"##);
}
