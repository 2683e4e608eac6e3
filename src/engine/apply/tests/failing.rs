//! Runs that fail, are interrupted, or may not begin; the next run goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::protection::refused;
use super::runs::{SMALL, WHOLE};
use super::stage::{Run, Stage, failures};
use crate::apply::{Outcome, RecoveryMode, StepResult};
use crate::model::{Code, ErrorKind, Fence, Value};
use crate::plan::{Options, Summary};
use crate::simulation::{Faults, Operated, Script};

#[tokio::test(start_paused = true)]
async fn a_failed_step_stops_its_dependants_only_and_the_next_run_goes_on() {
    let undisturbed = Stage::new(WHOLE);
    undisturbed.complete(Run::default()).await;
    let creates = [
        ("aws_vpc", 9),
        ("aws_subnet", 8),
        ("aws_security_group", 9),
        ("aws_nat_gateway", 9),
        ("aws_db_instance", 8),
        ("aws_s3_bucket", 9),
        ("aws_iam_role", 9),
        ("aws_route53_record", 9),
        ("aws_sqs_queue", 9),
    ];
    for (type_name, _) in creates {
        let stage = Stage::new(WHOLE);
        // A request for several is refused, and then the first of them.
        let script = |call| Script {
            call,
            type_name: type_name.into(),
            about: String::new(),
            after: 0,
            times: 1,
            error: ErrorKind::Rejected,
        };
        let scripts = vec![script(Operated::Together), script(Operated::Create)];
        let attempt =
            stage.run(Run::with(Faults { scripts, ..Faults::none() })).await.expect("no crash").expect("a plan");
        assert_eq!(attempt.report.outcome, Outcome::Partial);
        stage.check();
        let state = stage.state();
        assert!(state.pending.is_empty(), "a refused call is void: {:?}", state.pending);
        for (id, result, _) in &attempt.report.steps {
            let step = &attempt.plan.steps[id.0];
            match result {
                StepResult::Done => {}
                StepResult::Failed(diagnostic) => {
                    assert_eq!(diagnostic.code, Code::AwsError);
                    assert_eq!(step.type_name, type_name);
                    assert!(diagnostic.origin.is_some());
                }
                StepResult::Skipped { because } => {
                    let failed = attempt.plan.steps.iter().find(|other| other.address == *because);
                    assert_eq!(failed.map(|step| step.type_name), Some(type_name));
                }
                other => panic!("{}: {other:?}", step.address),
            }
        }
        stage.converge(|_| Faults::none(), &Options::default()).await;
        stage.settled().await;
        assert_eq!(stage.essence(), undisturbed.essence());
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_taken_is_not_adopted() {
    let stage = Stage::new(SMALL);
    stage.world().plant("aws_s3_bucket", "test-logs", [("bucket".to_string(), Value::from("test-logs"))].into());
    let attempt = stage.run(Run::default()).await.expect("no crash").expect("a plan");
    let failed: Vec<_> = attempt
        .report
        .steps
        .iter()
        .filter_map(|(_, result, _)| match result {
            StepResult::Failed(diagnostic) => Some(diagnostic),
            _ => None,
        })
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].code, Code::AlreadyExists);
    let help = failed[0].help.clone().unwrap_or_default();
    assert!(help.contains("wildfire import test/main bucket test-logs"), "{help}");
    assert!(!stage.state().resources.contains_key("bucket"));
    stage.check();
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_run_ends_in_time_and_the_next_goes_on() {
    let undisturbed = Stage::new(SMALL);
    undisturbed.complete(Run::default()).await;
    for millis in (0..4000).step_by(97).chain([30_000, 100_000]) {
        let stage = Stage::new(SMALL);
        let cancel = CancellationToken::new();
        let start = Instant::now();
        let attempt = {
            let run = stage.run(Run { cancel: cancel.clone(), ..Run::default() });
            tokio::pin!(run);
            let early = tokio::time::timeout(Duration::from_millis(millis), &mut run).await;
            cancel.cancel();
            match early {
                Ok(done) => done,
                Err(_) => run.await,
            }
        };
        assert!(start.elapsed() <= Duration::from_millis(millis) + Duration::from_secs(7));
        if let Some(Ok(attempt)) = attempt {
            let known = matches!(attempt.report.outcome, Outcome::Interrupted | Outcome::Complete);
            assert!(known, "{:?}", failures(&attempt.report));
        }
        stage.check();
        stage.converge(|_| Faults::none(), &Options::default()).await;
        stage.settled().await;
        assert_eq!(stage.essence(), undisturbed.essence(), "after {millis} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_run_left_at_work_is_waited_for() {
    let stage = Stage::new(
        "resources:\n  db:\n    type: aws_db_instance\n    properties: {identifier: orders}\n  queue:\n    type: aws_sqs_queue\n    properties: {name: jobs}\n    depends_on: [db]\n",
    );
    let start = Instant::now();
    let cancel = CancellationToken::new();
    let run = stage.run(Run { cancel: cancel.clone(), ..Run::default() });
    let stop = async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        cancel.cancel();
    };
    let (attempt, ()) = tokio::join!(run, stop);
    let attempt = attempt.expect("no crash").expect("a plan");
    let handed_over = StepResult::HandedOver { status: "creating".into() };
    assert_eq!(
        attempt.report.steps.iter().map(|(_, result, _)| result).collect::<Vec<_>>(),
        [&handed_over, &StepResult::NotStarted]
    );
    assert!(stage.state().pending.is_empty(), "the database is in state");

    let attempt = stage.complete(Run { mode: RecoveryMode::Look, ..Run::default() }).await;
    assert_eq!(attempt.report.done.create, 1);
    assert!(start.elapsed() >= Duration::from_secs(540), "the queue did not wait for the database");
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_behind_a_fence() {
    for allowed in 0..30 {
        let stage = Stage::new(SMALL);
        let asked = Arc::new(AtomicU64::new(0));
        let count = asked.clone();
        let run = Run { fence: Fence::new(move || count.fetch_add(1, Ordering::SeqCst) < allowed), ..Run::default() };
        let attempt = stage.run(run).await.expect("no crash").expect("a plan");
        assert_eq!(attempt.report.outcome, Outcome::Fenced);
        let sent = |call: &&String| ["Create", "Update", "Delete"].iter().any(|kind| call.starts_with(kind));
        assert!(attempt.calls.iter().filter(sent).count() as u64 <= allowed);
        stage.check();
        stage.converge(|_| Faults::none(), &Options::default()).await;
        stage.settled().await;
    }
}

/// A mistake in the code of one type ends the run as a signal does: what is known is written, and the next run goes on.
#[tokio::test(start_paused = true)]
async fn a_panic_ends_the_run_and_loses_nothing() {
    let undisturbed = Stage::new(SMALL);
    undisturbed.complete(Run::default()).await;
    for kind in [Operated::Create, Operated::Update, Operated::Read] {
        for type_name in ["aws_vpc", "aws_subnet", "aws_nat_gateway", "aws_s3_bucket", "aws_route53_record"] {
            let stage = Stage::kept(SMALL);
            let run = Run::with(Faults { panics: Some((kind, type_name)), ..Faults::none() });
            let attempt = stage.run(run).await.expect("it does not hang").expect("a plan");
            let calls = attempt.calls.iter().any(|call| call.starts_with(&format!("{kind:?} {type_name} ")));
            if !calls {
                continue;
            }
            assert_ne!(attempt.report.outcome, Outcome::Complete, "{kind:?} {type_name}");
            assert!(!failures(&attempt.report).is_empty());
            stage.check();
            let start = Instant::now();
            stage.converge(|_| Faults::none(), &Options::default()).await;
            assert!(start.elapsed() < Duration::from_secs(600), "the lock was let go");
            stage.settled().await;
            assert_eq!(stage.essence(), undisturbed.essence());
        }
    }
}

/// A replacement of which a part was done is counted as that part.
#[tokio::test(start_paused = true)]
async fn half_of_a_replacement_is_counted() {
    for (first, refusing, wanted) in [
        ("", Operated::Create, Summary { delete: 1, ..Summary::default() }),
        (
            "    lifecycle: {create_before_destroy: true}\n",
            Operated::Delete,
            Summary { create: 1, ..Summary::default() },
        ),
    ] {
        let yaml = "resources:\n  db:\n    type: aws_db_instance\n    properties: {identifier: orders}\n";
        let mut stage = Stage::new(&(yaml.to_string() + first));
        stage.complete(Run::default()).await;
        stage.rewrite("identifier: orders", "identifier: invoices");
        let refusing = Faults { scripts: vec![refused(refusing, 0)], ..Faults::none() };
        let attempt = stage.run(Run::with(refusing)).await.expect("no crash").expect("a plan");
        assert_eq!((attempt.report.outcome, attempt.report.done), (Outcome::Partial, wanted), "{first}");
        let attempt = stage.complete(Run::default()).await;
        let done = attempt.report.done;
        assert_eq!((done.create + done.delete, done.replace), (1, 0), "the other half: {done:?}");
    }
}
