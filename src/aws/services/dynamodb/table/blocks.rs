//! The blocks of a table, and their way to the SDK and back.

use aws_sdk_dynamodb::types::{KeyType, ProjectionType};

use crate::services::dynamodb::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::AttributeDefinition, into = sdk::AttributeDefinition)]
pub struct Attribute {
    /// The attribute's name.
    #[field(required, sdk = attribute_name)]
    pub name: Option<String>,
    /// `S` for text, `N` for numbers, `B` for bytes.
    #[field(required, one_of = ["S", "N", "B"], sdk = attribute_type)]
    pub r#type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct GlobalIndex {
    /// The attribute that spreads items over partitions.
    #[field(required)]
    pub hash_key: Option<String>,
    /// The index's name.
    #[field(required)]
    pub name: Option<String>,
    /// Attributes that are copied into the index beside the keys.
    #[field(set)]
    pub non_key_attributes: Option<Vec<String>>,
    /// The most that the index may take on demand.
    #[field(aws_default)]
    pub on_demand_throughput: Option<OnDemandThroughput>,
    /// What is copied into the index.
    #[field(required, one_of = ["ALL", "INCLUDE", "KEYS_ONLY"])]
    pub projection_type: Option<String>,
    /// The attribute that orders the items of a partition.
    #[field(optional)]
    pub range_key: Option<String>,
    /// Read units a second, where capacity is provisioned.
    #[field(aws_default, range = 0..=9223372036854775807)]
    pub read_capacity: Option<i64>,
    /// Write units a second, where capacity is provisioned.
    #[field(aws_default, range = 0..=9223372036854775807)]
    pub write_capacity: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct LocalIndex {
    /// The index's name.
    #[field(required)]
    pub name: Option<String>,
    /// Attributes that are copied into the index beside the keys.
    #[field(set)]
    pub non_key_attributes: Option<Vec<String>>,
    /// What is copied into the index.
    #[field(required, one_of = ["ALL", "INCLUDE", "KEYS_ONLY"])]
    pub projection_type: Option<String>,
    /// The attribute that orders the items of a partition.
    #[field(required)]
    pub range_key: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::OnDemandThroughput, into = sdk::OnDemandThroughput)]
pub struct OnDemandThroughput {
    /// The most read units a second; -1 is no limit.
    #[field(aws_default, range = -1..=9223372036854775807)]
    pub max_read_request_units: Option<i64>,
    /// The most write units a second; -1 is no limit.
    #[field(aws_default, range = -1..=9223372036854775807)]
    pub max_write_request_units: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct PointInTimeRecovery {
    /// Whether the table can be restored to any second of the recovery period.
    #[field(required)]
    pub enabled: Option<bool>,
    /// Days that can be gone back, 1 to 35.
    #[field(aws_default, range = 1..=35)]
    pub recovery_period_in_days: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct ServerSideEncryption {
    /// Whether a KMS key encrypts the table; else a key that belongs to DynamoDB does.
    #[field(required)]
    pub enabled: Option<bool>,
    /// The KMS key's ARN; without one, AWS's key for DynamoDB.
    #[field(aws_default, forms = KmsKey)]
    pub kms_key_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Ttl {
    /// The attribute that holds the second after which an item goes.
    #[field(aws_default)]
    pub attribute_name: Option<String>,
    /// Whether items go after their time.
    #[field(default = false)]
    pub enabled: Option<bool>,
}

/// The attribute with a role in a key schema.
pub fn key_of(schema: Option<&[sdk::KeySchemaElement]>, role: &KeyType) -> Option<String> {
    let element = schema?.iter().find(|element| element.key_type == *role)?;
    Some(element.attribute_name.clone())
}

/// A key schema from its two attributes.
pub fn key_schema(hash: Option<&str>, range: Option<&str>) -> Result<Vec<sdk::KeySchemaElement>, CloudError> {
    let parts = [(hash, KeyType::Hash), (range, KeyType::Range)];
    parts
        .into_iter()
        .filter_map(|(name, role)| Some((name.filter(|name| !name.is_empty())?, role)))
        .map(|(name, role)| sdk::KeySchemaElement::builder().attribute_name(name).key_type(role).build())
        .collect::<Result<_, _>>()
        .map_err(incomplete)
}

pub fn projection(kind: Option<&str>, attributes: Option<&Vec<String>>) -> sdk::Projection {
    sdk::Projection::builder()
        .set_projection_type(kind.map(ProjectionType::from))
        .set_non_key_attributes(attributes.filter(|attributes| !attributes.is_empty()).cloned())
        .build()
}

/// Provisioned capacity; `None` for a table that pays per request.
pub fn throughput(
    provisioned: bool,
    read: Option<i64>,
    write: Option<i64>,
) -> Result<Option<sdk::ProvisionedThroughput>, CloudError> {
    if !provisioned {
        return Ok(None);
    }
    let builder = sdk::ProvisionedThroughput::builder().set_read_capacity_units(read).set_write_capacity_units(write);
    builder.build().map(Some).map_err(incomplete)
}

impl LocalIndex {
    pub fn to_sdk(&self, hash_key: Option<&str>) -> Result<sdk::LocalSecondaryIndex, CloudError> {
        sdk::LocalSecondaryIndex::builder()
            .set_index_name(self.name.clone())
            .set_key_schema(Some(key_schema(hash_key, self.range_key.as_deref())?))
            .projection(projection(self.projection_type.as_deref(), self.non_key_attributes.as_ref()))
            .build()
            .map_err(incomplete)
    }
}

impl FromSdk<sdk::LocalSecondaryIndexDescription> for LocalIndex {
    fn from_sdk(index: sdk::LocalSecondaryIndexDescription) -> Result<Self, Unfit> {
        let projection = index.projection;
        Ok(Self {
            name: index.index_name,
            projection_type: projection
                .as_ref()
                .and_then(|projection| projection.projection_type.as_ref())
                .map(|kind| kind.as_str().to_string()),
            non_key_attributes: projection.and_then(|projection| projection.non_key_attributes),
            range_key: key_of(index.key_schema.as_deref(), &KeyType::Range),
        })
    }
}

impl GlobalIndex {
    pub fn to_sdk(&self, provisioned: bool) -> Result<sdk::GlobalSecondaryIndex, CloudError> {
        sdk::GlobalSecondaryIndex::builder()
            .set_index_name(self.name.clone())
            .set_key_schema(Some(key_schema(self.hash_key.as_deref(), self.range_key.as_deref())?))
            .projection(projection(self.projection_type.as_deref(), self.non_key_attributes.as_ref()))
            .set_provisioned_throughput(throughput(provisioned, self.read_capacity, self.write_capacity)?)
            .set_on_demand_throughput(outgoing(&self.on_demand_throughput, "on_demand_throughput")?)
            .build()
            .map_err(incomplete)
    }
}

impl FromSdk<sdk::GlobalSecondaryIndexDescription> for GlobalIndex {
    fn from_sdk(index: sdk::GlobalSecondaryIndexDescription) -> Result<Self, Unfit> {
        let projection = index.projection;
        let provisioned = index.provisioned_throughput;
        Ok(Self {
            hash_key: key_of(index.key_schema.as_deref(), &KeyType::Hash),
            name: index.index_name,
            projection_type: projection
                .as_ref()
                .and_then(|projection| projection.projection_type.as_ref())
                .map(|kind| kind.as_str().to_string()),
            non_key_attributes: projection.and_then(|projection| projection.non_key_attributes),
            on_demand_throughput: incoming(index.on_demand_throughput, "on_demand_throughput")?,
            range_key: key_of(index.key_schema.as_deref(), &KeyType::Range),
            read_capacity: provisioned.as_ref().and_then(|provisioned| provisioned.read_capacity_units),
            write_capacity: provisioned.and_then(|provisioned| provisioned.write_capacity_units),
        })
    }
}
