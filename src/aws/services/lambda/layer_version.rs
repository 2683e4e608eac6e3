//! `aws_lambda_layer_version`

use aws_sdk_lambda::operation::get_layer_version::GetLayerVersionOutput;
use aws_sdk_lambda::operation::publish_layer_version::builders::PublishLayerVersionFluentBuilder;

use super::function::code;
use super::prelude::*;
use crate::kind::diff::same_set;

updates! {
    pub enum LayerVersionUpdate {}
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = LayerVersionUpdate)]
#[sdk(from = GetLayerVersionOutput, create = PublishLayerVersionFluentBuilder)]
pub struct LayerVersion {
    /// The ARN of the version.
    #[field(computed, sdk = layer_version_arn)]
    arn: Option<String>,
    /// The SHA-256 of the content in Base64.
    #[field(computed, sdk = content.code_sha256)]
    code_sha256: Option<String>,
    /// The architectures that it is for.
    #[field(immutable, set, filled)]
    compatible_architectures: Option<Vec<String>>,
    /// The runtimes that it is for.
    #[field(immutable, set, filled)]
    compatible_runtimes: Option<Vec<String>>,
    /// When it was published.
    #[field(computed)]
    created_date: Option<String>,
    /// What the version is for.
    #[field(immutable, filled, length = 0..=256)]
    description: Option<String>,
    /// The file with the content: a ZIP archive of 50 MiB at most, relative to the folder of the project; `source_code_hash`
    /// says when it changed.
    #[field(local, needs = ["source_code_hash"], file = code::MOST_BYTES, conflicts = ["s3_bucket"])]
    filename: Option<String>,
    /// The ARN of the version.
    #[field(computed, sdk = layer_version_arn)]
    id: Option<String>,
    /// The ARN of the layer.
    #[field(computed)]
    layer_arn: Option<String>,
    /// The layer, by its name or ARN.
    #[field(immutable, required, forms = Arn, read_by_hand, length = 1..=140)]
    layer_name: Option<String>,
    /// The licence of the content: an identifier of SPDX, an address or the text.
    #[field(immutable, filled, length = 0..=512)]
    license_info: Option<String>,
    /// The bucket with the archive.
    #[field(immutable, write_only, by_hand, needs = ["s3_key"])]
    s3_bucket: Option<String>,
    /// The key of the archive in the bucket.
    #[field(immutable, write_only, by_hand, needs = ["s3_bucket"])]
    s3_key: Option<String>,
    /// The version of that object.
    #[field(immutable, write_only, by_hand, needs = ["s3_key"])]
    s3_object_version: Option<String>,
    /// The job that signed the content.
    #[field(computed, sdk = content.signing_job_arn)]
    signing_job_arn: Option<String>,
    /// The profile that it was signed with.
    #[field(computed, sdk = content.signing_profile_version_arn)]
    signing_profile_version_arn: Option<String>,
    /// Whether a deletion leaves the version at AWS.
    #[field(local, default = false)]
    skip_destroy: Option<bool>,
    /// The SHA-256 of the content in Base64, `${filebase64sha256('layer.zip')}`: another one is a new version.
    #[field(immutable, aws_default, sdk = content.code_sha256)]
    source_code_hash: Option<String>,
    /// How large the archive is, in bytes.
    #[field(computed, sdk = content.code_size)]
    source_code_size: Option<i64>,
    /// The number of the version.
    #[field(computed, by_hand)]
    version: Option<String>,
}

/// `arn:…:layer:NAME:VERSION`
fn split(arn: &str) -> Option<(&str, i64)> {
    let (layer, version) = arn.split_once(":layer:")?.1.split_once(':')?;
    Some((layer, version.parse().ok()?))
}

fn parts(id: &PhysicalId) -> Result<(&str, i64), CloudError> {
    split(id.as_str()).ok_or_else(|| {
        let message = format!("{:?} is not the ARN of a version of a layer", id.as_str());
        CloudError::new(ErrorKind::Rejected, message)
    })
}

/// A layer of another account goes by its ARN.
fn layer(arn: &str) -> &str {
    arn.rsplit_once(':').map_or(arn, |(layer, _)| layer)
}

async fn describe(aws: &Aws, layer: &str, version: i64) -> Read<LayerVersion> {
    let request = aws.read().lambda().get_layer_version().layer_name(layer).version_number(version);
    let Some(live) = absent_is_none(aws.send(request).await)? else { return Ok(None) };
    let live = LayerVersion::from_sdk(live)?;
    let name = live.id.as_deref().and_then(split).map(|(name, _)| name.to_string());
    Ok(Some(LayerVersion { layer_name: name, version: Some(version.to_string()), ..live }))
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<LayerVersion> {
    let Some((_, version)) = split(id.as_str()) else { return Ok(None) };
    describe(aws, layer(id.as_str()), version).await
}

#[async_trait]
impl Resource for LayerVersion {
    const TYPE: &'static str = "aws_lambda_layer_version";
    const DOC: &'static str = "A version of a layer: content that functions share.";
    // Nothing keeps a second one of the same content from being made. It would cost nothing, and nobody would use it.
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![PublishLayerVersion];
    const DELETE_CALLS: Calls = calls![DeleteLayerVersion];
    const LAGS: &'static [LagReply] = lags::LAYER_VERSION;
    const IMPORT_ID: &'static str = "LAYER_VERSION_ARN";
    const RELATIONS: Relations = Relations { identity: &["layer_name", "source_code_hash"], ..Relations::NONE };
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["filename", "s3_bucket"]];
    const EXAMPLE: &'static str = "\
layer_name: tools
s3_bucket: ${code.bucket}
s3_key: tools-1.4.0.zip
source_code_hash: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
compatible_runtimes: [python3.13]
";

    type Update = LayerVersionUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let (Some(layer), Some(hash)) = (&wanted.layer_name, &wanted.source_code_hash) else { return Ok(None) };
        let request = aws.read().lambda().list_layer_versions().layer_name(layer);
        let listed = absent_is_none(aws.pages(request, |page| page.layer_versions).await)?.unwrap_or_default();
        let alike = listed.into_iter().filter(|live| {
            let texts = |of: &Option<Vec<sdk::Architecture>>| {
                of.as_ref().map(|all| all.iter().map(|one| one.as_str().to_string()).collect::<Vec<_>>())
            };
            let runtimes =
                live.compatible_runtimes.as_ref().map(|all| all.iter().map(|one| one.as_str().to_string()).collect());
            filled(live.description.clone()) == filled(wanted.description.clone())
                && filled(live.license_info.clone()) == filled(wanted.license_info.clone())
                && same_set(&texts(&live.compatible_architectures), &wanted.compatible_architectures)
                && same_set(&runtimes, &wanted.compatible_runtimes)
        });
        // The list tells everything but the content.
        for version in alike {
            let live = describe(aws, layer, version.version).await?;
            if let Some(live) = live.filter(|live| live.source_code_hash.as_ref() == Some(hash)) {
                return Ok(live.id.map(PhysicalId::from));
            }
        }
        Ok(None)
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let content = sdk::LayerVersionContentInput::builder()
            .set_zip_file(code::zip(aws.folder(), want.filename.as_deref(), want.source_code_hash.as_deref()).await?)
            .set_s3_bucket(filled(want.s3_bucket.clone()))
            .set_s3_key(filled(want.s3_key.clone()))
            .set_s3_object_version(filled(want.s3_object_version.clone()));
        let request = want.fill(aws.write().lambda().publish_layer_version())?.content(content.build());
        aws.made(request, |reply| reply.layer_version_arn).await
    }

    async fn update(_aws: &Aws, call: LayerVersionUpdate, _change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        if prior.skip_destroy == Some(true) {
            return Ok(());
        }
        let (name, version) = parts(id)?;
        aws.gone(aws.write().lambda().delete_layer_version().layer_name(name).version_number(version)).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let unproven = written("s3_bucket") && !written("source_code_hash");
        let message = "a version is known by its content: write the digest of the archive";
        unproven.then(|| problem("source_code_hash", message)).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, recover, request};

    const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:layer:tools:2";

    fn version(number: i64, hash: &str) -> Reply {
        Reply::Json(json!({
            "LayerArn": "arn:aws:lambda:eu-west-1:123456789012:layer:tools",
            "LayerVersionArn": format!("arn:aws:lambda:eu-west-1:123456789012:layer:tools:{number}"),
            "Version": number,
            "Description": "",
            "Content": {"CodeSha256": hash, "CodeSize": 100},
        }))
    }

    #[test]
    fn an_arn_tells_layer_and_version() {
        assert_eq!(split(ARN), Some(("tools", 2)));
        assert_eq!(layer(ARN), "arn:aws:lambda:eu-west-1:123456789012:layer:tools");
        assert_eq!(split("tools:2"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_version_is_read_by_its_arn() {
        let path = "/2018-10-31/layers/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Alayer%3Atools/versions/2";
        let script = Replay::default().on(path, version(2, "abc="));
        let live = LayerVersion::read(&script.aws(), &[request(ARN, &[])]).await.remove(0).unwrap().unwrap();
        assert_eq!((live.layer_name.as_deref(), live.version.as_deref()), (Some("tools"), Some("2")));
        assert_eq!((live.source_code_hash.as_deref(), live.description), (Some("abc="), None));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn a_version_is_found_by_its_content() {
        let listed = json!({"LayerVersions": [
            {"Version": 3, "Description": "other", "LayerVersionArn": "c"},
            {"Version": 2, "LayerVersionArn": ARN},
            {"Version": 1, "LayerVersionArn": "a"},
        ]});
        let script = Replay::default()
            .on("/2018-10-31/layers/tools/versions", Reply::Json(listed))
            .on("/2018-10-31/layers/tools/versions/2", version(2, "abc="));
        let want = LayerVersion {
            layer_name: Some("tools".into()),
            source_code_hash: Some("abc=".into()),
            ..LayerVersion::default()
        };
        assert_eq!(LayerVersion::find(&script.aws(), &recover(json!({})), &want).await, Ok(Some(ARN.into())));
        script.finish();
    }
}
