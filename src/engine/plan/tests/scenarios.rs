use super::project::{at, graph, graph_with};
use super::world::{World, actions, json, steps, target};
use crate::compile::Facts;
use crate::model::{OpId, Value};
use crate::plan::{Action, Mode, Options, Plan, StepKind, readable};
use crate::read::Live;
use crate::state::OutputState;

/// A network, a part of it, and something beside.
const STACK: &str = r#"{
    "resources": {
        "net": {"type": "test_net", "properties": {"range": "10.0.0.0/16", "size": 2}},
        "sub": {"type": "test_sub", "properties": {"net": "${net.id}"}}
    },
    "outputs": {"net": {"value": "${net.id}"}}
}"#;
const NET: &str = r#"{"id": "net-id", "arn": "a", "range": "10.0.0.0/16", "size": 2, "dns": false, "tags_all": {}}"#;
const SUB: &str = r#"{"id": "sub-id", "net": "net-id"}"#;

fn world() -> World {
    let mut world = World::new().with("net", "test_net", NET, &[]).with("sub", "test_sub", SUB, &["net"]);
    world.state.outputs.insert("net".into(), OutputState { value: Value::from("net-id"), sensitive: false });
    world
}

fn changed(from: &str, to: &str) -> String {
    assert!(STACK.contains(from));
    STACK.replace(from, to)
}

fn mode(mode: Mode) -> Options {
    Options { mode, ..Options::default() }
}

#[test]
fn an_empty_world_is_created_in_order() {
    let plan = World::new().plan(STACK);
    assert_eq!(actions(&plan), ["create net: not in state", "create sub: not in state"]);
    assert_eq!(steps(&plan), ["0 create net <- []", "1 create sub <- [0]"]);
    assert_eq!(plan.steps[1].want.get("net").map(|value| value.unknowns().len()), Some(1));
    assert_eq!(plan.outputs.len(), 1);
    assert_eq!(plan.resources[1].after.get("net").unwrap().unknowns()[0].waits_for.join(""), "net.id");
}

#[test]
fn a_world_that_is_as_declared_has_an_empty_plan() {
    let plan = world().plan(STACK);
    assert!(plan.is_empty(), "{:?} {:?}", steps(&plan), plan.outputs);
    assert_eq!(plan.resources.len(), 2);
    assert!(plan.drift.is_empty());
}

#[test]
fn the_same_inputs_give_the_same_plan() {
    let text = changed("10.0.0.0/16", "10.1.0.0/16");
    assert_eq!(format!("{:?}", world().plan(&text)), format!("{:?}", world().plan(&text)));
}

#[test]
fn a_change_in_place_keeps_what_is_known() {
    let plan = world().plan(&changed("\"size\": 2", "\"size\": 3, \"dns\": true"));
    assert_eq!(actions(&plan), ["update net: dns, size changed"]);
    assert_eq!(steps(&plan), ["0 Modify net <- []"]);
    assert_eq!(plan.planned.get("net").and_then(|net| net.get("id")), Some(&Value::from("net-id")));
    assert!(!plan.planned.get("net").and_then(|net| net.get("arn")).unwrap().is_known());
}

#[test]
fn a_replacement_takes_along_what_cannot_change_with_it() {
    let plan = world().plan(&changed("10.0.0.0/16", "10.1.0.0/16"));
    assert_eq!(actions(&plan), ["replace net: range forces", "replace sub: net forces"]);
    assert_eq!(
        steps(&plan),
        ["0 delete sub <- []", "1 delete net <- [0]", "2 create net <- [1]", "3 create sub <- [0 2]"]
    );
}

#[test]
fn creating_first_spreads_down_and_keeps_the_old_until_the_end() {
    let text = changed("10.0.0.0/16", "10.1.0.0/16")
        .replace(r#""type": "test_sub","#, r#""type": "test_sub", "create_before_destroy": true,"#);
    let world = world().change("sub", |sub| sub.create_before_destroy = true);
    let plan = world.plan(&text);
    assert_eq!(actions(&plan), ["replace create-first net: range forces", "replace create-first sub: net forces"]);
    assert_eq!(
        steps(&plan),
        [
            "0 create deposing net <- []",
            "1 create deposing sub <- [0]",
            "2 delete deposed sub <- [1]",
            "3 delete deposed net <- [0 1 2]"
        ]
    );
}

#[test]
fn follow_up_calls_come_after_the_create() {
    let plan = World::new().plan(&changed("\"size\": 2", "\"dns\": true"));
    assert_eq!(steps(&plan), ["0 create net <- []", "1 Modify net <- [0]", "2 create sub <- [1]"]);
    assert!(format!("{:?}", plan.steps[0].kind).contains(r#"unfinished: ["Modify"]"#));
}

#[test]
fn what_is_not_declared_goes_in_reverse() {
    let plan = world().plan(r#"{"resources": {}}"#);
    assert_eq!(actions(&plan), ["delete net: not declared", "delete sub: not declared"]);
    assert_eq!(steps(&plan), ["0 delete sub <- []", "1 delete net <- [0]"]);
    assert_eq!((plan.outputs.len(), plan.outputs[0].after.clone()), (1, None));
}

#[test]
fn an_instance_that_is_gone_says_so() {
    let text =
        r#"{"resources": {"a": {"type": "test_other", "for_each": ["x"], "properties": {"range": "${each.key}"}}}}"#;
    let world = World::new().with("a[\"x\"]", "test_other", r#"{"range": "x"}"#, &[]).with(
        "a[\"y\"]",
        "test_other",
        r#"{"range": "y"}"#,
        &[],
    );
    assert_eq!(actions(&world.plan(text)), [r#"delete a["y"]: instance gone"#]);
}

#[test]
fn what_is_gone_at_aws_is_made_again() {
    let world = world().answer("test_net", "net-id", Live::Absent);
    let plan = world.plan(STACK);
    assert_eq!(actions(&plan), ["create net: net-id is gone", "replace sub: net forces"]);
    assert_eq!(
        steps(&plan),
        ["0 forget net <- []", "1 create net <- [0]", "2 delete sub <- []", "3 create sub <- [1 2]"]
    );
    assert!(plan.drift.len() == 1 && plan.drift[0].gone);
    let undeclared = world.plan(r#"{"resources": {}}"#);
    assert_eq!(actions(&undeclared), ["forget net: not declared; net-id is gone", "delete sub: not declared"]);
}

#[test]
fn drift_is_told_and_taken_back() {
    let world = world().see("test_net", "net-id", &NET.replace("\"size\": 2", "\"size\": 9"));
    let plan = world.plan(STACK);
    assert_eq!(actions(&plan), ["update net: size changed"]);
    assert_eq!(plan.drift[0].changes[0].path.to_string(), "size");
    assert!(plan.resources[0].changes[0].drifted);
    let accepted = world.plan(&changed("\"size\": 2", "\"size\": 9"));
    assert_eq!(
        (actions(&accepted), steps(&accepted)),
        (vec!["no-op net: ".to_string()], vec!["0 record net <- []".to_string()])
    );
}

#[test]
fn refreshing_records_drift_and_changes_nothing() {
    let world = world().see("test_net", "net-id", &NET.replace("\"size\": 2", "\"size\": 9")).answer(
        "test_sub",
        "sub-id",
        Live::Absent,
    );
    let plan = world.plan_with(&changed("10.0.0.0/16", "10.1.0.0/16"), &mode(Mode::RefreshOnly));
    assert_eq!(steps(&plan), ["0 record net <- []", "1 forget sub <- []"]);
    assert_eq!(plan.drift.len(), 2);
}

#[test]
fn a_refresh_finds_the_drift_that_a_plan_shows() {
    let world = world().see("test_net", "net-id", &NET.replace("\"dns\": false", "\"dns\": true").replace("2", "9"));
    let paths = |plan: crate::plan::Plan| -> Vec<String> {
        plan.drift.iter().flat_map(|item| &item.changes).map(|change| change.path.to_string()).collect()
    };
    let found = paths(world.plan(STACK));
    assert!(found.contains(&"size".to_string()), "{found:?}");
    assert_eq!(paths(world.plan_with(STACK, &mode(Mode::RefreshOnly))), found);
}

#[test]
fn a_destroy_takes_everything_in_reverse() {
    let plan = world().plan_with(STACK, &mode(Mode::Destroy));
    assert_eq!(actions(&plan), ["delete net: destroy", "delete sub: destroy"]);
    assert_eq!(steps(&plan), ["0 delete sub <- []", "1 delete net <- [0]"]);
    assert_eq!(plan.outputs[0].after, None);
}

#[test]
fn targets_take_what_they_need_and_excludes_what_needs_them() {
    let text = r#"{"resources": {
        "net": {"type": "test_net", "properties": {"range": "c"}},
        "sub": {"type": "test_sub", "properties": {"net": "${net.id}"}},
        "lone": {"type": "test_other"}
    }}"#;
    let plan = |options: Options| World::new().plan_with(text, &options);
    let only = plan(Options { targets: target("sub"), ..Options::default() });
    assert_eq!(actions(&only), ["create net: not in state", "create sub: not in state"]);
    let but = plan(Options { excludes: target("net"), ..Options::default() });
    assert_eq!(actions(&but), ["create lone: not in state"]);
    let destroyed = world().plan_with(STACK, &Options { targets: target("net"), ..mode(Mode::Destroy) });
    assert_eq!(actions(&destroyed), ["delete net: destroy", "delete sub: destroy"]);
    assert!(destroyed.outputs.is_empty());
    // Whether that is a mistake depends on the other stacks of the command.
    let wrong = plan(Options { targets: target("nett"), ..Options::default() });
    assert_eq!((actions(&wrong), wrong.unmatched), (Vec::new(), target("nett")));
}

#[test]
fn a_requested_replacement_and_a_failed_resource_are_replaced() {
    let plan = world().plan_with(STACK, &Options { replace: target("sub"), ..Options::default() });
    assert_eq!(actions(&plan), ["replace sub: requested"]);
    let failed = world().change("sub", |sub| sub.failed = Some("create-failed".into())).plan(STACK);
    assert_eq!(actions(&failed), ["replace sub: never ready: create-failed"]);
}

#[test]
fn unfinished_calls_are_made() {
    let world = world().change("net", |net| net.unfinished = vec!["Tag".into(), "Modify".into()]);
    let plan = world.plan(STACK);
    assert_eq!(actions(&plan), ["update net: unfinished Modify, Tag"]);
    assert_eq!(steps(&plan), ["0 Modify net <- []", "1 Tag net <- [0]"]);
}

#[test]
fn deposed_objects_go_after_those_that_use_their_successor() {
    let world = world().deposed("net", "test_net", "old-net", &[]);
    let plan = world.plan(&changed(r#""net": "${net.id}""#, r#""net": "${net.id}", "link": "l""#));
    assert_eq!(actions(&plan), ["delete net: deposed 0badcafe", "update sub: link changed"]);
    assert_eq!(steps(&plan), ["0 Modify sub <- []", "1 delete deposed net <- [0]"]);
}

#[test]
fn a_deposed_object_is_deleted_where_it_was_moved_to() {
    let text = STACK.replace("\"net\": {\"type\"", "\"core\": {\"type\"").replace("${net.id}", "${core.id}");
    let text = text.replace("\"outputs\"", r#""moved": [{"from": "net", "to": "core"}], "outputs""#);
    let plan = world().deposed("net", "test_net", "old-net", &[]).plan(&text);
    assert_eq!(actions(&plan), ["no-op core: moved from net", "delete core: deposed 0badcafe"]);
    assert_eq!(steps(&plan), ["0 move net to core <- []", "1 delete deposed core <- [0]"]);
}

#[test]
fn an_interrupted_replacement_is_called_off_when_its_predecessor_is_as_declared() {
    let world = || {
        let new = NET.replace("10.0.0.0/16", "10.1.0.0/16");
        let old = NET.replace("net-id", "old-net").replace("\"size\": 2", "\"size\": 1");
        let mut world = World::new().with("net", "test_net", &new, &[]);
        world = world.with("sub", "test_sub", &SUB.replace("net-id", "old-net"), &["net"]);
        world.state.outputs.insert("net".into(), OutputState { value: Value::from("old-net"), sensitive: false });
        world.deposed("net", "test_net", "old-net", &[]).see("test_net", "old-net", &old)
    };
    let plan = world().plan(STACK);
    assert_eq!(actions(&plan)[0], "update net: restored; size changed");
    assert!(actions(&plan)[1].starts_with("delete net: deposed "), "{:?}", actions(&plan));
    let wanted = ["0 restore net <- []", "1 Modify net <- [0]", "2 record net <- [1]", "3 delete deposed net <- [0 2]"];
    assert_eq!(steps(&plan), wanted);
    assert_eq!(plan.steps[3].kind, StepKind::Delete { id: "net-id".into(), deposed: key_of(&plan) });

    // The declared one is a third: nothing to go back to.
    let third = world().plan(&changed("10.0.0.0/16", "10.2.0.0/16"));
    assert_eq!(actions(&third)[0], "replace net: range forces");
}

/// What the step that restores an object deposes the other under.
fn key_of(plan: &Plan) -> Option<String> {
    plan.steps.iter().find_map(|step| match &step.kind {
        StepKind::Restore { depose, .. } => Some(depose.clone()),
        _ => None,
    })
}

#[test]
fn an_import_adopts_and_then_changes() {
    let text = changed("\"outputs\"", r#""import": [{"to": "net", "id": "net-9"}], "outputs""#);
    let world = World::new().see("test_net", "net-9", &NET.replace("\"size\": 2", "\"size\": 1"));
    let plan = world.plan(&text);
    assert_eq!(actions(&plan), ["import net: import entry; size changed", "create sub: not in state"]);
    assert_eq!(steps(&plan), ["0 import net <- []", "1 Modify net <- [0]", "2 create sub <- [1]"]);
    let absent = World::new().answer("test_net", "net-9", Live::Absent).refused(&text, &Options::default());
    assert_eq!(absent, ["not-found: there is no test_net net-9 to import as test/main:net"]);
}

#[test]
fn an_import_that_changes_something_counts_as_both() {
    let text = changed("\"outputs\"", r#""import": [{"to": "net", "id": "net-9"}], "outputs""#);
    let other = World::new().see("test_net", "net-9", &NET.replace("\"size\": 2", "\"size\": 1")).plan(&text).summary();
    assert_eq!((other.import, other.update, other.create), (1, 1, 1));
    let same = World::new().see("test_net", "net-9", NET).plan(&text).summary();
    assert_eq!((same.import, same.update, same.create), (1, 0, 1));
}

#[test]
fn an_import_never_replaces() {
    let text = changed("\"outputs\"", r#""import": [{"to": "net", "id": "net-9"}], "outputs""#);
    let world = World::new().see("test_net", "net-9", &NET.replace("10.0.0.0/16", "10.9.0.0/16"));
    let errors = world.try_plan(&graph(&text), &Options::default()).unwrap_err();
    let [error] = errors.iter().collect::<Vec<_>>()[..] else { panic!("{errors:?}") };
    assert_eq!(error.code.name(), "import-differs");
    assert_eq!(error.message, "test_net net-9 is not as test/main:net is declared, and the import would replace it");
    assert!(
        error.notes[0]
            .starts_with("`range` cannot be changed in place, and is \"10.9.0.0/16\" at AWS and \"10.0.0.0/16\""),
        "{:?}",
        error.notes
    );
    let options = Options { replace: target("net"), ..Options::default() };
    let asked = World::new().see("test_net", "net-9", NET).try_plan(&graph(&text), &options).unwrap_err();
    assert_eq!(asked.iter().next().unwrap().help.as_deref(), Some("import it first, then ask for the replacement"));
}

#[test]
fn a_move_is_no_change_of_the_resource() {
    let text = STACK
        .replace("\"net\": {\"type\"", "\"core\": {\"type\"")
        .replace("${net.id}", "${core.id}")
        .replace("\"outputs\"", r#""moved": [{"from": "net", "to": "core"}], "outputs""#);
    let plan = world().plan(&text);
    assert_eq!(actions(&plan), ["no-op core: moved from net"]);
    assert_eq!(steps(&plan), ["0 move net to core <- []"]);
    assert_eq!(plan.summary().moved, 1);
}

#[test]
fn a_removed_entry_leaves_the_resource_at_aws() {
    let plan = world().plan(r#"{"resources": {}, "removed": [{"from": "net"}, {"from": "sub"}]}"#);
    assert_eq!(actions(&plan), ["forget net: not declared; removed entry", "forget sub: not declared; removed entry"]);
    assert!(plan.steps.iter().all(|step| step.calls.is_empty()));
}

#[test]
fn another_type_under_the_same_name_is_a_replacement() {
    let plan = world().plan(r#"{"resources": {"net": {"type": "test_other", "properties": {"range": "x"}}}}"#);
    assert_eq!(actions(&plan), ["replace net: type forces", "delete sub: not declared"]);
    let types: Vec<&str> = plan.steps.iter().map(|step| step.type_name).collect();
    assert_eq!(types, ["test_sub", "test_net", "test_other"]);
}

#[test]
fn data_that_waits_for_a_resource_is_read_in_between() {
    let text = r#"{
        "resources": {
            "net": {"type": "test_net", "properties": {"range": "c"}},
            "sub": {"type": "test_sub", "properties": {"net": "${data.found.result}"}}
        },
        "data": {"found": {"type": "test_lookup", "properties": {"of": "${net.id}"}}}
    }"#;
    let plan = World::new().plan(text);
    assert_eq!(steps(&plan), ["0 create net <- []", "1 read data.found <- [0]", "2 create sub <- [0 1]"]);
    assert_eq!(plan.reads.len(), 1);
    // The network is there: the data source can be read before, and then there is nothing to do.
    let world = World::new().with("net", "test_net", r#"{"id": "net-id", "range": "c", "tags_all": {}}"#, &[]).with(
        "sub",
        "test_sub",
        r#"{"id": "sub-id", "net": "found"}"#,
        &["net"],
    );
    let first = world.plan(text);
    let requests = readable(&graph(text), &first);
    assert_eq!(
        requests.iter().map(|request| request.arguments.to_string()).collect::<Vec<_>>(),
        [r#"{"of": "net-id"}"#]
    );
    let mut facts = Facts::default();
    facts.data.insert(at("data.found"), json(r#"{"of": "net-id", "result": "found"}"#));
    let second = world.try_plan(&graph_with(text, &facts), &Options::default()).unwrap();
    assert!(second.is_empty(), "{:?}", steps(&second));
}

#[test]
fn outputs_hold_no_secrets() {
    let text = r#"{
        "resources": {"db": {"type": "test_db", "properties": {"name": "d", "password": "hunter2"}}},
        "outputs": {"p": {"value": "${db.password}", "sensitive": true}, "n": {"value": "${db.name}"}}
    }"#;
    let plan = World::new().plan(text);
    let outputs: Vec<_> = plan.outputs.iter().map(|output| (output.name.as_str(), output.after.clone())).collect();
    assert_eq!(outputs, [("p", Some(Value::Null)), ("n", Some(Value::from("d")))]);
    assert_eq!(plan.resources[0].after.get("password"), None);
    assert_eq!(plan.resources[0].after.get("id"), Some(&Value::from("d")));
}

#[test]
fn a_password_that_state_does_not_know_is_sent() {
    let text = r#"{"resources": {"db": {"type": "test_db", "properties": {"name": "d", "password": "hunter2"}}}}"#;
    let world = World::new().with("db", "test_db", r#"{"id": "d", "name": "d"}"#, &[]);
    assert_eq!(actions(&world.plan(text)), ["update db: password changed"]);
    let imported = world.change("db", |db| db.created_by = None::<OpId>);
    assert_eq!(actions(&imported.plan(text)), ["update db: password changed"]);
}

#[test]
fn counts_are_by_resource() {
    let summary = world().plan(&changed("10.0.0.0/16", "10.1.0.0/16")).summary();
    assert_eq!((summary.replace, summary.create, summary.delete), (2, 0, 0));
    assert!(world().plan(STACK).resources.iter().all(|change| change.action == Action::NoOp));
}
