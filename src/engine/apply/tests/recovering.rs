//! What a recovery makes of calls without a result.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::super::{Recovery, RecoveryMode, recover};
use crate::journal::{Entry, apply_all};
use crate::model::{Address, Cloud, ErrorKind, Map, OpId, Operation, Placement, StackId, Value};
use crate::simulation::{Faults, Operated, Process, Script, SimCatalog, SimCloud, World, violations};
use crate::state::{Pending, PendingCall, State};

const NOW: &str = "2026-01-01T00:00:00Z";

struct Scene {
    cloud: SimCloud,
    world: Arc<Mutex<World>>,
    state: State,
}

fn scene(faults: Faults) -> Scene {
    let world: Arc<Mutex<World>> = Arc::default();
    let cloud = SimCloud::new(world.clone(), faults, Arc::new(Process::undisturbed()));
    let state = State::empty(StackId::new("test", "main"), "123456789012".into(), "eu-west-1".into(), "lineage".into());
    Scene { cloud, world, state }
}

impl Scene {
    fn announce(&mut self, op: &str, path: &str, type_name: &str, call: PendingCall) {
        let pending = Pending {
            operation: OpId::new(op),
            path: path.into(),
            type_name: type_name.into(),
            place: Placement::HOME,
            call,
            digest: String::new(),
            at: NOW.into(),
            attempts: 1,
        };
        apply_all(&mut self.state, &[Entry::Intent { pending }]).expect("a legal intent");
    }

    fn announce_create(&mut self, op: &str, path: &str, type_name: &str, wanted: &Value) {
        let call = PendingCall::Create {
            wanted: wanted.clone(),
            dependencies: BTreeSet::new(),
            prevent_destroy: false,
            create_before_destroy: false,
            unfinished: Vec::new(),
            depose: None,
        };
        self.announce(op, path, type_name, call);
    }

    async fn create(&self, op: &str, path: &str, type_name: &str, want: &Value) -> String {
        let address = Address::in_stack(&self.state.stack, path).expect("an address");
        let operation = Operation { id: OpId::new(op), address, attempt: 0, place: Placement::HOME };
        self.cloud.create(type_name, want, &operation).await.expect("created").id.to_string()
    }

    async fn delete(&self, type_name: &str, id: &str) {
        self.cloud.delete(&Placement::HOME, type_name, &id.into(), &Value::Null).await.expect("deleted");
    }

    async fn recover(&mut self, mode: RecoveryMode) -> Recovery {
        self.recover_at(mode, NOW).await
    }

    async fn recover_at(&mut self, mode: RecoveryMode, now: &str) -> Recovery {
        let halt = CancellationToken::new();
        let recovery =
            recover(&self.state, &SimCatalog, &self.cloud, mode, now, &halt, |_, _| {}).await.expect("a recovery");
        apply_all(&mut self.state, &recovery.entries).expect("legal entries");
        assert!(self.state.pending.is_empty());
        let violations = violations(&mut self.world.lock().expect("not poisoned"), &self.state);
        assert!(violations.is_empty(), "{violations:?}");
        recovery
    }
}

fn vpc() -> Value {
    Value::from([("cidr_block", Value::from("10.0.0.0/16"))])
}

#[tokio::test(start_paused = true)]
async fn a_create_that_was_done_is_found_even_when_seen_late() {
    let mut scene = scene(Faults { lag: Duration::from_secs(9), ..Faults::none() });
    scene.announce_create("op1", "vpc", "aws_vpc", &vpc());
    let id = scene.create("op1", "vpc", "aws_vpc", &vpc()).await;
    let recovery = scene.recover(RecoveryMode::Look).await;
    assert_eq!(recovery.recovered[0].found.as_ref().map(ToString::to_string), Some(id.clone()));
    assert_eq!(scene.state.resources["vpc"].id.to_string(), id);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_was_not_done_is_void_only_after_the_consistency_delay() {
    let mut scene = scene(Faults::none());
    scene.announce_create("op1", "vpc", "aws_vpc", &vpc());
    // The same network made by somebody else is no proof.
    scene.create("other", "theirs", "aws_vpc", &vpc()).await;
    let start = Instant::now();
    let halt = CancellationToken::new();
    let recovery = recover(&scene.state, &SimCatalog, &scene.cloud, RecoveryMode::Look, NOW, &halt, |_, _| {})
        .await
        .expect("a recovery");
    assert!(matches!(recovery.entries.as_slice(), [Entry::Doubted { .. }]));
    assert!(start.elapsed() >= Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn an_error_is_never_an_absence() {
    let script = |error| Faults {
        scripts: vec![Script {
            call: Operated::Find,
            type_name: "aws_vpc".into(),
            about: String::new(),
            after: 0,
            times: 3,
            error,
        }],
        ..Faults::none()
    };
    let mut denied = scene(script(ErrorKind::AccessDenied));
    denied.announce_create("op1", "vpc", "aws_vpc", &vpc());
    let halt = CancellationToken::new();
    let recovery = recover(&denied.state, &SimCatalog, &denied.cloud, RecoveryMode::Look, NOW, &halt, |_, _| {})
        .await
        .expect("one");
    assert_eq!((recovery.entries.as_slice(), recovery.unclear.len()), ([].as_slice(), 1));

    let mut throttled = scene(script(ErrorKind::Throttled));
    throttled.announce_create("op1", "vpc", "aws_vpc", &vpc());
    throttled.create("op1", "vpc", "aws_vpc", &vpc()).await;
    throttled.recover(RecoveryMode::Look).await;
    assert!(throttled.state.resources.contains_key("vpc"));
}

#[tokio::test(start_paused = true)]
async fn a_deletion_under_way_is_waited_for_or_counts_as_done() {
    for mode in [RecoveryMode::Look, RecoveryMode::Finish] {
        let mut scene = scene(Faults::none());
        let want = Value::from([("identifier", Value::from("db"))]);
        scene.announce_create("op1", "db", "aws_db_instance", &want);
        scene.create("op1", "db", "aws_db_instance", &want).await;
        scene.recover(mode).await;
        let id = scene.state.resources["db"].id.clone();
        tokio::time::sleep(Duration::from_secs(600)).await;
        scene.announce("op2", "db", "aws_db_instance", PendingCall::Delete { id: id.clone(), deposed: None });
        scene.cloud.delete(&Placement::HOME, "aws_db_instance", &id, &Value::Null).await.expect("deleted");

        let start = Instant::now();
        let halt = CancellationToken::new();
        let recovery =
            recover(&scene.state, &SimCatalog, &scene.cloud, mode, NOW, &halt, |_, _| {}).await.expect("a recovery");
        assert!(matches!(recovery.entries.as_slice(), [Entry::Deleted { .. }]));
        assert_eq!(start.elapsed() > Duration::from_secs(200), mode == RecoveryMode::Finish);
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_was_not_sent_and_an_update_are_void() {
    let mut scene = scene(Faults::none());
    scene.world.lock().expect("not poisoned").plant("aws_vpc", "vpc-1", Map::new());
    let id: crate::model::PhysicalId = "vpc-1".into();
    scene.announce_create("op1", "vpc", "aws_vpc", &vpc());
    let created = Entry::Created { operation: OpId::new("op1"), id: id.clone(), attributes: vpc() };
    apply_all(&mut scene.state, &[created]).expect("legal");
    scene.announce("op2", "vpc", "aws_vpc", PendingCall::Update { id: id.clone(), call: "Tags".into() });
    scene.recover(RecoveryMode::Finish).await;
    scene.announce("op3", "vpc", "aws_vpc", PendingCall::Delete { id, deposed: None });
    scene.recover(RecoveryMode::Finish).await;
    assert!(scene.state.resources.contains_key("vpc"));
}

#[tokio::test(start_paused = true)]
async fn what_lands_after_the_search_is_found_by_a_later_run() {
    let mut scene = scene(Faults::none());
    scene.announce_create("op1", "vpc", "aws_vpc", &vpc());
    scene.recover(RecoveryMode::Finish).await;
    assert!(scene.state.resources.is_empty() && scene.state.doubtful.contains_key(&OpId::new("op1")));

    // The next run made it in the meantime, and now the first request lands.
    scene.announce_create("op2", "vpc", "aws_vpc", &vpc());
    let second = scene.create("op2", "vpc", "aws_vpc", &vpc()).await;
    scene.recover(RecoveryMode::Finish).await;
    let first = scene.create("op1", "vpc", "aws_vpc", &vpc()).await;
    let recovery = scene.recover(RecoveryMode::Finish).await;
    assert!(matches!(recovery.entries.as_slice(), [Entry::Surfaced { .. }]));
    assert_eq!(scene.state.resources["vpc"].id.as_str(), second);
    assert_eq!(scene.state.deposed["vpc"][0].id.as_str(), first);
}

#[tokio::test(start_paused = true)]
async fn a_search_ends_when_nothing_can_land_any_more() {
    let mut scene = scene(Faults::none());
    scene.announce_create("op1", "vpc", "aws_vpc", &vpc());
    scene.recover(RecoveryMode::Finish).await;
    assert!(scene.recover_at(RecoveryMode::Finish, "2026-01-01T01:00:00Z").await.entries.is_empty());
    assert!(scene.state.doubtful.contains_key(&OpId::new("op1")));
    let recovery = scene.recover_at(RecoveryMode::Finish, "2026-01-01T01:00:01Z").await;
    assert!(recovery.recovered.is_empty() && scene.state.doubtful.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_lands_late_takes_its_place_when_that_is_empty() {
    // By name, like an earlier request, under a key without a tag: of each the configuration may know nothing any more.
    let record = [("zone_id", "Z1"), ("name", "logs")];
    let kinds: [(&str, &[(&str, &str)]); 3] = [
        ("aws_s3_bucket", &[("bucket", "logs")]),
        ("aws_sqs_queue", &[("name", "logs")]),
        ("aws_route53_record", &record),
    ];
    for (type_name, properties) in kinds {
        let mut scene = scene(Faults::none());
        let want = Value::Map(properties.iter().map(|(name, value)| (name.to_string(), (*value).into())).collect());
        scene.announce_create("op1", "logs", type_name, &want);
        scene.recover(RecoveryMode::Look).await;
        let made = scene.create("op1", "logs", type_name, &want).await;
        scene.recover(RecoveryMode::Look).await;
        assert_eq!(scene.state.resources["logs"].id.as_str(), made);
        assert!(scene.state.resources["logs"].unread);

        // It was sent twice: what is deleted now can be made once more.
        let deletion = PendingCall::Delete { id: made.as_str().into(), deposed: None };
        scene.announce("op2", "logs", type_name, deletion);
        scene.delete(type_name, &made).await;
        scene.recover(RecoveryMode::Finish).await;
        assert!(scene.state.resources.is_empty());
        let again = scene.create("op1", "logs", type_name, &want).await;
        scene.recover(RecoveryMode::Finish).await;
        assert_eq!(scene.state.resources["logs"].id.as_str(), again);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_forgotten_stays_forgotten() {
    let mut scene = scene(Faults::none());
    scene.announce_create("op1", "vpc", "aws_vpc", &vpc());
    scene.recover(RecoveryMode::Finish).await;
    scene.create("op1", "vpc", "aws_vpc", &vpc()).await;
    scene.recover(RecoveryMode::Finish).await;
    assert!(scene.state.resources.contains_key("vpc"));

    let halt = CancellationToken::new();
    let after = async |gone, now| {
        let mut state = scene.state.clone();
        let forget = Entry::Forgotten { path: "vpc".into(), deposed: None, gone };
        apply_all(&mut state, &[forget]).expect("a legal entry");
        let recovery = recover(&state, &SimCatalog, &scene.cloud, RecoveryMode::Finish, now, &halt, |_, _| {}).await;
        apply_all(&mut state, &recovery.expect("a recovery").entries).expect("legal entries");
        state
    };
    assert!(after(false, NOW).await.resources.is_empty());
    let later = after(false, "2026-01-01T01:00:01Z").await;
    assert!(later.resources.is_empty() && later.doubtful.is_empty() && later.forgotten.is_empty());
    // What was thought to be gone and is there is ours.
    assert!(after(true, NOW).await.resources.contains_key("vpc"));
}

/// Without tags whatever answers as the intent says is found for each of them.
#[tokio::test(start_paused = true)]
async fn what_two_searches_find_is_one_resource() {
    let want = Value::from([("zone_id", Value::from("Z1")), ("name", Value::from("www"))]);
    for given_up in [&["op1"][..], &["op1", "op2"]] {
        let mut scene = scene(Faults::none());
        for op in given_up {
            scene.announce_create(op, "www", "aws_route53_record", &want);
            scene.recover(RecoveryMode::Finish).await;
        }
        if given_up.len() == 1 {
            scene.announce_create("op2", "www", "aws_route53_record", &want);
        }
        let made = scene.create("op2", "www", "aws_route53_record", &want).await;
        scene.recover(RecoveryMode::Finish).await;
        assert_eq!(scene.state.resources["www"].id.as_str(), made, "after {given_up:?}");
        assert!(scene.state.deposed.is_empty(), "{:?}", scene.state.deposed);
    }
}
