//! Deletion protection is lifted for a deletion, and put back when the deletion does not follow.

use super::stage::{Run, Stage};
use crate::apply::Outcome;
use crate::model::ErrorKind;
use crate::simulation::{Faults, Operated, Script};

#[tokio::test(start_paused = true)]
async fn protection_is_lifted_before_a_deletion() {
    let mut stage = Stage::new(
        "resources:\n  db:\n    type: aws_db_instance\n    properties: {identifier: orders, deletion_protection: true}\n",
    );
    stage.complete(Run::default()).await;
    stage.rewrite("identifier: orders, deletion_protection: true", "identifier: invoices, deletion_protection: false");
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(attempt.report.done.replace, 1);
    assert_eq!(stage.state().resources["db"].id.as_str(), "invoices");
    stage.settled().await;
    stage.complete(Run::destroy()).await;
    assert_eq!(stage.essence(), []);
}

/// The refusal of one call on a database, after `after` that pass.
pub fn refused(call: Operated, after: u32) -> Script {
    Script {
        call,
        type_name: "aws_db_instance".into(),
        about: String::new(),
        after,
        times: 1,
        error: ErrorKind::Rejected,
    }
}

/// The deletion is refused, fails for something else, or is cut off: what stays is protected again, here and in state.
#[tokio::test(start_paused = true)]
async fn protection_is_put_back_when_the_deletion_does_not_follow() {
    let mut stage = Stage::new(
        "resources:\n  db:\n    type: aws_db_instance\n    properties: {identifier: orders, deletion_protection: true, skip_final_snapshot: true, instance_class: small}\n",
    );
    stage.complete(Run::default()).await;
    let before = stage.essence();
    stage.rewrite("identifier: orders, deletion_protection: true", "identifier: invoices, deletion_protection: false");
    let refusing = Faults { scripts: vec![refused(Operated::Delete, 0)], ..Faults::none() };
    let attempt = stage.run(Run::with(refusing)).await.expect("no crash").expect("a plan");
    assert_eq!(attempt.report.outcome, Outcome::Partial);
    assert_eq!(attempt.report.diagnostics.iter().count(), 0, "{:?}", attempt.report.diagnostics);
    assert_eq!(stage.essence(), before);
    let state = stage.state().resources["db"].attributes.clone();
    assert_eq!(state.get("deletion_protection"), Some(&true.into()));
    assert_eq!(state.get("skip_final_snapshot"), Some(&true.into()));
    assert!(stage.state().pending.is_empty());

    // The next run lifts it again, and deletes.
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(attempt.report.done.replace, 1);
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn a_protection_that_cannot_be_put_back_is_told() {
    let mut stage = Stage::new(
        "resources:\n  db:\n    type: aws_db_instance\n    properties: {identifier: orders, deletion_protection: true}\n",
    );
    stage.complete(Run::default()).await;
    stage.rewrite("identifier: orders, deletion_protection: true", "identifier: invoices, deletion_protection: false");
    let scripts = vec![refused(Operated::Delete, 0), refused(Operated::Update, 1)];
    let attempt = stage.run(Run::with(Faults { scripts, ..Faults::none() })).await.expect("no crash").expect("a plan");
    let told: Vec<String> = attempt.report.diagnostics.iter().map(|told| told.message.clone()).collect();
    assert_eq!(told, ["test/main:db was not deleted, and its deletion protection is off"]);
    assert_eq!(stage.state().resources["db"].attributes.get("deletion_protection"), Some(&false.into()));
    assert!(stage.state().pending.is_empty());
}

/// A predecessor that is deposed by then takes no updates: that it stays without its protection is told.
#[tokio::test(start_paused = true)]
async fn a_deposed_predecessor_without_its_protection_is_told() {
    let mut stage = Stage::new(
        "resources:\n  db:\n    type: aws_db_instance\n    properties: {identifier: orders, deletion_protection: true}\n    lifecycle: {create_before_destroy: true}\n",
    );
    stage.complete(Run::default()).await;
    stage.rewrite("identifier: orders, deletion_protection: true", "identifier: invoices, deletion_protection: false");
    let refusing = Faults { scripts: vec![refused(Operated::Delete, 0)], ..Faults::none() };
    let attempt = stage.run(Run::with(refusing)).await.expect("no crash").expect("a plan");
    assert_eq!(attempt.report.outcome, Outcome::Partial);
    let state = stage.state();
    assert_eq!(state.resources["db"].id.as_str(), "invoices");
    let key = &state.deposed["db"][0].key;
    let told: Vec<String> = attempt.report.diagnostics.iter().map(|told| told.message.clone()).collect();
    assert_eq!(
        told,
        [format!("test/main:db (deposed {key}, orders) was not deleted, and its deletion protection is off")]
    );
    // The deletion goes on, and then there is nothing to tell.
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(attempt.report.diagnostics.iter().count(), 0, "{:?}", attempt.report.diagnostics);
    assert!(stage.state().deposed.is_empty());
    stage.settled().await;
}
