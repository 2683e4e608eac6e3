//! Checks of a cluster's properties, made before any call.

use wildfire_engine::model::{Problem, Value};

use crate::kind::convert::problem;
use crate::kind::maintenance_windows::Rules;

pub(in crate::services::rds) const WINDOWS: Rules = Rules {
    daily: "preferred_backup_window",
    weekly: "preferred_maintenance_window",
    shortest: 30,
    may_overlap: false,
};

pub(super) fn problems(properties: &Value) -> Vec<Problem> {
    let mut problems = WINDOWS.problems(properties);
    problems.extend(name(properties));
    problems.extend(zones(properties));
    problems.extend(final_snapshot(properties));
    problems.extend(capacity(properties));
    problems
}

fn text<'a>(properties: &'a Value, name: &str) -> Option<&'a str> {
    properties.get(name).and_then(Value::as_str)
}

/// Letters, digits and single hyphens, with a letter first and no hyphen last.
fn is_identifier(name: &str) -> bool {
    let allowed = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    allowed && starts && !name.ends_with('-') && !name.contains("--")
}

fn name(properties: &Value) -> Option<Problem> {
    let name = text(properties, "cluster_identifier")?;
    (!is_identifier(name) || name.len() > 63).then(|| {
        let message = "a cluster's name has 1 to 63 letters, digits and single hyphens, begins with a letter and does \
                       not end with a hyphen";
        problem("cluster_identifier", message)
    })
}

fn final_snapshot(properties: &Value) -> Option<Problem> {
    let name = text(properties, "final_snapshot_identifier")?;
    (!is_identifier(name) || name.len() > 255).then(|| {
        let message = "a snapshot's name has 1 to 255 letters, digits and single hyphens, begins with a letter and \
                       does not end with a hyphen";
        problem("final_snapshot_identifier", message)
    })
}

fn zones(properties: &Value) -> Option<Problem> {
    let zones = properties.get("availability_zones").filter(|zones| zones.is_known()).and_then(Value::as_list)?;
    let aurora = text(properties, "engine").is_some_and(|engine| engine.starts_with("aurora"));
    // RDS adds what is missing, and the next plan would replace the cluster for it.
    (aurora && !zones.is_empty() && zones.len() < 3).then(|| Problem {
        help: Some("write three zones, or leave availability_zones out".into()),
        ..problem("availability_zones", "Aurora takes three zones and adds those that are missing")
    })
}

fn capacity(properties: &Value) -> Vec<Problem> {
    const BLOCK: &str = "serverlessv2_scaling_configuration";
    let Some(block) = properties.get(BLOCK) else { return Vec::new() };
    let units = |name: &str| match block.get(name) {
        Some(Value::Int(units)) => Some(*units as f64),
        Some(Value::Float(units)) => Some(*units),
        _ => None,
    };
    let (min, max) = (units("min_capacity"), units("max_capacity"));
    let mut problems = Vec::new();
    let in_halves = |units: f64| (units * 2.0).fract() == 0.0;
    if min.is_some_and(|min| !(0.0..=256.0).contains(&min) || !in_halves(min)) {
        problems.push(problem(BLOCK, "min_capacity is 0 to 256 capacity units, in halves"));
    }
    if max.is_some_and(|max| !(1.0..=256.0).contains(&max) || !in_halves(max)) {
        problems.push(problem(BLOCK, "max_capacity is 1 to 256 capacity units, in halves"));
    }
    if matches!((min, max), (Some(min), Some(max)) if min > max) {
        problems.push(problem(BLOCK, "min_capacity is above max_capacity"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(properties: serde_json::Value) -> Vec<String> {
        problems(&Value::from_json(properties)).into_iter().map(|problem| problem.path.to_string()).collect()
    }

    #[test]
    fn fewer_than_three_zones_are_refused() {
        let zones = |zones: &[&str]| paths(json!({"engine": "aurora-mysql", "availability_zones": zones})).len();
        assert_eq!((zones(&["a", "b"]), zones(&["a", "b", "c"]), zones(&[])), (1, 0, 0));
    }

    #[test]
    fn names_follow_the_rules_of_rds() {
        for good in ["orders", "Orders-2", "a"] {
            assert!(paths(json!({"cluster_identifier": good, "final_snapshot_identifier": good})).is_empty(), "{good}");
        }
        for bad in ["", "2orders", "orders-", "or--ders", "or_ders"] {
            let both = json!({"cluster_identifier": bad, "final_snapshot_identifier": bad});
            assert_eq!(paths(both), ["cluster_identifier", "final_snapshot_identifier"], "{bad}");
        }
    }

    #[test]
    fn capacity_is_in_order_and_in_halves() {
        let units = |min: f64, max: f64| {
            paths(json!({"serverlessv2_scaling_configuration": {"min_capacity": min, "max_capacity": max}})).len()
        };
        assert_eq!((units(0.5, 1.0), units(0.0, 256.0)), (0, 0));
        assert_eq!((units(2.0, 1.0), units(0.3, 1.0), units(0.5, 300.0)), (1, 1, 1));
    }
}
