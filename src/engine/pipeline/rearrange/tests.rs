use super::*;
use crate::journal::apply_all;
use crate::model::{OpId, Placement, StackId, Value};
use crate::state::Deposed;

/// A state with a queue at each path. The id of each is its path of now.
fn state(paths: &[&str]) -> State {
    let stack = StackId::new("test", "main");
    let mut state = State::empty(stack, "123456789012".into(), "eu-west-1".into(), "lineage".into());
    for path in paths {
        let resource = ResourceState {
            type_name: "aws_sqs_queue".into(),
            place: Placement::HOME,
            id: (*path).into(),
            attributes: Value::Null,
            dependencies: BTreeSet::new(),
            sensitive: BTreeSet::new(),
            prevent_destroy: false,
            create_before_destroy: false,
            unfinished: Vec::new(),
            created_by: None,
            unread: false,
            failed: None,
        };
        state.resources.insert((*path).to_string(), resource);
    }
    state
}

fn at(path: &str) -> Address {
    Address::in_stack(&StackId::new("test", "main"), path).expect("an address")
}

fn moved(from: &str, to: &str) -> Rearrangement {
    Rearrangement::Move { from: at(from), to: at(to) }
}

fn forgotten(path: &str) -> Rearrangement {
    Rearrangement::Forget { address: at(path) }
}

/// Where each resource is afterwards: the path that it had, and the one that it has.
fn after(rearrangement: &Rearrangement, state: &State) -> Vec<(String, String)> {
    let mut state = state.clone();
    let entries = rearrangement.entries(&state).unwrap_or_else(|error| panic!("{error:?}"));
    apply_all(&mut state, &entries).unwrap_or_else(|error| panic!("{error}"));
    state.resources.iter().map(|(path, resource)| (resource.id.to_string(), path.clone())).collect()
}

fn refused(rearrangement: &Rearrangement, state: &State) -> String {
    let error = rearrangement.entries(state).expect_err("it is refused");
    format!("{}: {} ({})", error.code.name(), error.message, error.help.unwrap_or_default())
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(from, to)| ((*from).to_string(), (*to).to_string())).collect()
}

#[test]
fn an_address_stands_for_a_resource_an_instance_all_instances_or_a_module() {
    let state = state(&["a", "b[\"x\"]", "b[\"y\"]", "m.a", "m.n[\"x\"].a", "m2.a"]);
    let found = |path: &str| -> Vec<String> {
        let found = resources_at(&state, &at(path)).unwrap_or_default();
        found.into_iter().map(|(address, _)| address.path().to_string()).collect()
    };
    assert_eq!(found("a"), ["a"]);
    assert_eq!(found("b"), ["b[\"x\"]", "b[\"y\"]"]);
    assert_eq!(found("b[\"y\"]"), ["b[\"y\"]"]);
    assert_eq!(found("m"), ["m.a", "m.n[\"x\"].a"]);
    assert_eq!(found("m.n"), ["m.n[\"x\"].a"]);
    assert!(found("c").is_empty() && found("b[\"z\"]").is_empty() && found("a[\"x\"]").is_empty());
}

#[test]
fn a_module_moves_with_everything_in_it() {
    let state = state(&["m.a", "m.b[\"x\"]", "other"]);
    let expected = pairs(&[("m.a", "net.m.a"), ("m.b[\"x\"]", "net.m.b[\"x\"]"), ("other", "other")]);
    assert_eq!(after(&moved("m", "net.m"), &state), expected);
}

#[test]
fn instances_keep_their_keys() {
    let several = state(&["a[\"x\"]", "a[\"y\"]"]);
    assert_eq!(after(&moved("a", "m.b"), &several), pairs(&[("a[\"x\"]", "m.b[\"x\"]"), ("a[\"y\"]", "m.b[\"y\"]")]));
    assert_eq!(after(&moved("a[\"x\"]", "b"), &several), pairs(&[("a[\"y\"]", "a[\"y\"]"), ("a[\"x\"]", "b")]));
    // The one without a key gets one.
    assert_eq!(after(&moved("a", "a[\"z\"]"), &state(&["a"])), pairs(&[("a", "a[\"z\"]")]));
    let error = refused(&moved("a", "b[\"z\"]"), &several);
    assert_eq!(
        error,
        "usage: a stands for several, and b[\"z\"] for one of them (name the one that moves, such as 'a[\"x\"]')"
    );
}

#[test]
fn what_moves_into_the_place_of_another_comes_after_it() {
    // Each would take the place of the next one.
    let state = state(&["m.a", "m.m.a", "m.m.m.a"]);
    let expected = pairs(&[("m.a", "m.m.a"), ("m.m.a", "m.m.m.a"), ("m.m.m.a", "m.m.m.m.a")]);
    assert_eq!(after(&moved("m", "m.m"), &state), expected);
    // The same from the inside out.
    let state = self::state(&["m.m.a", "m.m.m.a"]);
    assert_eq!(after(&moved("m.m", "m"), &state), pairs(&[("m.m.a", "m.a"), ("m.m.m.a", "m.m.a")]));
}

#[test]
fn no_two_objects_get_one_address() {
    let state = state(&["a[\"x\"]", "a[\"y\"]", "b[\"y\"]", "c"]);
    assert_eq!(
        refused(&moved("a", "b"), &state),
        "already-exists: b[\"y\"] is in state already, as aws_sqs_queue b[\"y\"] (choose another name, or move that \
         one away first)"
    );
    assert!(refused(&moved("c", "c"), &state).starts_with("usage: c is moved to itself"));
    assert!(refused(&moved("c", "data.c"), &state).starts_with("usage: data.c is the address of a data source"));
    let both = self::state(&["m[\"x\"].a", "m[\"y\"].a"]);
    assert!(
        refused(&moved("m.a", "n.a"), &both)
            .starts_with("duplicate-address: m[\"x\"].a and m[\"y\"].a would both become n.a")
    );
}

#[test]
fn a_name_is_that_of_a_resource_or_of_a_module() {
    let state = state(&["m.a", "m.n.b", "r[\"x\"]", "s"]);
    let told = |from: &str, to: &str| refused(&moved(from, to), &state).split(" (").next().map(String::from);
    for (from, to, expected) in [
        ("m", "r", "already-exists: r is a resource in state, and cannot be a module as well"),
        ("s", "r[\"y\"].s", "already-exists: r is a resource in state, and cannot be a module as well"),
        ("s", "m.n", "already-exists: m.n is a module in state, and cannot be a resource as well"),
        ("r", "m", "already-exists: m is a module in state, and cannot be a resource as well"),
    ] {
        assert_eq!(told(from, to).as_deref(), Some(expected), "{from} to {to}");
    }
    // What makes room itself is in nobody's way.
    let (from, to) = (at("s"), at("s.s"));
    assert!(Rearrangement::Move { from, to }.entries(&state).is_ok());
    assert!(moved("s", "r[\"y\"]").entries(&state).is_ok() && moved("s", "m.n.s").entries(&state).is_ok());
}

#[test]
fn what_was_replaced_and_is_not_deleted_moves_along_and_takes_room() {
    let mut state = state(&["a"]);
    let object = Deposed {
        key: "0badcafe".into(),
        type_name: "aws_sqs_queue".into(),
        place: Placement::HOME,
        id: "old".into(),
        attributes: Value::Null,
        dependencies: BTreeSet::new(),
        created_by: None,
    };
    state.deposed.insert("gone".into(), vec![object]);
    assert!(refused(&moved("a", "gone"), &state).contains("as aws_sqs_queue old, which is still to be deleted"));
    let entries = moved("gone", "m.gone").entries(&state).expect("it moves");
    apply_all(&mut state, &entries).expect("the entries are legal");
    assert_eq!(state.deposed_at("m.gone").len(), 1);
}

#[test]
fn what_is_forgotten_stays_with_nothing_else() {
    let state = state(&["a", "m.a", "m.b[\"x\"]"]);
    assert_eq!(after(&forgotten("m"), &state), pairs(&[("a", "a")]));
    assert_eq!(after(&forgotten("m.b"), &state), pairs(&[("a", "a"), ("m.a", "m.a")]));
    assert_eq!(
        refused(&forgotten("m.bb"), &state),
        "unknown-address: m.bb is not in the state of test/main (`wildfire state list test/main` lists what is there)"
    );
}

#[test]
fn an_open_call_stands_in_the_way_wherever_it_is() {
    let mut state = state(&["m.a", "other"]);
    let pending = Pending {
        operation: OpId::new("op"),
        path: "m.b".into(),
        type_name: "aws_sqs_queue".into(),
        place: Placement::HOME,
        call: PendingCall::Update { id: "m.b".into(), call: "Tag".into() },
        digest: "d".into(),
        at: "2026-01-01T00:00:00Z".into(),
        attempts: 1,
    };
    state.pending.insert(OpId::new("op"), pending);
    for rearrangement in [forgotten("m"), moved("m", "n"), moved("m.b", "n"), moved("other", "m.b")] {
        assert!(refused(&rearrangement, &state).starts_with("unsettled: "), "{rearrangement:?}");
    }
    assert!(forgotten("m.a").entries(&state).is_ok() && moved("other", "n").entries(&state).is_ok());
}
