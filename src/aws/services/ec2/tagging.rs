//! What EC2 resources share: tags at create, tag updates, lookup by operation, and describes in chunks.

use std::future::Future;

use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};
use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId, ReadRequest, Recover};

use crate::Aws;
use crate::kind::ownership::{Candidate, only_made_by};
use crate::kind::resource::Read;
use crate::kind::tags::{TagChange, Tags, tag_change};
use crate::kind::tags_together;

/// A filter takes at most 200 values.
pub(super) const FILTER_VALUES: usize = 200;

pub(super) fn filter(name: &str, values: impl IntoIterator<Item = String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values.into_iter().collect())).build()
}

/// What the operation made. `describe` gets a filter for our tag, which spares pages and proves nothing; `candidate` says
/// what the reply tells.
pub(super) async fn find<T, F>(
    recover: &Recover,
    describe: impl FnOnce(Vec<Filter>) -> F,
    candidate: impl Fn(T) -> Candidate,
) -> Result<Option<PhysicalId>, CloudError>
where
    F: Future<Output = Result<Vec<T>, CloudError>>,
{
    let found = describe(made_by_filter(recover)).await?;
    only_made_by(recover, found.into_iter().map(candidate))
}

fn made_by_filter(recover: &Recover) -> Vec<Filter> {
    vec![filter("tag:wildfire:op", [recover.operation.id.to_string()])]
}

/// The tags of a create call.
pub(super) fn specification(kind: ResourceType, tags: Option<&Tags>) -> Option<Vec<TagSpecification>> {
    let tags = tags.filter(|tags| !tags.is_empty())?;
    let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    Some(vec![TagSpecification::builder().resource_type(kind).set_tags(Some(tags)).build()])
}

/// Tags as EC2 returns them.
pub(super) fn from_sdk(tags: Option<Vec<Tag>>) -> Option<Tags> {
    let pair = |tag: Tag| Some((tag.key?, tag.value.unwrap_or_default()));
    Some(tags.unwrap_or_default().into_iter().filter_map(pair).collect())
}

/// Brings the tags of any EC2 resource from `prior` to `want`.
pub(super) async fn update(
    aws: &Aws,
    id: &PhysicalId,
    prior: Option<&Tags>,
    want: Option<&Tags>,
) -> Result<(), CloudError> {
    tags_together::by_ids(aws, &[id.to_string()], tag_change(prior, want)).await
}

/// Gives what AWS made by itself the tags of a create, our own among them. They come last: they say that it is ours.
pub(super) async fn take_over(
    aws: &Aws,
    id: &PhysicalId,
    there: Option<&Tags>,
    want: Option<&Tags>,
) -> Result<(), CloudError> {
    let TagChange { remove, .. } = tag_change(there, want);
    tags_together::by_ids(aws, &[id.to_string()], TagChange { remove, set: Tags::new() }).await?;
    let Some(want) = want.filter(|want| !want.is_empty()) else { return Ok(()) };
    let tags = want.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    aws.done(aws.write().ec2().create_tags().resources(id.as_str()).set_tags(Some(tags))).await
}

/// Takes the tags from what stays at AWS when it is ours no more. What is gone has none.
pub(super) async fn let_go(aws: &Aws, id: &PhysicalId, there: Option<&Tags>) -> Result<(), CloudError> {
    match update(aws, id, there, None).await {
        Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
        answer => answer,
    }
}

/// The answers in the order of the requests, from whatever order AWS returned them in. Two requests for one id get
/// the same answer.
pub(super) fn in_order<R: Clone>(
    wanted: &[ReadRequest],
    found: Vec<R>,
    id: impl Fn(&R) -> Option<&str>,
) -> Vec<Read<R>> {
    let by_id: std::collections::HashMap<String, R> =
        found.into_iter().filter_map(|item| Some((id(&item)?.to_string(), item))).collect();
    wanted.iter().map(|request| Ok(by_id.get(request.id.as_str()).cloned())).collect()
}
