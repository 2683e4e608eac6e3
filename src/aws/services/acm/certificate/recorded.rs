//! Certificates against replies in the shapes of ACM's API model.

use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, recover};

const ARN: &str = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";

fn described(status: &str, records: bool) -> Reply {
    let validation = |domain: &str| {
        let mut validation = json!({"DomainName": domain, "ValidationMethod": "DNS", "ValidationStatus": status});
        if records {
            validation["ResourceRecord"] =
                json!({"Name": format!("_a.{domain}."), "Type": "CNAME", "Value": "_b.acm-validations.aws."});
        }
        validation
    };
    Reply::Json(json!({"Certificate": {
        "CertificateArn": ARN, "DomainName": "www.example.com", "Status": status, "KeyAlgorithm": "RSA-2048",
        "SubjectAlternativeNames": ["www.example.com", "example.com"],
        "DomainValidationOptions": [validation("www.example.com"), validation("example.com")]
    }}))
}

#[tokio::test(start_paused = true)]
async fn a_certificate_is_ready_when_its_records_are_known() {
    let script = Replay::default()
        .on("/", described("PENDING_VALIDATION", false))
        .on("/", described("PENDING_VALIDATION", true))
        .on("/", described("VALIDATION_TIMED_OUT", true));
    let aws = script.aws();
    let mut found = Vec::new();
    for _ in 0..3 {
        found.push(describe(&aws, ARN).await.unwrap().unwrap().readiness());
    }
    let failed = Readiness::Failed("VALIDATION_TIMED_OUT".into());
    assert_eq!(found, [Readiness::Pending(WORKING_OUT.into()), Readiness::Ready, failed]);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_certificate_reads_as_it_is_written() {
    let script = Replay::default().on("/", described("ISSUED", true));
    let live = describe(&script.aws(), ARN).await.unwrap().unwrap();
    assert_eq!(live.subject_alternative_names, Some(vec!["example.com".to_string()]));
    assert_eq!(live.key_algorithm.as_deref(), Some("RSA_2048"));
    assert_eq!(live.records().collect::<Vec<_>>(), ["_a.example.com.", "_a.www.example.com."]);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn our_tag_tells_certificates_of_one_domain_apart() {
    let listed = json!({"CertificateSummaryList": [
        {"CertificateArn": "arn:1", "DomainName": "www.example.com", "Type": "AMAZON_ISSUED"},
        {"CertificateArn": "arn:2", "DomainName": "www.example.com", "Type": "AMAZON_ISSUED"},
        {"CertificateArn": "arn:3", "DomainName": "other.example.com", "Type": "AMAZON_ISSUED"},
    ]});
    let tags = |op: &str| Reply::Json(json!({"Tags": [{"Key": "wildfire:op", "Value": op}]}));
    let script = Replay::default().on("/", Reply::Json(listed)).on("/", tags("01OTHER")).on("/", tags("01OURS"));
    let want = Certificate { domain_name: Some("www.example.com".into()), ..Certificate::default() };
    let found = Certificate::find(&script.aws(), &recover(json!({})), &want).await;
    assert_eq!(found, Ok(Some("arn:2".into())));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_request_has_a_token_and_an_import_the_key() {
    let made = || Reply::Json(json!({"CertificateArn": ARN}));
    let script = Replay::default().on("/", made()).on("/", made());
    let aws = script.aws();
    let request = Certificate { domain_name: Some("a.example.com".into()), ..Certificate::default() };
    let import = Certificate {
        certificate_body: Some("body".into()),
        private_key: Some("key".into()),
        ..Certificate::default()
    };
    for want in [&request, &import] {
        assert_eq!(Certificate::create(&aws, want, &operation()).await, Ok(ARN.into()));
    }
    let sent = script.finish();
    assert_eq!(sent[0].member("/IdempotencyToken"), "01OURS");
    assert_eq!(sent[1].member("/PrivateKey"), "a2V5");
}

#[tokio::test(start_paused = true)]
async fn a_new_key_goes_to_the_same_certificate() {
    let script = Replay::default().on("/", Reply::Json(json!({"CertificateArn": ARN})));
    let prior =
        Certificate { certificate_body: Some("old".into()), private_key: Some("old".into()), ..Default::default() };
    let want =
        Certificate { certificate_body: Some("body".into()), private_key: Some("key".into()), ..Default::default() };
    let (id, operation) = (ARN.into(), operation());
    let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
    Certificate::update(&script.aws(), CertificateUpdate::Import, &change).await.unwrap();
    let sent = script.finish();
    assert_eq!((sent[0].member("/CertificateArn"), sent[0].member("/Certificate")), (json!(ARN), json!("Ym9keQ==")));
}
