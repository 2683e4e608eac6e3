//! Keys and types of the language.

use super::*;

#[test]
fn unknown_keys_and_wrong_types() {
    faults(
        "resources:\n  a: {typ: aws_vpc}\n  b: {type: 5, count: 2, lifecycle: {prevent_destory: true}}\n  c: {type: t, properties: [1], when: yes, for_each: 3, timeouts: {read: 1s, create: 10}}\nresource: {}\n",
        &[
            "unknown-key a.yaml:2:7 [typ] `typ` is no key of a resource; did you mean `type`?",
            "unknown-key a.yaml:3:16 [count] `count` is no key of a resource; write `when: …` for one or none, and `for_each` for several",
            "unknown-key a.yaml:3:38 [prevent_destory] `prevent_destory` is no key of `lifecycle`; did you mean `prevent_destroy`?",
            "wrong-type a.yaml:4:28 [[] expected a map of properties, found a list",
            "wrong-type a.yaml:4:39 [yes] expected true, false or an expression, found a string; an expression is written `${…}`",
            "wrong-type a.yaml:4:54 [3] expected a list of strings, a map or an expression, found an int; for a number of equal things write the names of them: [\"a\", \"b\"]",
            "unknown-key a.yaml:4:68 [read] `read` is no key of `timeouts`; reads have a limit of their own",
            "invalid-value a.yaml:4:86 [10] `create` must be a duration such as 30s, 10m or 1h30m",
            "unknown-key a.yaml:5:1 [resource] `resource` is no key of a stack file; did you mean `resources`?",
        ],
    );
}

#[test]
fn names() {
    faults(
        "resources:\n  a-b: {type: t}\n  stage: {type: t}\n  1a: {type: t}\n  if: {type: t}\ndata:\n  stage: {type: t}\n",
        &[
            "invalid-value a.yaml:2:3 [a-b] `a-b` is not a name; in an expression `-` is a minus: write `a_b`, and keep the dash in the name of the thing at AWS",
            "invalid-value a.yaml:3:3 [stage] `stage` is a word of the language and cannot be a name",
            "invalid-value a.yaml:4:3 [1a] `1a` is not a name; a name has letters, digits and `_`, and does not begin with a digit",
            "invalid-value a.yaml:5:3 [if] `if` is a word of the language and cannot be a name",
        ],
    );
}

#[test]
fn moves() {
    faults(
        "moved: [{from: a}, {from: 'a[', to: b}]\nremoved: {from: a}\nimport: [{to: a, id: 5}]\n",
        &[
            "missing-key a.yaml:1:9 [{] an entry of `moved` needs `to`",
            "invalid-value a.yaml:1:27 ['a['] \"a[\" is not an address: a key is written [\"key\"]; write the name within the stack, such as `logs`, `network.vpc` or `private[\"a\"]`",
            "wrong-type a.yaml:2:10 [{] expected a list of maps, found a map",
            "wrong-type a.yaml:3:22 [5] expected a string, found an int; write it in quotes",
        ],
    );
}

#[test]
fn stage_files() {
    for (text, wanted) in [
        (
            "account_id: 0123456789\nregion: eu-west-1a\n",
            vec![
                "invalid-value stage.yaml:1:13 [0123456789] an account id has 12 digits, found \"0123456789\" with 10",
                "invalid-value stage.yaml:2:9 [eu-west-1a] \"eu-west-1a\" is not a region such as eu-west-1; it is a zone of eu-west-1",
            ],
        ),
        (
            "account_id: \"1234-5678-9012\"\n",
            vec![
                "missing-key stage.yaml:1:1 [a] `stage.yaml` needs `region`",
                "invalid-value stage.yaml:1:13 [\"1234-5678-9012\"] an account id has 12 digits, found \"1234-5678-9012\" with 14; write it without dashes",
            ],
        ),
        (
            "account_id: \"123456789012\"\nregion: eu-west-1\nregoin: x\nresources: {}\nstate: {bucket: b}\ncredentials: {access_key: x}\nvalues: [1]\n",
            vec![
                "unknown-key stage.yaml:3:1 [regoin] `regoin` is no key of `stage.yaml`; did you mean `region`?",
                "unknown-key stage.yaml:4:1 [resources] `resources` is no key of `stage.yaml`; it stands in a stack: a folder beside stage.yaml, such as main/",
                "missing-key stage.yaml:5:8 [{] `state` needs `lock_table`",
                "unknown-key stage.yaml:6:15 [access_key] `access_key` is no key of `credentials`; keys have no place in a file: use a profile, a role or the environment",
                "wrong-type stage.yaml:7:9 [[] expected a map, found a list",
            ],
        ),
    ] {
        let project = base().with("stages/test/stage.yaml", text).load("test").expect("it loads");
        assert_eq!(told(&project.diagnostics, Some(&project)), wanted, "{text}");
    }
}

#[test]
fn module_inputs() {
    let module = "inputs:\n  a: string\n  b: {type: int, default: 5, minimum: 1, maximum: 9}\n  c: {type: list(string)}\n  d: {type: strin}\n  e: {type: string, default: 5}\n  f: {default: \"${x}\"}\n  g: {pattern: '('}\n  h: {type: string, enum: [x, 1], default: null}\n  i: {defualt: 1}\n  j:\nmoved: []\n";
    let files =
        base().with("stages/test/main/a.yaml", "modules: {m: {source: m}}").with("modules/m/module.yaml", module);
    let project = files.load("test").expect("it loads");
    assert_eq!(
        told(&project.diagnostics, Some(&project)),
        [
            "invalid-value module.yaml:4:13 [list(string)] there is no type `list(string)`; write `list`, or `{list: string}` with the type of the elements",
            "invalid-value module.yaml:5:13 [strin] there is no type `strin`; did you mean `string`?",
            "wrong-type module.yaml:7:16 [\"${x}\"] a default is a constant; let the caller pass it, or use `coalesce(inputs.…, …)` where it is used",
            "invalid-value module.yaml:8:16 ['('] this is not a pattern: error: unclosed group",
            "unknown-key module.yaml:10:7 [defualt] `defualt` is no key of an input; did you mean `default`?",
            "unknown-key module.yaml:12:1 [moved] `moved` is no key of `module.yaml`; it stands in a stack file",
        ]
    );
    let inputs = &project.modules["modules/m"].inputs;
    assert_eq!(inputs["b"].minimum, Some(1.0));
    assert!(matches!(inputs["j"].ty, InputType::Any));
    assert_eq!(inputs["h"].default, Some(crate::model::Value::Null));
}
