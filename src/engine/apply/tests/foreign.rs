//! Replies that are not AWS's, in the middle of an apply.

use std::time::Duration;

use tokio::time::Instant;

use super::stage::{Attempt, Run, Stage};
use crate::apply::Outcome;
use crate::model::ErrorKind;
use crate::plan::{Mode, Options};
use crate::simulation::{Faults, Operated, Script};

const NET: &str = r#"
resources:
  vpc: {type: aws_vpc, properties: {cidr_block: 10.0.0.0/16}}
  subnet: {type: aws_subnet, properties: {vpc_id: "${vpc.id}", cidr_block: 10.0.0.0/24}}
  queue: {type: aws_sqs_queue, properties: {name: jobs, delay_seconds: 5}}
"#;

/// As many calls of each kind on a VPC as said are answered by a page, and AWS sees none of them.
fn pages(calls: &[(Operated, u32)]) -> Run {
    let script = |(call, times): &(Operated, u32)| Script {
        call: *call,
        type_name: "aws_vpc".into(),
        about: String::new(),
        after: 0,
        times: *times,
        error: ErrorKind::Unreadable,
    };
    Run::with(Faults { scripts: calls.iter().map(script).collect(), ..Faults::none() })
}

async fn partly(stage: &Stage, run: Run) -> Attempt {
    let attempt = stage.run(run).await.expect("no crash").expect("a plan");
    assert_eq!(attempt.report.outcome, Outcome::Partial);
    stage.check();
    attempt
}

#[tokio::test(start_paused = true)]
async fn a_create_is_sent_again_only_after_a_search() {
    let stage = Stage::new(NET);
    let attempt = stage.complete(pages(&[(Operated::Create, 1)])).await;
    let calls: Vec<&str> =
        attempt.calls.iter().filter_map(|call| call.split_once(" aws_vpc").map(|call| call.0)).collect();
    assert!(calls.starts_with(&["Create", "Find"]), "{calls:?}");
    assert_eq!(calls.iter().filter(|call| **call == "Create").count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_create_stays_open_while_pages_answer_and_is_not_in_the_way() {
    let stage = Stage::new(NET);
    let start = Instant::now();
    partly(&stage, pages(&[(Operated::Create, 1), (Operated::Find, 1)])).await;
    assert!(start.elapsed() < Duration::from_secs(10), "told within seconds: {:?}", start.elapsed());
    assert_eq!(stage.state().pending.len(), 1, "nobody knows whether it was made");
    assert!(stage.state().resources.contains_key("queue"));

    // The search fails again: the queue goes all the same, and nothing is sent for the network.
    let destroy = Options { mode: Mode::Destroy, ..Options::default() };
    let attempt = partly(&stage, Run { options: destroy, ..pages(&[(Operated::Find, 1)]) }).await;
    assert_eq!(attempt.plan.unread.len(), 1);
    assert!(!stage.state().resources.contains_key("queue"));
    assert_eq!(stage.state().pending.len(), 1);

    stage.complete(Run::default()).await;
    assert!(stage.state().pending.is_empty());
    assert_eq!(stage.state().resources.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_deletion_is_done_when_aws_says_so() {
    let stage = Stage::new(NET);
    stage.complete(Run::default()).await;
    let destroy = || Options { mode: Mode::Destroy, ..Options::default() };
    let start = Instant::now();
    partly(&stage, Run { options: destroy(), ..pages(&[(Operated::Delete, 9)]) }).await;
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert_eq!(stage.state().resources.keys().collect::<Vec<_>>(), ["vpc"]);
    assert_eq!(stage.state().pending.len(), 1);

    stage.complete(Run { options: destroy(), ..pages(&[(Operated::Delete, 1)]) }).await;
    assert!(stage.state().resources.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_not_in_the_way_of_the_rest() {
    let mut stage = Stage::new(NET);
    stage.complete(Run::default()).await;
    stage.rewrite("delay_seconds: 5", "delay_seconds: 6");
    stage.rewrite("10.0.0.0/24", "10.0.1.0/24");
    let attempt = partly(&stage, pages(&[(Operated::Read, 1)])).await;
    assert_eq!(attempt.plan.unread.len(), 1);
    assert_eq!(attempt.plan.unread[0].waiting.len(), 1);
    assert_eq!(attempt.report.done.update, 1);
    stage.complete(Run::default()).await;
}
