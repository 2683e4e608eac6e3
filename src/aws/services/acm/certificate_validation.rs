//! `aws_acm_certificate_validation`

use super::certificate::{self, Certificate};
use super::prelude::*;

updates! {
    pub enum CertificateValidationUpdate {}
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = CertificateValidationUpdate)]
pub struct CertificateValidation {
    /// The ARN of the certificate, in the region of this resource.
    #[field(immutable, required)]
    certificate_arn: Option<String>,
    /// The ARN of the certificate.
    #[field(computed)]
    id: Option<String>,
    /// The names of the records that prove its domains: all of them have to be here, and are there before the wait begins.
    #[field(local, set, forms = DnsName)]
    validation_record_fqdns: Option<Vec<String>>,
    /// AWS's word for the status, with the reason.
    #[field(computed)]
    _status: Option<String>,
}

fn rejected(message: String) -> CloudError {
    CloudError::new(ErrorKind::Rejected, message)
}

/// The region of an ARN.
fn region(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|region| !region.is_empty())
}

/// Names of records that the proof needs and that are not among those that are written.
fn missing<'a>(certificate: &'a Certificate, written: &[String]) -> Vec<&'a str> {
    let bare = |name: &str| name.trim_end_matches('.').to_ascii_lowercase();
    let mut missing: Vec<&str> =
        certificate.records().filter(|name| !written.iter().any(|written| bare(written) == bare(name))).collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}

async fn read_one(aws: &Aws, arn: &str) -> Read<CertificateValidation> {
    let one = |certificate: Certificate| CertificateValidation {
        certificate_arn: Some(arn.to_string()),
        id: Some(arn.to_string()),
        validation_record_fqdns: None,
        _status: certificate.status().map(|status| match certificate.reason() {
            Some(reason) => format!("{status} {reason}"),
            None => status.to_string(),
        }),
    };
    Ok(certificate::describe(aws, arn).await?.map(one))
}

#[async_trait]
impl Resource for CertificateValidation {
    const TYPE: &'static str = "aws_acm_certificate_validation";
    const DOC: &'static str = "Waits until a certificate is issued; nothing is made at AWS.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![];
    const DELETE_CALLS: Calls = calls![];
    const LAGS: &'static [LagReply] = &[];
    const IMPORT_ID: &'static str = "CERTIFICATE_ARN";
    const RELATIONS: Relations =
        Relations { identity: &["certificate_arn"], part_of: &["certificate_arn"], ..Relations::NONE };
    const USUAL_SECONDS: u32 = 300;
    const POLL_SECONDS: u32 = 10;
    const EXAMPLE: &'static str = "\
certificate_arn: ${www.arn}
validation_record_fqdns: ${values(proof).map(record, record.fqdn)}
";

    type Update = CertificateValidationUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, request.id.as_str()))).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let arn = wanted.certificate_arn.as_deref().unwrap_or_default();
        Ok(certificate::describe(aws, arn).await?.map(|_| arn.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let arn = want.certificate_arn.as_deref().unwrap_or_default();
        if let Some(region) = region(arn).filter(|region| *region != aws.region()) {
            let here = aws.region();
            return Err(rejected(format!(
                "the certificate is in {region}, and this is {here}: write its region here too"
            )));
        }
        let Some(certificate) = certificate::describe(aws, arn).await? else {
            return Err(CloudError::new(ErrorKind::NotFound, format!("there is no certificate {arn}")));
        };
        let missing = match &want.validation_record_fqdns {
            Some(written) => missing(&certificate, written),
            None => Vec::new(),
        };
        match missing.is_empty() {
            true => Ok(arn.into()),
            false => Err(rejected(format!("these records have to be there too: {}", missing.join(", ")))),
        }
    }

    async fn update(
        _aws: &Aws,
        call: CertificateValidationUpdate,
        _change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(_aws: &Aws, _id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        Ok(())
    }

    fn readiness(&self) -> Readiness {
        let status = self._status.as_deref().unwrap_or_default();
        match status.split(' ').next() {
            Some("PENDING_VALIDATION") => Readiness::Pending(status.into()),
            Some("FAILED" | "VALIDATION_TIMED_OUT") => Readiness::Failed(status.into()),
            _ => Readiness::Ready,
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("certificate_arn")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation};

    const ARN: &str = "arn:aws:acm:eu-west-1:123456789012:certificate/1";

    fn described(status: &str) -> Reply {
        Reply::Json(json!({"Certificate": {
            "CertificateArn": ARN, "DomainName": "example.com", "Status": status,
            "DomainValidationOptions": [{"DomainName": "example.com", "ValidationMethod": "DNS",
                "ResourceRecord": {"Name": "_a.example.com.", "Type": "CNAME", "Value": "_b.acm-validations.aws."}}]
        }}))
    }

    fn want(arn: &str, names: &[&str]) -> CertificateValidation {
        CertificateValidation {
            certificate_arn: Some(arn.into()),
            validation_record_fqdns: Some(names.iter().map(ToString::to_string).collect()),
            ..CertificateValidation::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_waits_for_the_certificate() {
        let mut found = Vec::new();
        for status in ["PENDING_VALIDATION", "ISSUED", "FAILED"] {
            let script = Replay::default().on("/", described(status));
            found.push(read_one(&script.aws(), ARN).await.unwrap().unwrap().readiness());
            script.finish();
        }
        let (pending, failed) = (Readiness::Pending("PENDING_VALIDATION".into()), Readiness::Failed("FAILED".into()));
        assert_eq!(found, [pending, Readiness::Ready, failed]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_has_no_end_is_not_begun() {
        let script =
            Replay::default().on("/", described("PENDING_VALIDATION")).on("/", described("PENDING_VALIDATION"));
        let aws = script.aws();
        let create = async |want: CertificateValidation| CertificateValidation::create(&aws, &want, &operation()).await;
        assert_eq!(create(want(ARN, &["_A.example.com"])).await, Ok(ARN.into()));
        let error = create(want(ARN, &["_c.example.com"])).await.unwrap_err();
        assert!(error.message.contains("_a.example.com."), "{error}");
        let elsewhere = create(want("arn:aws:acm:us-east-1:123456789012:certificate/1", &[])).await.unwrap_err();
        assert!(elsewhere.message.contains("us-east-1"), "{elsewhere}");
        script.finish();
    }
}
