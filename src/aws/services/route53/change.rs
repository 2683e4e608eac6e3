//! Changing records, and waiting until every name server knows.

use std::time::Duration;

use aws_sdk_route53::types::{Change, ChangeAction, ChangeBatch, ChangeInfo, ChangeStatus, ResourceRecordSet};
use wildfire_engine::model::{CloudError, ErrorKind};

use super::name::bare_zone_id;
use crate::Aws;
use crate::kind::convert::incomplete;

/// A change usually takes half a minute. What takes longer goes on by itself: the records are stored.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_secs(4);

pub(super) fn one(action: ChangeAction, set: ResourceRecordSet) -> Result<Change, CloudError> {
    Change::builder().action(action).resource_record_set(set).build().map_err(incomplete)
}

/// Sends one batch: all of it happens, or nothing.
///
/// # Errors
/// `AlreadyExists` when a record that was to be created is there, `NotFound` when one that was to be deleted is not.
pub(super) async fn send(aws: &Aws, zone: &str, changes: Vec<Change>) -> Result<Option<ChangeInfo>, CloudError> {
    let batch = ChangeBatch::builder().set_changes(Some(changes)).build().map_err(incomplete)?;
    let request =
        aws.write().route53().change_resource_record_sets().hosted_zone_id(bare_zone_id(zone)).change_batch(batch);
    // What is wrong with a batch is in a list of messages that the error itself does not show.
    let mut messages = Vec::new();
    let sent = async {
        let result = request.send().await;
        if let Err(error) = &result
            && let Some(aws_sdk_route53::operation::change_resource_record_sets::ChangeResourceRecordSetsError::InvalidChangeBatch(invalid)) =
                error.as_service_error()
        {
            messages.extend(invalid.messages().iter().cloned());
        }
        result
    };
    let result = aws.call("route53:ChangeResourceRecordSets", sent).await;
    result.map(|reply| reply.change_info).map_err(|error| meant(error, &messages))
}

fn meant(mut error: CloudError, messages: &[String]) -> CloudError {
    if !messages.is_empty() {
        error.message = messages.join("; ");
    }
    if error.code.as_deref() == Some("InvalidChangeBatch") {
        if error.message.contains("already exists") {
            error.kind = ErrorKind::AlreadyExists;
        } else if error.message.contains("not found") {
            error.kind = ErrorKind::NotFound;
        }
    }
    error
}

/// Waits until the change is everywhere, or has taken long enough. Never fails: the change itself is done.
pub(super) async fn settled(aws: &Aws, change: Option<ChangeInfo>) {
    let Some(change) = change else { return };
    let mut status = change.status;
    let mut waited = Duration::ZERO;
    while status == ChangeStatus::Pending && waited < PATIENCE {
        tokio::time::sleep(PAUSE).await;
        waited += PAUSE;
        let request = aws.read().route53().get_change().id(bare_zone_id(&change.id));
        match aws.call("route53:GetChange", request.send()).await {
            Ok(reply) => status = reply.change_info.map_or(ChangeStatus::Insync, |info| info.status),
            Err(error) => tracing::debug!(%error, "cannot follow the change"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_is_wrong_with_a_batch() {
        let mut error = CloudError::new(ErrorKind::Rejected, "AWS answered InvalidChangeBatch (HTTP 400)");
        error.code = Some("InvalidChangeBatch".into());
        let text = "Tried to create resource record set [name='a.', type='A'] but it already exists".to_string();
        assert_eq!(meant(error.clone(), std::slice::from_ref(&text)).kind, ErrorKind::AlreadyExists);
        assert_eq!(meant(error.clone(), std::slice::from_ref(&text)).message, text);
        let gone = "Tried to delete resource record set [name='a.', type='A'] but it was not found".to_string();
        assert_eq!(meant(error.clone(), &[gone]).kind, ErrorKind::NotFound);
        assert_eq!(meant(error, &[]).kind, ErrorKind::Rejected);
    }
}
