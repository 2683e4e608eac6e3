use aws_sdk_ec2::types::{LastError, State};

use super::modify::{Change, change};
use super::*;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

#[test]
fn a_change_adds_and_removes() {
    let (want, have) = (names(&["a", "b"]), names(&["b", "c"]));
    let expected = Change { add: Some(names(&["a"])), remove: Some(names(&["c"])) };
    assert_eq!(change(Some(&want), Some(&have)), expected);
    assert_eq!(change(None, Some(&have)), Change::default());
    assert_eq!(change(Some(&have), Some(&have)), Change::default());
}

#[test]
fn states_are_read_in_either_spelling() {
    let endpoint = |state: State| -> VpcEndpoint {
        of_live(&sdk::VpcEndpoint::builder().state(state).build()).expect("it can be read")
    };
    assert_eq!(endpoint(State::from("pending")).readiness(), Readiness::Pending("pending".into()));
    assert_eq!(endpoint(State::Pending).readiness(), Readiness::Pending("pending".into()));
    assert_eq!(endpoint(State::PendingAcceptance).state.as_deref(), Some("pendingAcceptance"));
    assert_eq!(endpoint(State::PendingAcceptance).readiness(), Readiness::Ready);
}

#[test]
fn a_failure_says_why() {
    let error = LastError::builder().message("no such service").build();
    let endpoint = sdk::VpcEndpoint::builder().state(State::Failed).last_error(error).build();
    let endpoint: VpcEndpoint = of_live(&endpoint).expect("it can be read");
    assert_eq!(endpoint.readiness(), Readiness::Failed("failed: no such service".into()));
}

#[test]
fn properties_of_another_kind_are_refused() {
    let properties: Value = [("subnet_ids", Value::from(vec![Value::from("subnet-1")]))].into();
    let problems = VpcEndpoint::validate(&properties);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].message, "a gateway endpoint takes no subnet_ids");
}
