//! Secrets that only an apply reads: never in a plan or in state, and compared by version.

use super::stage::{Run, Stage};
use crate::compile::{Facts, compile};
use crate::model::secret_version::{holds_mark, unread};
use crate::model::{Address, Diagnostic, Value};
use crate::plan::{Options, StepKind};
use crate::simulation::SimCatalog;
use crate::state::State;

const FIRST: &str = r#"{"user": "app", "password": "first-canary"}"#;
const SECOND: &str = r#"{"user": "app", "password": "second-canary"}"#;

const DATABASE: &str = r#"
data:
  db: {type: aws_vault, properties: {name: db}}
resources:
  db:
    type: aws_db_instance
    properties:
      identifier: orders
      subnet_ids: []
      instance_class: small
      password: ${jsondecode(data.db.secret).password}
outputs:
  password: {value: "${db.password}", sensitive: true}
"#;

fn stage() -> Stage {
    let stage = Stage::new(DATABASE);
    stage.world().vault.insert("db".into(), vec![FIRST.into()]);
    stage
}

fn password(stage: &Stage) -> Option<Value> {
    let objects = stage.world().existing();
    objects.iter().find(|object| object.id == "orders").and_then(|object| object.attributes.get("password").cloned())
}

fn reveals(calls: &[String]) -> Vec<&str> {
    calls.iter().filter_map(|call| call.strip_prefix("ReadData aws_vault reveal ")).collect()
}

/// No canary in state, and a mark in its place.
fn assert_marked(stage: &Stage) {
    let state = stage.state();
    let text = serde_json::to_string(&state).expect("state is JSON");
    assert!(!text.contains("canary"), "{text}");
    let attributes = &state.resources["db"].attributes;
    assert!(attributes.get("password").is_some_and(holds_mark), "{attributes}");
}

fn update_calls(plan: &crate::plan::Plan) -> Vec<&str> {
    let call = |step: &crate::plan::StepPlan| match step.kind {
        StepKind::Update { call, .. } => Some(call),
        _ => None,
    };
    plan.steps.iter().filter_map(call).collect()
}

#[tokio::test(start_paused = true)]
async fn the_secret_reaches_aws_and_nothing_else() {
    let stage = stage();
    let plan = stage.plan(Options::default()).await;
    assert!(!format!("{plan:?}").contains("canary"));
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(reveals(&attempt.calls), ["db 1"]);
    assert_eq!(password(&stage), Some("first-canary".into()));
    assert_marked(&stage);
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn a_new_version_is_a_change_of_the_property() {
    let stage = stage();
    stage.complete(Run::default()).await;
    stage.world().vault.get_mut("db").expect("it is there").push(SECOND.into());
    let plan = stage.plan(Options::default()).await;
    assert_eq!(update_calls(&plan), ["ModifyPassword"]);
    let change = &plan.resources[0].changes[0];
    assert!(change.sensitive && change.after.to_string().contains("known after apply"), "{change:?}");
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(reveals(&attempt.calls), ["db 2"]);
    assert_eq!(password(&stage), Some("second-canary".into()));
    assert_marked(&stage);
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn a_change_of_something_else_reads_no_secret() {
    let mut stage = stage();
    stage.complete(Run::default()).await;
    stage.rewrite("small", "large");
    let attempt = stage.complete(Run::default()).await;
    assert!(reveals(&attempt.calls).is_empty(), "{:?}", attempt.calls);
    assert_eq!(password(&stage), Some("first-canary".into()));
    assert_marked(&stage);
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn another_field_of_the_same_version_is_a_change() {
    let mut stage = stage();
    stage.complete(Run::default()).await;
    stage.rewrite("(data.db.secret).password", "(data.db.secret).user");
    assert_eq!(update_calls(&stage.plan(Options::default()).await), ["ModifyPassword"]);
    stage.complete(Run::default()).await;
    assert_eq!(password(&stage), Some("app".into()));
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn a_literal_and_a_secret_replace_each_other() {
    const WRITTEN: &str = "${jsondecode(data.db.secret).password}";
    let mut stage = stage();
    stage.rewrite(WRITTEN, "written-canary");
    stage.complete(Run::default()).await;
    stage.settled().await;
    stage.rewrite("written-canary", WRITTEN);
    stage.complete(Run::default()).await;
    assert_eq!(password(&stage), Some("first-canary".into()));
    assert_marked(&stage);
    stage.settled().await;
    stage.rewrite(WRITTEN, "first-canary");
    assert_eq!(update_calls(&stage.plan(Options::default()).await), ["ModifyPassword"]);
    stage.complete(Run::default()).await;
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_ignored_is_not_recorded() {
    let mut stage = stage();
    stage.complete(Run::default()).await;
    stage.yaml =
        stage.yaml.replace("    properties:\n", "    lifecycle: {ignore_changes: [password]}\n    properties:\n");
    stage.world().vault.get_mut("db").expect("it is there").push(SECOND.into());
    stage.settled().await;
    stage.rewrite("small", "large");
    stage.complete(Run::default()).await;
    stage.rewrite("    lifecycle: {ignore_changes: [password]}\n", "");
    assert_eq!(update_calls(&stage.plan(Options::default()).await), ["ModifyPassword"]);
}

#[tokio::test(start_paused = true)]
async fn a_secret_whose_name_is_known_only_during_the_apply() {
    let mut stage = stage();
    stage.rewrite("{name: db}", r#"{name: "${role.arn}"}"#);
    stage.rewrite(
        "resources:\n",
        "resources:\n  role: {type: aws_iam_role, properties: {name: db, assume_role_policy: {Version: '1'}}}\n",
    );
    stage.world().vault.insert("arn.of.db".into(), vec![FIRST.into()]);
    stage.complete(Run::default()).await;
    assert_eq!(password(&stage), Some("first-canary".into()));
    assert_marked(&stage);
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_killed_anywhere_leaves_no_secret_behind() {
    for at in 0..1000 {
        let stage = stage();
        let ended = stage.run(Run::default().crashing(at)).await.is_some();
        let text = serde_json::to_string(&stage.state()).expect("state is JSON");
        assert!(!text.contains("canary"), "killed at {at}: {text}");
        stage.complete(Run::default()).await;
        assert_eq!(password(&stage), Some("first-canary".into()), "killed at {at}");
        stage.settled().await;
        if ended {
            return;
        }
    }
    panic!("the run is longer than this test");
}

#[tokio::test(start_paused = true)]
async fn the_password_of_an_import_is_the_declared_one_until_another_is_declared() {
    for written in ["${jsondecode(data.db.secret).password}", "literal-canary"] {
        let mut stage = stage();
        stage.rewrite("${jsondecode(data.db.secret).password}", written);
        stage.complete(Run::default()).await;
        let before = stage.state();
        *stage.state.lock().expect("not poisoned") =
            State::empty(before.stack, before.account, before.region, before.lineage);
        stage.yaml.push_str("import: [{to: db, id: orders}]\n");
        let attempt = stage.complete(Run::default()).await;
        assert!(update_calls(&attempt.plan).is_empty(), "{:?}", attempt.plan.steps);
        assert!(!serde_json::to_string(&stage.state()).expect("state is JSON").contains("canary"));
        stage.settled().await;
        stage.rewrite(written, "another-canary");
        assert_eq!(update_calls(&stage.plan(Options::default()).await), ["ModifyPassword"]);
        stage.complete(Run::default()).await;
        assert_eq!(password(&stage), Some("another-canary".into()));
        stage.settled().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_password_that_is_removed_is_a_change_and_one_that_is_added_to_an_import_is_sent() {
    let mut stage = stage();
    stage.rewrite("      password: ${jsondecode(data.db.secret).password}\n", "");
    stage.rewrite("outputs:\n  password: {value: \"${db.password}\", sensitive: true}\n", "");
    stage.complete(Run::default()).await;
    let before = stage.state();
    *stage.state.lock().expect("not poisoned") =
        State::empty(before.stack, before.account, before.region, before.lineage);
    stage.yaml.push_str("import: [{to: db, id: orders}]\n");
    stage.complete(Run::default()).await;
    stage.settled().await;
    stage.rewrite("      instance_class: small\n", "      instance_class: small\n      password: added-canary\n");
    stage.complete(Run::default()).await;
    assert_eq!(password(&stage), Some("added-canary".into()));
    stage.settled().await;
    stage.rewrite("      password: added-canary\n", "");
    assert_eq!(update_calls(&stage.plan(Options::default()).await), ["ModifyPassword"]);
}

#[tokio::test(start_paused = true)]
async fn the_digest_of_a_literal_has_a_key_that_is_not_with_the_state() {
    let yaml = DATABASE.replace("${jsondecode(data.db.secret).password}", "literal-canary");
    let mut stage = Stage::kept(&yaml);
    stage.complete(Run::default()).await;
    let state = stage.state();
    let text = serde_json::to_string(&state).expect("state is JSON");
    assert!(text.contains("hmac-") && !text.contains("canary"), "{text}");
    let key = state.digest_key.text().expect("the lock row has a key");
    assert!(!text.contains(key), "{text}");
    stage.settled().await;
    stage.rewrite("literal-canary", "another-canary");
    assert_eq!(update_calls(&stage.plan(Options::default()).await), ["ModifyPassword"]);
}

/// What a compilation says of the database's YAML with a replacement.
fn refused(from: &str, to: &str) -> Vec<Diagnostic> {
    let mut stage = stage();
    stage.rewrite(from, to);
    let project = stage.project();
    let address = Address::in_stack(&stage.state().stack, "data.db").expect("an address");
    let read =
        Value::from([("name", "db".into()), ("secret", unread("vault:db", "secret", "1")), ("version", "1".into())]);
    let mut facts = Facts::default();
    facts.data.insert(address, read);
    compile(&project, "main", &SimCatalog, &facts).diagnostics.into_iter().collect()
}

#[test]
fn a_secret_goes_into_no_property_that_can_be_read() {
    let faults = refused("instance_class: small", "instance_class: \"db-${data.db.secret}\"");
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert!(fault.message.contains("`instance_class` of `aws_db_instance` can be read"), "{fault:?}");
    let origin = fault.origin.as_ref().expect("a place");
    assert_eq!((&*origin.span.file, origin.span.line), ("stages/test/main/main.yaml", 10));
    assert_eq!(fault.notes, ["the secret is read by data.db at stages/test/main/main.yaml:3:3"]);
}

#[test]
fn an_expression_over_a_secret_holds_nothing_that_changes_by_itself() {
    for allowed in [
        "${data.db.secret}",
        "postgres://app:${data.db.secret}@host",
        "\"${stage.name == 'test' ? data.db.secret : data.db['secret']}\"",
        "${base64encode(data.db.secret)}",
    ] {
        let faults = refused("${jsondecode(data.db.secret).password}", allowed);
        assert!(faults.is_empty(), "{allowed}: {faults:?}");
    }
    let faults = refused(
        "password: ${jsondecode(data.db.secret).password}",
        "password: \"${data.db.version}-${data.db.secret}\"",
    );
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert!(fault.message.contains("stands in one expression with a secret"), "{fault:?}");
}
