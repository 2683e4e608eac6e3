//! Checks one system, and prints what was looked at.

use stateright::{Checker, HasDiscoveries, Model};
use wildfire_model::convergence::{Convergence, converges};
use wildfire_model::properties::ALWAYS;
use wildfire_model::protocol::System;

/// Every world of `system` is looked at, no property is broken, and each world leads to the goal.
pub fn holds(what: &str, system: System) {
    let checker = system.checker().spawn_bfs().join();
    let found = checker.discoveries();
    for property in ALWAYS {
        if let Some(path) = found.get(property) {
            panic!("{what}, {:?}: {property} is broken by {:?}", system.class, path.clone().into_actions());
        }
    }
    let ends = convergence(what, system);
    assert_eq!(ends.worlds, checker.unique_state_count(), "both look at the same worlds");
    assert!(ends.is_certain(), "{what}, {:?}: it does not end well: {ends:?}", system.class);
    println!(
        "{what}, {:?}: {} worlds, {} actions, {} deep: all properties hold",
        system.class,
        checker.unique_state_count(),
        ends.actions,
        checker.max_depth(),
    );
}

/// Every situation that is worth a check can be come to: without them a check would show nothing.
pub fn comes_by(system: System, situations: &[&'static str]) {
    let all = HasDiscoveries::AllOf(situations.iter().copied().collect());
    let checker = system.checker().finish_when(all).spawn_bfs().join();
    for situation in situations {
        assert!(checker.discovery(situation).is_some(), "{:?}: no history leads to: {situation}", system.class);
    }
}

/// Some history breaks `property`.
pub fn breaks(what: &str, system: System, property: &'static str) {
    let checker = system.checker().finish_when(HasDiscoveries::AnyOf([property].into())).spawn_bfs().join();
    let Some(path) = checker.discovery(property) else {
        panic!("{what}, {:?}: {property} should be broken, and holds", system.class);
    };
    println!("{what}, {:?}: {property} is broken by", system.class);
    for action in path.into_actions() {
        println!("    {action:?}");
    }
}

/// How `system` ends when it is left alone.
pub fn convergence(what: &str, system: System) -> Convergence {
    let ends = converges(&system);
    for (how, way) in [("stands still", &ends.stuck), ("has no end", &ends.endless)] {
        if let Some(way) = way {
            println!("{what}, {:?}: {how} after", system.class);
            way.iter().for_each(|action| println!("    {action:?}"));
        }
    }
    ends
}
