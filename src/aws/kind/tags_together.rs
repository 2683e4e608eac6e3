//! The tags of several resources of a type in one request: what a change of a stage's tags comes to.
//!
//! EC2 takes ids of whatever it has. Of most other services the tagging API of the region takes ARNs, and calls the service in the
//! caller's name; what it refuses is sent to the service itself.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_ec2::types::Tag;
use futures::future::join_all;
use wildfire_engine::model::{
    Batch, Change, CloudError, ErrorKind, Field, Map, Mutation, PhysicalId, TypeSchema, Value,
};

use crate::Aws;
use crate::connection::call::declaring;
use crate::kind::erased::{Kind, Typed, calls_of};
use crate::kind::resource::Resource;
use crate::kind::tags::TagChange;
use crate::kind::vocabulary::reserved_tag;

/// How the tags of several resources of a type go in one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagsTogether {
    /// One by one.
    No,
    /// EC2's `CreateTags` and `DeleteTags`.
    ByIds,
    /// `TagResources` and `UntagResources` of the tagging API.
    ByArns,
}

/// EC2 takes up to 1,000 ids, and recommends fewer:
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html>
const IDS: usize = 200;
/// <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html>
const ARNS: usize = 20;
/// What the requests by ARN send.
pub(super) const BY_ARNS: &[&str] = &["tag:TagResources", "tag:UntagResources"];

/// How a call may share a request: calls that change tags alone, and all in the same way.
pub(super) fn batch(schema: &TypeSchema, how: TagsTogether, call: &Mutation) -> Option<Batch> {
    let most = match how {
        TagsTogether::No => return None,
        TagsTogether::ByIds => IDS,
        TagsTogether::ByArns => ARNS,
    };
    let (want, prior) = tags(schema, call)?;
    let (mut set, remove) = difference(prior, want);
    set.sort_keys();
    Some(Batch::of(format!("tags {} -{}", Value::Map(set), remove.join(",")), most))
}

/// The tags that a call is to change, wanted and prior; none where it is about anything else.
fn tags<'a>(schema: &TypeSchema, call: &'a Mutation) -> Option<(&'a Map, &'a Map)> {
    static NONE: std::sync::LazyLock<Map> = std::sync::LazyLock::new(Map::new);
    let rule = schema.tags?;
    let Mutation::Update { call, want, prior, .. } = call else { return None };
    let about = |field: &Field| matches!(field.change, Change::Update(own) if own == call);
    let only =
        schema.tag_field().is_some_and(about) && schema.fields.iter().all(|field| !about(field) || rule.is(field.name));
    // Not known as a whole: which requests there will be is not either.
    let known = |value: &'a Value| match value.get(rule.all) {
        None | Some(Value::Null) => Some(&*NONE),
        Some(value) => value.as_map(),
    };
    Some((known(want)?, known(prior)?)).filter(|_| only)
}

/// What to set and what to remove. Our own tags and AWS's are never touched.
fn difference(prior: &Map, want: &Map) -> (Map, Vec<String>) {
    let set = want.iter().filter(|(key, value)| !reserved_tag(key) && prior.get(*key) != Some(value));
    let mut remove: Vec<String> =
        prior.keys().filter(|key| !reserved_tag(key) && !want.contains_key(*key)).cloned().collect();
    remove.sort_unstable();
    (set.map(|(key, value)| (key.clone(), value.clone())).collect(), remove)
}

/// The change that calls of one [`batch`] key have in common.
pub(super) fn change(schema: &TypeSchema, call: &Mutation) -> Option<TagChange> {
    let (want, prior) = tags(schema, call)?;
    let (set, remove) = difference(prior, want);
    let text = |(key, value): (String, Value)| Some((key, value.as_str()?.to_string()));
    Some(TagChange { set: set.into_iter().map(text).collect::<Option<_>>()?, remove })
}

/// Sends calls of one [`batch`] key, which have `change` in common; one answer for each.
pub(super) async fn send<R: Resource>(
    kind: &Typed<R>,
    aws: &Aws,
    calls: &[Mutation],
    change: TagChange,
) -> Result<Vec<Result<PhysicalId, CloudError>>, CloudError> {
    if R::TAGS_TOGETHER == TagsTogether::ByIds {
        let ids: Vec<PhysicalId> = calls.iter().filter_map(Mutation::id).cloned().collect();
        let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let send = async {
            R::before_tags(aws, &ids).await?;
            by_ids(aws, &texts, change).await
        };
        declaring(R::TYPE, calls.first().map_or(&[][..], calls_of::<R>), send).await?;
        return Ok(ids.into_iter().map(Ok).collect());
    }
    let index = kind.schema().tags.and_then(|rule| rule.index).unwrap_or_default();
    let arn = |call: &Mutation| match call {
        Mutation::Update { prior, .. } => prior.get(index)?.as_str().map(String::from),
        _ => None,
    };
    let arns: Vec<String> = calls.iter().filter_map(arn).collect();
    let done = declaring(R::TYPE, BY_ARNS, by_arns(aws, &arns, change)).await?;
    let one = async |sent: &Mutation| match sent {
        Mutation::Update { id, .. } if arn(sent).is_some_and(|arn| done.contains(&arn)) => Ok(id.clone()),
        Mutation::Update { id, call, want, prior, operation } => {
            kind.update(aws, id, call, want, prior, operation).await.map(|()| id.clone())
        }
        _ => Err(CloudError::new(ErrorKind::Rejected, "only updates change tags")),
    };
    Ok(join_all(calls.iter().map(one)).await)
}

/// Changes the tags of EC2 objects; calls that have nothing to do are left out.
pub(crate) async fn by_ids(aws: &Aws, ids: &[String], change: TagChange) -> Result<(), CloudError> {
    if !change.set.is_empty() {
        let tags = change.set.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
        let request = aws.write().ec2().create_tags().set_resources(Some(ids.to_vec())).set_tags(Some(tags));
        aws.call("ec2:CreateTags", request.send()).await?;
    }
    if !change.remove.is_empty() {
        let tags = change.remove.iter().map(|key| Tag::builder().key(key).build()).collect();
        let request = aws.write().ec2().delete_tags().set_resources(Some(ids.to_vec())).set_tags(Some(tags));
        aws.call("ec2:DeleteTags", request.send()).await?;
    }
    Ok(())
}

/// The tagging API refuses these credentials, so that nobody asks it again.
#[derive(Default)]
struct NotAllowed(AtomicBool);

/// Changes the tags of resources by ARN; returns the ARNs of those that it was done for. The others are for their own service to
/// change, or to refuse.
///
/// # Errors
/// Nobody knows whether it was done, or not now.
pub(super) async fn by_arns(aws: &Aws, arns: &[String], change: TagChange) -> Result<HashSet<String>, CloudError> {
    let refused = aws.memory::<NotAllowed>();
    if arns.is_empty() || refused.0.load(Ordering::Relaxed) {
        return Ok(HashSet::new());
    }
    let mut done: HashSet<String> = arns.iter().cloned().collect();
    let api = aws.write().resourcegroupstagging();
    if !change.set.is_empty() {
        let request = api.tag_resources().set_resource_arn_list(Some(arns.to_vec()));
        let request = request.set_tags(Some(change.set.into_iter().collect()));
        let reply = aws.call(BY_ARNS[0], request.send()).await.map(|reply| reply.failed_resources_map);
        forget(&mut done, &refused, reply.map(|failed| failed.map(|failed| failed.into_keys().collect())))?;
    }
    if !change.remove.is_empty() && !done.is_empty() {
        let request = api.untag_resources().set_resource_arn_list(Some(done.iter().cloned().collect()));
        let request = request.set_tag_keys(Some(change.remove));
        let reply = aws.call(BY_ARNS[1], request.send()).await.map(|reply| reply.failed_resources_map);
        forget(&mut done, &refused, reply.map(|failed| failed.map(|failed| failed.into_keys().collect())))?;
    }
    Ok(done)
}

/// Takes out of `done` what a request has not done.
fn forget(
    done: &mut HashSet<String>,
    refused: &NotAllowed,
    failed: Result<Option<Vec<String>>, CloudError>,
) -> Result<(), CloudError> {
    match failed {
        Ok(failed) => {
            let failed = failed.unwrap_or_default();
            done.retain(|arn| !failed.contains(arn));
        }
        Err(error) if error.kind == ErrorKind::AccessDenied => {
            refused.0.store(true, Ordering::Relaxed);
            done.clear();
        }
        Err(error) if matches!(error.kind, ErrorKind::Rejected | ErrorKind::NotFound) => done.clear(),
        Err(error) => return Err(error),
    }
    Ok(())
}

#[cfg(test)]
mod tests;
