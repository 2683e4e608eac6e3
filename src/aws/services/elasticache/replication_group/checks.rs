//! Checks of a replication group's properties, made before any call.

use wildfire_engine::model::{Problem, Value};

use crate::kind::convert::problem;
use crate::kind::maintenance_windows::Rules;

const WINDOWS: Rules =
    Rules { daily: "snapshot_window", weekly: "maintenance_window", shortest: 60, may_overlap: true };

pub(super) fn problems(properties: &Value) -> Vec<Problem> {
    let mut problems = WINDOWS.problems(properties);
    problems.extend(name(properties));
    problems.extend(failover(properties));
    problems.extend(password(properties));
    problems.extend(version(properties));
    problems
}

fn text<'a>(properties: &'a Value, name: &str) -> Option<&'a str> {
    properties.get(name).and_then(Value::as_str)
}

/// True when the property is absent or false; what is unknown is not known to be off.
fn is_off(properties: &Value, name: &str) -> bool {
    properties.get(name).is_none_or(|flag| flag.is_null() || flag.as_bool() == Some(false))
}

fn is_on(properties: &Value, name: &str) -> bool {
    properties.get(name).and_then(Value::as_bool) == Some(true)
}

fn name(properties: &Value) -> Option<Problem> {
    let name = text(properties, "replication_group_id")?;
    let allowed = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    (!allowed || !starts || name.len() > 40 || name.ends_with('-') || name.contains("--")).then(|| {
        let message = "a group's name has 1 to 40 letters, digits and single hyphens, begins with a letter and does \
                       not end with a hyphen";
        problem("replication_group_id", message)
    })
}

fn failover(properties: &Value) -> Vec<Problem> {
    let int = |name: &str| properties.get(name).and_then(Value::as_int);
    let mut problems = Vec::new();
    if is_on(properties, "automatic_failover_enabled") && int("num_cache_clusters").is_some_and(|nodes| nodes < 2) {
        problems.push(problem("num_cache_clusters", "automatic failover needs a second node"));
    }
    if is_off(properties, "automatic_failover_enabled") {
        if is_on(properties, "multi_az_enabled") {
            let message = "spreading over zones needs automatic_failover_enabled: true";
            problems.push(problem("multi_az_enabled", message));
        }
        if int("num_node_groups").is_some_and(|shards| shards > 1) {
            let message = "several shards need automatic_failover_enabled: true";
            problems.push(problem("num_node_groups", message));
        }
    }
    problems
}

fn password(properties: &Value) -> Vec<Problem> {
    let Some(token) = properties.get("auth_token").filter(|token| !token.is_null()) else { return Vec::new() };
    let mut problems = Vec::new();
    if properties.get("transit_encryption_enabled").and_then(Value::as_bool) == Some(false) {
        problems.push(problem("auth_token", "a password needs transit_encryption_enabled: true"));
    }
    if token.as_str().is_some_and(|token| !(16..=128).contains(&token.chars().count())) {
        problems.push(problem("auth_token", "a password has 16 to 128 characters"));
    }
    problems
}

/// From version 6 on AWS picks the patch, and tells the version without it.
fn version(properties: &Value) -> Option<Problem> {
    let version = text(properties, "engine_version")?;
    let mut parts = version.split('.');
    let (major, minor) = (parts.next()?, parts.next()?);
    parts.next()?;
    major.parse::<u32>().is_ok_and(|major| major >= 6).then(|| Problem {
        help: Some(format!("write {major}.{minor}")),
        ..problem("engine_version", "from version 6 on, AWS picks the patch of a version")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(properties: serde_json::Value) -> Vec<String> {
        problems(&Value::from_json(properties)).into_iter().map(|problem| problem.path.to_string()).collect()
    }

    #[test]
    fn failover_and_zones_are_checked() {
        let none: [&str; 0] = [];
        let failover = |nodes: i64| paths(json!({"automatic_failover_enabled": true, "num_cache_clusters": nodes}));
        assert_eq!(failover(1), ["num_cache_clusters"]);
        assert_eq!(failover(2), none);
        assert_eq!(paths(json!({"automatic_failover_enabled": true, "multi_az_enabled": true})), none);
        assert_eq!(paths(json!({"multi_az_enabled": true})), ["multi_az_enabled"]);
        assert_eq!(paths(json!({"num_node_groups": 2})), ["num_node_groups"]);
        assert_eq!(paths(json!({"num_node_groups": 2, "automatic_failover_enabled": true})), none);
    }

    #[test]
    fn passwords_have_a_length_and_an_encrypted_way() {
        let none: [&str; 0] = [];
        assert_eq!(paths(json!({"auth_token": "0123456789abcdef"})), none);
        assert_eq!(paths(json!({"auth_token": "short"})), ["auth_token"]);
        let in_clear = json!({"auth_token": "0123456789abcdef", "transit_encryption_enabled": false});
        assert_eq!(paths(in_clear), ["auth_token"]);
    }

    #[test]
    fn patches_are_left_to_aws() {
        let fine = |version: &str| paths(json!({"engine_version": version})).is_empty();
        assert!(fine("7.1") && fine("8.0") && fine("5.0.6") && fine("6.x"));
        assert!(!fine("7.1.0"));
    }
}
