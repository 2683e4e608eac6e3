//! EC2 objects that are described by filters and tagged: one describe call reads many, and our tag proves what we made.

use async_trait::async_trait;
use aws_sdk_ec2::types::{Filter, ResourceType, TagSpecification};
use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId, ReadRequest, Readiness, Recover};

use super::describe::{by_filter, ids};
use super::tagging::{self, filter};
use crate::Aws;
use crate::kind::convert::{FromSdk, Unfit};
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

async fn all<D: Described>(aws: &Aws, filters: Vec<Filter>) -> Result<Vec<D>, CloudError> {
    let one = |live: D::Live| Ok(D::from_sdk(live.clone())?.finish(&live));
    D::describe(aws, filters).await?.into_iter().map(one).collect()
}

/// [`Resource::read`] of such objects.
pub(super) async fn read_described<D: Described>(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<D>> {
    let read = async {
        let mut found = by_filter(D::ID_FILTER, &ids(wanted), |filters| all::<D>(aws, filters)).await?;
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
    tagging::find(recover, |filters| all::<D>(aws, filters), candidate).await
}

/// The object of an id, as a reply describes it.
///
/// # Errors
/// `NotFound`.
pub(super) async fn one<D: Described>(aws: &Aws, id: &PhysicalId) -> Result<D, CloudError> {
    let found = all::<D>(aws, vec![filter(D::ID_FILTER, [id.to_string()])]).await?.into_iter();
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
