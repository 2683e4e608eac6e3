//! What the parts of a container are made of, as the language checks them.

use std::collections::BTreeMap;

use wildfire_engine::model::{Field, Ty};

/// A part of a document, and the type that the language knows it under.
pub(super) trait Part {
    fn ty() -> Ty;
}

impl Part for String {
    fn ty() -> Ty {
        Ty::String
    }
}

impl Part for i64 {
    fn ty() -> Ty {
        Ty::Int
    }
}

impl Part for bool {
    fn ty() -> Ty {
        Ty::Bool
    }
}

impl<T: Part> Part for Vec<T> {
    fn ty() -> Ty {
        Ty::list(T::ty())
    }
}

impl<T: Part> Part for BTreeMap<String, T> {
    fn ty() -> Ty {
        Ty::map(T::ty())
    }
}

/// `container_port`, `r#type` as the API writes them.
pub(super) fn camel_case(name: &str) -> String {
    let mut words = name.trim_start_matches("r#").split('_');
    let first = words.next().unwrap_or_default();
    let rest = words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]);
    std::iter::once(first.to_string()).chain(rest).collect()
}

/// A field of a part with what ECS takes for it.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html>, and the pages of its parts.
pub(super) fn limited(part: &str, field: Field) -> Field {
    const MOST: i64 = i32::MAX as i64;
    match (part, field.name) {
        ("Container", "image" | "name")
        | ("Credentials", "credentialsParameter")
        | ("Dependency", "containerName")
        | ("Device", "hostPath")
        | ("EnvironmentFile", "value")
        | ("HealthCheck", "command")
        | ("Host", "hostname" | "ipAddress")
        | ("Limit", "hardLimit" | "softLimit")
        | ("Requirement", "value")
        | ("Restart", "enabled")
        | ("Secret", "name" | "valueFrom")
        | ("Tmpfs", "containerPath" | "size") => field.required(),
        ("Container", "cpu") => field.range(0, MOST),
        ("Container", "memory" | "memoryReservation") => field.range(4, MOST),
        ("Container", "versionConsistency") => field.one_of(["enabled", "disabled"]),
        ("Dependency", "condition") => field.required().one_of(["START", "COMPLETE", "SUCCESS", "HEALTHY"]),
        ("EnvironmentFile", "type") => field.required().one_of(["s3"]),
        ("Firelens", "type") => field.required().one_of(["fluentd", "fluentbit"]),
        ("Limit", "name") => field.required().one_of([
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack",
        ]),
        ("Log", "logDriver") => field.required().one_of([
            "json-file",
            "syslog",
            "journald",
            "gelf",
            "fluentd",
            "awslogs",
            "splunk",
            "awsfirelens",
        ]),
        ("Port", "containerPort" | "hostPort") => field.range(0, 65_535),
        ("Port", "appProtocol") => field.one_of(["http", "http2", "grpc"]),
        ("Port", "protocol") => field.one_of(["tcp", "udp"]),
        ("Requirement", "type") => field.required().one_of(["GPU", "InferenceAccelerator"]),
        _ => field,
    }
}
