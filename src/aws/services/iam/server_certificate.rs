//! `aws_iam_server_certificate`

use aws_sdk_iam::operation::upload_server_certificate::builders::UploadServerCertificateFluentBuilder;
use futures::future::join_all;

use super::prelude::*;

updates! {
    pub enum ServerCertificateUpdate {
        Tags => [TagServerCertificate, UntagServerCertificate],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ServerCertificateUpdate)]
#[sdk(from = sdk::ServerCertificate, create = UploadServerCertificateFluentBuilder)]
pub struct ServerCertificate {
    /// The ARN.
    #[field(computed, sdk = server_certificate_metadata.arn)]
    arn: Option<String>,
    /// The certificate, in PEM.
    #[field(immutable, required, forms = Pem, length = 1..=16384)]
    certificate_body: Option<String>,
    /// The certificates between it and its root, in PEM.
    #[field(immutable, forms = Pem, length = 1..=2097152)]
    certificate_chain: Option<String>,
    /// The end of its life.
    #[field(computed, forms = Timestamp, sdk = server_certificate_metadata.expiration)]
    expiration: Option<String>,
    /// AWS's id of the certificate.
    #[field(computed, sdk = server_certificate_metadata.server_certificate_id)]
    id: Option<String>,
    /// The name, unique in the account.
    #[field(immutable, generated, length = 1..=128)]
    #[field(sdk = server_certificate_metadata.server_certificate_name, sent_as = server_certificate_name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=102)]
    name_prefix: Option<String>,
    /// The path before the name in the ARN; for CloudFront it begins with `/cloudfront/`.
    #[field(immutable, default = "/", sdk = server_certificate_metadata.path, sent_as = path)]
    path: Option<String>,
    /// The private key, in PEM.
    #[field(immutable, required, sensitive, write_only, length = 1..=16384)]
    private_key: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
    /// When it was uploaded.
    #[field(computed, forms = Timestamp, sdk = server_certificate_metadata.upload_date)]
    upload_date: Option<String>,
}

async fn live(aws: &Aws, name: &str) -> Read<ServerCertificate> {
    let request = aws.read().iam().get_server_certificate().server_certificate_name(name);
    let reply = absent_is_none(aws.send(request).await)?;
    Ok(reply.and_then(|reply| reply.server_certificate).map(ServerCertificate::from_sdk).transpose()?)
}

#[async_trait]
impl Resource for ServerCertificate {
    const TYPE: &'static str = "aws_iam_server_certificate";
    const DOC: &'static str = "A certificate with its key in IAM, for regions that ACM is not in.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![UploadServerCertificate];
    const DELETE_CALLS: Calls = calls![DeleteServerCertificate];
    const LAGS: &'static [LagReply] = lags::SERVER_CERTIFICATE;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: shop
certificate_body: ${file('shop.pem')}
private_key: ${inputs.key}
";
    const CONSISTENCY_SECONDS: u32 = 15;

    type Update = ServerCertificateUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        // The list has neither the certificates nor their tags.
        join_all(wanted.iter().map(|request| live(aws, request.id.as_str()))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.name.as_deref() else { return Ok(None) };
        let live = live(aws, name).await?;
        let ours = live.filter(|live| made_by(live.tags.all.as_ref(), recover.operation.id.as_str()));
        Ok(ours.map(|_| name.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(want.fill(aws.write().iam().upload_server_certificate())?).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: ServerCertificateUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let (iam, name) = (aws.write().iam(), change.id.as_str());
        match call {
            ServerCertificateUpdate::Tags => {
                let set = |tags| iam.tag_server_certificate().server_certificate_name(name).set_tags(tags);
                let remove = |keys| iam.untag_server_certificate().server_certificate_name(name).set_tag_keys(keys);
                tagging::retag(aws, &change.prior.tags, &change.want.tags, set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().iam().delete_server_certificate().server_certificate_name(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let path = properties.get("path").and_then(Value::as_str);
        let problem = path.filter(|path| !path.starts_with('/') || !path.ends_with('/')).map(|_| Problem {
            path: "path".into(),
            message: "a path begins and ends with a slash".into(),
            help: None,
        });
        name_problem(properties, 128).into_iter().chain(problem).collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        properties.get("name")?.as_str().map(PhysicalId::from)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

    fn certificate(op: &str) -> Reply {
        result(&format!(
            "<ServerCertificate><ServerCertificateMetadata><Path>/</Path>\
             <ServerCertificateName>shop</ServerCertificateName><ServerCertificateId>ASCA1</ServerCertificateId>\
             <Arn>arn:aws:iam::123456789012:server-certificate/shop</Arn>\
             <UploadDate>2024-01-01T00:00:00Z</UploadDate><Expiration>2025-01-01T00:00:00Z</Expiration>\
             </ServerCertificateMetadata><CertificateBody>-----BEGIN</CertificateBody>\
             <Tags><member><Key>wildfire:op</Key><Value>{op}</Value></member></Tags></ServerCertificate>"
        ))
    }

    #[tokio::test(start_paused = true)]
    async fn a_certificate_goes_by_its_name_and_has_the_id_of_aws() {
        let script = Replay::default()
            .on("UploadServerCertificate", result(""))
            .on("GetServerCertificate", certificate("01OURS"));
        let aws = script.aws();
        let want = ServerCertificate {
            name: Some("shop".into()),
            certificate_body: Some("-----BEGIN\n".into()),
            private_key: Some("KEY".into()),
            ..ServerCertificate::default()
        };
        let id = ServerCertificate::create(&aws, &want, &operation()).await.unwrap();
        assert_eq!(id.as_str(), "shop");
        let live = ServerCertificate::read(&aws, &[request("shop", &[])]).await.remove(0).unwrap().unwrap();
        assert_eq!((live.id.as_deref(), live.path.as_deref()), (Some("ASCA1"), Some("/")));
        assert_eq!(live.private_key, None);
        let sent = script.finish();
        assert_eq!(sent[0].parameter("ServerCertificateName"), Some("shop"));
        assert_eq!(sent[0].parameter("PrivateKey"), Some("KEY"));
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_certificate_with_our_tag_is_found() {
        let script = Replay::default()
            .on("GetServerCertificate", certificate("01OURS"))
            .on("GetServerCertificate", certificate("01OTHER"));
        let (aws, recover) = (script.aws(), recover(json!({})));
        let want = ServerCertificate { name: Some("shop".into()), ..ServerCertificate::default() };
        assert_eq!(ServerCertificate::find(&aws, &recover, &want).await, Ok(Some("shop".into())));
        assert_eq!(ServerCertificate::find(&aws, &recover, &want).await, Ok(None));
        script.finish();
    }
}
