//! The blocks of an event source mapping.

use std::collections::{BTreeMap, HashMap};

use crate::services::lambda::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::AmazonManagedKafkaEventSourceConfig, into = sdk::AmazonManagedKafkaEventSourceConfig)]
pub struct ManagedKafka {
    /// The consumer group.
    #[field(aws_default, filled, length = 1..=200)]
    pub consumer_group_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::SelfManagedKafkaEventSourceConfig, into = sdk::SelfManagedKafkaEventSourceConfig)]
pub struct OwnKafka {
    /// The consumer group.
    #[field(aws_default, filled, length = 1..=200)]
    pub consumer_group_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::DestinationConfig, into = sdk::DestinationConfig)]
pub struct Destination {
    /// Where batches go that could not be processed.
    #[field(optional)]
    pub on_failure: Option<OnFailure>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::OnFailure, into = sdk::OnFailure)]
pub struct OnFailure {
    /// The ARN of the queue, the topic or the bucket.
    #[field(required, filled, sdk = destination)]
    pub destination_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::DocumentDbEventSourceConfig, into = sdk::DocumentDbEventSourceConfig)]
pub struct DocumentDb {
    /// The collection; without one, all of the database.
    #[field(filled)]
    pub collection_name: Option<String>,
    /// The database.
    #[field(required)]
    pub database_name: Option<String>,
    /// Whether an update comes with the whole document.
    #[field(default = "Default", one_of = ["Default", "UpdateLookup"])]
    pub full_document: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::FilterCriteria, into = sdk::FilterCriteria)]
pub struct Filters {
    /// Patterns, of which a record has to match one.
    #[field(set, filled, sdk = filters)]
    pub filter: Option<Vec<Filter>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Filter, into = sdk::Filter)]
pub struct Filter {
    /// The pattern.
    #[field(json, length = 0..=4096)]
    pub pattern: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::EventSourceMappingMetricsConfig, into = sdk::EventSourceMappingMetricsConfig)]
pub struct Metrics {
    /// What is counted.
    #[field(required, set)]
    pub metrics: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ProvisionedPollerConfig, into = sdk::ProvisionedPollerConfig)]
pub struct Pollers {
    /// The most pollers.
    #[field(aws_default, range = 1..=2000)]
    pub maximum_pollers: Option<i64>,
    /// The fewest pollers.
    #[field(aws_default, range = 1..=200)]
    pub minimum_pollers: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ScalingConfig, into = sdk::ScalingConfig)]
pub struct Scaling {
    /// How many batches of a queue are processed at once.
    #[field(range = 2..=1000)]
    pub maximum_concurrency: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct OwnSource {
    /// `KAFKA_BOOTSTRAP_SERVERS`, and the servers with commas between.
    #[field(required)]
    pub endpoints: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::SourceAccessConfiguration, into = sdk::SourceAccessConfiguration)]
pub struct Access {
    /// The kind: `BASIC_AUTH`, `VPC_SUBNET`.
    #[field(required)]
    pub r#type: Option<String>,
    /// The ARN of the secret, or the subnet or security group after `subnet:` or `security_group:`.
    #[field(required)]
    pub uri: Option<String>,
}

impl FromSdk<sdk::SelfManagedEventSource> for OwnSource {
    fn from_sdk(live: sdk::SelfManagedEventSource) -> Result<Self, Unfit> {
        let one = |(kind, mut servers): (sdk::EndPointType, Vec<String>)| {
            servers.sort();
            (kind.as_str().to_string(), servers.join(","))
        };
        Ok(Self { endpoints: live.endpoints.map(|endpoints| endpoints.into_iter().map(one).collect()) })
    }
}

impl ToSdk<sdk::SelfManagedEventSource> for OwnSource {
    fn to_sdk(&self) -> Result<sdk::SelfManagedEventSource, Unfit> {
        let one = |(kind, servers): (&String, &String)| {
            let servers = servers.split(',').map(|server| server.trim().to_string()).collect();
            (sdk::EndPointType::from(kind.as_str()), servers)
        };
        let endpoints: Option<HashMap<_, Vec<String>>> =
            self.endpoints.as_ref().map(|endpoints| endpoints.iter().map(one).collect());
        Ok(sdk::SelfManagedEventSource::builder().set_endpoints(endpoints).build())
    }
}
