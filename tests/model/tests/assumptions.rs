//! What the protocol takes for granted, and what happens where it is not so.

use wildfire_model::properties::{NO_DUPLICATE, NO_ORPHAN};
use wildfire_model::protocol::{Class, Delivery, Fence, NotMade, Protocol, System};

use crate::check::{breaks, convergence, holds};

/// One resource to make: requests that never die make many worlds.
fn small(class: Class, protocol: Protocol, delivery: Delivery) -> System {
    System { class, protocol, delivery, to_make: 1 }
}

/// Searches as long as the consistency delay, in a world whose requests die with their signature only.
const SHORT: Protocol = Protocol { not_made: NotMade::NewOperation, ..Protocol::BUILT };

#[test]
fn a_request_that_outlives_the_search_makes_a_second_one() {
    for (protocol, delivery) in [(SHORT, Delivery::WithinSignature), (Protocol::WAITING, Delivery::AnyTime)] {
        for class in [Class::ClientToken, Class::OpTag] {
            breaks("late request", System { protocol, delivery, ..System::waiting(class) }, NO_DUPLICATE);
        }
    }
}

/// The name is taken by an operation that was given up, so no later one is believed to be ours.
#[test]
fn a_late_request_for_a_name_needs_somebody_to_import_it() {
    let system = small(Class::NaturalName, Protocol::WAITING, Delivery::AnyTime);
    breaks("late request", system, NO_ORPHAN);
    assert!(!convergence("late request", system).is_certain());
}

/// A resource by key that comes late is unknown until the next run, which makes it once more and has it.
#[test]
fn a_late_request_for_a_key_is_only_early() {
    for class in [Class::Upsert, Class::SameRequest] {
        let system = small(class, Protocol::WAITING, Delivery::AnyTime);
        breaks("late request", system, NO_ORPHAN);
        assert!(convergence("late request", system).is_certain());
    }
}

/// A recovery that sends again under the old operation has the old token, name and tag: what comes late is the same.
#[test]
fn an_operation_that_is_kept_makes_late_requests_harmless() {
    let protocol = Protocol { not_made: NotMade::SameOperation, ..Protocol::WAITING };
    for class in [Class::ClientToken, Class::NaturalName, Class::Upsert, Class::SameRequest] {
        holds("kept operation, late requests, one resource", small(class, protocol, Delivery::AnyTime));
    }
    breaks("kept operation", small(Class::OpTag, protocol, Delivery::AnyTime), NO_DUPLICATE);
}

/// As before, with the lock looked at too early and with short searches.
#[test]
fn an_operation_that_is_kept_needs_neither_the_signature_nor_long_searches() {
    let protocol = Protocol { not_made: NotMade::SameOperation, fence: Fence::BeforeSigning, ..SHORT };
    for class in [Class::ClientToken, Class::NaturalName, Class::Upsert, Class::SameRequest] {
        holds("kept operation, weak fence, one resource", small(class, protocol, Delivery::AnyTime));
    }
    breaks("kept operation, weak fence", small(Class::OpTag, protocol, Delivery::WithinSignature), NO_DUPLICATE);
}
