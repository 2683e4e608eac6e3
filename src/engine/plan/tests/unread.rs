//! Plans of stacks in which something cannot be read.

use super::world::{World, actions, json, steps};
use crate::model::{CloudError, ErrorKind, OpId, Placement, Value};
use crate::plan::{Mode, Options, Plan};
use crate::read::Live;
use crate::state::{OutputState, Pending, PendingCall};

/// A network, two parts of it, and something beside.
const STACK: &str = r#"{
    "resources": {
        "net": {"type": "test_net", "properties": {"range": "10.0.0.0/16"}},
        "sub": {"type": "test_sub", "properties": {"net": "${net.id}", "link": "${net.arn}"}},
        "new": {"type": "test_sub", "properties": {"net": "${sub.net}"}},
        "other": {"type": "test_other", "properties": {"range": "b"}}
    },
    "outputs": {"arn": {"value": "${net.arn}"}, "other": {"value": "${other.range}"}}
}"#;

fn world() -> World {
    let mut world = World::new()
        .with("net", "test_net", r#"{"id": "net-id", "arn": "a", "range": "10.0.0.0/16"}"#, &[])
        .with("sub", "test_sub", r#"{"id": "sub-id", "net": "net-id", "link": "a"}"#, &["net"])
        .with("other", "test_other", r#"{"id": "other-id", "range": "a"}"#, &[]);
    let before = OutputState { value: Value::from("a"), sensitive: false };
    world.state.outputs.insert("arn".into(), before);
    world
}

fn failed() -> Live {
    Live::Failed(CloudError::new(ErrorKind::Unreadable, "HTTP 403 text/html: not from AWS"))
}

fn unread(plan: &Plan) -> Vec<String> {
    let one = |unread: &crate::plan::Unread| {
        let waiting: Vec<&str> = unread.waiting.iter().map(crate::model::Address::path).collect();
        format!("{}: {} <- {waiting:?}", unread.address.path(), unread.problem.message)
    };
    plan.unread.iter().map(one).collect()
}

#[test]
fn what_depends_on_it_waits_and_the_rest_goes_on() {
    let plan = world().answer("test_net", "net-id", failed()).plan(STACK);
    assert_eq!(actions(&plan), ["update other: range changed"]);
    assert_eq!(steps(&plan), ["0 Modify other <- []"]);
    let told = "net: test_net net-id could not be read: HTTP 403 text/html: not from AWS";
    // `sub` is read, and would stay as it is.
    assert_eq!(unread(&plan), [format!("{told} <- [\"new\"]")]);
    let outputs: Vec<&str> = plan.outputs.iter().map(|change| change.name.as_str()).collect();
    assert_eq!(outputs, ["other"], "an output of what is not read stays as it was");
}

#[test]
fn what_was_created_and_never_read_is_not_missing() {
    // State knows what was sent, and the attribute that is referred to is none of it.
    let world = world().answer("test_net", "net-id", failed()).change("net", |net| {
        net.unread = true;
        net.attributes = json(r#"{"range": "10.0.0.0/16"}"#);
    });
    let text = STACK.replace("\"${sub.net}\"", "\"${net.arn}\"");
    let plan = world.plan(&text);
    assert_eq!(actions(&plan), ["update other: range changed"]);
    assert_eq!(plan.unread[0].waiting.iter().map(|address| address.path()).collect::<Vec<_>>(), ["new", "sub"]);
}

#[test]
fn a_destroy_leaves_what_it_stands_on_and_takes_the_rest() {
    let destroy = Options { mode: Mode::Destroy, ..Options::default() };
    let top = world().answer("test_net", "net-id", failed()).plan_with(STACK, &destroy);
    assert_eq!(actions(&top), ["delete sub: destroy", "delete other: destroy"]);
    assert!(top.unread[0].waiting.is_empty());
    let bottom = world().answer("test_sub", "sub-id", failed()).plan_with(STACK, &destroy);
    assert_eq!(actions(&bottom), ["delete other: destroy"]);
    assert_eq!(bottom.unread[0].waiting.iter().map(|address| address.path()).collect::<Vec<_>>(), ["net"]);
    assert!(bottom.outputs.is_empty());
}

#[test]
fn what_is_not_declared_waits_for_what_may_stand_on_it() {
    let text = r#"{"resources": {"sub": {"type": "test_sub", "properties": {"net": "n"}}}}"#;
    let plan = world().answer("test_sub", "sub-id", failed()).plan(text);
    assert_eq!(actions(&plan), ["delete other: not declared"]);
    assert_eq!(plan.unread[0].waiting.iter().map(|address| address.path()).collect::<Vec<_>>(), ["net"]);
}

#[test]
fn a_refresh_looks_at_everything_else() {
    let refresh = Options { mode: Mode::RefreshOnly, ..Options::default() };
    let world =
        world().answer("test_net", "net-id", failed()).see("test_sub", "sub-id", r#"{"id": "sub-id", "net": "x"}"#);
    let plan = world.plan_with(STACK, &refresh);
    assert_eq!(plan.drift.iter().map(|item| item.address.path()).collect::<Vec<_>>(), ["sub"]);
    assert_eq!(plan.unread.len(), 1);
}

#[test]
fn all_are_told_at_once() {
    let denied = || Live::Failed(CloudError::new(ErrorKind::AccessDenied, "not yours"));
    let world = world().answer("test_net", "net-id", denied()).answer("test_sub", "sub-id", denied());
    let plan = world.plan(STACK);
    let told: Vec<String> = plan.unread.iter().map(|unread| unread.problem.message.clone()).collect();
    assert_eq!(told, ["test_net net-id could not be read: not yours", "test_sub sub-id could not be read: not yours"]);
}

#[test]
fn a_create_that_nobody_can_tell_about_is_not_sent_again() {
    let mut world = world();
    let pending = Pending {
        operation: OpId::new("op"),
        path: "new".into(),
        type_name: "test_sub".into(),
        place: Placement::HOME,
        digest: String::new(),
        call: PendingCall::Create {
            wanted: Value::Null,
            dependencies: Default::default(),
            prevent_destroy: false,
            create_before_destroy: false,
            unfinished: Vec::new(),
            depose: None,
        },
        at: "2026-01-01T00:00:00Z".into(),
        attempts: 1,
    };
    world.state.pending.insert(pending.operation.clone(), pending);
    let plan = world.plan(STACK);
    assert_eq!(actions(&plan), ["update other: range changed"]);
    assert_eq!(plan.unread[0].address.path(), "new");
}
