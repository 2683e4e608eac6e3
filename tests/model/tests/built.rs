//! The protocol as it is built: short searches, and creates that stay in doubt. Three processes, any number of operations
//! for one resource, any number of crashes, pauses and takeovers, at any instant.

use wildfire_model::properties::{NO_DUPLICATE, NO_ORPHAN, NO_STALE_WRITE, SOMETIMES_IN_DOUBT};
use wildfire_model::protocol::{Class, Delivery, Fence, NotMade, Protocol, Search, System};

use crate::check::{breaks, comes_by, holds};

/// One resource: what is in doubt makes many worlds. Resources meet in the lock and the head only, and that is looked at
/// with three of them in `waiting.rs`.
fn built(class: Class) -> System {
    System { to_make: 1, ..System::built(class) }
}

fn without(class: Class, protocol: Protocol) -> System {
    System { protocol, ..built(class) }
}

const WHAT: &str = "the protocol as built, one resource";

#[test]
fn client_token() {
    holds(WHAT, built(Class::ClientToken));
}

#[test]
fn op_tag() {
    holds(WHAT, built(Class::OpTag));
}

#[test]
fn natural_name() {
    holds(WHAT, built(Class::NaturalName));
}

#[test]
fn upsert() {
    holds(WHAT, built(Class::Upsert));
}

#[test]
fn same_request() {
    holds(WHAT, built(Class::SameRequest));
}

#[test]
fn late_requests_do_what_they_can() {
    let [surfacing, two, again] = SOMETIMES_IN_DOUBT;
    comes_by(built(Class::ClientToken), &[surfacing, two, again]);
    // It is sent once.
    comes_by(built(Class::OpTag), &[surfacing, two]);
    comes_by(built(Class::NaturalName), &[surfacing]);
}

#[test]
fn without_doubts_a_late_request_makes_a_second_one() {
    let protocol = Protocol { not_made: NotMade::NewOperation, ..Protocol::BUILT };
    for class in [Class::ClientToken, Class::OpTag] {
        breaks("no doubts", without(class, protocol), NO_DUPLICATE);
    }
    breaks("no doubts", without(Class::NaturalName, protocol), NO_ORPHAN);
}

#[test]
fn a_request_that_outlives_the_doubts_is_lost() {
    for class in Class::ALL {
        let system = System { delivery: Delivery::AnyTime, ..built(class) };
        breaks("doubts that end too early", system, NO_ORPHAN);
    }
}

#[test]
fn a_look_at_the_lock_that_comes_before_the_signature_is_too_early() {
    for fence in [Fence::BeforeSigning, Fence::Never] {
        for class in Class::ALL {
            breaks("lock before signature", without(class, Protocol { fence, ..Protocol::BUILT }), NO_ORPHAN);
        }
    }
}

#[test]
fn without_an_intent_a_crash_leaves_an_orphan() {
    let protocol = Protocol { intent: false, ..Protocol::BUILT };
    for class in Class::ALL {
        breaks("no intent", without(class, protocol), NO_ORPHAN);
    }
}

#[test]
fn without_compare_and_swap_or_epochs_state_goes_back() {
    for protocol in
        [Protocol { compare_and_swap: false, ..Protocol::BUILT }, Protocol { epochs: false, ..Protocol::BUILT }]
    {
        breaks("no compare-and-swap, or no epochs", without(Class::ClientToken, protocol), NO_STALE_WRITE);
    }
}

#[test]
fn a_recovery_that_sends_before_it_looks_makes_a_second_one() {
    let protocol = Protocol { recovery: Search::Skipped, ..Protocol::BUILT };
    breaks("sends before it looks", without(Class::OpTag, protocol), NO_DUPLICATE);
}

/// What a search misses because it is too new is doubtful, and found by a later run.
#[test]
fn doubts_make_up_for_searches_that_see_too_little() {
    let protocol = Protocol { recovery: Search::Once, own_search: Search::Once, ..Protocol::BUILT };
    holds("one look, doubts, one resource", without(Class::OpTag, protocol));
}

#[test]
fn a_plan_that_believes_the_first_not_found_makes_a_second_one() {
    let protocol = Protocol { patient_reads: false, ..Protocol::BUILT };
    for class in [Class::ClientToken, Class::OpTag] {
        breaks("impatient read", without(class, protocol), NO_DUPLICATE);
    }
    breaks("impatient read", without(Class::NaturalName, protocol), NO_ORPHAN);
}
