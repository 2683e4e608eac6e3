//! Which entries are legal, and what each does.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use crate::journal::transition::apply_undoable;
use crate::journal::{Entry, apply_all, apply_entry, fold};
use crate::model::{OpId, PhysicalId, Placement, StackId, Value};
use crate::state::{OutputState, Pending, PendingCall, ResourceState, State, UsedPlan};

fn empty() -> State {
    State::empty(StackId::new("test", "main"), "123456789012".into(), "eu-west-1".into(), "lineage".into())
}

fn intent(op: &str, path: &str, call: PendingCall) -> Entry {
    Entry::Intent {
        pending: Pending {
            operation: OpId::new(op),
            path: path.into(),
            type_name: "aws_vpc".into(),
            place: Placement::HOME,
            call,
            digest: "d".into(),
            at: "2026-01-01T00:00:00Z".into(),
            attempts: 1,
        },
    }
}

fn create(op: &str, path: &str, depose: Option<&str>) -> Entry {
    let call = PendingCall::Create {
        wanted: Value::Null,
        dependencies: BTreeSet::from(["z".to_string()]),
        prevent_destroy: false,
        create_before_destroy: depose.is_some(),
        unfinished: vec!["Tag".into(), "Dns".into()],
        depose: depose.map(String::from),
    };
    intent(op, path, call)
}

fn update(op: &str, path: &str, id: &str, call: &str) -> Entry {
    intent(op, path, PendingCall::Update { id: id.into(), call: call.into() })
}

fn delete(op: &str, path: &str, id: &str, deposed: Option<&str>) -> Entry {
    intent(op, path, PendingCall::Delete { id: id.into(), deposed: deposed.map(String::from) })
}

fn created(op: &str, id: &str) -> Entry {
    Entry::Created { operation: OpId::new(op), id: id.into(), attributes: Value::from([("id", Value::from(id))]) }
}

fn updated(op: &str) -> Entry {
    Entry::Updated { operation: OpId::new(op) }
}

fn deleted(op: &str) -> Entry {
    Entry::Deleted { operation: OpId::new(op) }
}

fn void(op: &str) -> Entry {
    Entry::Void { operation: OpId::new(op), reason: "nothing".into() }
}

fn doubted(op: &str) -> Entry {
    Entry::Doubted { operation: OpId::new(op) }
}

fn surfaced(op: &str, id: &str, key: &str) -> Entry {
    Entry::Surfaced { operation: OpId::new(op), id: id.into(), attributes: Value::Null, key: key.into() }
}

fn moved(from: &str, to: &str) -> Entry {
    Entry::Moved { from: from.into(), to: to.into() }
}

fn refused(entries: &[Entry], last: Entry) -> String {
    let before = fold(empty(), entries).expect("the entries before the last are legal");
    let mut state = before.clone();
    let error = apply_entry(&mut state, &last).expect_err("the last entry is illegal");
    assert_eq!(state, before, "a refused entry leaves no trace");
    error.reason
}

#[test]
fn a_create_is_pending_until_its_result() {
    let announced = fold(empty(), &[create("1", "a", None)]).unwrap();
    assert!(announced.resources.is_empty());
    assert_eq!(announced.pending.len(), 1);

    let done = fold(announced, &[created("1", "vpc-1")]).unwrap();
    assert!(done.pending.is_empty());
    let resource = &done.resources["a"];
    assert_eq!(resource.id, PhysicalId::from("vpc-1"));
    assert_eq!(resource.created_by, Some(OpId::new("1")));
    assert_eq!(resource.unfinished, ["Tag", "Dns"]);
    assert!(resource.dependencies.contains("z"));
}

#[test]
fn a_replacement_deposes_when_the_create_returns_and_not_before() {
    let announced = fold(empty(), &[create("1", "a", None), created("1", "vpc-1"), create("2", "a", Some("00000001"))]);
    let announced = announced.unwrap();
    assert_eq!(announced.resources["a"].id, PhysicalId::from("vpc-1"));
    assert!(announced.deposed.is_empty());

    let replaced = fold(announced, &[created("2", "vpc-2")]).unwrap();
    assert_eq!(replaced.resources["a"].id, PhysicalId::from("vpc-2"));
    let deposed = &replaced.deposed_at("a")[0];
    assert_eq!(
        (deposed.key.as_str(), deposed.id.as_str(), deposed.type_name.as_ref()),
        ("00000001", "vpc-1", "aws_vpc")
    );
    assert!(deposed.dependencies.contains("z"));

    // The successor goes first: the predecessor is still known.
    let widowed = fold(replaced, &[delete("3", "a", "vpc-2", None), deleted("3")]).unwrap();
    assert!(widowed.resources.is_empty());
    assert_eq!(widowed.deposed_at("a").len(), 1);
    let gone = fold(widowed, &[delete("4", "a", "vpc-1", Some("00000001")), deleted("4")]).unwrap();
    assert!(gone.deposed.is_empty() && gone.pending.is_empty());
}

#[test]
fn a_create_that_was_given_up_frees_its_place_and_may_surface() {
    let given_up = [create("1", "a", None), doubted("1")];
    let alone = fold(empty(), &[&given_up[..], &[surfaced("1", "v", "k")]].concat()).unwrap();
    assert_eq!(alone.resources["a"].id, PhysicalId::from("v"));
    assert!(alone.resources["a"].unread && alone.doubtful.contains_key(&OpId::new("1")));

    let other = [create("2", "a", None), created("2", "w"), moved("a", "b")];
    let beside = fold(empty(), &[&given_up[..], &other, &[surfaced("1", "v", "k")]].concat()).unwrap();
    assert_eq!(beside.resources["b"].id, PhysicalId::from("w"));
    assert_eq!(beside.deposed_at("b")[0].id, PhysicalId::from("v"));

    let named = [&given_up[..], &other].concat();
    assert!(refused(&named, surfaced("1", "w", "k")).contains("in state already"));
    assert!(refused(&given_up, created("1", "v")).contains("not announced"));
    assert!(refused(&given_up, create("1", "a", None)).contains("given up"));
    assert!(
        refused(&[&given_up[..], &[create("2", "a", None)]].concat(), surfaced("1", "v", "k")).contains("under way")
    );
    assert!(refused(&[&given_up[..], &[void("1")]].concat(), surfaced("1", "v", "k")).contains("not announced"));
}

#[test]
fn a_create_that_was_sent_again_stays_in_doubt() {
    let again = |attempts| match create("1", "a", None) {
        Entry::Intent { pending } => Entry::Intent { pending: Pending { attempts, ..pending } },
        other => other,
    };
    let made = fold(empty(), &[again(1), again(2), created("1", "v")]).unwrap();
    assert!(made.pending.is_empty() && made.doubtful.contains_key(&OpId::new("1")));
    let gone = fold(made, &[delete("2", "a", "v", None), deleted("2"), surfaced("1", "v", "k")]).unwrap();
    assert_eq!(gone.resources["a"].id, PhysicalId::from("v"));
    assert!(fold(empty(), &[again(1), created("1", "v")]).unwrap().doubtful.is_empty());
}

#[test]
fn a_replacement_can_be_called_off() {
    let restored =
        |key: &str, depose: &str| Entry::Restored { path: "a".into(), key: key.into(), depose: depose.into() };
    let replaced = [create("1", "a", None), created("1", "old"), create("2", "a", Some("k")), created("2", "new")];
    let state = fold(empty(), &[&replaced[..], &[restored("k", "l")]].concat()).unwrap();
    assert_eq!(
        (state.resources["a"].id.as_str(), state.resources["a"].created_by.as_ref()),
        ("old", Some(&OpId::new("1")))
    );
    assert_eq!((state.deposed_at("a")[0].id.as_str(), state.deposed_at("a")[0].key.as_str()), ("new", "l"));

    assert!(refused(&replaced, restored("x", "l")).contains("no deposed object x"));
    assert!(refused(&replaced[..2], restored("k", "l")).contains("no deposed object k"));
    let busy = [&replaced[..], &[delete("3", "a", "old", Some("k"))]].concat();
    assert!(refused(&busy, restored("k", "l")).contains("under way"));
}

#[test]
fn an_update_leaves_the_unfinished_list() {
    let state = fold(empty(), &[create("1", "a", None), created("1", "v"), update("2", "a", "v", "Tag"), updated("2")]);
    assert_eq!(state.unwrap().resources["a"].unfinished, ["Dns"]);
}

#[test]
fn a_move_takes_along_all_that_belongs_to_the_path() {
    let entries = [
        create("1", "a", None),
        created("1", "v1"),
        create("2", "a", Some("k")),
        created("2", "v2"),
        update("3", "a", "v2", "Tag"),
        moved("a", "b"),
        updated("3"),
    ];
    let state = fold(empty(), &entries).unwrap();
    assert_eq!(state.resources.keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!(state.deposed_at("b")[0].id, PhysicalId::from("v1"));

    let renamed = fold(state, &[create("4", "z", None), created("4", "v4"), moved("z", "y")]).unwrap();
    assert!(renamed.resources["b"].dependencies.contains("y") && !renamed.resources["b"].dependencies.contains("z"));
}

#[test]
fn illegal_entries_are_refused() {
    let one = [create("1", "a", None), created("1", "v")];
    let with = |more: &[Entry]| [&one[..], more].concat();
    assert!(refused(&[], created("1", "v")).contains("not announced"));
    assert!(refused(&one, created("1", "v2")).contains("has its result"));
    assert!(refused(&one, create("1", "a", Some("k"))).contains("has created"));
    assert!(refused(&one, create("2", "a", None)).contains("in state already"));
    assert!(refused(&[], create("2", "a", Some("k"))).contains("nothing at a"));
    assert!(refused(&[create("1", "a", None)], create("2", "a", None)).contains("under way"));
    assert!(refused(&[create("1", "a", None)], updated("1")).contains("not an update"));
    assert!(refused(&[create("1", "a", None)], deleted("1")).contains("not a delete"));
    assert!(refused(&[], void("1")).contains("not announced"));
    assert!(refused(&one, update("2", "a", "other", "Tag")).contains("not aws_vpc other"));
    assert!(refused(&one, delete("2", "a", "other", None)).contains("not aws_vpc other"));
    assert!(refused(&one, delete("2", "a", "v", Some("k"))).contains("no deposed"));
    assert!(refused(&with(&[delete("2", "a", "v", None)]), update("3", "a", "v", "Tag")).contains("under way"));
    assert!(refused(&with(&[update("2", "a", "v", "Tag")]), delete("3", "a", "v", None)).contains("under way"));
    assert!(refused(&with(&[update("2", "a", "v", "Tag")]), update("3", "a", "v", "Tag")).contains("under way"));
    assert!(refused(&with(&[create("2", "b", None), created("2", "w")]), moved("a", "b")).contains("in state already"));
    assert!(refused(&one, moved("x", "y")).contains("not in state"));
    assert!(
        refused(
            &with(&[delete("2", "a", "v", None)]),
            Entry::Forgotten { path: "a".into(), deposed: None, gone: false }
        )
        .contains("under way")
    );
}

#[test]
fn an_intent_is_repeated_only_for_the_same_request() {
    let again = |digest: &str, attempts: u32| {
        let Entry::Intent { mut pending } = create("1", "a", None) else { unreachable!("create makes an intent") };
        pending.digest = digest.into();
        pending.attempts = attempts;
        Entry::Intent { pending }
    };
    let state = fold(empty(), &[create("1", "a", None), again("d", 2)]).unwrap();
    assert_eq!(state.pending[&OpId::new("1")].attempts, 2);
    assert!(refused(&[create("1", "a", None)], again("other", 2)).contains("another request"));
    assert!(refused(&[create("1", "a", None)], again("d", 1)).contains("attempt"));
}

/// Entries over few paths and operations, so that many are legal and many are not.
fn any_entry() -> impl Strategy<Value = Entry> {
    let op = || prop::sample::select(vec!["1", "2", "3", "4"]);
    let path = || prop::sample::select(vec!["a", "b", "z"]);
    let id = || prop::sample::select(vec!["v", "w"]);
    let key = || prop::option::of(prop::sample::select(vec!["k", "l"]));
    prop_oneof![
        4 => (op(), path(), key()).prop_map(|(op, path, key)| create(op, path, key)),
        4 => (op(), id()).prop_map(|(op, id)| created(op, id)),
        2 => (op(), path(), id()).prop_map(|(op, path, id)| update(op, path, id, "Tag")),
        1 => op().prop_map(updated),
        2 => (op(), path(), id(), key()).prop_map(|(op, path, id, key)| delete(op, path, id, key)),
        1 => op().prop_map(deleted),
        1 => op().prop_map(void),
        2 => op().prop_map(doubted),
        2 => (op(), id(), key()).prop_map(|(op, id, key)| surfaced(op, id, key.unwrap_or("m"))),
        1 => (path(), path()).prop_map(|(from, to)| moved(from, to)),
        1 => path().prop_map(|path| Entry::Observed { path: path.into(), attributes: Value::from("seen") }),
        1 => path().prop_map(|path| Entry::Marked { path: path.into(), failed: Some("no".into()) }),
        1 => (path(), key(), any::<bool>()).prop_map(|(path, key, gone)| Entry::Forgotten { path: path.into(), deposed: key.map(String::from), gone }),
        1 => path().prop_map(|path| Entry::Adopted { path: path.into(), resource: imported() }),
        1 => id().prop_map(used),
        1 => id().prop_map(|id| Entry::Outputs {
            outputs: [("o".to_string(), OutputState { value: id.into(), sensitive: false })].into(),
        }),
    ]
}

fn used(id: &str) -> Entry {
    Entry::PlanUsed { plan: UsedPlan { id: id.into(), who: "a@b".into(), at: "2026-01-01T00:00:00Z".into() } }
}

#[test]
fn a_saved_plan_is_used_once_and_the_latest_are_remembered() {
    let mut state = empty();
    for number in 0..25 {
        apply_entry(&mut state, &used(&number.to_string())).unwrap();
    }
    assert!(apply_entry(&mut state, &used("24")).is_err());
    assert_eq!(state.plans.len(), 20);
    assert!(state.used_plan("4").is_none() && state.used_plan("5").is_some());
}

fn imported() -> ResourceState {
    ResourceState {
        type_name: Arc::from("aws_vpc"),
        id: "v".into(),
        place: Placement::HOME,
        attributes: Value::Null,
        dependencies: BTreeSet::new(),
        sensitive: BTreeSet::new(),
        prevent_destroy: false,
        create_before_destroy: false,
        unfinished: Vec::new(),
        unread: false,
        created_by: None,
        failed: None,
    }
}

proptest! {
    #[test]
    fn entries_apply_all_or_not_at_all_and_can_be_taken_back(
        before in prop::collection::vec(any_entry(), 0..40),
        group in prop::collection::vec(any_entry(), 0..12),
    ) {
        let mut state = empty();
        for entry in &before {
            let unchanged = state.clone();
            if apply_entry(&mut state, entry).is_err() {
                prop_assert_eq!(&state, &unchanged);
            }
        }
        let start = state.clone();
        let legal: Vec<Entry> = group
            .iter()
            .scan(state.clone(), |state, entry| Some(apply_entry(state, entry).is_ok().then(|| entry.clone())))
            .flatten()
            .collect();
        let undo = apply_undoable(&mut state, &legal).unwrap();
        prop_assert_eq!(&state, &fold(start.clone(), &legal).unwrap());
        undo.roll_back(&mut state);
        prop_assert_eq!(&state, &start);

        let outcome = apply_all(&mut state, &group);
        prop_assert_eq!(outcome.is_ok(), legal.len() == group.len());
        if outcome.is_err() {
            prop_assert_eq!(&state, &start);
        }
        prop_assert!(state.deposed.values().all(|objects| !objects.is_empty()));
    }

    #[test]
    fn entries_survive_json(entry in any_entry()) {
        let text = serde_json::to_string(&entry).unwrap();
        prop_assert!(!text.contains('\n'));
        prop_assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
    }
}
