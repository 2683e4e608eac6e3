//! `aws_kms_key`

use async_trait::async_trait;
use aws_sdk_kms::types::{KeyMetadata, KeySpec, KeyState, KeyUsageType, OriginType, Tag};
use aws_sdk_resourcegroupstagging::types::TagFilter;
use futures::future::join_all;
use futures::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, ReadRequest, Readiness, Recover,
};

use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine, missing};
use crate::kind::convert::{incomplete, int};
use crate::kind::ownership::{Candidate, only_made_by};
use crate::kind::resource::{Change, Read, Resource, asks_for};
use crate::kind::tags::{Tags, tag_change};
use crate::services::kms::lags;
use crate::updates;

updates! {
    pub enum KeyUpdate {
        Description => ["kms:UpdateKeyDescription"],
        Policy => ["kms:PutKeyPolicy"],
        Rotation => ["kms:EnableKeyRotation", "kms:DisableKeyRotation"],
        Enabled => ["kms:EnableKey", "kms:DisableKey"],
        Tags => ["kms:TagResource", "kms:UntagResource"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = KeyUpdate)]
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
    #[field(immutable, default = "SYMMETRIC_DEFAULT")]
    customer_master_key_spec: Option<String>,
    /// Days from a deletion until the key is lost for ever, 7 to 30.
    #[field(local, range = 7..=30)]
    deletion_window_in_days: Option<i64>,
    /// What the key is for.
    #[field(update = Description, aws_default)]
    description: Option<String>,
    /// Whether AWS makes new key material from time to time.
    #[field(update = Rotation, after_create, default = false)]
    enable_key_rotation: Option<bool>,
    /// The key's id.
    #[field(computed)]
    id: Option<String>,
    /// Whether the key can be used.
    #[field(update = Enabled, after_create, default = true)]
    is_enabled: Option<bool>,
    /// The key's id.
    #[field(computed)]
    key_id: Option<String>,
    /// What the key can do.
    #[field(immutable, default = "ENCRYPT_DECRYPT", one_of = ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"])]
    key_usage: Option<String>,
    /// Whether the key can have replicas in other regions.
    #[field(immutable, aws_default)]
    multi_region: Option<bool>,
    /// Who may use the key; by default whoever IAM policies of the account allow to.
    #[field(update = Policy, aws_default, policy)]
    policy: Option<String>,
    /// Days between two rotations, 90 to 2560.
    #[field(update = Rotation, after_create, aws_default, range = 90..=2560, changed_by = ["Rotation"])]
    rotation_period_in_days: Option<i64>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// The key's id in the store outside of AWS.
    #[field(immutable)]
    xks_key_id: Option<String>,
    /// AWS's word for the status.
    #[field(computed)]
    _status: Option<String>,
}

impl From<KeyMetadata> for Key {
    fn from(key: KeyMetadata) -> Self {
        Self {
            arn: key.arn,
            custom_key_store_id: key.custom_key_store_id,
            customer_master_key_spec: key.key_spec.map(|spec| spec.as_str().to_string()),
            description: Some(key.description.unwrap_or_default()),
            id: Some(key.key_id.clone()),
            is_enabled: Some(key.enabled),
            key_id: Some(key.key_id),
            key_usage: key.key_usage.map(|usage| usage.as_str().to_string()),
            multi_region: key.multi_region,
            xks_key_id: key.xks_key_configuration.and_then(|xks| xks.id),
            _status: key.key_state.map(|state| state.as_str().to_string()),
            ..Self::default()
        }
    }
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
    let mut found = Tags::new();
    let mut marker: Option<String> = None;
    loop {
        let request = aws.read().kms().list_resource_tags().key_id(id).limit(50).set_marker(marker);
        let page = aws.call("kms:ListResourceTags", request.send()).await?;
        found.extend(page.tags.unwrap_or_default().into_iter().map(|tag| (tag.tag_key, tag.tag_value)));
        marker = page.next_marker.filter(|marker| page.truncated && !marker.is_empty());
        if marker.is_none() {
            return Ok(found);
        }
    }
}

async fn describe(aws: &Aws, id: &str) -> Result<Option<KeyMetadata>, CloudError> {
    let request = aws.read().kms().describe_key().key_id(id);
    let reply = absent_is_none(aws.call("kms:DescribeKey", request.send()).await)?;
    Ok(reply.and_then(|reply| reply.key_metadata).filter(|key| !is_deleted(key)))
}

async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Key> {
    let id = request.id.as_str();
    let Some(metadata) = describe(aws, id).await? else { return Ok(None) };
    let rotates = can_rotate(&metadata);
    let mut key = Key::from(metadata);
    if asks_for(request, &["policy"]) {
        let ask = aws.read().kms().get_key_policy().key_id(id).policy_name("default");
        let reply = absent_is_none(aws.call("kms:GetKeyPolicy", ask.send()).await)?;
        key.policy = reply.and_then(|reply| reply.policy);
    }
    key.enable_key_rotation = Some(false);
    if rotates && asks_for(request, &["enable_key_rotation", "rotation_period_in_days"]) {
        let ask = aws.read().kms().get_key_rotation_status().key_id(id);
        if let Some(reply) = absent_is_none(aws.call("kms:GetKeyRotationStatus", ask.send()).await)? {
            key.enable_key_rotation = Some(reply.key_rotation_enabled);
            key.rotation_period_in_days = reply.rotation_period_in_days.map(i64::from);
        }
    }
    if asks_for(request, &["tags", "tags_all"]) {
        key.tags_all = Some(tags(aws, id).await?);
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
    let mut ids = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let request = aws.read().kms().list_keys().limit(1000).set_marker(marker);
        let page = aws.call("kms:ListKeys", request.send()).await?;
        ids.extend(page.keys.unwrap_or_default().into_iter().filter_map(|key| key.key_id));
        marker = page.next_marker.filter(|marker| page.truncated && !marker.is_empty());
        if marker.is_none() {
            break;
        }
    }
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

fn sdk_tags(tags: &Tags) -> Result<Vec<Tag>, CloudError> {
    tags.iter().map(|(key, value)| Tag::builder().tag_key(key).tag_value(value).build().map_err(incomplete)).collect()
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
        aws.call("kms:EnableKey", aws.write().kms().enable_key().key_id(id).send()).await?;
    }
    if enable {
        let period = want.rotation_period_in_days.map(int);
        let request = aws.write().kms().enable_key_rotation().key_id(id).set_rotation_period_in_days(period);
        return aws.call("kms:EnableKeyRotation", request.send()).await.map(|_| ());
    }
    aws.call("kms:DisableKeyRotation", aws.write().kms().disable_key_rotation().key_id(id).send()).await.map(|_| ())
}

async fn update_tags(aws: &Aws, id: &str, want: &Key, prior: &Key) -> Result<(), CloudError> {
    let change = tag_change(prior.tags_all.as_ref(), want.tags_all.as_ref());
    if !change.set.is_empty() {
        let request = aws.write().kms().tag_resource().key_id(id).set_tags(Some(sdk_tags(&change.set)?));
        aws.call("kms:TagResource", request.send()).await?;
    }
    if !change.remove.is_empty() {
        let request = aws.write().kms().untag_resource().key_id(id).set_tag_keys(Some(change.remove));
        aws.call("kms:UntagResource", request.send()).await?;
    }
    Ok(())
}

#[async_trait]
impl Resource for Key {
    const TYPE: &'static str = "aws_kms_key";
    const DOC: &'static str = "A key of the Key Management Service.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: &'static [&'static str] = &["kms:CreateKey"];
    const DELETE_CALLS: &'static [&'static str] = &["kms:ScheduleKeyDeletion"];
    const LAGS: &'static [LagReply] = lags::KEY;
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
        const CALL: &str = "kms:CreateKey";
        let external = want.xks_key_id.is_some();
        let origin = match (&want.custom_key_store_id, external) {
            (_, true) => Some(OriginType::ExternalKeyStore),
            (Some(_), false) => Some(OriginType::AwsCloudhsm),
            (None, false) => None,
        };
        let request = aws
            .write()
            .kms()
            .create_key()
            .set_bypass_policy_lockout_safety_check(want.bypass_policy_lockout_safety_check.filter(|bypass| *bypass))
            .set_custom_key_store_id(want.custom_key_store_id.clone())
            .set_description(want.description.clone().filter(|text| !text.is_empty()))
            .set_key_spec(want.customer_master_key_spec.as_deref().map(KeySpec::from))
            .set_key_usage(want.key_usage.as_deref().map(KeyUsageType::from))
            .set_multi_region(want.multi_region.filter(|multi| *multi))
            .set_origin(origin)
            .set_policy(want.policy.clone().filter(|policy| !policy.is_empty()))
            .set_tags(want.tags_all.as_ref().map(sdk_tags).transpose()?)
            .set_xks_key_id(want.xks_key_id.clone());
        let reply = aws.call(CALL, request.send()).await?;
        let id = reply.key_metadata.map(|key| key.key_id).ok_or_else(|| missing(CALL, "KeyId"))?;
        Ok(id.into())
    }

    async fn update(aws: &Aws, call: KeyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let key = id.as_str();
        match call {
            KeyUpdate::Description => {
                let description = want.description.clone().unwrap_or_default();
                let request = aws.write().kms().update_key_description().key_id(key).description(description);
                aws.call("kms:UpdateKeyDescription", request.send()).await.map(|_| ())
            }
            KeyUpdate::Policy => {
                let Some(policy) = want.policy.clone() else { return Ok(()) };
                let bypass = want.bypass_policy_lockout_safety_check.filter(|bypass| *bypass);
                let request = aws.write().kms().put_key_policy().key_id(key).policy_name("default").policy(policy);
                let request = request.set_bypass_policy_lockout_safety_check(bypass);
                aws.call("kms:PutKeyPolicy", request.send()).await.map(|_| ())
            }
            KeyUpdate::Rotation => rotate(aws, key, want, prior).await,
            KeyUpdate::Enabled => match want.is_enabled.unwrap_or(true) {
                enabled if prior.is_enabled == Some(enabled) => Ok(()),
                true => aws.call("kms:EnableKey", aws.write().kms().enable_key().key_id(key).send()).await.map(|_| ()),
                false => {
                    aws.call("kms:DisableKey", aws.write().kms().disable_key().key_id(key).send()).await.map(|_| ())
                }
            },
            KeyUpdate::Tags => update_tags(aws, key, want, prior).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let days = prior.deletion_window_in_days.filter(|days| *days > 0).map(int);
        let request = aws.write().kms().schedule_key_deletion().key_id(id.as_str()).set_pending_window_in_days(days);
        match gone_is_fine(aws.call("kms:ScheduleKeyDeletion", request.send()).await) {
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
