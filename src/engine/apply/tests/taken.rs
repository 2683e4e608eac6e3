//! What AWS accepts and does not do, shows in another spelling, or shows for a moment only.

use std::time::Duration;

use super::stage::{Attempt, Run, Stage};
use crate::model::{Code, Diagnostic, Severity, Value};
use crate::plan::{Action, Options};

const DATABASE: &str = "\
resources:
  db:
    type: aws_db_instance
    properties: {identifier: orders, engine: MySQL, instance_class: small}
";

fn warnings(attempt: &Attempt) -> Vec<&Diagnostic> {
    attempt.report.diagnostics.iter().filter(|one| one.severity == Severity::Warning).collect()
}

#[tokio::test(start_paused = true)]
async fn an_update_that_aws_ignores_is_told_and_stays_a_difference() {
    let mut stage = Stage::new(DATABASE);
    assert_eq!(warnings(&stage.complete(Run::default()).await).len(), 0);
    stage.world().ignored.push(("aws_db_instance", "instance_class"));
    stage.rewrite("instance_class: small", "instance_class: large");
    for _ in 0..2 {
        let attempt = stage.complete(Run::default()).await;
        assert_eq!(attempt.report.done.update, 1);
        let [warning] = warnings(&attempt)[..] else { panic!("{:?}", attempt.report.diagnostics) };
        assert_eq!(warning.code, Code::NotTaken);
        assert_eq!(
            warning.message,
            "test/main:db: AWS accepted sim:ModifyDBInstance and still returns \"small\" for `instance_class`, not \"large\""
        );
        let origin = warning.origin.as_ref().expect("a place");
        assert_eq!((&*origin.span.file, origin.span.line), ("stages/test/main/main.yaml", 4));
        // It was looked at for as long as reads may be late.
        assert!(attempt.report.elapsed >= Duration::from_secs(120), "{:?}", attempt.report.elapsed);

        assert_eq!(stage.state().resources["db"].attributes.get("instance_class"), Some(&"small".into()));
        let plan = stage.plan(Options::default()).await;
        let [change] = &plan.resources[0].changes[..] else { panic!("{:?}", plan.resources[0].changes) };
        assert_eq!((&change.before, &change.after), (&"small".into(), &"large".into()));
        assert!(plan.drift.is_empty(), "it is no change by somebody else");
    }
}

#[tokio::test(start_paused = true)]
async fn a_declared_form_is_no_difference_and_nothing_is_waited_for() {
    let stage = Stage::new(DATABASE);
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(warnings(&attempt).len(), 0);
    assert!(attempt.report.elapsed < Duration::from_secs(570), "{:?}", attempt.report.elapsed);
    assert_eq!(stage.state().resources["db"].attributes.get("engine"), Some(&"mysql".into()));
    stage.settled().await;
}

/// A policy shows the unique id of a principal that IAM does not know yet, and again when it is gone.
#[tokio::test(start_paused = true)]
async fn what_aws_shows_for_a_moment_is_no_form_of_the_value() {
    let document = |principal: &str| {
        Value::from([("Statement", Value::from(vec![Value::from([("Principal", principal.into())])]))])
    };
    let unknown_role = document("AROAEXAMPLE");
    let stage = Stage::new(
        "resources:\n  role:\n    type: aws_iam_role\n    properties: {name: r, assume_role_policy: {Statement: [{Principal: me}]}}\n",
    );
    stage.world().brief = Some(("aws_iam_role", "assume_role_policy", unknown_role.clone(), Duration::from_secs(30)));
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(warnings(&attempt).len(), 0);
    assert!(attempt.waited.iter().any(|(_, status)| status == "change not visible yet"), "{:?}", attempt.waited);
    stage.settled().await;

    stage.world().tamper("aws_iam_role", "r", "assume_role_policy", unknown_role);
    let plan = stage.plan(Options::default()).await;
    assert_eq!(plan.resources[0].action, Action::Update);
    assert_eq!(plan.drift.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_setting_that_goes_back_is_seen() {
    let yaml = "resources:\n  logs:\n    type: aws_s3_bucket\n    properties: {bucket: logs, force_destroy: true}\n";
    let mut stage = Stage::new(yaml);
    stage.complete(Run::default()).await;
    for (from, to, value) in [("true", "false", false), ("false", "true", true), ("true", "false", false)] {
        stage.rewrite(&format!("force_destroy: {from}"), &format!("force_destroy: {to}"));
        let attempt = stage.complete(Run::default()).await;
        assert_eq!(attempt.plan.resources[0].action, Action::Update, "{from} to {to}");
        assert_eq!(stage.state().resources["logs"].attributes.get("force_destroy"), Some(&value.into()));
        stage.settled().await;
    }
}

/// Earlier versions kept what they called the echoes of a value.
#[tokio::test(start_paused = true)]
async fn state_of_an_earlier_version_is_read_without_its_forms() {
    let stage = Stage::new(DATABASE);
    stage.complete(Run::default()).await;
    let mut json = serde_json::to_value(stage.state()).expect("state is JSON");
    json["resources"]["db"]["echoes"] = serde_json::json!({"instance_class": {"sent": "small", "got": "large"}});
    let state = serde_json::from_value(json).expect("an earlier state");
    *stage.state.lock().expect("not poisoned") = state;
    stage.world().tamper("aws_db_instance", "orders", "instance_class", "large".into());
    let plan = stage.plan(Options::default()).await;
    assert_eq!(plan.resources[0].action, Action::Update);

    let entry = r#"{"entry":"echoed","path":"db","echoes":{"engine":{"sent":"MySQL","got":"mysql"},"port":null}}"#;
    let entry: crate::journal::Entry = serde_json::from_str(entry).expect("an entry of an earlier version");
    let mut state = stage.state();
    let before = state.clone();
    crate::journal::apply_all(&mut state, &[entry]).expect("a legal entry");
    assert_eq!(state, before);
}
