//! Each protection is needed: without it a history is found that breaks a property.

use wildfire_model::properties::{NO_DUPLICATE, NO_ORPHAN, NO_STALE_WRITE};
use wildfire_model::protocol::{Class, Fence, Protocol, Search, System};

use crate::check::{breaks, holds};

fn without(class: Class, protocol: Protocol) -> System {
    System { protocol, ..System::waiting(class) }
}

/// One resource to make instead of three: for what is claimed to hold without a protection, whose worlds are many more.
fn small(class: Class, protocol: Protocol) -> System {
    System { to_make: 1, ..without(class, protocol) }
}

#[test]
fn without_an_intent_a_crash_leaves_an_orphan() {
    let protocol = Protocol { intent: false, ..Protocol::WAITING };
    for class in Class::ALL {
        breaks("no intent", without(class, protocol), NO_ORPHAN);
    }
}

#[test]
fn without_compare_and_swap_a_late_write_takes_state_back() {
    let protocol = Protocol { compare_and_swap: false, ..Protocol::WAITING };
    breaks("no compare-and-swap", without(Class::ClientToken, protocol), NO_STALE_WRITE);
}

#[test]
fn without_a_look_at_its_epoch_a_fenced_run_seals() {
    let protocol = Protocol { epochs: false, ..Protocol::WAITING };
    breaks("no look at the epoch", without(Class::ClientToken, protocol), NO_STALE_WRITE);
}

#[test]
fn without_a_look_at_the_lock_before_sending_a_paused_run_makes_a_second_one() {
    let protocol = Protocol { fence: Fence::Never, ..Protocol::WAITING };
    for class in [Class::ClientToken, Class::OpTag] {
        breaks("no look at the lock", without(class, protocol), NO_DUPLICATE);
    }
    for class in [Class::NaturalName, Class::Upsert, Class::SameRequest] {
        breaks("no look at the lock", without(class, protocol), NO_ORPHAN);
    }
}

#[test]
fn a_look_at_the_lock_that_comes_before_the_signature_is_too_early() {
    let protocol = Protocol { fence: Fence::BeforeSigning, ..Protocol::WAITING };
    for class in [Class::ClientToken, Class::OpTag] {
        breaks("lock before signature", without(class, protocol), NO_DUPLICATE);
    }
    for class in [Class::NaturalName, Class::Upsert, Class::SameRequest] {
        breaks("lock before signature", without(class, protocol), NO_ORPHAN);
    }
}

#[test]
fn a_recovery_that_reads_what_is_out_of_date_loses_what_was_made() {
    let protocol = Protocol { recovery: Search::Once, ..Protocol::WAITING };
    for class in Class::ALL {
        breaks("stale read in recovery", without(class, protocol), NO_ORPHAN);
    }
    for class in [Class::ClientToken, Class::OpTag] {
        breaks("stale read in recovery", without(class, protocol), NO_DUPLICATE);
    }
}

/// Only the tag is a proof that is no hindrance: the other classes make AWS refuse, or answer with the first one.
#[test]
fn a_recovery_that_sends_before_it_looks_makes_a_second_one() {
    let protocol = Protocol { recovery: Search::Skipped, ..Protocol::WAITING };
    breaks("sends before it looks", without(Class::OpTag, protocol), NO_DUPLICATE);
    for class in [Class::ClientToken, Class::NaturalName, Class::Upsert, Class::SameRequest] {
        holds("sends before it looks, one resource", small(class, protocol));
    }
}

#[test]
fn a_run_that_reads_what_is_out_of_date_sends_twice() {
    let protocol = Protocol { own_search: Search::Once, ..Protocol::WAITING };
    breaks("stale read in the run", without(Class::OpTag, protocol), NO_DUPLICATE);
    for class in [Class::ClientToken, Class::NaturalName, Class::Upsert, Class::SameRequest] {
        holds("stale read in the run, one resource", small(class, protocol));
    }
}

#[test]
fn a_plan_that_believes_the_first_not_found_makes_a_second_one() {
    let protocol = Protocol { patient_reads: false, ..Protocol::WAITING };
    for class in [Class::ClientToken, Class::OpTag] {
        breaks("impatient read", without(class, protocol), NO_DUPLICATE);
    }
    breaks("impatient read", without(Class::NaturalName, protocol), NO_ORPHAN);
}
