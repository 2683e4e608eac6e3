//! Kill it at any instant: no orphan, no duplicate, and the next run ends where an undisturbed one would have.

use std::time::Duration;

use proptest::prelude::*;

use super::runs::SMALL;
use super::stage::{Run, Stage};
use crate::plan::{Mode, Options};
use crate::simulation::Faults;

/// Crashes at every interaction of a run that `prepared` makes possible, and goes on each time.
pub(super) async fn sweep(
    prepare: impl AsyncFn() -> Stage,
    options: Options,
    faults: impl Fn(u64) -> Faults + Copy,
) -> u64 {
    let undisturbed = prepare().await;
    undisturbed.complete(Run { options: options.clone(), ..Run::default() }).await;
    let mut at = 0;
    loop {
        at += 1;
        let stage = prepare().await;
        let run = Run { options: options.clone(), ..Run::with(faults(1000 + at)) }.crashing(at);
        let crashed = stage.run(run).await.is_none();
        stage.check();
        stage.converge(|attempt| faults(at * 100 + attempt), &options).await;
        stage.check();
        assert_eq!(stage.essence(), undisturbed.essence(), "after a crash at interaction {at}");
        if options.mode == Mode::Normal {
            stage.settled().await;
        }
        assert!(stage.state().pending.is_empty());
        if !crashed {
            return at;
        }
    }
}

fn calm(_: u64) -> Faults {
    Faults::none()
}

#[tokio::test(start_paused = true)]
async fn a_crash_at_any_interaction_of_a_create() {
    let interactions = sweep(async || Stage::new(SMALL), Options::default(), calm).await;
    assert!(interactions > 50, "only {interactions}: the sweep has missed the calls");
}

#[tokio::test(start_paused = true)]
async fn a_crash_at_any_interaction_of_a_destroy() {
    let made = async || {
        let stage = Stage::new(SMALL);
        stage.complete(Run::default()).await;
        stage
    };
    let destroy = Options { mode: Mode::Destroy, ..Options::default() };
    assert!(sweep(made, destroy, calm).await > 30);
}

#[tokio::test(start_paused = true)]
async fn a_crash_at_any_interaction_of_a_replacement() {
    for first in ["", "    lifecycle: {create_before_destroy: true}\n"] {
        let changed = async || {
            let yaml = SMALL.replace("type: aws_subnet\n", &format!("type: aws_subnet\n{first}"));
            let mut stage = Stage::new(&yaml);
            stage.complete(Run::default()).await;
            stage.rewrite("10.0.0.0/24", "10.0.7.0/24");
            stage
        };
        assert!(sweep(changed, Options::default(), calm).await > 30);
    }
}

/// A role, whose name is unique, so that a second replacement would be refused; and what has to move over and back.
const UNIQUE: &str = r#"
resources:
  role:
    type: aws_iam_role
    lifecycle: {create_before_destroy: true}
    properties: {name: web, assume_role_policy: {Version: "2012-10-17"}}
  record:
    type: aws_route53_record
    properties: {zone_id: Z1, name: role, records: ["${role.arn}"]}
"#;

#[tokio::test(start_paused = true)]
async fn a_replacement_that_was_cut_off_at_any_interaction_is_called_off() {
    let undisturbed = Stage::new(UNIQUE);
    undisturbed.complete(Run::default()).await;
    let mut crashed = true;
    for at in 1.. {
        let mut stage = Stage::new(UNIQUE);
        stage.complete(Run::default()).await;
        stage.rewrite("name: web", "name: shop");
        crashed &= stage.run(Run::default().crashing(at)).await.is_none();
        stage.rewrite("name: shop", "name: web");
        stage.converge(calm, &Options::default()).await;
        stage.check();
        assert_eq!(stage.essence(), undisturbed.essence(), "after a crash at interaction {at}");
        stage.settled().await;
        if !crashed {
            assert!(at > 8, "only {at}: the sweep has missed the calls");
            return;
        }
    }
}

/// The name is in the intent, so that what a run made and never heard of is found by it.
#[tokio::test(start_paused = true)]
async fn a_crash_at_any_interaction_of_what_has_a_name_that_is_made_up() {
    let yaml = "resources:
  role:
    type: aws_iam_role
    lifecycle: {create_before_destroy: true}
    properties: {name_prefix: web-, assume_role_policy: {Version: '2012-10-17'}}
  record:
    type: aws_route53_record
    properties: {zone_id: Z1, name: role, records: ['${role.name}']}
";
    let name = |stage: &Stage| stage.state().resources["role"].attributes.get("name").map(ToString::to_string);
    let made = async || {
        let stage = Stage::new(yaml);
        stage.complete(Run::default()).await;
        stage
    };
    let stage = made().await;
    assert!(name(&stage).is_some_and(|name| name.starts_with("\"web-")), "{:?}", name(&stage));
    assert!(sweep(async || Stage::new(yaml), Options::default(), calm).await > 8);

    let changed = async || {
        let mut stage = made().await;
        stage.rewrite("web-", "shop-");
        stage
    };
    assert!(sweep(changed, Options::default(), calm).await > 12);
    let stage = changed().await;
    let attempt = stage.complete(Run::default()).await;
    assert_eq!(attempt.plan.summary().replace, 1);
    assert!(name(&stage).is_some_and(|name| name.starts_with("\"shop-")), "{:?}", name(&stage));
}

#[tokio::test(start_paused = true)]
async fn a_crash_at_any_interaction_with_cloud_store_or_lock() {
    let calls = Stage::kept(SMALL).complete(Run::default()).await.calls;
    let with_cloud: usize = calls.iter().map(|call| if call.starts_with("Read") { 1 } else { 2 }).sum();
    let interactions = sweep(async || Stage::kept(SMALL), Options::default(), calm).await;
    // The network, the subnet, the gateway and the record follow each other, so that no write can carry two of their
    // three entries: 12 writes at least, each of them two interactions.
    let least = with_cloud as u64 + 24;
    assert!(interactions > least, "{interactions} of {least}: the sweep has missed the store");
}

/// What AWS makes of a value is no reason to replace a database, whether or not the run lived to see it.
#[tokio::test(start_paused = true)]
async fn a_crash_at_any_interaction_with_a_value_that_aws_writes_differently() {
    let yaml = "resources:\n  db:\n    type: aws_db_instance\n    properties: {identifier: orders, engine: Postgres, password: hunter2}\n";
    let interactions = sweep(async || Stage::new(yaml), Options::default(), calm).await;
    assert!(interactions > 6);
    for at in 1..interactions {
        let stage = Stage::new(yaml);
        assert!(stage.run(Run::default().crashing(at)).await.is_none());
        let plan = stage.plan(Options::default()).await;
        assert_eq!(plan.summary().replace, 0, "after a crash at interaction {at}: {:#?}", plan.resources);
        let attempt = stage.complete(Run::default()).await;
        assert!(attempt.calls.iter().all(|call| !call.starts_with("Delete")), "{:?}", attempt.calls);
        stage.settled().await;
        assert_eq!(stage.state().resources["db"].attributes.get("engine"), Some(&"postgres".into()));
    }
}

/// A run killed right after a create leaves what the next read does not show yet.
#[tokio::test(start_paused = true)]
async fn a_crash_while_changes_are_seen_late() {
    let late = |seed| Faults { seed, lag: Duration::from_secs(9), ..Faults::none() };
    sweep(async || Stage::new(SMALL), Options::default(), late).await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_on_a_bad_day() {
    sweep(async || Stage::new(SMALL), Options::default(), Faults::many).await;
}

/// A stack of networks with subnets, groups and gateways, as the numbers say.
fn random_stack(networks: &[(bool, Vec<(u8, bool)>)]) -> String {
    let mut yaml = String::from("resources:\n");
    for (index, (names, subnets)) in networks.iter().enumerate() {
        yaml += &format!(
            "  vpc{index}:\n    type: aws_vpc\n    properties: {{cidr_block: 10.{index}.0.0/16, enable_dns_hostnames: {names}}}\n"
        );
        for (place, (octet, gateway)) in subnets.iter().enumerate() {
            let octet = u16::from(*octet % 16) * 16 + place as u16;
            yaml += &format!(
                "  subnet{index}_{place}:\n    type: aws_subnet\n    properties: {{vpc_id: \"${{vpc{index}.id}}\", cidr_block: 10.{index}.{octet}.0/24}}\n"
            );
            if *gateway {
                yaml += &format!(
                    "  nat{index}_{place}:\n    type: aws_nat_gateway\n    properties: {{subnet_id: \"${{subnet{index}_{place}.id}}\"}}\n"
                );
            }
        }
    }
    yaml + "  queue:\n    type: aws_sqs_queue\n    properties: {name: jobs}\n"
}

fn networks() -> impl Strategy<Value = Vec<(bool, Vec<(u8, bool)>)>> {
    prop::collection::vec((any::<bool>(), prop::collection::vec((any::<u8>(), any::<bool>()), 0..4)), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_stack_becomes_any_other_whatever_happens(
        before in networks(),
        after in networks(),
        seed in any::<u64>(),
        crash in 1u64..200,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        runtime.block_on(async {
            let fresh = Stage::new(&random_stack(&after));
            fresh.complete(Run::default()).await;

            let mut stage = Stage::new(&random_stack(&before));
            stage.converge(|attempt| Faults::many(seed ^ attempt), &Options::default()).await;
            stage.check();
            stage.yaml = random_stack(&after);
            // The outcome of this run does not matter; what it leaves behind does.
            drop(stage.run(Run::with(Faults::many(seed)).crashing(crash)).await);
            stage.check();
            stage.converge(|attempt| Faults::many(seed.wrapping_add(attempt)), &Options::default()).await;
            stage.check();
            assert_eq!(stage.essence(), fresh.essence());
            stage.settled().await;

            let destroy = Options { mode: Mode::Destroy, ..Options::default() };
            stage.converge(|attempt| Faults::many(seed.wrapping_mul(31).wrapping_add(attempt)), &destroy).await;
            assert_eq!(stage.essence(), []);
        });
    }
}
