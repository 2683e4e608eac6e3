//! The pure parts, and the small machines.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use indexmap::IndexMap;
use proptest::prelude::*;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::super::knowledge::Sources;
use super::super::schedule::Schedule;
use super::super::steps::matches_plan::disagreement;
use super::super::steps::retry::{RetryPolicy, backoff, look_delay};
use super::super::steps::want::{with_documents, with_own_tags};
use super::super::waiting::Slots;
use super::super::waiting::poller;
use super::super::waiting::{Settled, Until, Wait};
use crate::model::secret::is_digest;
use crate::model::{
    Address, Catalog, Cloud, CloudError, ErrorKind, LagReply, Map, OpId, Operation, PhysicalId, Placement,
    PropertyPath, ReadRequest, SecretPaths, StackId, TypeSchema, Unknown, Value,
};
use crate::plan::{Edge, Mode, Plan, StepId, StepKind, StepPlan, wanted};
use crate::simulation::{Faults, Process, SimCatalog, SimCloud, World};

fn schema(type_name: &str) -> &'static TypeSchema {
    SimCatalog.schema(type_name).expect("a simulated type")
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Map {
    entries.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
}

fn address(path: &str) -> Address {
    Address::in_stack(&StackId::new("test", "main"), path).expect("an address")
}

fn complete(schema: &TypeSchema, properties: &Map) -> Value {
    with_documents(schema, &wanted(schema, properties, &[], None))
}

fn plan(seconds: &[u32], edges: &[(usize, usize)]) -> Plan {
    let step = |(index, seconds): (usize, &u32)| StepPlan {
        id: StepId(index),
        address: address(&format!("r{index}")),
        type_name: "aws_vpc",
        place: Placement::HOME,
        kind: StepKind::Record,
        want: Value::Null,
        calls: &[],
        usual_seconds: *seconds,
        shares: None,
    };
    Plan {
        stack: StackId::new("test", "main"),
        account: String::new(),
        region: String::new(),
        mode: Mode::Normal,
        config_digest: String::new(),
        lineage: String::new(),
        serial: 0,
        resources: Vec::new(),
        drift: Vec::new(),
        unread: Vec::new(),
        outputs: Vec::new(),
        reads: Vec::new(),
        recovered: Vec::new(),
        asked: Vec::new(),
        open_imports: Vec::new(),
        foreseen: Vec::new(),
        steps: seconds.iter().enumerate().map(step).collect(),
        edges: edges.iter().map(|(before, after)| Edge { before: StepId(*before), after: StepId(*after) }).collect(),
        planned: IndexMap::new(),
        unmatched: Vec::new(),
        values: Vec::new(),
        checks: Vec::new(),
    }
}

#[test]
fn weight_is_the_longest_path() {
    let schedule = Schedule::new(&plan(&[1, 600, 2, 5], &[(0, 1), (0, 2), (2, 3)]));
    assert_eq!([0, 1, 2, 3].map(|step| schedule.weight(StepId(step))), [601, 600, 7, 5]);
    assert_eq!(schedule.roots(), [StepId(0)]);
}

#[test]
fn a_failure_takes_its_dependants_and_nothing_else() {
    let mut schedule = Schedule::new(&plan(&[1; 5], &[(0, 1), (1, 2), (3, 4), (3, 2)]));
    assert_eq!(schedule.failed(StepId(0)).into_iter().collect::<BTreeSet<_>>(), [StepId(1), StepId(2)].into());
    assert_eq!(schedule.done(StepId(3)), [StepId(4)]);
}

proptest! {
    #[test]
    fn every_step_starts_once_and_after_what_it_waits_for(
        seconds in prop::collection::vec(0u32..100, 1..30),
        pairs in prop::collection::vec((0usize..30, 0usize..30), 0..80),
    ) {
        let count = seconds.len();
        let edges: Vec<_> = pairs.into_iter().filter(|(a, b)| a < b && *b < count).collect();
        let plan = plan(&seconds, &edges);
        let mut schedule = Schedule::new(&plan);
        let mut ready = schedule.roots();
        let mut order = Vec::new();
        while let Some(step) = ready.pop() {
            order.push(step.0);
            ready.extend(schedule.done(step));
        }
        let place = |step: usize| order.iter().position(|other| *other == step);
        prop_assert_eq!(order.iter().copied().collect::<BTreeSet<_>>().len(), count);
        prop_assert_eq!(order.len(), count);
        for (before, after) in edges {
            prop_assert!(place(before) < place(after));
            prop_assert!(schedule.weight(StepId(before)) > schedule.weight(StepId(after)));
        }
    }
}

#[test]
fn an_unknown_agrees_with_anything_and_a_value_only_with_itself() {
    let (group, none) = (schema("aws_security_group"), SecretPaths::default());
    let unknown = || Value::Unknown(Unknown::one("vpc.id"));
    let rule = |port: i64, source: Value| Value::from([("port", port.into()), ("cidr_blocks", vec![source].into())]);
    let planned = map([("name", "g".into()), ("vpc_id", unknown()), ("ingress", vec![rule(80, unknown())].into())]);
    let with = |port: i64| {
        Value::from(map([
            ("name", "g".into()),
            ("vpc_id", "vpc-1".into()),
            ("ingress", vec![rule(port, "10.0.0.0/8".into())].into()),
        ]))
    };
    let planned = Value::from(planned);
    assert_eq!(disagreement(group, &none, &planned, &with(80)), None);
    assert_eq!(
        disagreement(group, &none, &planned, &with(81)).map(|path| path.to_string()),
        Some("ingress[0].port".into())
    );
    let nothing = Value::from(map([("name", "g".into())]));
    assert_eq!(disagreement(group, &none, &nothing, &with(80)).map(|path| path.to_string()), Some("vpc_id".into()));
}

#[test]
fn documents_agree_by_meaning_and_secrets_are_not_asked() {
    let (role, none) = (schema("aws_iam_role"), SecretPaths::default());
    let document = Value::from([("Version", Value::from("1")), ("Statement", vec![].into())]);
    let planned = Value::from(map([("name", "r".into()), ("assume_role_policy", document)]));
    let text = r#"{"Statement":[],"Version":"1"}"#;
    let actual = Value::from(map([("name", "r".into()), ("assume_role_policy", text.into())]));
    assert_eq!(disagreement(role, &none, &planned, &actual), None);

    let database = schema("aws_db_instance");
    let actual = Value::from(map([("identifier", "d".into()), ("password", "s".into())]));
    assert_eq!(disagreement(database, &none, &Value::from(map([("identifier", "d".into())])), &actual), None);
    // The plan held the name back as well: it came through something sensitive.
    let tainted = SecretPaths::new([&PropertyPath::from("identifier")]);
    assert_eq!(disagreement(database, &tainted, &Value::from(Map::new()), &actual), None);
    assert!(disagreement(database, &none, &Value::from(Map::new()), &actual).is_some());
}

#[test]
fn want_has_defaults_documents_as_text_and_our_tags() {
    let rules = Value::from(vec![Value::from([("port", Value::from(1))])]);
    let group = complete(schema("aws_security_group"), &map([("ingress", rules)]));
    assert_eq!(group.to_string(), r#"{"ingress": [{"port": 1, "protocol": "tcp"}]}"#);

    let policy = Value::from([("Version", Value::from("1"))]);
    let role = complete(schema("aws_iam_role"), &map([("assume_role_policy", policy)]));
    assert_eq!(role.get("assume_role_policy"), Some(&r#"{"Version":"1"}"#.into()));
    let open = Value::from([("Version", Value::Unknown(Unknown::one("x.y")))]);
    let role = complete(schema("aws_iam_role"), &map([("assume_role_policy", open.clone())]));
    assert_eq!(role.get("assume_role_policy"), Some(&open));

    let operation =
        Operation { id: OpId::new("op1"), address: address("network.vpc"), attempt: 0, place: Placement::HOME };
    let tagged = with_own_tags(schema("aws_vpc"), Value::Map(map([])), &operation);
    let tags = tagged.get("tags_all").map(ToString::to_string).unwrap_or_default();
    assert!(
        tags.contains(r#""wildfire:op": "op1""#) && tags.contains(r#""wildfire:address": "network.vpc""#),
        "{tags}"
    );
    let untagged = with_own_tags(schema("aws_route53_record"), Value::Map(map([])), &operation);
    assert_eq!(untagged, Value::Map(map([])));
}

#[test]
fn state_holds_no_secret_and_no_tag_of_ours() {
    let live = Value::from(map([
        ("identifier", "d".into()),
        ("tags_all", Value::from([("a", Value::from("1")), ("wildfire:op", "op".into()), ("aws:x", "y".into())])),
    ]));
    let want = Value::from(map([
        ("identifier", "d".into()),
        ("password", "hunter2".into()),
        ("skip_final_snapshot", true.into()),
    ]));
    let prior = Value::Null;
    let sources = Sources {
        schema: schema("aws_db_instance"),
        live: &live,
        want: &want,
        declared: &want,
        marked: &Map::new(),
        prior: &prior,
        secrets: SecretPaths::default(),
        salt: "salt".into(),
    };
    let sent = sources.attributes(|_| true);
    assert_eq!(sent.clear.get("password"), Some(&"hunter2".into()));
    assert!(sent.recorded.get("password").is_some_and(is_digest), "{}", sent.recorded);
    assert!(!sent.recorded.to_string().contains("hunter2") && !sent.recorded.to_string().contains("wildfire:"));
    assert_eq!(sent.recorded.get("skip_final_snapshot"), Some(&true.into()));
    // A password that this step did not send is not recorded as if it had been.
    assert_eq!(sources.attributes(|_| false).recorded.get("password"), None);
}

#[test]
fn retries_end_and_creates_are_not_repeated_blindly() {
    let minute = Duration::from_secs(60);
    let create = RetryPolicy {
        throttled: minute,
        busy: minute,
        unseen: 3 * minute,
        not_found: Duration::ZERO,
        idempotent: false,
    };
    let error = |kind| CloudError::new(kind, "");
    let delay = |kind, elapsed| create.delay(&error(kind), 3, elapsed, "x");
    assert!(delay(ErrorKind::Throttled, Duration::ZERO).is_some());
    assert_eq!(delay(ErrorKind::Throttled, minute), None);
    assert_eq!(delay(ErrorKind::Ambiguous, Duration::ZERO), None);
    assert_eq!(delay(ErrorKind::NotFound, Duration::ZERO), None);
    assert_eq!(delay(ErrorKind::AccessDenied, Duration::ZERO), None);
    // What may be too new to be seen has a patience of its own.
    static UNSEEN: LagReply = LagReply::unseen(&[], "", &[], "the role", "");
    let unseen = |elapsed| {
        let error = CloudError { lag: Some(&UNSEEN), ..error(ErrorKind::Busy) };
        create.delay(&error, 3, elapsed, "x")
    };
    assert_eq!(delay(ErrorKind::Busy, 2 * minute), None);
    assert!(unseen(2 * minute).is_some());
    assert_eq!(unseen(3 * minute), None);
    let idempotent = RetryPolicy { idempotent: true, ..create };
    assert!(idempotent.delay(&error(ErrorKind::Ambiguous), 1, Duration::ZERO, "x").is_some());
    assert_eq!(idempotent.delay(&error(ErrorKind::Ambiguous), 6, Duration::ZERO, "x"), None);
}

proptest! {
    #[test]
    fn backoff_is_bounded_and_repeatable(attempt in 0u32..10_000, seed in ".{0,20}") {
        let delay = backoff(1.0, 30.0, attempt, &seed);
        prop_assert!(delay >= Duration::from_millis(500) && delay <= Duration::from_secs(30));
        prop_assert_eq!(delay, backoff(1.0, 30.0, attempt, &seed));
        prop_assert!(look_delay(attempt, Duration::from_secs(15)) <= Duration::from_secs(15));
    }
}

#[tokio::test(start_paused = true)]
async fn slots_go_to_the_heaviest_and_survive_who_leaves() {
    let slots = Slots::new(1);
    let order = RefCell::new(Vec::new());
    let held = slots.take("t", 0).await;
    let take = async |weight: u64| {
        let _slot = slots.take("t", weight).await;
        order.borrow_mut().push(weight);
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    let leaves = tokio::time::timeout(Duration::from_millis(500), slots.take("t", 1000));
    let work = async {
        tokio::join!(
            take(1),
            take(7),
            take(3),
            async {
                assert!(leaves.await.is_err());
            },
            async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                drop(held);
            }
        );
    };
    work.await;
    assert_eq!(*order.borrow(), [7, 3, 1]);
    // Another type has slots of its own, and nothing was leaked.
    drop(tokio::time::timeout(Duration::from_secs(1), slots.take("t", 0)).await.expect("free again"));
}

fn world() -> Arc<Mutex<World>> {
    Arc::default()
}

#[tokio::test(start_paused = true)]
async fn waits_of_a_type_share_reads() {
    let world = world();
    let cloud = SimCloud::new(world.clone(), Faults::none(), Arc::new(Process::undisturbed()));
    let mut ids = Vec::new();
    for index in 0..50 {
        let operation = Operation {
            id: OpId::new(format!("op{index}")),
            address: address(&format!("d{index}")),
            attempt: 0,
            place: Placement::HOME,
        };
        let want = Value::from(map([("identifier", format!("db{index}").into())]));
        ids.push(cloud.create("aws_db_instance", &want, &operation).await.expect("created").id);
    }
    let (poller, looks) = poller();
    let halt = CancellationToken::new();
    let start = Instant::now();
    let waits = join_all(ids.iter().enumerate().map(|(index, id)| {
        let (cloud, poller, halt) = (&cloud, &poller, &halt);
        async move {
            tokio::time::sleep(Duration::from_millis(index as u64 * 137)).await;
            let wait = Wait {
                cloud,
                poller,
                halt,
                place: &Placement::HOME,
                type_name: "aws_db_instance",
                id,
                properties: Vec::new(),
                until: Until::Ready,
                consistency: Duration::from_secs(10),
                timeout: Duration::from_secs(1800),
            };
            wait.run(|_| false, |_| {}).await
        }
    }));
    let settled = tokio::select! {
        settled = waits => settled,
        () = looks.serve(&cloud, || false) => unreachable!("a poller is alive"),
    };
    assert!(settled.iter().all(|settled| matches!(settled, Settled::Ready(_))));
    assert!(start.elapsed() < Duration::from_secs(540 + 30));
    let steady = cloud.calls().iter().filter(|call| call.starts_with("Read") && call.split(' ').count() > 40).count();
    let reads = cloud.calls().iter().filter(|call| call.starts_with("Read")).count();
    // 540 s at 15 s are 36 reads; 50 times as many would be 1,800 and more.
    assert!(steady >= 30 && reads < 400, "{steady} of {reads}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_outlives_late_visibility_but_not_absence() {
    let cloud = SimCloud::new(
        world(),
        Faults { lag: Duration::from_secs(8), ..Faults::none() },
        Arc::new(Process::undisturbed()),
    );
    let operation = Operation { id: OpId::new("op"), address: address("vpc"), attempt: 0, place: Placement::HOME };
    let want = Value::from(map([("cidr_block", "10.0.0.0/16".into())]));
    let id = cloud.create("aws_vpc", &want, &operation).await.expect("created").id;
    let nothing = PhysicalId::from("vpc-none");
    let (poller, looks) = poller();
    let halt = CancellationToken::new();
    let wait = |id| Wait {
        cloud: &cloud as &dyn Cloud,
        poller: &poller,
        halt: &halt,
        place: &Placement::HOME,
        type_name: "aws_vpc",
        id,
        properties: Vec::new(),
        until: Until::Ready,
        consistency: Duration::from_secs(10),
        timeout: Duration::from_secs(60),
    };
    let work = async {
        assert!(matches!(wait(&id).run(|_| false, |_| {}).await, Settled::Ready(_)));
        assert_eq!(wait(&nothing).run(|_| false, |_| {}).await, Settled::Gone);
        halt.cancel();
        assert!(matches!(wait(&id).run(|_| false, |_| {}).await, Settled::Halted(_)));
    };
    tokio::select! {
        () = work => {}
        () = looks.serve(&cloud, || false) => unreachable!("a poller is alive"),
    }
    let unanswered = poller.look(&Placement::HOME, "aws_vpc", ReadRequest::new(id, Vec::new()), Duration::ZERO).await;
    assert!(unanswered.is_err(), "nobody serves any more");
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_does_not_go_on_is_told() {
    let cloud = SimCloud::new(world(), Faults::none(), Arc::new(Process::undisturbed()));
    let operation = Operation { id: OpId::new("op"), address: address("vpc"), attempt: 0, place: Placement::HOME };
    let want = Value::from(map([("cidr_block", "10.0.0.0/16".into())]));
    let id = cloud.create("aws_vpc", &want, &operation).await.expect("created").id;
    let (poller, looks) = poller();
    let halt = CancellationToken::new();
    let wait = Wait {
        cloud: &cloud,
        poller: &poller,
        halt: &halt,
        place: &Placement::HOME,
        type_name: "aws_vpc",
        id: &id,
        properties: Vec::new(),
        until: Until::Gone,
        consistency: Duration::ZERO,
        timeout: Duration::from_secs(1800),
    };
    let start = Instant::now();
    let settled = tokio::select! {
        settled = wait.run(|_| false, |_| {}) => settled,
        () = looks.serve(&cloud, || false) => unreachable!("a poller is alive"),
    };
    assert!(matches!(settled, Settled::Failed(status, _) if status.contains("not being deleted")));
    let took = start.elapsed();
    assert!((Duration::from_secs(180)..Duration::from_secs(300)).contains(&took), "{took:?}");
}
