//! What is wrong with a node group's properties, told before any call.

use wildfire_engine::model::{Problem, PropertyPath, Value};

use crate::kind::convert::problem;

pub(super) fn problems(properties: &Value) -> Vec<Problem> {
    let mut problems = sizes(properties);
    if properties.get("node_group_name").and_then(Value::as_str).is_some_and(|name| name.len() > 63) {
        problems.push(problem("node_group_name", "a node group's name has at most 63 characters"));
    }
    let version =
        properties.get("launch_template").and_then(|template| template.get("version")).and_then(Value::as_str);
    if version.is_some_and(|version| version.starts_with('$')) {
        let help = Some("write the number: ${workers.latest_version}, or default_version".to_string());
        let message =
            "EKS keeps the number of the version that this stands for today, and so every plan would show a change";
        let path = PropertyPath::from("launch_template").key("version");
        problems.push(Problem { path, message: message.into(), help });
    }
    let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
    for name in ["disk_size", "remote_access"] {
        if written("launch_template") && written(name) {
            problems.push(problem(name, format!("with a launch template, {name} is a setting of the template")));
        }
    }
    problems
}

fn sizes(properties: &Value) -> Vec<Problem> {
    let Some(scaling) = properties.get("scaling_config") else { return Vec::new() };
    let size = |name| scaling.get(name).and_then(Value::as_int);
    let (min, desired, max) = (size("min_size"), size("desired_size"), size("max_size"));
    let mut problems = Vec::new();
    let above = |a: Option<i64>, b: Option<i64>| matches!((a, b), (Some(a), Some(b)) if a > b);
    if above(min, desired) || above(desired, max) || above(min, max) {
        problems.push(problem("scaling_config", "min_size <= desired_size <= max_size does not hold"));
    }
    if min.is_some_and(|min| min < 0) || max.is_some_and(|max| max < 1) {
        problems.push(problem("scaling_config", "min_size is 0 or more, and max_size is 1 or more"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn count(properties: serde_json::Value) -> usize {
        problems(&Value::from_json(properties)).len()
    }

    #[test]
    fn sizes_in_the_wrong_order_are_refused() {
        let sizes = |min: i64, desired: i64, max: i64| {
            count(json!({"scaling_config": {"min_size": min, "desired_size": desired, "max_size": max}}))
        };
        assert_eq!((sizes(1, 2, 3), sizes(0, 0, 1)), (0, 0));
        assert_eq!((sizes(3, 2, 4), sizes(1, 5, 4), sizes(0, 0, 0)), (1, 1, 1));
    }

    #[test]
    fn a_template_has_disks_and_access_of_its_own() {
        let template = json!({"id": "lt-1", "version": "1"});
        assert_eq!(count(json!({"launch_template": {"id": "lt-1", "version": "$Latest"}})), 1);
        assert_eq!(count(json!({"launch_template": template, "disk_size": 20})), 1);
        assert_eq!(count(json!({"launch_template": template, "remote_access": {"ec2_ssh_key": "ops"}})), 1);
        assert_eq!(count(json!({"disk_size": 20, "remote_access": {"ec2_ssh_key": "ops"}})), 0);
    }
}
