//! The smaller blocks of a distribution.

use crate::services::cloudfront::names::quantity;
use crate::services::cloudfront::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct ErrorResponse {
    /// Seconds for which the error is kept.
    #[field(aws_default, range = 0..=2147483647)]
    error_caching_min_ttl: Option<i64>,
    /// The status that the origin answers with.
    #[field(required, range = 400..=599)]
    error_code: Option<i64>,
    /// The status that is answered instead.
    #[field(needs = ["response_page_path"], range = 200..=599)]
    response_code: Option<i64>,
    /// The path of the page that is answered instead.
    #[field(needs = ["response_code"])]
    response_page_path: Option<String>,
}

impl FromSdk<sdk::CustomErrorResponse> for ErrorResponse {
    fn from_sdk(live: sdk::CustomErrorResponse) -> Result<Self, Unfit> {
        Ok(Self {
            error_caching_min_ttl: live.error_caching_min_ttl,
            error_code: Some(live.error_code.into()),
            // CloudFront has it as text, which is empty where there is none.
            response_code: live.response_code.and_then(|code| code.parse().ok()),
            response_page_path: filled(live.response_page_path),
        })
    }
}

impl ToSdk<sdk::CustomErrorResponse> for ErrorResponse {
    fn to_sdk(&self) -> Result<sdk::CustomErrorResponse, Unfit> {
        sdk::CustomErrorResponse::builder()
            .set_error_caching_min_ttl(self.error_caching_min_ttl)
            .set_error_code(outgoing(&self.error_code, "error_code")?)
            .response_code(self.response_code.map(|code| code.to_string()).unwrap_or_default())
            .response_page_path(self.response_page_path.clone().unwrap_or_default())
            .build()
            .built()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LoggingConfig)]
pub struct Logging {
    /// The bucket, by its name in DNS: `logs.s3.amazonaws.com`.
    #[field(required)]
    bucket: Option<String>,
    /// Whether cookies are logged.
    #[field(default = false)]
    include_cookies: Option<bool>,
    /// What the names of the objects begin with.
    #[field(filled)]
    prefix: Option<String>,
}

impl Logging {
    /// As it is sent; nothing is logged where there is none.
    pub(super) fn request(logging: Option<&Self>) -> Result<sdk::LoggingConfig, Unfit> {
        let text = |value: Option<&Option<String>>| value.cloned().flatten().unwrap_or_default();
        sdk::LoggingConfig::builder()
            .enabled(logging.is_some())
            .bucket(text(logging.map(|logging| &logging.bucket)))
            .include_cookies(logging.and_then(|logging| logging.include_cookies).unwrap_or(false))
            .prefix(text(logging.map(|logging| &logging.prefix)))
            .build()
            .built()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::OriginGroup, into = sdk::OriginGroup)]
pub struct OriginGroup {
    /// When the second origin is asked.
    #[field(required)]
    failover_criteria: Option<FailoverCriteria>,
    /// The two origins, the first one first.
    #[field(required, sdk = members)]
    member: Option<Vec<OriginGroupMember>>,
    /// What behaviours call the group.
    #[field(required, sdk = id)]
    origin_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::OriginGroupFailoverCriteria, into = sdk::OriginGroupFailoverCriteria)]
pub struct FailoverCriteria {
    /// The statuses of the first one.
    #[field(required, set)]
    status_codes: Option<Vec<i64>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::OriginGroupMember, into = sdk::OriginGroupMember)]
pub struct OriginGroupMember {
    /// The origin, by its id.
    #[field(required)]
    origin_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Restrictions, into = sdk::Restrictions)]
pub struct Restrictions {
    /// From which countries requests are answered.
    #[field(required)]
    geo_restriction: Option<GeoRestriction>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::GeoRestriction)]
pub struct GeoRestriction {
    /// The countries, by two letters each.
    #[field(set, filled, sdk = items)]
    locations: Option<Vec<String>>,
    /// Whether all countries are meant, those in the list, or all but those.
    #[field(required, one_of = ["none", "whitelist", "blacklist"])]
    restriction_type: Option<String>,
}

impl ToSdk<sdk::GeoRestriction> for GeoRestriction {
    fn to_sdk(&self) -> Result<sdk::GeoRestriction, Unfit> {
        let locations = self.locations.clone().unwrap_or_default();
        sdk::GeoRestriction::builder()
            .set_restriction_type(outgoing(&self.restriction_type, "restriction_type")?)
            .quantity(quantity(&locations))
            .set_items(Some(locations))
            .build()
            .built()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ViewerCertificate, into = sdk::ViewerCertificate)]
pub struct ViewerCertificate {
    /// The ARN of a certificate of ACM in us-east-1.
    #[field(filled, conflicts = ["iam_certificate_id"])]
    acm_certificate_arn: Option<String>,
    /// Whether the certificate is CloudFront's own, for the distribution's own name.
    #[field(sdk = cloud_front_default_certificate)]
    cloudfront_default_certificate: Option<bool>,
    /// The id of a certificate of IAM.
    #[field(filled, conflicts = ["acm_certificate_arn"])]
    iam_certificate_id: Option<String>,
    /// The oldest protocol, and the ciphers that go with it.
    #[field(default = "TLSv1")]
    minimum_protocol_version: Option<String>,
    /// How whoever asks is told which certificate it is.
    #[field(one_of = ["sni-only", "static-ip", "vip"])]
    ssl_support_method: Option<String>,
}

impl ViewerCertificate {
    fn is_own(&self) -> bool {
        self.acm_certificate_arn.is_some() || self.iam_certificate_id.is_some()
    }

    /// What CloudFront says of its own certificate is not up to anybody.
    pub(super) fn tidy(self) -> Self {
        match self.is_own() {
            true => Self { cloudfront_default_certificate: None, ..self },
            false => Self { ssl_support_method: None, ..self },
        }
    }

    pub(super) fn request(&self) -> Result<sdk::ViewerCertificate, Unfit> {
        let mut part: sdk::ViewerCertificate = self.to_sdk()?;
        match self.is_own() {
            true => part.cloud_front_default_certificate = None,
            false => part.ssl_support_method = None,
        }
        Ok(part)
    }
}

/// Whose signatures CloudFront takes at the moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ActiveTrustedSigners)]
pub struct ActiveSigners {
    /// Whether there are any.
    #[field(computed)]
    enabled: Option<bool>,
    /// The accounts, with their keys.
    #[field(computed)]
    items: Option<Vec<Signer>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Signer)]
pub struct Signer {
    /// The account, or `self`.
    #[field(computed)]
    aws_account_number: Option<String>,
    /// The ids of its pairs of keys.
    #[field(computed)]
    key_pair_ids: Option<Vec<String>>,
}

/// The groups of keys whose signatures CloudFront takes at the moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ActiveTrustedKeyGroups)]
pub struct ActiveKeyGroups {
    /// Whether there are any.
    #[field(computed)]
    enabled: Option<bool>,
    /// The groups, with their keys.
    #[field(computed)]
    items: Option<Vec<KeyGroup>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::KgKeyPairIds)]
pub struct KeyGroup {
    /// The group, by its id.
    #[field(computed)]
    key_group_id: Option<String>,
    /// The ids of its keys.
    #[field(computed)]
    key_pair_ids: Option<Vec<String>>,
}
