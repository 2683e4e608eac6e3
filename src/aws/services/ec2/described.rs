//! EC2 objects that are described by filters and tagged: one describe call reads many, and our tag proves what we made.

use async_trait::async_trait;
use aws_sdk_ec2::types::{Filter, ResourceType, TagSpecification};
use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId, ReadRequest, Readiness, Recover};

use super::arn::arn;
use super::describe::{by_filter, ids};
use super::tagging;
use crate::Aws;
use crate::kind::convert::{FromSdk, ToSdk, Unfit};
use crate::kind::ownership::Candidate;
use crate::kind::resource::{Change, Read, Resource, all_failed};
use crate::kind::tags::{Tagged, Tags, pairs};

/// Such an object.
#[async_trait]
pub(super) trait Described: Resource + Clone + FromSdk<Self::Live> {
    /// The SDK's type.
    type Live: Clone + Send;
    /// The filter that takes ids.
    const ID_FILTER: &'static str;
    /// As a tag specification names it.
    const TAG_KIND: ResourceType;

    fn id(&self) -> Option<&str>;
    fn tagged(&self) -> &Tagged;

    /// Every object that the filters let through, all pages.
    async fn describe(aws: &Aws, filters: Vec<Filter>) -> Result<Vec<Self::Live>, CloudError>;

    /// The objects of these ids, all but those that do not exist.
    async fn by_ids(aws: &Aws, ids: &[String]) -> Result<Vec<Self::Live>, CloudError> {
        by_filter(Self::ID_FILTER, ids, |filters| Self::describe(aws, filters)).await
    }

    /// The place of the ARN, where the description has none; it is made from the tag kind, the owner and the id.
    fn arn(&mut self) -> Option<&mut Option<String>> {
        None
    }

    /// The account in such an ARN, where the description tells it.
    fn owner(&self) -> Option<&str> {
        None
    }

    /// What the description does not tell, or not in the words of the vocabulary.
    fn finish(self, _live: &Self::Live) -> Self {
        self
    }

    /// What calls of their own tell, for those that are asked for.
    async fn complete(_aws: &Aws, _found: &mut [Self], _wanted: &[ReadRequest]) -> Result<(), CloudError> {
        Ok(())
    }

    /// The tags of a create call.
    fn tag_specification(&self) -> Option<Vec<TagSpecification>> {
        tagging::specification(Self::TAG_KIND, self.tagged().all.as_ref())
    }
}

/// The object that a reply describes.
pub(super) fn of_live<D: Described>(live: &D::Live) -> Result<D, CloudError> {
    Ok(D::from_sdk(live.clone())?.finish(live))
}

async fn add_arns<D: Described>(aws: &Aws, found: &mut [D]) -> Result<(), CloudError> {
    for object in found {
        let Some(id) = object.id().map(String::from) else { continue };
        if object.arn().is_none() {
            continue;
        }
        let made = arn(aws, object.owner(), D::TAG_KIND.as_str(), &id).await?;
        if let Some(arn) = object.arn() {
            *arn = Some(made);
        }
    }
    Ok(())
}

/// [`Resource::read`] of such objects.
pub(super) async fn read_described<D: Described>(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<D>> {
    let read = async {
        let live = D::by_ids(aws, &ids(wanted)).await?;
        let mut found = live.iter().map(of_live).collect::<Result<Vec<D>, _>>()?;
        add_arns(aws, &mut found).await?;
        D::complete(aws, &mut found, wanted).await?;
        Ok(found)
    };
    match read.await {
        Ok(found) => tagging::in_order(wanted, found, |object: &D| object.id()),
        Err(error) => all_failed(wanted, &error),
    }
}

/// [`Resource::find`] of such objects: the one that carries our tag, and is there to stay.
pub(super) async fn find_described<D: Described>(
    aws: &Aws,
    recover: &Recover,
) -> Result<Option<PhysicalId>, CloudError> {
    let candidate = |object: D| {
        let leaving = object.readiness() == Readiness::Deleting;
        Candidate::new(object.id().map(String::from), object.tagged().all.clone()).leaving(leaving)
    };
    let objects = |filters| async move { D::describe(aws, filters).await?.iter().map(of_live).collect() };
    tagging::find(recover, objects, candidate).await
}

/// The object of an id, as a reply describes it.
///
/// # Errors
/// `NotFound`.
pub(super) async fn one<D: Described>(aws: &Aws, id: &PhysicalId) -> Result<D, CloudError> {
    let live = D::by_ids(aws, &[id.to_string()]).await?;
    let found = live.iter().map(of_live).collect::<Result<Vec<D>, _>>()?;
    let one = found.into_iter().find(|object| object.id() == Some(id.as_str()));
    one.ok_or_else(|| CloudError::new(ErrorKind::NotFound, format!("{id} does not exist")))
}

/// Makes the calls that change the tags.
pub(super) async fn retag<D: Described>(aws: &Aws, change: &Change<'_, D>) -> Result<(), CloudError> {
    let (prior, want) = (change.prior.tagged().all.as_ref(), change.want.tagged().all.as_ref());
    tagging::update(aws, change.id, prior, want).await
}

impl FromSdk<Vec<aws_sdk_ec2::types::Tag>> for Tags {
    fn from_sdk(live: Vec<aws_sdk_ec2::types::Tag>) -> Result<Self, Unfit> {
        Ok(pairs(live, |tag| (tag.key, tag.value)))
    }
}

impl ToSdk<Vec<aws_sdk_ec2::types::Tag>> for Tags {
    fn to_sdk(&self) -> Result<Vec<aws_sdk_ec2::types::Tag>, Unfit> {
        let tag = |(key, value)| aws_sdk_ec2::types::Tag::builder().key(key).value(value).build();
        Ok(self.iter().map(tag).collect())
    }
}
