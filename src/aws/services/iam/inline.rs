//! Policies that are part of a role, a user or a group: their id, how they are read, and how one is found again.

use super::document::same;
use super::prelude::*;

/// A policy that is part of one holder.
pub(super) trait InlinePolicy: Resource {
    /// What asks for the policy of this name.
    fn key(holder: String, name: String) -> Key;

    /// The policy as IAM has it.
    fn live(id: &PhysicalId, holder: String, name: String, document: String) -> Self;

    /// The document that is declared.
    fn document(&self) -> Option<&str>;
}

pub(super) async fn read<P: InlinePolicy>(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<P>> {
    let key = |request: &ReadRequest| split(&request.id).map(|(holder, name)| P::key(holder, name));
    let pick = |entity: &Entity, request: &ReadRequest| match (entity, split(&request.id)) {
        (Entity::Inline(document), Some((holder, name))) => Some(P::live(&request.id, holder, name, document.clone())),
        _ => None,
    };
    account::load(aws, wanted, key, pick).await
}

/// No tags here: what is under the name is ours if it is what was sent.
pub(super) async fn find<P: InlinePolicy>(
    aws: &Aws,
    recover: &Recover,
    wanted: &P,
) -> Result<Option<PhysicalId>, CloudError> {
    let Some(id) = P::natural_id(&recover.wanted) else { return Ok(None) };
    let Some((holder, name)) = split(&id) else { return Ok(None) };
    match absent_is_none(account::one(aws, P::key(holder, name)).await)? {
        Some(Entity::Inline(live)) if same(Some(&live), wanted.document()) => Ok(Some(id)),
        _ => Ok(None),
    }
}

/// Holder and policy name; a holder's name has no colon.
fn split(id: &PhysicalId) -> Option<(String, String)> {
    id.as_str().split_once(':').map(|(holder, name)| (holder.to_string(), name.to_string()))
}

/// The same of what is to be changed.
pub(super) fn parts(id: &PhysicalId, form: &str) -> Result<(String, String), CloudError> {
    split(id)
        .ok_or_else(|| CloudError::new(ErrorKind::Rejected, format!("{:?} is not of the form {form}", id.as_str())))
}

pub(super) fn joined(holder: Option<&str>, name: Option<&str>) -> PhysicalId {
    PhysicalId::from(format!("{}:{}", holder.unwrap_or_default(), name.unwrap_or_default()))
}

/// The id that the properties tell, once they are known. `holder` is the property that names who has the policy.
pub(super) fn natural(properties: &Value, holder: &str) -> Option<PhysicalId> {
    Some(joined(Some(properties.get(holder)?.as_str()?), Some(properties.get("name")?.as_str()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_the_name() {
        assert_eq!(split(&joined(Some("ci"), Some("read"))), Some(("ci".into(), "read".into())));
        assert_eq!(split(&"ci".into()), None);
        assert!(parts(&"ci".into(), "USER:NAME").is_err_and(|error| error.message.contains("USER:NAME")));
    }
}
