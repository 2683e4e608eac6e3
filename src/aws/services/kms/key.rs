//! `aws_kms_key`

use aws_sdk_kms::operation::create_key::builders::CreateKeyFluentBuilder;
use aws_sdk_kms::types::{KeyMetadata, KeySpec, KeyState, OriginType};
use aws_sdk_resourcegroupstagging::types::TagFilter;
use futures::{StreamExt, TryStreamExt, stream};

use super::prelude::*;
use crate::kind::ownership::{Candidate, only_made_by};

updates! {
    pub enum KeyUpdate {
        Description => [UpdateKeyDescription],
        Policy => [PutKeyPolicy],
        Rotation => [EnableKey, EnableKeyRotation, DisableKeyRotation],
        Enabled => [EnableKey, DisableKey],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = KeyUpdate)]
#[sdk(from = KeyMetadata, create = CreateKeyFluentBuilder)]
pub struct Key {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// Whether a policy may lock its author out of the key.
    #[field(local, default = false)]
    bypass_policy_lockout_safety_check: Option<bool>,
    /// The key store, for keys in a CloudHSM cluster or outside of AWS.
    #[field(immutable)]
    custom_key_store_id: Option<String>,
    /// The kind of key: symmetric, or an asymmetric algorithm.
    #[field(immutable, default = "SYMMETRIC_DEFAULT", sdk = key_spec)]
    customer_master_key_spec: Option<String>,
    /// Days from a deletion until the key is lost for ever, 7 to 30.
    #[field(local, range = 7..=30)]
    deletion_window_in_days: Option<i64>,
    /// What the key is for.
    #[field(update = Description, aws_default, filled, read_by_hand)]
    description: Option<String>,
    /// Whether AWS makes new key material from time to time.
    #[field(update = Rotation, after_create, default = false, by_hand)]
    enable_key_rotation: Option<bool>,
    /// The key's id.
    #[field(computed, sdk = key_id)]
    id: Option<String>,
    /// Whether the key can be used.
    #[field(update = Enabled, after_create, default = true, sdk = enabled)]
    is_enabled: Option<bool>,
    /// The key's id.
    #[field(computed)]
    key_id: Option<String>,
    /// What the key can do.
    #[field(immutable, default = "ENCRYPT_DECRYPT", one_of = ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"])]
    key_usage: Option<String>,
    /// Whether the key can have replicas in other regions.
    #[field(immutable, aws_default, sent_by_hand)]
    multi_region: Option<bool>,
    /// Who may use the key; by default whoever IAM policies of the account allow to.
    #[field(update = Policy, aws_default, policy, filled, read_by_hand)]
    policy: Option<String>,
    /// Days between two rotations, 90 to 2560.
    #[field(update = Rotation, after_create, aws_default, range = 90..=2560, changed_by = ["Rotation"], by_hand)]
    rotation_period_in_days: Option<i64>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// The key's id in the store outside of AWS.
    #[field(immutable, sdk = xks_key_configuration.id, sent_as = xks_key_id)]
    xks_key_id: Option<String>,
    /// AWS's word for the status.
    #[field(computed, sdk = key_state)]
    _status: Option<String>,
}

/// A key with a date of deletion is gone as far as a stack is concerned.
fn is_deleted(key: &KeyMetadata) -> bool {
    matches!(key.key_state, Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion))
}

/// Only symmetric keys whose material is AWS's own rotate; asking about others is an error.
fn can_rotate(key: &KeyMetadata) -> bool {
    key.key_spec.as_ref().is_none_or(|spec| *spec == KeySpec::SymmetricDefault)
        && key.origin.as_ref().is_none_or(|origin| matches!(origin, OriginType::AwsKms | OriginType::External))
}

async fn tags(aws: &Aws, id: &str) -> Result<Tags, CloudError> {
    let request = aws.read().kms().list_resource_tags().key_id(id).limit(50);
    Ok(Tags::from_sdk(aws.pages(request, |page| page.tags).await?)?)
}

async fn describe(aws: &Aws, id: &str) -> Result<Option<KeyMetadata>, CloudError> {
    let request = aws.read().kms().describe_key().key_id(id);
    let reply = absent_is_none(aws.send(request).await)?;
    Ok(reply.and_then(|reply| reply.key_metadata).filter(|key| !is_deleted(key)))
}

async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Key> {
    let id = request.id.as_str();
    let Some(metadata) = describe(aws, id).await? else { return Ok(None) };
    let rotates = can_rotate(&metadata);
    let description = Some(metadata.description.clone().unwrap_or_default());
    let mut key = Key { description, ..Key::from_sdk(metadata)? };
    if asks_for(request, &["policy"]) {
        let ask = aws.read().kms().get_key_policy().key_id(id).policy_name("default");
        let reply = absent_is_none(aws.send(ask).await)?;
        key.policy = reply.and_then(|reply| reply.policy);
    }
    key.enable_key_rotation = Some(false);
    if rotates && asks_for(request, &["enable_key_rotation", "rotation_period_in_days"]) {
        let ask = aws.read().kms().get_key_rotation_status().key_id(id);
        if let Some(reply) = absent_is_none(aws.send(ask).await)? {
            key.enable_key_rotation = Some(reply.key_rotation_enabled);
            key.rotation_period_in_days = reply.rotation_period_in_days.map(i64::from);
        }
    }
    if asks_for(request, &["tags", "tags_all"]) {
        key.tags.all = Some(tags(aws, id).await?);
    }
    Ok(Some(key))
}

/// Keys with the tag of `operation`, by the tagging API.
async fn by_tag(aws: &Aws, operation: &str) -> Result<Vec<Candidate>, CloudError> {
    let filter = TagFilter::builder().key("wildfire:op").values(operation).build();
    let request = aws.read().resourcegroupstagging().get_resources();
    let request = request.resource_type_filters("kms:key").tag_filters(filter).resources_per_page(100);
    let (mut found, mut token) = (Vec::new(), None);
    loop {
        let page = aws.call("tag:GetResources", request.clone().set_pagination_token(token).send()).await?;
        for mapping in page.resource_tag_mapping_list.unwrap_or_default() {
            let id = mapping.resource_arn.as_deref().and_then(|arn| Some(arn.split_once(":key/")?.1.to_string()));
            let tags = mapping.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect();
            found.push(Candidate::new(id, Some(tags)));
        }
        token = page.pagination_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(found);
        }
    }
}

/// Every key with its tags: slower than the tagging API, and earlier to know.
async fn by_listing(aws: &Aws) -> Result<Vec<Candidate>, CloudError> {
    let keys = aws.pages(aws.read().kms().list_keys().limit(1000), |page| page.keys).await?;
    let ids: Vec<String> = keys.into_iter().filter_map(|key| key.key_id).collect();
    let asked = stream::iter(ids).map(async |id: String| match tags(aws, &id).await {
        Ok(tags) => Ok(Candidate::new(Some(id), Some(tags))),
        // AWS's own keys and other people's may keep their tags to themselves; ours would not.
        Err(error) if matches!(error.kind, ErrorKind::AccessDenied | ErrorKind::NotFound) => Ok(Candidate::default()),
        Err(error) => Err(error),
    });
    asked.buffer_unordered(8).try_collect().await
}

/// Of those that the operation made, which wait for their deletion.
async fn with_deletions(
    aws: &Aws,
    recover: &Recover,
    candidates: Vec<Candidate>,
) -> Result<Vec<Candidate>, CloudError> {
    let mut known = Vec::new();
    for candidate in candidates {
        if let Some(id) = candidate.made_by(recover) {
            let leaving = describe(aws, id).await?.is_none();
            known.push(candidate.leaving(leaving));
        }
    }
    Ok(known)
}

async fn rotate(aws: &Aws, id: &str, want: &Key, prior: &Key) -> Result<(), CloudError> {
    let enable = want.enable_key_rotation.unwrap_or(false);
    let same_period =
        want.rotation_period_in_days.is_none() || want.rotation_period_in_days == prior.rotation_period_in_days;
    if enable == prior.enable_key_rotation.unwrap_or(false) && (!enable || same_period) {
        return Ok(());
    }
    if prior.is_enabled == Some(false) && want.is_enabled != Some(false) {
        // Rotation cannot be changed while the key is disabled.
        aws.done(aws.write().kms().enable_key().key_id(id)).await?;
    }
    if enable {
        let period = want.rotation_period_in_days.map(int);
        let request = aws.write().kms().enable_key_rotation().key_id(id).set_rotation_period_in_days(period);
        return aws.done(request).await;
    }
    aws.done(aws.write().kms().disable_key_rotation().key_id(id)).await
}

#[async_trait]
impl Resource for Key {
    const TYPE: &'static str = "aws_kms_key";
    const DOC: &'static str = "A key of the Key Management Service.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![CreateKey];
    const DELETE_CALLS: Calls = calls![ScheduleKeyDeletion];
    const LAGS: &'static [LagReply] = lags::KEY;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByArns;
    const IMPORT_ID: &'static str = "KEY_ID";
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
description: State of the test stage
enable_key_rotation: true
deletion_window_in_days: 14
";
    // KMS is eventually consistent, and the tagging API behind it more so.
    const CONSISTENCY_SECONDS: u32 = 60;

    type Update = KeyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, request))).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // The role may lack tag:GetResources, an emulator the API, and a new key takes a while to appear there.
        if let Ok(tagged) = by_tag(aws, recover.operation.id.as_str()).await
            && let Some(id) = only_made_by(recover, with_deletions(aws, recover, tagged).await?)?
        {
            return Ok(Some(id));
        }
        let listed = by_listing(aws).await?;
        only_made_by(recover, with_deletions(aws, recover, listed).await?)
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let origin = match (&want.custom_key_store_id, &want.xks_key_id) {
            (_, Some(_)) => Some(OriginType::ExternalKeyStore),
            (Some(_), None) => Some(OriginType::AwsCloudhsm),
            (None, None) => None,
        };
        let bypass = want.bypass_policy_lockout_safety_check.filter(|bypass| *bypass);
        let request = want.fill(aws.write().kms().create_key())?.set_origin(origin);
        let request = request.set_multi_region(want.multi_region.filter(|multi| *multi));
        let request = request.set_bypass_policy_lockout_safety_check(bypass);
        aws.made(request, |reply| Some(reply.key_metadata?.key_id)).await
    }

    async fn update(aws: &Aws, call: KeyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let key = id.as_str();
        match call {
            KeyUpdate::Description => {
                let description = want.description.clone().unwrap_or_default();
                let request = aws.write().kms().update_key_description().key_id(key).description(description);
                aws.done(request).await
            }
            KeyUpdate::Policy => {
                let Some(policy) = want.policy.clone() else { return Ok(()) };
                let bypass = want.bypass_policy_lockout_safety_check.filter(|bypass| *bypass);
                let request = aws.write().kms().put_key_policy().key_id(key).policy_name("default").policy(policy);
                let request = request.set_bypass_policy_lockout_safety_check(bypass);
                aws.done(request).await
            }
            KeyUpdate::Rotation => rotate(aws, key, want, prior).await,
            KeyUpdate::Enabled => match want.is_enabled.unwrap_or(true) {
                enabled if prior.is_enabled == Some(enabled) => Ok(()),
                true => aws.done(aws.write().kms().enable_key().key_id(key)).await,
                false => aws.done(aws.write().kms().disable_key().key_id(key)).await,
            },
            KeyUpdate::Tags => {
                let (kms, prior, want) = (aws.write().kms(), prior.tags.all.as_ref(), want.tags.all.as_ref());
                let set = |tags: Tags| async move {
                    aws.done(kms.tag_resource().key_id(key).set_tags(Some(tags.to_sdk()?))).await
                };
                let remove = |keys| aws.done(kms.untag_resource().key_id(key).set_tag_keys(Some(keys)));
                retag(prior, want, set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let days = prior.deletion_window_in_days.filter(|days| *days > 0).map(int);
        let request = aws.write().kms().schedule_key_deletion().key_id(id.as_str()).set_pending_window_in_days(days);
        match aws.gone(request).await {
            // It is on its way already.
            Err(error) if error.kind == ErrorKind::Busy && error.message.contains("pending deletion") => Ok(()),
            result => result,
        }
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(status @ ("Creating" | "Updating")) => Readiness::Pending(status.into()),
            Some("PendingDeletion" | "PendingReplicaDeletion") => Readiness::Deleting,
            _ => Readiness::Ready,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(state: KeyState) -> KeyMetadata {
        KeyMetadata::builder().key_id("abc").key_state(state).key_spec(KeySpec::SymmetricDefault).build().unwrap()
    }

    #[test]
    fn a_key_that_waits_for_its_deletion_is_gone() {
        assert!(is_deleted(&metadata(KeyState::PendingDeletion)));
        assert!(!is_deleted(&metadata(KeyState::Disabled)));
    }

    #[test]
    fn the_rotation_of_asymmetric_keys_is_not_asked_about() {
        let key = KeyMetadata::builder().key_id("abc").key_spec(KeySpec::Rsa2048).build().unwrap();
        assert!(!can_rotate(&key));
        assert!(can_rotate(&metadata(KeyState::Enabled)));
    }
}
