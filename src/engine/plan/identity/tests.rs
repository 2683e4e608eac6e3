use crate::plan::tests::project::graph;
use crate::plan::tests::world::{World, actions, steps};
use crate::plan::{Options, Plan};

/// A stack of resources in one line each.
fn stack(resources: &[&str]) -> String {
    format!(r#"{{"resources": {{{}}}}}"#, resources.join(", "))
}

fn group(path: &str, name: &str, more: &str) -> String {
    format!(r#""{path}": {{"type": "test_group"{more}, "properties": {{"name": "{name}"}}}}"#)
}

fn rule(path: &str, port: i64) -> String {
    format!(r#""{path}": {{"type": "test_rule", "properties": {{"group": "g", "port": {port}}}}}"#)
}

fn with_rule(world: World, path: &str, port: i64) -> World {
    world.with(path, "test_rule", &format!(r#"{{"group": "g", "port": {port}}}"#), &[])
}

/// A group in state and at AWS, whose id is its name.
fn with_group(world: World, path: &str, name: &str) -> World {
    let attributes = format!(r#"{{"id": "{name}", "name": "{name}"}}"#);
    world.with(path, "test_group", &attributes, &[]).change(path, |group| group.id = name.into()).see(
        "test_group",
        name,
        &attributes,
    )
}

/// Message, notes and help of what stands in the way.
fn told(world: &World, text: &str) -> Vec<String> {
    let errors = world.try_plan(&graph(text), &Options::default()).unwrap_err();
    errors
        .iter()
        .flat_map(|error| {
            let first = format!("{}: {}", error.code.name(), error.message);
            std::iter::once(first).chain(error.notes.clone()).chain(error.help.clone())
        })
        .collect()
}

fn place(plan: &Plan, step: &str) -> usize {
    let all = steps(plan);
    let found = all.iter().position(|line| line.contains(step));
    found.unwrap_or_else(|| panic!("no {step} in {all:?}"))
}

#[test]
fn a_name_under_another_address_is_a_rename() {
    let world = with_rule(World::new(), "old", 80);
    assert_eq!(
        told(&world, &stack(&[&rule("new", 80)])),
        [
            "renamed: test/main:old is renamed to `new`: it would be deleted, and made again under the new name",
            "`old`, which is not declared any more, and `new`, which is not in state, are both test_rule old-id",
            "write `moved: [{from: old, to: new}]` to keep it; \
             to delete it all the same, write a `removed` entry for the old name",
        ]
    );
    // Another port is another rule.
    assert_eq!(
        actions(&world.plan(&stack(&[&rule("new", 81)]))),
        ["create new: not in state", "delete old: not declared"]
    );
}

#[test]
fn what_was_to_go_goes_before_what_takes_its_name() {
    let world = with_rule(World::new(), "old", 80);
    let text = format!(r#"{{"resources": {{{}}}, "removed": [{{"from": "old", "destroy": true}}]}}"#, rule("new", 80));
    assert_eq!(steps(&world.plan(&text)), ["0 delete old <- []", "1 create new <- [0]"]);
}

#[test]
fn without_a_name_the_same_properties_are_a_rename() {
    let net = r#"{"id": "old-id", "range": "10.0.0.0/16", "size": 2, "dns": false, "tags_all": {}}"#;
    let sub = r#"{"id": "part-id", "net": "old-id"}"#;
    let world = World::new().with("old", "test_net", net, &[]).with("part", "test_sub", sub, &["old"]);
    let text = |size: u8| {
        format!(
            r#"{{"resources": {{
                "new": {{"type": "test_net", "properties": {{"range": "10.0.0.0/16", "size": {size}}}}},
                "piece": {{"type": "test_sub", "properties": {{"net": "${{new.id}}"}}}}
            }}}}"#
        )
    };
    let told = told(&world, &text(2));
    assert_eq!(told[0], "renamed: 2 resources are renamed: they would be deleted, and made again under the new names");
    assert!(told.last().is_some_and(|help| help.contains("moved: [{from: old, to: new}, {from: part, to: piece}]")));
    assert_eq!(world.plan(&text(3)).summary().create, 2, "another size is another network");
}

#[test]
fn instances_that_keep_their_keys_move_together() {
    let world = with_rule(with_rule(World::new(), "old[\"a\"]", 80), "old[\"b\"]", 81);
    let each = |name: &str, keys: &str| {
        format!(
            r#"{{"resources": {{"{name}": {{"type": "test_rule", "for_each": {keys},
                "properties": {{"group": "g", "port": "${{each.index + 80}}"}}}}}}}}"#
        )
    };
    let help = |text: &str| told(&world, text).last().cloned().unwrap_or_default();
    assert!(help(&each("new", r#"["a", "b"]"#)).contains("moved: [{from: old, to: new}]`"));
    let moved = "moved: [{from: 'old[\"a\"]', to: 'old[\"x\"]'}]`";
    assert!(help(&each("old", r#"["x", "b"]"#)).contains(moved), "{}", help(&each("old", r#"["x", "b"]"#)));
}

#[test]
fn what_moves_up_waits_for_the_place_to_be_free() {
    let world = with_rule(with_rule(World::new(), "a", 80), "b", 81);
    let plan = world.plan(&stack(&[&rule("a", 81), &rule("b", 82)]));
    assert_eq!(actions(&plan), ["replace a: port forces", "replace b: port forces"]);
    assert!(place(&plan, "delete b") < place(&plan, "create a"));
    let waits = steps(&plan)[place(&plan, "create a")].clone();
    assert!(waits.contains(&place(&plan, "delete b").to_string()), "{waits}");
}

#[test]
fn names_may_be_exchanged_when_both_are_deleted_first() {
    let world = with_rule(with_rule(World::new(), "a", 80), "b", 81);
    let plan = world.plan(&stack(&[&rule("a", 81), &rule("b", 80)]));
    assert!(place(&plan, "delete b") < place(&plan, "create a"));
    assert!(place(&plan, "delete a") < place(&plan, "create b"));
    let first = |text: String| text.replace(r#""test_rule","#, r#""test_rule", "create_before_destroy": true,"#);
    let refused = told(&world, &stack(&[&first(rule("a", 81)), &first(rule("b", 80))]));
    assert!(refused[0].starts_with("conflicting-properties: test/main:"), "{refused:?}");
    assert!(refused[0].contains("is deleted only afterwards"), "{refused:?}");
    assert!(refused.iter().any(|line| line.contains("drop `create_before_destroy`")), "{refused:?}");
}

#[test]
fn one_object_under_two_addresses_is_told() {
    // The files alone do not tell what the network's id is.
    let net = r#"{"id": "g", "range": "10.0.0.0/16", "dns": false, "tags_all": {}}"#;
    let world = World::new().with("net", "test_net", net, &[]);
    let text = stack(&[
        r#""net": {"type": "test_net", "properties": {"range": "10.0.0.0/16"}}"#,
        &rule("a", 80),
        &rule("b", 80).replace(r#""g""#, r#""${net.id}""#),
    ]);
    assert_eq!(
        told(&world, &text),
        [
            "duplicate-object: `a` and `b` are one object at AWS",
            "`a` is declared at stages/test/main/main.yaml:1:1",
            "AWS keeps one test_rule with the same `group` and `port`",
            "declare it once",
        ]
    );
}

#[test]
fn a_unique_name_that_stays_is_not_created_first() {
    let first = r#", "create_before_destroy": true"#;
    let world = World::new().with("g", "test_group", r#"{"id": "g-id", "name": "g", "note": "one"}"#, &[]);
    let text = stack(&[&group("g", "g", first).replace(r#""name": "g""#, r#""name": "g", "note": "two""#)]);
    let told = told(&world, &text);
    let message = "test/main:g cannot be created before g-id is deleted: both would have the same name";
    assert_eq!(told[0], format!("conflicting-properties: {message}"));
    assert_eq!(told[1], "AWS keeps one test_group with the same `name`");
    let other = stack(&[&group("g", "h", first).replace(r#""name": "h""#, r#""name": "h", "note": "two""#)]);
    assert_eq!(world.plan(&other).summary().replace, 1);
}

#[test]
fn what_stays_in_use_is_not_deleted_first() {
    let world = with_group(World::new(), "g", "g").with("u", "test_user", r#"{"id": "u-id", "group": "g"}"#, &["g"]);
    let text = |name: &str, more: &str| {
        let user = r#""u": {"type": "test_user", "properties": {"group": "${g.id}"}}"#;
        stack(&[&group("g", name, more), user])
    };
    let refused = told(&world, &text("h", ""));
    assert_eq!(refused[0], "in-use: test/main:g cannot be deleted before it is made again: `u` uses it");
    assert_eq!(refused[1], "AWS does not delete g while `group` of `u` names it");
    assert!(refused[2].contains("create_before_destroy: true"));
    let plan = world.plan(&text("h", r#", "create_before_destroy": true"#));
    assert!(place(&plan, "Modify u") < place(&plan, "delete deposed g"));
}

#[test]
fn a_name_that_stays_in_use_has_to_change() {
    let world = World::new()
        .with("g", "test_group", r#"{"id": "g", "name": "g", "note": "one"}"#, &[])
        .change("g", |group| group.id = "g".into())
        .see("test_group", "g", r#"{"id": "g", "name": "g", "note": "one"}"#)
        .with("u", "test_user", r#"{"id": "u-id", "group": "g"}"#, &["g"]);
    let user = r#""u": {"type": "test_user", "properties": {"group": "${g.id}"}}"#;
    let text = stack(&[&group("g", "g", "").replace(r#""name": "g""#, r#""name": "g", "note": "two""#), user]);
    let refused = told(&world, &text);
    assert!(refused[0].starts_with("in-use"), "{refused:?}");
    assert!(refused[3].starts_with("change what names it too"), "{refused:?}");
}

#[test]
fn parts_go_with_what_keeps_its_name() {
    let group_at = r#"{"id": "g", "name": "g", "note": "one"}"#;
    let world = World::new()
        .with("g", "test_group", group_at, &[])
        .change("g", |group| group.id = "g".into())
        .see("test_group", "g", group_at)
        .with("r", "test_rule", r#"{"id": "r-id", "group": "g", "port": 80}"#, &["g"])
        .with("p", "test_profile", r#"{"id": "p-id", "name": "p", "group": "g"}"#, &["g"]);
    let plan = world.plan(&stack(&[
        &group("g", "g", "").replace(r#""name": "g""#, r#""name": "g", "note": "two""#),
        r#""r": {"type": "test_rule", "properties": {"group": "${g.id}", "port": 80}}"#,
        r#""p": {"type": "test_profile", "properties": {"name": "p", "group": "${g.id}"}}"#,
    ]));
    assert_eq!(actions(&plan), ["replace g: note forces", "replace r: g is replaced", "update p: g is replaced"]);
    assert!(place(&plan, "delete r") < place(&plan, "delete g"));
    assert!(place(&plan, "create g") < place(&plan, "Modify p"));
}

#[test]
fn what_an_update_changes_besides_is_unknown() {
    let live = r#"{"id": "u-id", "group": "a", "current": 1, "serial": 4, "tags_all": {}}"#;
    let world = World::new().with("u", "test_user", live, &[]);
    let text = |properties: &str| stack(&[&format!(r#""u": {{"type": "test_user", "properties": {{{properties}}}}}"#)]);
    let known = |properties: &str| {
        let plan = world.plan(&text(properties));
        let user = plan.planned.get("u").cloned().unwrap_or_default();
        ["current", "serial"].map(|name| user.get(name).is_some_and(crate::model::Value::is_known))
    };
    assert_eq!(known(r#""group": "a""#), [true, true], "nothing is updated");
    assert_eq!(known(r#""group": "b""#), [true, false], "the current one stays");
    assert_eq!(known(r#""group": "b", "latest": true"#), [false, false]);
    assert_eq!(known(r#""group": "a", "tags": {"a": "b"}"#), [true, true], "tags change nothing besides");
    assert_eq!(known(r#""group": "b", "latest": true, "current": 7"#), [true, false], "what is written is known");
}
