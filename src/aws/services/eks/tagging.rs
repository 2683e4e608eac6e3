//! What clusters and node groups share: tags, dates, and updates that find nothing to do.

use std::collections::HashMap;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use wildfire_engine::model::{CloudError, ErrorKind};

use crate::Aws;
use crate::kind::tags::{Tags, arn_to_tag, retag};

/// The tags of a create call.
pub(super) fn to_sdk(tags: Option<&Tags>) -> Option<HashMap<String, String>> {
    let tags = tags.filter(|tags| !tags.is_empty())?;
    Some(tags.clone().into_iter().collect())
}

/// Tags as EKS returns them.
pub(super) fn from_sdk(tags: Option<HashMap<String, String>>) -> Option<Tags> {
    Some(tags.unwrap_or_default().into_iter().collect())
}

/// Brings the tags of a cluster or node group from `prior` to `want`.
pub(super) async fn update(
    aws: &Aws,
    arn: Option<&str>,
    prior: Option<&Tags>,
    want: Option<&Tags>,
) -> Result<(), CloudError> {
    let (arn, eks) = (arn_to_tag(arn)?, aws.write().eks());
    let set = |tags: Tags| {
        let request = eks.tag_resource().resource_arn(arn).set_tags(to_sdk(Some(&tags)));
        async move { aws.done(request).await }
    };
    let remove = |keys: Vec<String>| {
        let request = eks.untag_resource().resource_arn(arn).set_tag_keys(Some(keys));
        async move { aws.done(request).await }
    };
    retag(prior, want, set, remove).await
}

/// `2026-01-31T10:00:00Z`
pub(super) fn date(date: DateTime) -> Option<String> {
    date.fmt(Format::DateTime).ok()
}

/// EKS refuses an update that would change nothing. When an earlier attempt did it, that is a success.
pub(super) fn no_change_is_fine<T>(result: Result<T, CloudError>) -> Result<(), CloudError> {
    match result {
        Ok(_) => Ok(()),
        Err(error) if changes_nothing(&error) => Ok(()),
        Err(error) => Err(error),
    }
}

fn changes_nothing(error: &CloudError) -> bool {
    const WORDS: [&str; 3] = ["No changes needed", "already at the desired", "already at version"];
    error.kind == ErrorKind::Rejected && WORDS.iter().any(|words| error.message.contains(words))
}

/// The code and message of a health issue, as a reason.
pub(super) fn issue(code: Option<&str>, message: Option<&str>) -> String {
    [code, message].into_iter().flatten().collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_update_without_effect_is_forgiven() {
        let refused = |message: &str| Err::<(), _>(CloudError::new(ErrorKind::Rejected, message));
        assert!(no_change_is_fine(refused("No changes needed for the logging config provided")).is_ok());
        assert!(no_change_is_fine(refused("Unsupported Kubernetes minor version update")).is_err());
    }
}
