use super::world::{World, actions, steps};
use crate::plan::{Mode, Options};

const DB: &str = r#"{"id": "d", "name": "d", "engine": "e", "deletion_protection": true}"#;

fn stack(lifecycle: &str, properties: &str) -> String {
    format!(
        r#"{{"resources": {{"db": {{"type": "test_db"{lifecycle}, "properties": {{"name": "d", {properties}}}}}}}}}"#
    )
}

fn world() -> World {
    World::new().with("db", "test_db", DB, &[])
}

fn open() -> World {
    World::new().with("db", "test_db", &DB.replace("true", "false"), &[])
}

fn destroy() -> Options {
    Options { mode: Mode::Destroy, ..Options::default() }
}

#[test]
fn prevent_destroy_holds_declared_or_remembered() {
    let guarded = stack(r#", "prevent_destroy": true"#, r#""engine": "other""#);
    let refused = ["prevent-destroy: test/main:db has `prevent_destroy`, and this plan would replace it"];
    assert_eq!(open().refused(&guarded, &Options::default()), refused);
    let remembered = open().change("db", |db| db.prevent_destroy = true);
    let refused = ["prevent-destroy: test/main:db has `prevent_destroy`, and this plan would delete it"];
    assert_eq!(remembered.refused(r#"{"resources": {}}"#, &Options::default()), refused);
    assert_eq!(remembered.refused(r#"{"resources": {}}"#, &destroy()), refused);
    // The configuration says that it may go now.
    let lifted = stack(r#", "prevent_destroy": false"#, r#""engine": "e""#);
    assert_eq!(actions(&remembered.plan_with(&lifted, &destroy())), ["delete db: destroy"]);
}

#[test]
fn a_plan_that_drops_the_line_of_prevent_destroy_does_not_destroy() {
    let remembered = open().change("db", |db| db.prevent_destroy = true);
    let silent = stack("", r#""engine": "e""#);
    let refused = ["prevent-destroy: test/main:db has `prevent_destroy`, and this plan would delete it"];
    assert_eq!(remembered.refused(&silent, &destroy()), refused);
    let replaced = stack("", r#""engine": "other""#);
    let refused = ["prevent-destroy: test/main:db has `prevent_destroy`, and this plan would replace it"];
    assert_eq!(remembered.refused(&replaced, &Options::default()), refused);
    // By itself the dropped line is recorded, and the next plan may do as it likes.
    assert_eq!(actions(&remembered.plan(&silent)), ["update db: only settings lifecycle.prevent_destroy"]);
    assert_eq!(actions(&open().plan(&replaced)), ["replace db: engine forces"]);
}

#[test]
fn a_change_of_protection_is_remembered() {
    let plan = open().plan(&stack(r#", "prevent_destroy": true"#, r#""engine": "e""#));
    assert_eq!(actions(&plan), ["update db: only settings lifecycle.prevent_destroy"]);
    assert_eq!(steps(&plan), ["0 record db <- []"]);
}

#[test]
fn deletion_protection_is_lifted_only_when_the_configuration_says_so() {
    let refused = ["prevent-destroy: test/main:db would be deleted, and its deletion protection is on"];
    assert_eq!(world().refused(r#"{"resources": {}}"#, &Options::default()), refused);
    assert_eq!(world().refused(&stack("", r#""deletion_protection": true"#), &destroy()), refused);
    // Silence lifts nothing, whatever the default is: somebody at AWS may have switched it on.
    assert_eq!(world().refused(&stack("", r#""engine": "e""#), &destroy()), refused);
    let off = stack("", r#""engine": "e", "deletion_protection": false"#);
    assert_eq!(steps(&world().plan_with(&off, &destroy())), ["0 Modify db <- []", "1 delete db <- [0]"]);
    let replaced = world().plan(&stack("", r#""engine": "f", "deletion_protection": false"#));
    assert_eq!(steps(&replaced), ["0 Modify db <- []", "1 delete db <- [0]", "2 create db <- [1]"]);
    assert_eq!(replaced.steps[0].want.get("engine").and_then(|engine| engine.as_str()), Some("e"));
}

#[test]
fn a_lift_keeps_the_settings_that_decide_how_the_deletion_goes() {
    let set = world().change("db", |db| {
        let mut attributes = db.attributes.as_map().cloned().unwrap_or_default();
        attributes.insert("skip_snapshot".into(), true.into());
        db.attributes = crate::model::Value::Map(attributes);
    });
    let plan = set.plan(&stack("", r#""engine": "f", "deletion_protection": false, "skip_snapshot": true"#));
    assert_eq!(steps(&plan), ["0 Modify db <- []", "1 delete db <- [0]", "2 create db <- [1]"]);
    let lifted = plan.steps[0].want.as_map().unwrap();
    assert_eq!(lifted.get("skip_snapshot"), Some(&true.into()));
    assert_eq!(lifted.get("deletion_protection"), Some(&false.into()));
}

#[test]
fn a_name_that_stays_cannot_be_created_before_it_is_deleted() {
    let text = stack(r#", "create_before_destroy": true"#, r#""engine": "f""#);
    let world = open().change("db", |db| db.id = "d".into()).see("test_db", "d", &DB.replace("true", "false"));
    let told = world.refused(&text, &Options::default());
    assert_eq!(
        told,
        ["conflicting-properties: test/main:db cannot be created before d is deleted: both would have the same name"]
    );
}

#[test]
fn ignored_changes_are_left_alone_and_not_sent() {
    let text = stack(r#", "ignore_changes": ["engine"]"#, r#""engine": "f", "link": "l""#);
    let plan = open().plan(&text);
    assert_eq!(actions(&plan), ["update db: link changed"]);
    assert_eq!(plan.steps[0].want.get("engine").and_then(|engine| engine.as_str()), Some("e"));
    assert!(open().plan(&stack(r#", "ignore_changes": ["all"]"#, r#""engine": "f", "link": "l""#)).is_empty());
}

#[test]
fn settings_of_ours_change_state_only() {
    let plan = open().plan(&stack("", r#""engine": "e", "skip_snapshot": true"#));
    assert_eq!(actions(&plan), ["update db: only settings skip_snapshot"]);
    assert_eq!(steps(&plan), ["0 record db <- []"]);
    assert!(plan.steps[0].calls.is_empty());
    let both = open().plan(&stack("", r#""engine": "e", "link": "l", "skip_snapshot": true"#));
    assert_eq!(steps(&both), ["0 Modify db <- []"]);
}

#[test]
fn a_trigger_replaces() {
    let text = r#"{"resources": {
        "net": {"type": "test_net", "properties": {"range": "c", "size": 2}},
        "other": {"type": "test_other", "replace_triggered_by": ["net.size"]}
    }}"#;
    let world = |size: i64| {
        let net = format!(r#"{{"id": "net-id", "arn": "a", "range": "c", "size": {size}, "tags_all": {{}}}}"#);
        World::new().with("net", "test_net", &net, &[]).with("other", "test_other", "{}", &["net"])
    };
    assert_eq!(actions(&world(1).plan(text)), ["update net: size changed", "replace other: triggered by net"]);
    assert!(world(2).plan(text).is_empty(), "{:?}", actions(&world(2).plan(text)));
}

#[test]
fn dependencies_that_changed_are_recorded_quietly() {
    let text = r#"{"resources": {
        "net": {"type": "test_net", "properties": {"range": "c"}},
        "other": {"type": "test_other", "depends_on": ["net"]}
    }}"#;
    let world = World::new().with("net", "test_net", r#"{"id": "net-id", "range": "c", "tags_all": {}}"#, &[]).with(
        "other",
        "test_other",
        "{}",
        &[],
    );
    let plan = world.plan(text);
    assert_eq!(
        (actions(&plan), steps(&plan)),
        (vec!["no-op other: ".to_string()], vec!["0 record other <- []".to_string()])
    );
}

#[test]
fn an_import_records_settings_that_aws_never_saw() {
    let import = |properties: &str| {
        let text = stack("", properties);
        format!(r#"{}, "import": [{{"to": "db", "id": "d"}}]}}"#, &text[..text.len() - 1])
    };
    let world = World::new().see("test_db", "d", &DB.replace("true", "false"));
    let plain = world.plan(&import(r#""engine": "e", "password": "hunter2""#));
    assert_eq!(steps(&plain), ["0 import db <- []"]);
    let set = world.plan(&import(r#""engine": "e", "skip_snapshot": true"#));
    assert_eq!(steps(&set), ["0 import db <- []", "1 record db <- [0]"]);
}
