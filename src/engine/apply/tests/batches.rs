//! Calls that share a request, against the simulated cloud.

use std::time::Duration;

use super::stage::{Run, Stage, failures};
use crate::apply::{Outcome, StepResult};
use crate::model::ErrorKind;
use crate::plan::shared_requests;
use crate::simulation::{Faults, Operated, Script};

/// A zone's records, and two queues.
fn records(count: usize, value: &str) -> String {
    let mut yaml = String::from("resources:\n");
    for number in 0..count {
        yaml += &format!(
            "  r{number:03}:\n    type: aws_route53_record\n    properties: {{zone_id: Z1, name: r{number:03}, records: [{value}]}}\n"
        );
    }
    yaml
}

fn sent(calls: &[String]) -> Vec<&String> {
    calls.iter().filter(|call| !call.starts_with("Read") && !call.starts_with("Find")).collect()
}

fn scripted(about: &str, times: u32, error: ErrorKind) -> Faults {
    let script =
        |call| Script { call, type_name: "aws_route53_record".into(), about: about.into(), after: 0, times, error };
    Faults { scripts: vec![script(Operated::Together), script(Operated::Create)], ..Faults::none() }
}

#[tokio::test(start_paused = true)]
async fn what_is_ready_together_is_one_request() {
    let mut stage = Stage::new(&records(90, "a"));
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(sent(&attempt.calls).len(), 1, "{:?}", attempt.calls);
    assert_eq!(attempt.calls.len(), 2, "one request, and one read for all: {:?}", attempt.calls);
    stage.settled().await;

    // Updates, creates and deletions of one zone, in one request.
    stage.yaml = records(95, "b").replace("r000", "r900");
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(sent(&attempt.calls).len(), 1, "{:?}", attempt.calls);
    stage.settled().await;
    let attempt = stage.complete(Run::destroy()).await;
    assert_eq!(sent(&attempt.calls).len(), 1, "{:?}", attempt.calls);
}

#[tokio::test(start_paused = true)]
async fn the_plan_says_what_is_one_request() {
    let stage = Stage::new(&records(130, "a"));
    let plan = stage.plan(Default::default()).await;
    let sizes: Vec<usize> = shared_requests(&plan).iter().map(Vec::len).collect();
    assert_eq!(sizes, [100, 30]);
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(sent(&attempt.calls).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_refused_does_not_fail_its_neighbours() {
    for error in [ErrorKind::Rejected, ErrorKind::AlreadyExists, ErrorKind::AccessDenied] {
        let stage = Stage::new(&records(64, "a"));
        let attempt = stage.run(Run::with(scripted("r017", u32::MAX, error))).await.expect("no crash").expect("a run");
        let failed: Vec<_> = attempt.report.steps.iter().filter(|(_, result, _)| *result != StepResult::Done).collect();
        assert_eq!(failed.len(), 1, "{:?}", failures(&attempt.report));
        assert!(matches!(failed[0].1, StepResult::Failed(_)));
        assert_eq!(attempt.report.outcome, Outcome::Partial);
        // Each half of 64, down to the culprit and its neighbour.
        assert_eq!(sent(&attempt.calls).len(), 13, "{:?}", attempt.calls);
        assert_eq!(stage.state().resources.len(), 63);
        assert!(stage.state().pending.is_empty());
        stage.check();
        stage.complete(Run::default()).await;
        stage.settled().await;
    }
}

#[tokio::test(start_paused = true)]
async fn of_those_that_are_refused_each_is_alone_in_the_end() {
    // By number: which of 64 are refused.
    let every = |step: usize| move |number: usize| number.is_multiple_of(step);
    let patterns: [(&dyn Fn(usize) -> bool, usize); 5] = [
        (&|_| true, 64 + 12),
        (&|number| number < 32, 2 * 32 + 12),
        (&|number| number == 3 || number == 60, 26),
        (&every(2), 2 * 64),
        (&every(3), 2 * 64),
    ];
    for error in [ErrorKind::AccessDenied, ErrorKind::Rejected] {
        for (index, (refused, most)) in patterns.iter().enumerate() {
            let stage = Stage::new(&records(64, "a"));
            let culprits: Vec<usize> = (0..64).filter(|number| refused(*number)).collect();
            let scripts =
                culprits.iter().flat_map(|number| scripted(&format!("r{number:03}"), u32::MAX, error).scripts);
            let faults = Faults { scripts: scripts.collect(), ..Faults::none() };
            let attempt = stage.run(Run::with(faults)).await.expect("no crash").expect("a run");
            let requests = sent(&attempt.calls).len();
            assert!(requests <= *most, "pattern {index}, {error:?}: {requests} requests");
            assert_eq!(stage.state().resources.len(), 64 - culprits.len(), "pattern {index}, {error:?}");
            assert!(stage.state().pending.is_empty());
            stage.check();
            stage.complete(Run::default()).await;
            stage.settled().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_kill_while_the_culprit_is_looked_for_is_recovered() {
    for error in [ErrorKind::AccessDenied, ErrorKind::Rejected] {
        let mut at = 1;
        loop {
            let stage = Stage::new(&records(7, "a"));
            let crashed = stage.run(Run::with(scripted("r003", u32::MAX, error)).crashing(at)).await.is_none();
            stage.check();
            stage.complete(Run::default()).await;
            stage.settled().await;
            assert_eq!(stage.state().resources.len(), 7);
            if !crashed {
                break;
            }
            at += 1;
        }
        assert!(at > 15, "{at} interactions are not the whole of it");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_throttled_or_lost_comes_back_together() {
    for error in [ErrorKind::Throttled, ErrorKind::NotSent] {
        let stage = Stage::new(&records(64, "a"));
        let attempt = stage.complete(Run::with(scripted("", 3, error))).await;
        assert_eq!(sent(&attempt.calls).len(), 4, "{:?}", attempt.calls);
    }
    let mut stage = Stage::new(&records(64, "a"));
    stage.complete(Run::default()).await;
    stage.yaml = records(64, "b");
    let faults = Faults { lost: 1.0, ..Faults::none() };
    let attempt = stage.run(Run::with(faults)).await.expect("no crash").expect("a run");
    assert_eq!(attempt.report.outcome, Outcome::Partial);
    let requests = sent(&attempt.calls).len();
    assert!(requests <= 6, "each attempt is one request: {:?}", attempt.calls);
    stage.complete(Run::default()).await;
    stage.settled().await;
}

#[tokio::test(start_paused = true)]
async fn a_kill_at_any_point_of_a_request_is_recovered() {
    let mut first = records(7, "a");
    first += "  q0:\n    type: aws_sqs_queue\n    properties: {name: q0}\n  q1:\n    type: aws_sqs_queue\n    properties: {name: q1}\n";
    first += "  vpc:\n    type: aws_vpc\n    properties: {cidr_block: 10.0.0.0/16}\n";
    for number in 0..5 {
        first += &format!(
            "  s{number}:\n    type: aws_subnet\n    properties: {{vpc_id: \"${{vpc.id}}\", cidr_block: 10.0.{number}.0/24}}\n"
        );
    }
    let second = first.replace("[a]", "[b]").replace("r000", "r900").replacen("name: r003", "name: r033", 1);
    for lag in [0, 8] {
        let mut at = 1;
        loop {
            let faults = || Faults { lag: Duration::from_secs(lag), seed: at, ..Faults::none() };
            let mut stage = Stage::new(&first);
            let crashed = stage.run(Run::with(faults()).crashing(at)).await.is_none();
            stage.check();
            stage.complete(Run::with(faults())).await;
            stage.yaml = second.clone();
            let crashed_again = stage.run(Run::with(faults()).crashing(at)).await.is_none();
            stage.check();
            stage.complete(Run::with(faults())).await;
            stage.settled().await;
            assert_eq!(stage.state().resources.len(), 15);
            if !crashed && !crashed_again {
                break;
            }
            at += 1;
        }
        assert!(at > 40, "{at} interactions are not the whole of it");
    }
}

#[tokio::test(start_paused = true)]
async fn bad_days_end_well() {
    for seed in 0..30 {
        let mut stage = Stage::new(&records(20, "a"));
        stage.converge(|attempt| Faults::many(seed * 100 + attempt), &Default::default()).await;
        stage.yaml = records(25, "b").replace("r000", "r900");
        stage.converge(|attempt| Faults::many(seed * 100 + 50 + attempt), &Default::default()).await;
        stage.settled().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_type_that_makes_a_mistake_stops_nobody_else() {
    let stage =
        Stage::new(&(records(3, "a") + "  vpc:\n    type: aws_vpc\n    properties: {cidr_block: 10.0.0.0/16}\n"));
    let faults = Faults { panics: Some((Operated::Together, "aws_route53_record")), ..Faults::none() };
    let attempt = stage.run(Run::with(faults)).await;
    let attempt = attempt.expect("no crash").expect("a run");
    assert_eq!(attempt.report.outcome, Outcome::Partial);
    assert!(stage.state().resources.contains_key("vpc"), "{:?}", failures(&attempt.report));
    stage.complete(Run::default()).await;
}
