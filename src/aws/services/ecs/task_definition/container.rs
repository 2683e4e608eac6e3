//! The containers of a task, in the JSON of ECS's API: how they are sent, read and compared.

use wildfire_engine::model::{Map, PropertyPath, Ty};

use super::parts::Container;
use super::shape::Part;
use crate::services::ecs::prelude::*;

/// What is wrong with containers beyond the types of their parts. Parts may be unknown. `own_address`: whether the task has
/// one.
pub(super) fn problems(containers: Option<&Value>, own_address: bool) -> Vec<Problem> {
    let Some(containers) = containers.and_then(Value::as_list) else { return Vec::new() };
    let at = |index: usize| PropertyPath::from("container_definitions").index(index);
    let wrong = |path: PropertyPath, message: String| Problem { path, message, help: None };
    if containers.is_empty() {
        return vec![wrong("container_definitions".into(), "a task has at least one container".into())];
    }
    let mut problems = Vec::new();
    let name = |container: &Value| Some(container.get("name")?.as_str()?.to_string());
    for (index, container) in containers.iter().enumerate() {
        let own = name(container);
        if own.is_some() && containers[..index].iter().any(|other| name(other) == own) {
            let own = own.unwrap_or_default();
            problems.push(wrong(at(index).key("name"), format!("two containers are called {own}")));
        }
        let ports = container.get("portMappings").and_then(Value::as_list).unwrap_or_default();
        for (port, mapping) in ports.iter().enumerate().filter(|_| own_address) {
            let number = |name: &str| mapping.get(name).and_then(Value::as_int);
            let Some(host) = number("hostPort") else { continue };
            let message = match number("containerPort") {
                Some(inner) if inner != host => "with this network_mode the port of the host is that of the container",
                _ => "with this network_mode the port of the host says nothing: leave hostPort out",
            };
            problems.push(wrong(at(index).key("portMappings").index(port).key("hostPort"), message.into()));
        }
    }
    problems
}

/// What `container_definitions` is made of.
pub(super) fn containers() -> Ty {
    Ty::list(Container::ty())
}

/// The containers of a document.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub(super) fn parsed(document: &str) -> Result<Vec<Container>, String> {
    let containers: Vec<Container> = serde_json::from_str(document).map_err(|error| error.to_string())?;
    let mut names: Vec<&str> = Vec::new();
    for container in &containers {
        let Some(name) = container.name.as_deref() else { return Err("a container has no name".into()) };
        if names.contains(&name) {
            return Err(format!("two containers are called {name}"));
        }
        if container.image.is_none() {
            return Err(format!("the container {name} has no image"));
        }
        names.push(name);
    }
    match containers.is_empty() {
        true => Err("a task has at least one container".into()),
        false => Ok(containers),
    }
}

pub(super) fn to_sdk(document: Option<&str>) -> Result<Vec<sdk::ContainerDefinition>, CloudError> {
    let refused = |why| CloudError::new(ErrorKind::Rejected, format!("`container_definitions` cannot be sent: {why}"));
    let containers = parsed(document.unwrap_or_default()).map_err(refused)?;
    Ok(outgoing(&Some(containers), "container_definitions")?.unwrap_or_default())
}

/// The containers of a revision as a document. Where a task has an address of its own, the port of the host is that of the
/// container, and says nothing.
pub(super) fn document(live: Vec<sdk::ContainerDefinition>, own_address: bool) -> Result<String, CloudError> {
    let mut containers: Vec<Container> = incoming(Some(live), "container_definitions")?.unwrap_or_default();
    for port in containers.iter_mut().flat_map(|container| container.port_mappings.iter_mut().flatten()) {
        if own_address && port.host_port == port.container_port {
            port.host_port = None;
        }
    }
    let json = serde_json::to_value(containers).unwrap_or_default();
    Ok(normal(&Value::from_json(json)).to_json().to_string())
}

/// Containers without what ECS puts in for what is absent: documents that mean the same are equal.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html>
pub(super) fn normal(document: &Value) -> Value {
    let Value::List(containers) = document else { return document.clone() };
    let mut containers: Vec<Value> = containers.iter().map(container).collect();
    containers.sort_by_cached_key(name);
    Value::List(containers)
}

fn name(of: &Value) -> String {
    of.get("name").map(Value::to_string).unwrap_or_default()
}

fn container(value: &Value) -> Value {
    let Value::Map(map) = value else { return value.clone() };
    let mut out = Map::new();
    for (key, value) in map {
        let value = match key.as_str() {
            "cpu" => without(value, &Value::Int(0)),
            "essential" => without(value, &Value::Bool(true)),
            "versionConsistency" => without(value, &Value::from("enabled")),
            "environment" | "secrets" => by_name(value),
            "portMappings" => each(value, |key, value| match key {
                "hostPort" => without(value, &Value::Int(0)),
                "protocol" => without(value, &Value::from("tcp")),
                _ => value.clone(),
            }),
            "healthCheck" => entries(value, |key, value| match key {
                "interval" => without(value, &Value::Int(30)),
                "retries" => without(value, &Value::Int(3)),
                "startPeriod" => without(value, &Value::Int(0)),
                "timeout" => without(value, &Value::Int(5)),
                _ => value.clone(),
            }),
            _ => value.clone(),
        };
        let value = if key == "essential" { value } else { bare(&value) };
        if !value.is_null() {
            out.insert(key.clone(), value);
        }
    }
    out.sort_keys();
    Value::Map(out)
}

/// Null in place of what is a default.
fn without(value: &Value, default: &Value) -> Value {
    if value == default { Value::Null } else { value.clone() }
}

fn entries(value: &Value, change: impl Fn(&str, &Value) -> Value) -> Value {
    match value {
        Value::Map(map) => Value::Map(map.iter().map(|(key, value)| (key.clone(), change(key, value))).collect()),
        other => other.clone(),
    }
}

fn each(value: &Value, change: impl Fn(&str, &Value) -> Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.iter().map(|item| entries(item, &change)).collect()),
        other => other.clone(),
    }
}

fn by_name(value: &Value) -> Value {
    let Value::List(items) = value else { return value.clone() };
    let mut items = items.clone();
    items.sort_by_cached_key(name);
    Value::List(items)
}

/// Without nulls, and what is false or empty: null where nothing is left. Elements of lists stay.
fn bare(value: &Value) -> Value {
    match value {
        Value::Bool(false) => Value::Null,
        Value::List(items) if items.is_empty() => Value::Null,
        Value::List(items) => Value::List(items.iter().map(inner).collect()),
        Value::Map(_) => match inner(value) {
            Value::Map(map) if map.is_empty() => Value::Null,
            other => other,
        },
        other => other.clone(),
    }
}

fn inner(value: &Value) -> Value {
    let Value::Map(map) = value else { return value.clone() };
    let mut out: Map = map.iter().map(|(key, value)| (key.clone(), bare(value))).collect();
    out.retain(|_, value| !value.is_null());
    out.sort_keys();
    Value::Map(out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn normal_of(json: serde_json::Value) -> Value {
        normal(&Value::from_json(json))
    }

    #[test]
    fn what_ecs_puts_in_means_nothing() {
        let written = json!([{"name": "web", "image": "web:1", "portMappings": [{"containerPort": 80}],
            "healthCheck": {"command": ["CMD", "true"]},
            "environment": [{"name": "B", "value": "2"}, {"name": "A", "value": ""}]}]);
        let live = json!([{"name": "web", "image": "web:1", "cpu": 0, "essential": true, "mountPoints": [],
            "volumesFrom": [], "systemControls": [],
            "portMappings": [{"containerPort": 80, "hostPort": 0, "protocol": "tcp"}],
            "healthCheck": {"command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3},
            "environment": [{"name": "A", "value": ""}, {"name": "B", "value": "2"}]}]);
        assert_eq!(normal_of(written), normal_of(live));
    }

    #[test]
    fn what_means_something_stays() {
        let with = |key: &str, value: serde_json::Value| {
            let mut container = json!({"name": "web", "image": "web:1"});
            container[key] = value;
            normal_of(json!([container]))
        };
        let plain = normal_of(json!([{"name": "web", "image": "web:1"}]));
        for (key, value) in [
            ("essential", json!(false)),
            ("memory", json!(0)),
            ("linuxParameters", json!({"swappiness": 0})),
            ("linuxParameters", json!({"maxSwap": 0})),
            ("ulimits", json!([{"name": "core", "softLimit": 0, "hardLimit": 0}])),
            ("restartPolicy", json!({"enabled": true, "ignoredExitCodes": [0]})),
            ("portMappings", json!([{"containerPort": 80, "hostPort": 80}])),
            ("user", json!("")),
        ] {
            assert_ne!(with(key, value.clone()), plain, "{key} {value}");
        }
        assert_eq!(with("privileged", json!(false)), plain);
    }

    #[test]
    fn every_member_is_sent_and_read() {
        let text = json!([{"name": "web", "image": "web:1", "cpu": 256, "memory": 512, "memoryReservation": 256,
            "essential": false, "command": ["a"], "entryPoint": ["b"], "workingDirectory": "/", "user": "1",
            "environment": [{"name": "A", "value": "1"}], "secrets": [{"name": "S", "valueFrom": "arn"}],
            "environmentFiles": [{"type": "s3", "value": "arn"}], "dockerLabels": {"a": "b"}, "links": ["x"],
            "dependsOn": [{"containerName": "db", "condition": "HEALTHY"}], "startTimeout": 10, "stopTimeout": 20,
            "portMappings": [{"containerPort": 80, "hostPort": 8080, "protocol": "udp", "name": "p", "appProtocol": "http"}],
            "mountPoints": [{"sourceVolume": "v", "containerPath": "/v", "readOnly": true}],
            "volumesFrom": [{"sourceContainer": "db", "readOnly": true}], "privileged": true, "interactive": true,
            "linuxParameters": {"capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]}, "initProcessEnabled": true,
                "devices": [{"hostPath": "/d", "containerPath": "/d", "permissions": ["read"]}], "maxSwap": 1,
                "sharedMemorySize": 2, "swappiness": 3, "tmpfs": [{"containerPath": "/t", "size": 1, "mountOptions": ["rw"]}]},
            "ulimits": [{"name": "nofile", "softLimit": 1, "hardLimit": 2}], "hostname": "h", "pseudoTerminal": true,
            "logConfiguration": {"logDriver": "awslogs", "options": {"a": "b"}, "secretOptions": [{"name": "s", "valueFrom": "v"}]},
            "healthCheck": {"command": ["CMD"], "interval": 6, "timeout": 7, "retries": 8, "startPeriod": 9},
            "systemControls": [{"namespace": "n", "value": "v"}], "extraHosts": [{"hostname": "h", "ipAddress": "1.2.3.4"}],
            "resourceRequirements": [{"type": "GPU", "value": "1"}], "dnsServers": ["1.1.1.1"], "dnsSearchDomains": ["d"],
            "firelensConfiguration": {"type": "fluentbit", "options": {"a": "b"}}, "dockerSecurityOptions": ["o"],
            "repositoryCredentials": {"credentialsParameter": "arn"}, "credentialSpecs": ["c"], "disableNetworking": true,
            "readonlyRootFilesystem": true, "versionConsistency": "disabled",
            "restartPolicy": {"enabled": true, "ignoredExitCodes": [0], "restartAttemptPeriod": 60}}]);
        let sent = to_sdk(Some(&text.to_string())).expect("it can be sent");
        let read = document(sent, false).expect("it can be read");
        let read: serde_json::Value = serde_json::from_str(&read).expect("it is JSON");
        assert_eq!(normal_of(read), normal_of(text));
    }

    #[test]
    fn a_document_that_is_none_of_containers_is_refused() {
        for wrong in [
            json!([]),
            json!({}),
            json!([{"image": "a"}]),
            json!([{"name": "a"}]),
            json!([{"Name": "a", "image": "b"}]),
            json!([{"name": "a", "image": "b", "portMappings": [{"containerPort": "80"}]}]),
            json!([{"name": "a", "image": "b"}, {"name": "a", "image": "c"}]),
        ] {
            assert!(parsed(&wrong.to_string()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_port_of_the_host_says_nothing_where_the_task_has_an_address() {
        let text = json!([{"name": "a", "image": "b", "portMappings": [{"containerPort": 80, "hostPort": 80}]}]);
        let live = || to_sdk(Some(&text.to_string())).expect("it can be sent");
        assert!(!document(live(), true).expect("it can be read").contains("hostPort"));
        assert!(document(live(), false).expect("it can be read").contains("hostPort"));
    }
}
