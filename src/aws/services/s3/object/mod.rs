//! `aws_s3_object`

mod content;
mod locks;
mod versions;

#[cfg(test)]
mod recorded;

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::types::{ChecksumMode, ObjectCannedAcl, ServerSideEncryption};
use futures::future::join_all;

use super::prelude::*;
use super::tagging::complete_tags;
use crate::kind::convert::Fill;
use crate::kind::tags::made_by;

updates! {
    pub enum ObjectUpdate {
        Upload => [PutObject],
        Acl => [PutObjectAcl],
        LegalHold => [PutObjectLegalHold],
        Retention => [PutObjectRetention],
        Tags => [PutObjectTagging],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ObjectUpdate)]
#[sdk(from = HeadObjectOutput, create = PutObjectFluentBuilder)]
pub struct Object {
    /// Who may read and write the object, where the bucket has ACLs.
    #[field(update = Acl, write_only, aws_default, one_of = [
        "private",
        "public-read",
        "public-read-write",
        "authenticated-read",
        "aws-exec-read",
        "bucket-owner-read",
        "bucket-owner-full-control"
    ])]
    acl: Option<String>,
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The bucket.
    #[field(immutable, required, length = 3..=255, pattern = "[A-Za-z0-9._-]+", read_by_hand)]
    bucket: Option<String>,
    /// Whether a key of the bucket spares calls of KMS.
    #[field(update = Upload, aws_default)]
    bucket_key_enabled: Option<bool>,
    /// How long caches keep the object.
    #[field(update = Upload, filled)]
    cache_control: Option<String>,
    /// The checksum that S3 keeps of the content.
    #[field(update = Upload, write_only, one_of = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])]
    checksum_algorithm: Option<String>,
    /// The CRC-32 of the content, where that is the checksum.
    #[field(computed, changed_by = ["Upload"])]
    checksum_crc32: Option<String>,
    /// The CRC-32C of the content, where that is the checksum.
    #[field(computed, changed_by = ["Upload"], sdk = checksum_crc32_c)]
    checksum_crc32c: Option<String>,
    /// The CRC-64/NVME of the content, where that is the checksum.
    #[field(computed, changed_by = ["Upload"], sdk = checksum_crc64_nvme)]
    checksum_crc64nvme: Option<String>,
    /// The SHA-1 of the content, where that is the checksum.
    #[field(computed, changed_by = ["Upload"])]
    checksum_sha1: Option<String>,
    /// The SHA-256 of the content, where that is the checksum.
    #[field(computed, changed_by = ["Upload"])]
    checksum_sha256: Option<String>,
    /// The content as text. It is kept in state, so that a file is better for what is large.
    #[field(update = Upload, write_only, by_hand, conflicts = ["content_base64", "source"])]
    content: Option<String>,
    /// The content in Base64.
    #[field(update = Upload, write_only, by_hand, forms = Base64, conflicts = ["content", "source"])]
    content_base64: Option<String>,
    /// How a browser shows the object, and under which name it saves it.
    #[field(update = Upload, filled)]
    content_disposition: Option<String>,
    /// How the content is encoded: `gzip`.
    #[field(update = Upload, filled)]
    content_encoding: Option<String>,
    /// The language of the content.
    #[field(update = Upload, filled)]
    content_language: Option<String>,
    /// The media type of the content: `text/html`.
    #[field(update = Upload, aws_default)]
    content_type: Option<String>,
    /// The MD5 of the content, `${filemd5('page.html')}`: another one is uploaded, and S3 refuses content that has another. No
    /// MD5 where KMS encrypts the object.
    #[field(update = Upload, aws_default, changed_by = ["Upload"], sdk = e_tag, sent_by_hand, conflicts = ["kms_key_id"],
        pattern = "[0-9a-fA-F]{32}", forms = Case)]
    etag: Option<String>,
    /// Whether a deletion takes legal holds and governance from the object's versions.
    #[field(local, default = false)]
    force_destroy: Option<bool>,
    /// The key.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The name of the object in the bucket, as it stands.
    #[field(immutable, required, length = 1..=1024, read_by_hand)]
    key: Option<String>,
    /// The KMS key that encrypts the object.
    #[field(update = Upload, aws_default, forms = KmsKey, sdk = ssekms_key_id)]
    kms_key_id: Option<String>,
    /// Further facts about the object, under names in lower case.
    #[field(update = Upload, filled)]
    metadata: Option<std::collections::BTreeMap<String, String>>,
    /// Whether the object is held until somebody lets it go.
    #[field(update = LegalHold, aws_default, one_of = ["ON", "OFF"])]
    object_lock_legal_hold_status: Option<String>,
    /// Who may still end the retention: nobody (`COMPLIANCE`), or whoever has the permission (`GOVERNANCE`).
    #[field(update = Retention, aws_default, one_of = ["GOVERNANCE", "COMPLIANCE"], needs = ["object_lock_retain_until_date"])]
    object_lock_mode: Option<String>,
    /// Until when the object is retained.
    #[field(update = Retention, aws_default, forms = Timestamp, needs = ["object_lock_mode"])]
    object_lock_retain_until_date: Option<String>,
    /// How the object is encrypted.
    #[field(update = Upload, aws_default, sent_by_hand, one_of = ["AES256", "aws:kms", "aws:kms:dsse"])]
    server_side_encryption: Option<String>,
    /// The file with the content: one of 100 MiB at most, relative to the folder of the project; `source_hash` or `etag` says
    /// when it changed.
    #[field(update = Upload, write_only, by_hand, conflicts = ["content", "content_base64"], file = content::MOST_BYTES)]
    source: Option<String>,
    /// Any digest of the content, `${filesha256('page.html')}`: with another one the content is uploaded again.
    #[field(update = Upload, write_only, by_hand)]
    source_hash: Option<String>,
    /// How the object is stored.
    #[field(update = Upload, aws_default, one_of = [
        "STANDARD",
        "REDUCED_REDUNDANCY",
        "GLACIER",
        "STANDARD_IA",
        "ONEZONE_IA",
        "INTELLIGENT_TIERING",
        "DEEP_ARCHIVE",
        "OUTPOSTS",
        "GLACIER_IR",
        "SNOW",
        "EXPRESS_ONEZONE"
    ])]
    storage_class: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, by_hand)]
    tags: Tagged,
    /// The version, where the bucket keeps versions.
    #[field(computed, changed_by = ["Upload"], filled)]
    version_id: Option<String>,
    /// Where the website of the bucket sends whoever asks for the object.
    #[field(update = Upload, filled, sdk = website_redirect_location)]
    website_redirect: Option<String>,
}

/// Where an object is. The import id: `images/logo.png`, or `s3://images/logo.png`.
struct Place<'a> {
    bucket: &'a str,
    key: &'a str,
}

impl<'a> Place<'a> {
    fn parse(id: &'a PhysicalId) -> Result<Self, CloudError> {
        let text = id.as_str();
        let parts = text.strip_prefix("s3://").unwrap_or(text).split_once('/');
        let place = parts.filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty());
        let wrong = || CloudError::new(ErrorKind::Rejected, format!("{id} is not an object: write BUCKET/KEY"));
        place.map(|(bucket, key)| Self { bucket, key }).ok_or_else(wrong)
    }
}

async fn head(aws: &Aws, place: &Place<'_>, checksums: bool) -> Result<Option<HeadObjectOutput>, CloudError> {
    let request = aws.read().s3().head_object().bucket(place.bucket).key(place.key);
    // To tell a checksum S3 has to decrypt, for which not everybody has the key.
    absent_is_none(aws.send(request.set_checksum_mode(checksums.then_some(ChecksumMode::Enabled))).await)
}

async fn tags(aws: &Aws, place: &Place<'_>) -> Result<Option<Tags>, CloudError> {
    let request = aws.read().s3().get_object_tagging().bucket(place.bucket).key(place.key);
    let reply = absent_is_none(aws.send(request).await)?;
    Ok(reply.map(|reply| Tags::from_sdk(reply.tag_set)).transpose()?)
}

async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Object> {
    let place = Place::parse(&request.id)?;
    let Some(live) = head(aws, &place, asks_for(request, &["checksum_algorithm"])).await? else { return Ok(None) };
    let mut object = Object::from_sdk(live)?;
    object.arn = Some(format!("arn:{}:s3:::{}/{}", aws.partition(), place.bucket, place.key));
    object.bucket = Some(place.bucket.to_string());
    object.etag = object.etag.map(|etag| etag.trim_matches('"').to_string());
    object.id = Some(place.key.to_string());
    object.key = Some(place.key.to_string());
    // S3 does not tell what is usual.
    object.storage_class.get_or_insert_with(|| "STANDARD".to_string());
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tags(aws, &place).await? else { return Ok(None) };
        object.tags.all = Some(tags);
    }
    Ok(Some(object))
}

/// Uploads the content with everything that is told about it. `tags` are all of its tags.
async fn put(aws: &Aws, want: &Object, tags: &Tags, new: bool) -> Result<(), CloudError> {
    let encryption = want.server_side_encryption.as_deref().or(want.kms_key_id.as_ref().map(|_| "aws:kms"));
    let request = want
        .fill(aws.write().s3().put_object())?
        .set_server_side_encryption(encryption.map(ServerSideEncryption::from))
        .set_content_md5(want.etag.as_deref().and_then(content::md5_header))
        .set_tagging(content::tagging(tags))
        .set_if_none_match(new.then(|| "*".to_string()))
        .body(content::body(aws.folder(), want).await?.unwrap_or_default().into());
    aws.done(request).await
}

/// An upload replaces the content, so that something has to say what that is.
async fn knows_content(aws: &Aws, place: &Place<'_>, want: &Object) -> Result<(), CloudError> {
    if content::is_written(want) {
        return Ok(());
    }
    let live = head(aws, place, false).await?;
    if live.is_some_and(|live| live.content_length.unwrap_or(0) > 0) {
        let message = "the change uploads the object again: write its content, content_base64 or source";
        return Err(CloudError::new(ErrorKind::Rejected, message));
    }
    Ok(())
}

#[async_trait]
impl Resource for Object {
    const TYPE: &'static str = "aws_s3_object";
    const DOC: &'static str = "An object in a bucket, uploaded with one call.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![PutObject];
    const DELETE_CALLS: Calls = calls![DeleteObject, PutObjectLegalHold];
    const LAGS: &'static [LagReply] = lags::OBJECT;
    const IMPORT_ID: &'static str = "BUCKET/KEY";
    const RELATIONS: Relations = Relations { identity: &["bucket", "key"], part_of: &["bucket"], ..Relations::NONE };
    const APART: &'static [&'static str] = &["tags", "tags_all"];
    const EXAMPLE: &'static str = "\
bucket: ${images.id}
key: index.html
content: <h1>Hello</h1>
content_type: text/html
";
    const UNSUPPORTED: Refused = &[("override_provider", "there is no provider; the tags of a stage are on all of it")];

    type Update = ObjectUpdate;

    /// No call tells about several.
    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, request))).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let tags = tags(aws, &Place::parse(&id)?).await?;
        Ok(made_by(tags.as_ref(), recover.operation.id.as_str()).then_some(id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let (bucket, key) = (want.bucket.as_deref().unwrap_or_default(), want.key.as_deref().unwrap_or_default());
        let tags = want.tags.all.clone().unwrap_or_default();
        match put(aws, want, &tags, true).await {
            Ok(()) => Ok(format!("{bucket}/{key}").into()),
            Err(error) if error.code.as_deref() == Some("PreconditionFailed") => {
                let message = format!("the object {bucket}/{key} exists already");
                Err(CloudError { kind: ErrorKind::AlreadyExists, message, ..error })
            }
            Err(error) => Err(error),
        }
    }

    async fn update(aws: &Aws, call: ObjectUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, operation } = change;
        let place = Place::parse(id)?;
        let all_tags = || complete_tags(prior.tags.all.as_ref(), want.tags.all.as_ref(), operation);
        match call {
            ObjectUpdate::Upload => {
                knows_content(aws, &place, want).await?;
                put(aws, want, &all_tags(), false).await
            }
            ObjectUpdate::Acl => {
                let acl = want.acl.as_deref().unwrap_or("private");
                let request = aws.write().s3().put_object_acl().bucket(place.bucket).key(place.key);
                aws.done(request.acl(ObjectCannedAcl::from(acl))).await
            }
            ObjectUpdate::LegalHold => {
                let status = want.object_lock_legal_hold_status.as_deref().unwrap_or("OFF");
                locks::hold(aws, &place, None, status).await
            }
            ObjectUpdate::Retention => locks::retain(aws, &place, want, prior).await,
            ObjectUpdate::Tags => {
                let tagging = sdk::Tagging::builder().set_tag_set(Some(all_tags().to_sdk()?));
                let request = aws.write().s3().put_object_tagging().bucket(place.bucket).key(place.key);
                aws.done(request.tagging(tagging.build().map_err(incomplete)?)).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let place = Place::parse(id)?;
        if prior.version_id.is_some() {
            return versions::delete_all(aws, &place, prior.force_destroy == Some(true)).await;
        }
        aws.gone(aws.write().s3().delete_object().bucket(place.bucket).key(place.key)).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        content::validate(properties)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        Some(format!("{}/{}", text("bucket")?, text("key")?).into())
    }
}
