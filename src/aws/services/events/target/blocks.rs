//! The blocks of a target, but for those of ECS and Batch.

use std::collections::BTreeMap;

use crate::services::events::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::AppSyncParameters, into = sdk::AppSyncParameters)]
pub struct AppSync {
    /// The GraphQL operation.
    #[field(filled, sdk = graph_ql_operation)]
    pub graphql_operation: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::DeadLetterConfig, into = sdk::DeadLetterConfig)]
pub struct DeadLetter {
    /// The ARN of the queue.
    #[field(filled)]
    pub arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::HttpParameters, into = sdk::HttpParameters)]
pub struct Http {
    /// Headers of the request.
    #[field(filled)]
    pub header_parameters: Option<BTreeMap<String, String>>,
    /// What takes the place of each `*` in the path.
    #[field(filled)]
    pub path_parameter_values: Option<Vec<String>>,
    /// Parameters of the query.
    #[field(filled)]
    pub query_string_parameters: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::InputTransformer, into = sdk::InputTransformer)]
pub struct Transformer {
    /// Names, each with the JSON path to its value in the event.
    #[field(filled, sdk = input_paths_map)]
    pub input_paths: Option<BTreeMap<String, String>>,
    /// The text that the target gets, with the names in angle brackets.
    #[field(required, length = 1..=8192)]
    pub input_template: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::KinesisParameters, into = sdk::KinesisParameters)]
pub struct Kinesis {
    /// The JSON path to the partition key.
    #[field(filled)]
    pub partition_key_path: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::RedshiftDataParameters, into = sdk::RedshiftDataParameters)]
pub struct Redshift {
    /// The database.
    #[field(required)]
    pub database: Option<String>,
    /// The user of the database.
    #[field(filled)]
    pub db_user: Option<String>,
    /// The ARN of the secret that holds the user and the password.
    #[field(filled, sdk = secret_manager_arn)]
    pub secrets_manager_arn: Option<String>,
    /// The statement.
    #[field(filled)]
    pub sql: Option<String>,
    /// A name for the statement.
    #[field(filled)]
    pub statement_name: Option<String>,
    /// Whether an event tells that the statement is done.
    #[field(default = false)]
    pub with_event: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::RetryPolicy, into = sdk::RetryPolicy)]
pub struct Retry {
    /// The oldest event that is tried again, in seconds.
    #[field(range = 60..=86400)]
    pub maximum_event_age_in_seconds: Option<i64>,
    /// How often an event is tried again.
    #[field(range = 0..=185)]
    pub maximum_retry_attempts: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::RunCommandTarget, into = sdk::RunCommandTarget)]
pub struct RunCommandTarget {
    /// What instances are told apart by: `InstanceIds` or `tag:NAME`.
    #[field(required)]
    pub key: Option<String>,
    /// The values.
    #[field(required)]
    pub values: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::SageMakerPipelineParameters, into = sdk::SageMakerPipelineParameters)]
pub struct SageMaker {
    /// Parameters of the pipeline.
    #[field(set, filled)]
    pub pipeline_parameter_list: Option<Vec<SageMakerParameter>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::SageMakerPipelineParameter, into = sdk::SageMakerPipelineParameter)]
pub struct SageMakerParameter {
    /// The parameter's name.
    #[field(required)]
    pub name: Option<String>,
    /// The value.
    #[field(required)]
    pub value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::SqsParameters, into = sdk::SqsParameters)]
pub struct Sqs {
    /// The message group of a FIFO queue.
    #[field(filled)]
    pub message_group_id: Option<String>,
}
