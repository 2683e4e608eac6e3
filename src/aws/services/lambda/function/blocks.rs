//! The blocks of a function.

use std::collections::BTreeMap;

use crate::services::lambda::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::DeadLetterConfig, into = sdk::DeadLetterConfig)]
pub struct DeadLetter {
    /// The ARN of the queue or topic.
    #[field(required, filled)]
    pub target_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::EnvironmentResponse, into = sdk::Environment)]
pub struct Environment {
    /// Names and values.
    #[field(filled)]
    pub variables: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::EphemeralStorage, into = sdk::EphemeralStorage)]
pub struct EphemeralStorage {
    /// Megabytes.
    #[field(aws_default, range = 512..=10240)]
    pub size: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::FileSystemConfig, into = sdk::FileSystemConfig)]
pub struct FileSystem {
    /// The ARN of the access point.
    #[field(required)]
    pub arn: Option<String>,
    /// Where it is, below `/mnt/`.
    #[field(required, length = 6..=160, pattern = "/mnt/[A-Za-z0-9_.-]+")]
    pub local_mount_path: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ImageConfig, into = sdk::ImageConfig)]
pub struct ImageSettings {
    /// In place of the image's `CMD`.
    #[field(filled)]
    pub command: Option<Vec<String>>,
    /// In place of the image's `ENTRYPOINT`.
    #[field(filled)]
    pub entry_point: Option<Vec<String>>,
    /// In place of the image's `WORKDIR`.
    #[field(filled)]
    pub working_directory: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LoggingConfig, into = sdk::LoggingConfig)]
pub struct Logging {
    /// Which of the function's own entries are kept, of the format `JSON`.
    #[field(aws_default, one_of = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"])]
    pub application_log_level: Option<String>,
    /// The format of the entries.
    #[field(required, one_of = ["Text", "JSON"])]
    pub log_format: Option<String>,
    /// The log group; without one, `/aws/lambda/` and the function's name.
    #[field(aws_default, filled)]
    pub log_group: Option<String>,
    /// Which of Lambda's entries are kept, of the format `JSON`.
    #[field(aws_default, one_of = ["DEBUG", "INFO", "WARN"])]
    pub system_log_level: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::SnapStartResponse, into = sdk::SnapStart)]
pub struct SnapStart {
    /// What is started from a snapshot.
    #[field(required, one_of = ["PublishedVersions"])]
    pub apply_on: Option<String>,
    /// Whether there is one.
    #[field(computed)]
    pub optimization_status: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TracingConfigResponse, into = sdk::TracingConfig)]
pub struct Tracing {
    /// Whether a call is traced by itself (`Active`) or where its caller asks for it (`PassThrough`).
    #[field(required, one_of = ["Active", "PassThrough"])]
    pub mode: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::VpcConfigResponse, into = sdk::VpcConfig)]
pub struct Vpc {
    /// Whether the function reaches IPv6 addresses from subnets that have some.
    #[field(default = false)]
    pub ipv6_allowed_for_dual_stack: Option<bool>,
    /// The security groups.
    #[field(required, set, filled)]
    pub security_group_ids: Option<Vec<String>>,
    /// The subnets.
    #[field(required, set, filled)]
    pub subnet_ids: Option<Vec<String>>,
    /// The VPC of the subnets.
    #[field(computed)]
    pub vpc_id: Option<String>,
}
