//! The blocks of a certificate, and how a certificate is read.

use crate::services::acm::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct DomainValidation {
    /// The domain of the certificate.
    #[field(computed)]
    pub domain_name: Option<String>,
    /// The record's name.
    #[field(computed)]
    pub resource_record_name: Option<String>,
    /// The record's type: `CNAME`.
    #[field(computed)]
    pub resource_record_type: Option<String>,
    /// The record's value.
    #[field(computed)]
    pub resource_record_value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CertificateOptions, into = sdk::CertificateOptions)]
pub struct Options {
    /// Whether the certificate stands in public logs, without which browsers do not take it.
    #[field(aws_default, one_of = ["ENABLED", "DISABLED"])]
    pub certificate_transparency_logging_preference: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct RenewalSummary {
    /// How far the renewal is.
    #[field(computed)]
    pub renewal_status: Option<String>,
    /// Why it failed.
    #[field(computed)]
    pub renewal_status_reason: Option<String>,
    /// The moment of the last change.
    #[field(computed, forms = Timestamp)]
    pub updated_at: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::DomainValidationOption)]
pub struct ValidationOption {
    /// A domain of the certificate.
    #[field(required)]
    pub domain_name: Option<String>,
    /// The domain whose addresses get the mail: the same one, or one that it ends with.
    #[field(required)]
    pub validation_domain: Option<String>,
}

/// The records that prove the domains, as far as they are known.
pub(super) fn records(live: &[sdk::DomainValidation]) -> Vec<DomainValidation> {
    let one = |validation: &sdk::DomainValidation| {
        let record = validation.resource_record.as_ref()?;
        Some(DomainValidation {
            domain_name: Some(validation.domain_name.clone()),
            resource_record_name: Some(record.name.clone()),
            resource_record_type: Some(record.r#type.as_str().to_string()),
            resource_record_value: Some(record.value.clone()),
        })
    };
    let mut records: Vec<DomainValidation> = live.iter().filter_map(one).collect();
    // ACM tells them in any order.
    records.sort_by(|a, b| a.domain_name.cmp(&b.domain_name));
    records
}

/// Whether ACM still works out how a domain is proven: it takes seconds after the request.
pub(super) fn unknown_proof(live: &sdk::CertificateDetail) -> bool {
    let proof = |validation: &sdk::DomainValidation| match validation.validation_method {
        Some(sdk::ValidationMethod::Email) => validation.validation_emails.as_ref().is_some_and(|all| !all.is_empty()),
        Some(sdk::ValidationMethod::Http) => validation.http_redirect.is_some(),
        _ => validation.resource_record.is_some(),
    };
    let validations = live.domain_validation_options.as_deref().unwrap_or_default();
    let pending = live.status == Some(sdk::CertificateStatus::PendingValidation);
    pending && (validations.is_empty() || !validations.iter().all(proof))
}

pub(super) fn renewal(live: Option<sdk::RenewalSummary>) -> Result<Vec<RenewalSummary>, Unfit> {
    let one = |live: sdk::RenewalSummary| {
        Ok(RenewalSummary {
            renewal_status: Some(live.renewal_status.as_str().to_string()),
            renewal_status_reason: live.renewal_status_reason.map(|reason| reason.as_str().to_string()),
            updated_at: incoming_text(Some(live.updated_at), "renewal_summary.updated_at")?,
        })
    };
    live.into_iter().map(one).collect()
}
