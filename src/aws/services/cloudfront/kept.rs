//! What CloudFront keeps under an id: read one by one, and changed by naming the version that was read.

use super::prelude::*;

/// A type whose objects have an entity tag.
#[async_trait]
pub(super) trait Kept: Resource {
    /// The object with the id.
    async fn describe(aws: &Aws, id: &str) -> Read<Self>;

    fn etag(self) -> Option<String>;
}

/// The objects that are asked for. No list has their entity tags.
pub(super) async fn read_each<T: Kept>(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<T>> {
    join_all(wanted.iter().map(|request| T::describe(aws, request.id.as_str()))).await
}

/// What the next change of an object has to name; nothing where it is gone.
pub(super) async fn etag<T: Kept>(aws: &Aws, id: &PhysicalId) -> Result<Option<String>, CloudError> {
    Ok(T::describe(aws, id.as_str()).await?.and_then(T::etag))
}

/// The policy among those of the account that has the name of the one that was sent, if it says the same.
///
/// A list of names has no order, so both are compared as they would be read: by `read`.
pub(super) fn same_as_sent<C: Clone, T: PartialEq>(
    sent: &C,
    listed: impl IntoIterator<Item = (String, Option<C>)>,
    name: impl Fn(&C) -> &str,
    read: impl Fn(C) -> Result<T, Unfit>,
) -> Result<Option<PhysicalId>, CloudError> {
    let mut named = listed.into_iter().filter_map(|(id, config)| Some((id, config?)));
    let Some((id, live)) = named.find(|(_, config)| name(config) == name(sent)) else { return Ok(None) };
    Ok((read(live)? == read(sent.clone())?).then(|| id.into()))
}
