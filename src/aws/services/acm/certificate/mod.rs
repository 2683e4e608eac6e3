//! `aws_acm_certificate`

mod blocks;
#[cfg(test)]
mod recorded;

use aws_sdk_acm::operation::request_certificate::builders::RequestCertificateFluentBuilder;
use aws_smithy_types::Blob;

use self::blocks::{DomainValidation, Options, RenewalSummary, ValidationOption, records, renewal, unknown_proof};
use super::prelude::*;

updates! {
    pub enum CertificateUpdate {
        Import => [ImportCertificate],
        Options => [UpdateCertificateOptions],
        Tags => [AddTagsToCertificate, RemoveTagsFromCertificate],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = CertificateUpdate)]
#[sdk(from = sdk::CertificateDetail, create = RequestCertificateFluentBuilder)]
pub struct Certificate {
    /// The ARN.
    #[field(computed, sdk = certificate_arn)]
    arn: Option<String>,
    /// The private authority that issues it.
    #[field(immutable)]
    certificate_authority_arn: Option<String>,
    /// The certificate that is imported, in PEM.
    #[field(update = Import, write_only, by_hand, conflicts = ["domain_name"], needs = ["private_key"])]
    certificate_body: Option<String>,
    /// The certificates between it and its root, in PEM.
    #[field(update = Import, write_only, by_hand, needs = ["private_key"])]
    certificate_chain: Option<String>,
    /// The first domain, which may begin with `*.`.
    #[field(immutable, aws_default, forms = Case, length = 1..=253)]
    domain_name: Option<String>,
    /// The records that prove that the domains are ours, by domain.
    #[field(computed, by_hand)]
    domain_validation_options: Option<Vec<DomainValidation>>,
    /// The ARN.
    #[field(computed, sdk = certificate_arn)]
    id: Option<String>,
    /// The algorithm of the key: `RSA_2048`, `EC_prime256v1`.
    #[field(immutable, aws_default, read_by_hand)]
    #[field(one_of = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"])]
    key_algorithm: Option<String>,
    /// The end of its life.
    #[field(computed, forms = Timestamp, changed_by = ["Import"])]
    not_after: Option<String>,
    /// The beginning of its life.
    #[field(computed, forms = Timestamp, changed_by = ["Import"])]
    not_before: Option<String>,
    /// Whether the certificate stands in public logs.
    #[field(update = Options, aws_default)]
    options: Option<Options>,
    /// The private key of a certificate that is imported, in PEM.
    #[field(update = Import, write_only, sensitive, by_hand, needs = ["certificate_body"])]
    private_key: Option<String>,
    /// Whether ACM renews it by itself.
    #[field(computed)]
    renewal_eligibility: Option<String>,
    /// How far a renewal is.
    #[field(computed, by_hand)]
    renewal_summary: Option<Vec<RenewalSummary>>,
    /// AWS's word for the status.
    #[field(computed)]
    status: Option<String>,
    /// Further domains.
    #[field(immutable, aws_default, set, filled, forms = Case)]
    subject_alternative_names: Option<Vec<String>>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// Whether ACM issued it, a private authority, or somebody else.
    #[field(computed)]
    r#type: Option<String>,
    /// The addresses that got a mail.
    #[field(computed, by_hand)]
    validation_emails: Option<Vec<String>>,
    /// How it is proven that the domains are ours: by a record of their zones or by mail.
    #[field(immutable, aws_default, read_by_hand, one_of = ["DNS", "EMAIL", "HTTP"])]
    validation_method: Option<String>,
    /// Whose addresses get the mail of a domain.
    #[field(immutable, write_only, set, filled, sdk = domain_validation_options)]
    validation_option: Option<Vec<ValidationOption>>,
    /// Whether ACM still works out the records, and why it failed.
    #[field(computed)]
    _status: Option<String>,
}

/// In place of a status, while the records are not known.
const WORKING_OUT: &str = "the records that prove the domains are not known yet";

/// As ACM describes it.
fn certificate(live: sdk::CertificateDetail) -> Result<Certificate, CloudError> {
    let validations = live.domain_validation_options.clone().unwrap_or_default();
    let reason = live.failure_reason.as_ref().map(|reason| reason.as_str().to_string());
    let status = if unknown_proof(&live) { Some(WORKING_OUT.to_string()) } else { reason };
    // `RSA-2048` is what a request has as `RSA_2048`.
    let algorithm = live.key_algorithm.as_ref().map(|algorithm| algorithm.as_str().replacen('-', "_", 1));
    let method = validations.iter().find_map(|one| one.validation_method.as_ref());
    let method = method.map(|method| method.as_str().to_string());
    let emails = validations.iter().flat_map(|one| one.validation_emails.clone().unwrap_or_default()).collect();
    let renewal = renewal(live.renewal_summary.clone())?;
    let mut certificate = Certificate::from_sdk(live)?;
    certificate.domain_validation_options = Some(records(&validations));
    certificate.key_algorithm = algorithm;
    certificate.renewal_summary = Some(renewal);
    certificate.validation_emails = Some(emails);
    certificate.validation_method = method;
    certificate._status = status;
    // The first domain is among them, whoever wrote it where.
    let first = certificate.domain_name.clone();
    certificate.subject_alternative_names = filled(certificate.subject_alternative_names.map(|names| {
        names.into_iter().filter(|name| first.as_ref().is_none_or(|first| !first.eq_ignore_ascii_case(name))).collect()
    }));
    Ok(certificate)
}

pub(super) async fn describe(aws: &Aws, arn: &str) -> Read<Certificate> {
    let reply = absent_is_none(aws.send(aws.read().acm().describe_certificate().certificate_arn(arn)).await)?;
    reply.and_then(|reply| reply.certificate).map(certificate).transpose()
}

async fn tags(aws: &Aws, arn: &str) -> Result<Option<Tags>, CloudError> {
    let reply = absent_is_none(aws.send(aws.read().acm().list_tags_for_certificate().certificate_arn(arn)).await)?;
    Ok(reply.map(|reply| Tags::from_sdk(reply.tags.unwrap_or_default())).transpose()?)
}

async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Certificate> {
    // ACM describes one a call.
    let arn = request.id.as_str();
    let Some(mut certificate) = describe(aws, arn).await? else { return Ok(None) };
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tags(aws, arn).await? else { return Ok(None) };
        certificate.tags.all = Some(tags);
    }
    Ok(Some(certificate))
}

fn blob(text: &Option<String>) -> Option<Blob> {
    filled(text.clone()).map(Blob::new)
}

impl Certificate {
    fn is_imported(&self) -> bool {
        filled(self.private_key.clone()).is_some()
    }

    /// What a proof needs of the certificate: names of records.
    pub(super) fn records(&self) -> impl Iterator<Item = &str> {
        self.domain_validation_options.iter().flatten().filter_map(|record| record.resource_record_name.as_deref())
    }

    pub(super) fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }

    pub(super) fn reason(&self) -> Option<&str> {
        self._status.as_deref()
    }
}

#[async_trait]
impl Resource for Certificate {
    const TYPE: &'static str = "aws_acm_certificate";
    const DOC: &'static str = "A certificate that ACM issues, or one that is imported.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![RequestCertificate, ImportCertificate];
    const DELETE_CALLS: Calls = calls![DeleteCertificate];
    const LAGS: &'static [LagReply] = lags::CERTIFICATE;
    const IMPORT_ID: &'static str = "CERTIFICATE_ARN";
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["domain_name", "certificate_body"]];
    const USUAL_SECONDS: u32 = 10;
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
domain_name: www.example.com
subject_alternative_names: [example.com]
validation_method: DNS
";
    const UNSUPPORTED: Refused = &[
        (
            "early_renewal_duration",
            "whether it is due depends on the clock: ACM renews by itself, 60 days before the end",
        ),
        ("pending_renewal", "it goes with early_renewal_duration"),
    ];

    type Update = CertificateUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, request))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // Without it ACM lists certificates with RSA keys of up to 2,048 bits.
        let algorithms =
            ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];
        let types = algorithms.map(sdk::KeyAlgorithm::from).to_vec();
        let includes = sdk::Filters::builder().set_key_types(Some(types)).build();
        let request = aws.read().acm().list_certificates().max_items(1000).includes(includes);
        let listed = aws.pages(request, |page| page.certificate_summary_list).await?;
        let may_be = |live: &sdk::CertificateSummary| match &wanted.domain_name {
            Some(name) => live.domain_name.as_ref().is_some_and(|live| live.eq_ignore_ascii_case(name)),
            None => live.r#type == Some(sdk::CertificateType::Imported),
        };
        let candidate = async |arn: String| {
            let tags = tags(aws, &arn).await?;
            Ok(Candidate::new(Some(arn), tags))
        };
        let arns = listed.into_iter().filter(may_be).filter_map(|live| live.certificate_arn);
        let candidates: Vec<Result<Candidate, CloudError>> = join_all(arns.map(candidate)).await;
        only_made_by(recover, candidates.into_iter().collect::<Result<Vec<_>, _>>()?)
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let acm = aws.write().acm();
        if want.is_imported() {
            let request = acm
                .import_certificate()
                .set_certificate(blob(&want.certificate_body))
                .set_certificate_chain(blob(&want.certificate_chain))
                .set_private_key(blob(&want.private_key))
                .set_tags(sent_tags(&want.tags)?);
            return aws.made(request, |reply| reply.certificate_arn).await;
        }
        // ACM knows a token for an hour, and the tag proves it later.
        let request = want.fill(acm.request_certificate())?.idempotency_token(operation.id.as_str());
        aws.made(request, |reply| reply.certificate_arn).await
    }

    async fn update(aws: &Aws, call: CertificateUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (acm, arn) = (aws.write().acm(), id.as_str());
        match call {
            CertificateUpdate::Import => {
                let request = acm
                    .import_certificate()
                    .certificate_arn(arn)
                    .set_certificate(blob(&want.certificate_body))
                    .set_certificate_chain(blob(&want.certificate_chain))
                    .set_private_key(blob(&want.private_key));
                aws.done(request).await
            }
            CertificateUpdate::Options => {
                let request = acm.update_certificate_options().certificate_arn(arn);
                aws.done(request.set_options(outgoing(&want.options, "options")?)).await
            }
            CertificateUpdate::Tags => {
                let set = |tags: Tags| async move {
                    let request = acm.add_tags_to_certificate().certificate_arn(arn);
                    aws.done(request.set_tags(Some(tags.to_sdk()?))).await
                };
                let remove = |keys: Vec<String>| async move {
                    let key = |key: String| sdk::Tag::builder().key(key).build().built();
                    let keys = keys.into_iter().map(key).collect::<Result<_, Unfit>>()?;
                    aws.done(acm.remove_tags_from_certificate().certificate_arn(arn).set_tags(Some(keys))).await
                };
                retag(prior.tags.all.as_ref(), want.tags.all.as_ref(), set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().acm().delete_certificate().certificate_arn(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self.status.as_deref() {
            Some(word @ ("FAILED" | "VALIDATION_TIMED_OUT")) => {
                Readiness::Failed(self._status.clone().unwrap_or_else(|| word.into()))
            }
            // That somebody proves the domains is what aws_acm_certificate_validation waits for.
            _ if self._status.as_deref() == Some(WORKING_OUT) => Readiness::Pending(WORKING_OUT.into()),
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let mut problems = Vec::new();
        if written("certificate_body") {
            for name in ["subject_alternative_names", "validation_method", "certificate_authority_arn", "key_algorithm"]
            {
                if written(name) {
                    problems.push(problem(name, "a certificate that is imported has this inside, or not at all"));
                }
            }
        } else if written("domain_name") && !written("validation_method") && !written("certificate_authority_arn") {
            let message = "this is DNS or EMAIL, or a private authority issues the certificate";
            problems.push(problem("validation_method", message));
        }
        let names = properties.get("subject_alternative_names").and_then(Value::as_list).unwrap_or_default();
        let first = text("domain_name");
        if names.iter().filter_map(Value::as_str).any(|name| Some(name) == first) {
            let message = "the domain_name is one of the certificate's names anyway: leave it out here";
            problems.push(problem("subject_alternative_names", message));
        }
        problems
    }
}
