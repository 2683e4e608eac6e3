//! What ElastiCache describes by name and without its tags, and may not tell the tags of while it is made or changed:
//! <https://github.com/hashicorp/terraform-provider-aws/issues/34002>.

use async_trait::async_trait;
use futures::future::join_all;
use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId, ReadRequest, Readiness, Recover};

use super::tagging;
use crate::Aws;
use crate::connection::call::absent_is_none;
use crate::kind::by_name::{find_by_name, read_named};
use crate::kind::ownership::{Candidate, only_made_by};
use crate::kind::resource::{Read, Resource, asks_for};
use crate::kind::tags::Tagged;

/// Such a thing.
#[async_trait]
pub(super) trait Described: Resource + Clone {
    fn name(&self) -> Option<&str>;
    fn arn(&self) -> Option<&str>;
    fn tagged(&mut self) -> &mut Tagged;

    /// The one of a name, or all. `NotFound` where there is none of the name.
    async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<Self>, CloudError>;
}

/// One of a name, without its tags.
pub(super) async fn one<D: Described>(aws: &Aws, name: &str) -> Read<D> {
    let found = absent_is_none(D::describe(aws.clone(), Some(name.to_string())).await)?.unwrap_or_default();
    Ok(find_by_name(found, D::name, name))
}

/// [`Resource::read`] of such things. Tags that AWS does not tell yet stay unread.
pub(super) async fn read<D: Described>(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<D>> {
    let found = read_named(wanted, D::name, |name| D::describe(aws.clone(), name)).await;
    let complete = found.into_iter().zip(wanted).map(|(found, request)| async move {
        let Some(mut live) = found? else { return Ok(None) };
        if asks_for(request, &["tags", "tags_all"]) {
            match add_tags(aws, &mut live).await {
                Err(error) if error.kind == ErrorKind::Busy => {}
                // What is gone since it was described is gone.
                Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
                result => result?,
            }
        }
        Ok(Some(live))
    });
    join_all(complete).await
}

/// [`Resource::find`] of such things: the one of the wanted name, if its tags say that the operation made it.
///
/// # Errors
/// `Busy` while AWS does not tell the tags.
pub(super) async fn find<D: Described>(aws: &Aws, recover: &Recover) -> Result<Option<PhysicalId>, CloudError> {
    let Some(id) = D::natural_id(&recover.wanted) else { return Ok(None) };
    let Some(mut live) = one::<D>(aws, id.as_str()).await? else { return Ok(None) };
    let leaving = live.readiness() == Readiness::Deleting;
    if leaving || absent_is_none(add_tags(aws, &mut live).await)?.is_none() {
        return Ok(None);
    }
    only_made_by(recover, [Candidate::new(Some(id.to_string()), live.tagged().all.clone())])
}

/// Reads the tags. `Busy` where AWS does not find what it describes as being at work.
async fn add_tags<D: Described>(aws: &Aws, live: &mut D) -> Result<(), CloudError> {
    let Some(arn) = live.arn().map(String::from) else { return Ok(()) };
    match tagging::list(aws, &arn).await {
        Err(error) if error.kind == ErrorKind::NotFound && live.readiness() != Readiness::Ready => {
            Err(CloudError { kind: ErrorKind::Busy, ..error })
        }
        tags => {
            live.tagged().all = tags?;
            Ok(())
        }
    }
}
