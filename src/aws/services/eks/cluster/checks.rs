//! What is wrong with a cluster's properties, told before any call.

use aws_sdk_eks::types::LogType;
use wildfire_engine::model::{Problem, Value};

use crate::kind::convert::problem;

pub(super) fn problems(properties: &Value) -> Vec<Problem> {
    let checks: [fn(&Value) -> Option<Problem>; 5] = [name, version, subnets, endpoints, auto_mode];
    let mut problems: Vec<Problem> = checks.into_iter().filter_map(|check| check(properties)).collect();
    let types = properties.get("enabled_cluster_log_types").and_then(Value::as_list).unwrap_or_default();
    for log in types.iter().filter_map(Value::as_str) {
        if !LogType::values().contains(&log) {
            let message = format!("EKS writes no log {log:?}; it writes {}", LogType::values().join(", "));
            problems.push(problem("enabled_cluster_log_types", message));
        }
    }
    problems
}

fn name(properties: &Value) -> Option<Problem> {
    let name = properties.get("name").and_then(Value::as_str)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let starts = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    (!starts || name.len() > 100 || !name.chars().all(allowed)).then(|| {
        problem("name", "a cluster's name has 1 to 100 letters, digits, - and _, and starts with a letter or digit")
    })
}

fn version(properties: &Value) -> Option<Problem> {
    let version = properties.get("version").and_then(Value::as_str)?;
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let known = version.split_once('.').is_some_and(|(major, minor)| number(major) && number(minor));
    (!known).then(|| problem("version", format!("{version:?} is no Kubernetes version such as \"1.33\"")))
}

fn subnets(properties: &Value) -> Option<Problem> {
    let subnets = properties.get("vpc_config")?.get("subnet_ids")?;
    let few = subnets.is_known() && subnets.as_list().is_some_and(|subnets| subnets.len() < 2);
    few.then(|| problem("vpc_config", "the control plane needs subnet_ids in two zones at least"))
}

/// The API answers inside of the VPC, on the internet, or both; on the internet alone where nothing is written.
fn endpoints(properties: &Value) -> Option<Problem> {
    let vpc = properties.get("vpc_config")?;
    let no_public = vpc.get("endpoint_public_access").and_then(Value::as_bool) == Some(false);
    let private = vpc.get("endpoint_private_access").filter(|private| !private.is_null());
    let no_private = private.is_none_or(|private| private.as_bool() == Some(false));
    (no_public && no_private).then(|| {
        problem("vpc_config", "the API has to answer somewhere: set endpoint_private_access or endpoint_public_access")
    })
}

/// EKS turns the parts of Auto Mode on and off together or not at all. A part that is not written stays as it is.
fn auto_mode(properties: &Value) -> Option<Problem> {
    const PARTS: [&[&str]; 3] = [
        &["compute_config", "enabled"],
        &["kubernetes_network_config", "elastic_load_balancing", "enabled"],
        &["storage_config", "block_storage", "enabled"],
    ];
    let written = |path: &[&str]| path.iter().try_fold(properties, |value, name| value.get(name))?.as_bool();
    let mut written = PARTS.iter().filter_map(|path| Some((path[0], written(path)?)));
    let (_, first) = written.next()?;
    let (other, _) = written.find(|(_, on)| *on != first)?;
    Some(problem(other, "EKS Auto Mode is on or off as a whole: compute, load balancing and block storage"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(properties: serde_json::Value) -> Vec<String> {
        problems(&Value::from_json(properties)).into_iter().map(|problem| problem.path.to_string()).collect()
    }

    #[test]
    fn versions_have_two_numbers() {
        let fine = |version: &str| paths(json!({"version": version})).is_empty();
        assert!(fine("1.33"));
        assert!(!fine("1") && !fine("v1.33") && !fine("1.33.2") && !fine("latest"));
    }

    #[test]
    fn a_control_plane_is_in_two_subnets() {
        let subnets = |ids: &[&str]| paths(json!({"vpc_config": {"subnet_ids": ids}})).len();
        assert_eq!((subnets(&["subnet-1"]), subnets(&["subnet-1", "subnet-2"])), (1, 0));
    }

    #[test]
    fn an_api_answers_somewhere() {
        let access = |vpc: serde_json::Value| paths(json!({ "vpc_config": vpc })).len();
        assert_eq!(access(json!({"endpoint_public_access": false})), 1);
        assert_eq!(access(json!({"endpoint_public_access": false, "endpoint_private_access": true})), 0);
        assert_eq!(access(json!({"endpoint_private_access": false})), 0);
    }

    #[test]
    fn auto_mode_is_on_or_off_as_a_whole() {
        let whole = json!({
            "compute_config": {"enabled": true},
            "kubernetes_network_config": {"elastic_load_balancing": {"enabled": true}},
            "storage_config": {"block_storage": {"enabled": true}},
        });
        assert!(paths(whole.clone()).is_empty());
        let mut half = whole;
        half["storage_config"]["block_storage"]["enabled"] = json!(false);
        assert_eq!(paths(half), ["storage_config"]);
        assert!(paths(json!({"compute_config": {"enabled": true}})).is_empty());
    }

    #[test]
    fn unknown_logs_are_refused() {
        assert!(paths(json!({"enabled_cluster_log_types": ["api", "audit"]})).is_empty());
        assert_eq!(paths(json!({"enabled_cluster_log_types": ["kubelet"]})), ["enabled_cluster_log_types"]);
    }
}
