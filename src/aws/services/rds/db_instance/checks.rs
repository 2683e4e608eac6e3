//! Checks of an instance's properties, made before any call.

use crate::kind::convert::problem;
use crate::kind::maintenance_windows::Rules;
use crate::services::rds::prelude::*;

const WINDOWS: Rules = Rules { daily: "backup_window", weekly: "maintenance_window", shortest: 30, may_overlap: false };

/// Properties of which one says where the data comes from.
const SOURCES: [&str; 4] = ["replicate_source_db", "restore_to_point_in_time", "s3_import", "snapshot_identifier"];

pub(super) fn problems(properties: &Value) -> Vec<Problem> {
    let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
    let int = |name: &str| properties.get(name).and_then(Value::as_int);
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let mut problems = WINDOWS.problems(properties);
    for (name, most) in [("identifier", 63), ("final_snapshot_identifier", 255)] {
        if text(name).is_some_and(|text| !is_identifier(text) || text.len() > most) {
            let message =
                "this has letters, digits and single hyphens, begins with a letter and does not end with a hyphen";
            problems.push(problem(name, message));
        }
    }
    if !SOURCES.iter().any(|name| written(name)) {
        if !written("engine") {
            problems.push(problem("engine", "a new instance needs an engine"));
        }
        let keeper = ["password", "password_wo", "manage_master_user_password"].iter().any(|name| written(name));
        let custom = text("engine").is_some_and(|engine| engine.starts_with("custom-"));
        if !(custom || written("username") && keeper) {
            let message = "a new instance needs a username, and a password or manage_master_user_password: true";
            problems.push(problem("username", message));
        }
    }
    if written("replicate_source_db") {
        for name in ["engine", "username", "password", "db_name", "storage_encrypted"] {
            if written(name) {
                problems.push(problem(name, "a replica has that of its source"));
            }
        }
    }
    if let Some(interval) = int("monitoring_interval") {
        if ![0, 1, 5, 10, 15, 30, 60].contains(&interval) {
            let message = "the intervals are 0, 1, 5, 10, 15, 30 and 60 seconds";
            problems.push(problem("monitoring_interval", message));
        }
        if interval != 0 && !written("monitoring_role_arn") {
            problems.push(problem("monitoring_role_arn", "enhanced monitoring needs a role"));
        }
    }
    let (size, most) = (int("allocated_storage"), int("max_allocated_storage").filter(|most| *most != 0));
    if size.zip(most).is_some_and(|(size, most)| most <= size) {
        problems.push(problem("max_allocated_storage", "this is larger than allocated_storage, or 0"));
    }
    problems
}

/// Letters, digits and single hyphens, with a letter first and no hyphen last.
fn is_identifier(name: &str) -> bool {
    let allowed = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    allowed && starts && !name.ends_with('-') && !name.contains("--")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(more: serde_json::Value) -> Vec<String> {
        let mut all = json!({"identifier": "a", "engine": "mysql", "username": "u", "password": "p"});
        for (key, value) in more.as_object().into_iter().flatten() {
            all[key] = value.clone();
        }
        problems(&Value::from_json(all)).into_iter().map(|problem| problem.path.to_string()).collect()
    }

    #[test]
    fn a_new_instance_needs_more_than_one_that_begins_with_data() {
        assert!(paths(json!({})).is_empty());
        assert_eq!(paths(json!({"engine": null, "password": null})), ["engine", "username"]);
        let none = json!({"engine": null, "username": null, "password": null});
        for (source, value) in [("snapshot_identifier", json!("s")), ("replicate_source_db", json!("b"))] {
            let mut with = none.clone();
            with[source] = value;
            assert!(paths(with).is_empty(), "{source}");
        }
        assert_eq!(paths(json!({"replicate_source_db": "b"})), ["engine", "username", "password"]);
    }

    #[test]
    fn storage_grows_beyond_its_size() {
        assert_eq!(paths(json!({"allocated_storage": 20, "max_allocated_storage": 20})), ["max_allocated_storage"]);
        assert!(paths(json!({"allocated_storage": 20, "max_allocated_storage": 0})).is_empty());
    }

    #[test]
    fn names_follow_the_rules_of_rds() {
        assert_eq!(paths(json!({"identifier": "2orders"})), ["identifier"]);
        assert_eq!(paths(json!({"final_snapshot_identifier": "a--b"})), ["final_snapshot_identifier"]);
    }
}
