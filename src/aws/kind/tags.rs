//! Tags: merging, comparing, and recognising our own.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use wildfire_engine::model::{CloudError, ErrorKind};

use super::vocabulary::reserved_tag;

/// Tags of a resource.
pub(crate) type Tags = BTreeMap<String, String>;

/// The tags of a resource: two properties of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Tagged {
    /// The tags of this resource alone: as they are written. Reads leave them out.
    #[serde(rename = "tags")]
    pub own: Option<Tags>,
    /// All tags: those of the stage and our own too.
    #[serde(rename = "tags_all")]
    pub all: Option<Tags>,
}

impl From<Tags> for Tagged {
    fn from(all: Tags) -> Self {
        Self { own: None, all: Some(all) }
    }
}

/// What a tag update has to do. Our own tags and AWS's are never touched.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct TagChange {
    pub set: Tags,
    pub remove: Vec<String>,
}

/// From what is there to what is wanted.
pub(crate) fn tag_change(prior: Option<&Tags>, want: Option<&Tags>) -> TagChange {
    let empty = Tags::new();
    let (prior, want) = (prior.unwrap_or(&empty), want.unwrap_or(&empty));
    let set = want
        .iter()
        .filter(|(key, value)| !reserved_tag(key) && prior.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let remove = prior.keys().filter(|key| !reserved_tag(key) && !want.contains_key(*key)).cloned().collect();
    TagChange { set, remove }
}

/// Makes the calls that bring the tags from `prior` to `want`, those that have nothing to do left out.
pub(crate) async fn retag<S, R>(
    prior: Option<&Tags>,
    want: Option<&Tags>,
    set: impl FnOnce(Tags) -> S,
    remove: impl FnOnce(Vec<String>) -> R,
) -> Result<(), CloudError>
where
    S: Future<Output = Result<(), CloudError>>,
    R: Future<Output = Result<(), CloudError>>,
{
    let change = tag_change(prior, want);
    if !change.set.is_empty() {
        set(change.set).await?;
    }
    if !change.remove.is_empty() {
        remove(change.remove).await?;
    }
    Ok(())
}

/// The ARN of what is to be tagged; it comes with every description.
pub(crate) fn arn_to_tag(arn: Option<&str>) -> Result<&str, CloudError> {
    arn.ok_or_else(|| CloudError::new(ErrorKind::NotFound, "AWS returned no ARN to tag"))
}

/// The tags of a create call in the shape of a service; nothing rather than an empty list, which services refuse.
pub(crate) fn to_list<T>(tags: Option<&Tags>, tag: impl Fn(&str, &str) -> T) -> Option<Vec<T>> {
    let tags = tags.filter(|tags| !tags.is_empty())?;
    Some(tags.iter().map(|(key, value)| tag(key, value)).collect())
}

/// Tags as a service returns them, as those of the vocabulary.
pub(crate) fn pairs<T>(tags: Vec<T>, pair: impl Fn(T) -> (Option<String>, Option<String>)) -> Tags {
    from_list(Some(tags), pair)
}

/// Tags as a service returns them; `pair` takes key and value out of one.
pub(crate) fn from_list<T>(tags: Option<Vec<T>>, pair: impl Fn(T) -> (Option<String>, Option<String>)) -> Tags {
    let known = |tag: T| match pair(tag) {
        (Some(key), value) => Some((key, value.unwrap_or_default())),
        (None, _) => None,
    };
    tags.unwrap_or_default().into_iter().filter_map(known).collect()
}

/// Tags that a create looked at to see whose the object is, by the object's id. The read behind the create takes them, once:
/// it needs no call of its own for what was answered a moment ago.
#[derive(Default)]
pub(crate) struct TagsOfNew(Mutex<HashMap<String, Tags>>);

impl TagsOfNew {
    pub(crate) fn keep(&self, id: &str, tags: Tags) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_string(), tags);
    }

    pub(crate) fn take(&self, id: &str) -> Option<Tags> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
    }
}

/// True when the tags say that the operation `op` made the resource, alone or together with others in one request.
pub(crate) fn made_by(tags: Option<&Tags>, op: &str) -> bool {
    tags.and_then(|tags| tags.get("wildfire:op")).is_some_and(|value| value.split(' ').any(|one| one == op))
}

/// True when the tags say that another operation than `op` made the resource.
pub(crate) fn made_by_another(tags: &Tags, op: &str) -> bool {
    tags.get("wildfire:op").is_some_and(|value| value != op)
}
