//! Where a distribution gets its objects from.

use super::lists::none;
use crate::services::cloudfront::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Origin, into = sdk::Origin)]
pub struct Origin {
    /// How often a connection is tried.
    #[field(default = 3, range = 1..=3)]
    connection_attempts: Option<i64>,
    /// Seconds for which a connection is waited for.
    #[field(default = 10, range = 1..=10)]
    connection_timeout: Option<i64>,
    /// Headers that are added to requests to the origin.
    #[field(set, filled, sdk = custom_headers)]
    custom_header: Option<Vec<OriginHeader>>,
    /// What there is to know of an origin that is no bucket.
    #[field(conflicts = ["s3_origin_config", "vpc_origin_config"])]
    custom_origin_config: Option<CustomOrigin>,
    /// The name of the bucket or server in DNS.
    #[field(required)]
    domain_name: Option<String>,
    /// The origin access control, by its id.
    #[field(filled)]
    origin_access_control_id: Option<String>,
    /// What behaviours call the origin.
    #[field(required, sdk = id)]
    origin_id: Option<String>,
    /// What comes before every path: `/production`.
    #[field(filled)]
    origin_path: Option<String>,
    /// A further cache before the origin.
    #[field(optional)]
    origin_shield: Option<OriginShield>,
    /// Who reads a bucket, by an origin access identity.
    #[field(conflicts = ["custom_origin_config", "vpc_origin_config"])]
    s3_origin_config: Option<BucketOrigin>,
    /// What there is to know of an origin in a VPC.
    #[field(conflicts = ["custom_origin_config", "s3_origin_config"])]
    vpc_origin_config: Option<VpcOrigin>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::OriginCustomHeader, into = sdk::OriginCustomHeader)]
pub struct OriginHeader {
    /// The name.
    #[field(required, sdk = header_name)]
    name: Option<String>,
    /// The value.
    #[field(required, sdk = header_value)]
    value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CustomOriginConfig, into = sdk::CustomOriginConfig)]
pub struct CustomOrigin {
    /// The port for requests without encryption.
    #[field(required, range = 1..=65535)]
    http_port: Option<i64>,
    /// The port for requests with encryption.
    #[field(required, range = 1..=65535)]
    https_port: Option<i64>,
    /// Seconds for which a connection is kept.
    #[field(default = 5, range = 1..=180)]
    origin_keepalive_timeout: Option<i64>,
    /// How the origin is asked.
    #[field(required, one_of = ["http-only", "https-only", "match-viewer"])]
    origin_protocol_policy: Option<String>,
    /// Seconds for which an answer is waited for.
    #[field(default = 30, range = 1..=180)]
    origin_read_timeout: Option<i64>,
    /// The protocols with which requests may be encrypted.
    #[field(required, set)]
    origin_ssl_protocols: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::OriginShield, into = sdk::OriginShield)]
pub struct OriginShield {
    /// Whether there is one.
    #[field(required)]
    enabled: Option<bool>,
    /// The region of it.
    #[field(filled)]
    origin_shield_region: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::S3OriginConfig, into = sdk::S3OriginConfig)]
pub struct BucketOrigin {
    /// The identity: `origin-access-identity/cloudfront/ID`.
    #[field(required)]
    origin_access_identity: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::VpcOriginConfig, into = sdk::VpcOriginConfig)]
pub struct VpcOrigin {
    /// Seconds for which a connection is kept.
    #[field(default = 5, range = 1..=180)]
    origin_keepalive_timeout: Option<i64>,
    /// Seconds for which an answer is waited for.
    #[field(default = 30, range = 1..=180)]
    origin_read_timeout: Option<i64>,
    /// The origin in the VPC, by its id.
    #[field(required)]
    vpc_origin_id: Option<String>,
}

impl Origin {
    /// As it is sent: complete, as an update has to be.
    pub(super) fn request(&self) -> Result<sdk::Origin, Unfit> {
        let mut part: sdk::Origin = self.to_sdk()?;
        part.custom_headers.get_or_insert(none::<_, OriginHeader>()?);
        part.origin_path.get_or_insert_default();
        part.origin_access_control_id.get_or_insert_default();
        if part.s3_origin_config.is_none() && part.custom_origin_config.is_none() && part.vpc_origin_config.is_none() {
            // A bucket without an identity is a bucket all the same.
            part.s3_origin_config = Some(sdk::S3OriginConfig::builder().origin_access_identity("").build().built()?);
        }
        Ok(part)
    }

    /// Without the block that every bucket has, where nothing is in it.
    pub(super) fn tidy(mut self) -> Self {
        self.s3_origin_config = self
            .s3_origin_config
            .filter(|bucket| bucket.origin_access_identity.as_deref().is_some_and(|identity| !identity.is_empty()));
        self
    }
}
