//! `aws_lb_listener_certificate`

use std::collections::HashMap;

use aws_sdk_elasticloadbalancingv2::types::Certificate;
use futures::future::try_join_all;

use super::prelude::*;

updates! {
    pub enum ListenerCertificateUpdate {}
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = ListenerCertificateUpdate)]
pub struct ListenerCertificate {
    /// The certificate.
    #[field(immutable, required)]
    certificate_arn: Option<String>,
    /// `LISTENER_ARN_CERTIFICATE_ARN`
    #[field(computed)]
    id: Option<String>,
    /// The listener.
    #[field(immutable, required)]
    listener_arn: Option<String>,
}

fn joined(listener: &str, certificate: &str) -> String {
    format!("{listener}_{certificate}")
}

/// The listener and the certificate of an id. The ARN of a listener ends with a hexadecimal number; that of a certificate may
/// have underscores.
fn split(id: &str) -> Option<(&str, &str)> {
    id.split_once("_arn:").map(|(listener, _)| (listener, &id[listener.len() + 1..]))
}

/// The certificates of a listener besides its own one, by id.
async fn list(aws: &Aws, listener: &str) -> Result<Vec<ListenerCertificate>, CloudError> {
    let ask = aws.read().elasticloadbalancingv2().describe_listener_certificates().listener_arn(listener);
    let live = absent_is_none(aws.pages(ask.page_size(400), |page| page.certificates).await)?.unwrap_or_default();
    let others = live.into_iter().filter(|certificate| certificate.is_default != Some(true));
    let certificate = |live: Certificate| {
        let certificate = live.certificate_arn?;
        Some(ListenerCertificate {
            id: Some(joined(listener, &certificate)),
            certificate_arn: Some(certificate),
            listener_arn: Some(listener.to_string()),
        })
    };
    Ok(others.filter_map(certificate).collect())
}

/// A call for each listener.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<HashMap<String, ListenerCertificate>, CloudError> {
    let mut listeners: Vec<&str> = ids.iter().filter_map(|id| Some(split(id)?.0)).collect();
    listeners.dedup();
    let found = try_join_all(listeners.iter().map(|listener| list(&aws, listener))).await?;
    Ok(found.into_iter().flatten().filter_map(|one| Some((one.id.clone()?, one))).collect())
}

fn certificate(arn: &str) -> Certificate {
    Certificate::builder().certificate_arn(arn).build()
}

#[async_trait]
impl Resource for ListenerCertificate {
    const TYPE: &'static str = "aws_lb_listener_certificate";
    const DOC: &'static str = "Another certificate of a listener, for the names that it fits.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![AddListenerCertificates];
    const DELETE_CALLS: Calls = calls![RemoveListenerCertificates];
    const LAGS: &'static [LagReply] = lags::LISTENER_CERTIFICATE;
    const IMPORT_ID: &'static str = "LISTENER_ARN_CERTIFICATE_ARN";
    const RELATIONS: Relations =
        Relations { identity: &["listener_arn", "certificate_arn"], part_of: &["listener_arn"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
listener_arn: ${https.arn}
certificate_arn: arn:aws:acm:eu-west-1:123456789012:certificate/6fe5af3f-6f3c-4c8d-9d0c-0c6e0b9b7c2e
";

    type Update = ListenerCertificateUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        found_by_id(
            wanted,
            aws.batch("elasticloadbalancing:certificates").load(ids, move |ids| fetch(handle, ids)).await,
        )
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let (listener, certificate) = (wanted.listener_arn.as_deref(), wanted.certificate_arn.as_deref());
        let id = joined(listener.unwrap_or_default(), certificate.unwrap_or_default());
        let there = list(aws, listener.unwrap_or_default()).await?;
        Ok(there.iter().any(|one| one.id.as_deref() == Some(&id)).then(|| id.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let listener = want.listener_arn.as_deref().unwrap_or_default();
        let arn = want.certificate_arn.as_deref().unwrap_or_default();
        let request = aws.write().elasticloadbalancingv2().add_listener_certificates().listener_arn(listener);
        aws.done(request.certificates(certificate(arn))).await?;
        Ok(joined(listener, arn).into())
    }

    async fn update(_aws: &Aws, call: ListenerCertificateUpdate, _change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let Some((listener, arn)) = split(id.as_str()) else { return Ok(()) };
        let request = aws.write().elasticloadbalancingv2().remove_listener_certificates().listener_arn(listener);
        aws.gone(request.certificates(certificate(arn))).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name: &str| properties.get(name)?.as_str();
        Some(joined(text("listener_arn")?, text("certificate_arn")?).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, request, result};

    #[test]
    fn an_id_is_two_arns() {
        let (listener, certificate) = ("arn:aws:elb:listener/app/a_b/1/2", "arn:aws:iam::1:server-certificate/a_b");
        assert_eq!(split(&joined(listener, certificate)), Some((listener, certificate)));
        assert_eq!(split("arn:aws:elb"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_listener_s_own_certificate_is_not_one_of_the_others() {
        let certificates = "<Certificates><member><CertificateArn>arn:1</CertificateArn><IsDefault>true</IsDefault>\
                            </member><member><CertificateArn>arn:2</CertificateArn><IsDefault>false</IsDefault>\
                            </member></Certificates>";
        let script = Replay::default().on("DescribeListenerCertificates", result(certificates));
        let ids = ["l_arn:1", "l_arn:2"].map(|id| request(id, &[]));
        let found = ListenerCertificate::read(&script.aws(), &ids).await;
        let there: Vec<bool> = found.into_iter().map(|read| read.unwrap().is_some()).collect();
        assert_eq!(there, [false, true]);
        script.finish();
    }
}
