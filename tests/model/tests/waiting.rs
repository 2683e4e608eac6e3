//! The protocol that waits, with all of its protections: three processes, three resources of a class, any number of crashes,
//! pauses and takeovers, at any instant.

use wildfire_model::properties::SOMETIMES;
use wildfire_model::protocol::{Class, Delivery, NotMade, Protocol, System};

use crate::check::{comes_by, holds};

const WHAT: &str = "the protocol that waits";

#[test]
fn client_token() {
    holds(WHAT, System::waiting(Class::ClientToken));
}

#[test]
fn op_tag() {
    holds(WHAT, System::waiting(Class::OpTag));
}

#[test]
fn natural_name() {
    holds(WHAT, System::waiting(Class::NaturalName));
}

#[test]
fn upsert() {
    holds(WHAT, System::waiting(Class::Upsert));
}

#[test]
fn same_request() {
    holds(WHAT, System::waiting(Class::SameRequest));
}

/// Where no request is slow a search need not outlive signatures.
#[test]
fn shorter_searches_where_no_request_is_slow() {
    let protocol = Protocol { not_made: NotMade::NewOperation, ..Protocol::BUILT };
    let delivery = Delivery::WithinConsistency;
    holds("shorter searches, no slow request", System { protocol, delivery, ..System::waiting(Class::OpTag) });
}

#[test]
fn every_situation_is_come_by() {
    Class::ALL.into_iter().for_each(|class| comes_by(System::waiting(class), &SOMETIMES));
}
