//! Changing records, and following a change until every name server knows.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_route53::types::{Change, ChangeAction, ChangeBatch, ChangeInfo, ChangeStatus, ResourceRecordSet};
use futures::future::join_all;
use tokio::time::Instant;
use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId, ReadRequest};

use super::name::bare_zone_id;
use crate::Aws;
use crate::kind::convert::incomplete;

/// A change usually takes half a minute. What takes longer goes on by itself: the records are stored.
const PATIENCE: Duration = Duration::from_secs(60);
/// Before this nobody is asked.
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
    // The zone takes one change at a time: this is about no record.
    if error.code.as_deref() == Some("PriorRequestNotComplete") {
        error.kind = ErrorKind::Throttled;
    }
    error
}

/// The changes that this connection has sent and that may not be everywhere yet, by the ids of their records.
#[derive(Default)]
struct Changes(Mutex<HashMap<String, Arc<Sent>>>);

struct Sent {
    id: String,
    at: Instant,
    settled: AtomicBool,
}

impl Changes {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Sent>>> {
        // Whoever panicked with the lock has put a whole change in, or none.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps in mind that records are to be followed until every name server knows the change.
pub(super) fn follow(aws: &Aws, change: Option<ChangeInfo>, records: impl IntoIterator<Item = PhysicalId>) {
    let Some(change) = change.filter(|change| change.status == ChangeStatus::Pending) else { return };
    let sent = Arc::new(Sent { id: change.id, at: Instant::now(), settled: AtomicBool::new(false) });
    let changes = aws.memory::<Changes>();
    let mut changes = changes.lock();
    changes.extend(records.into_iter().map(|record| (record.to_string(), sent.clone())));
}

/// The status of the changes of records that are not everywhere yet. Costs a call for each change, whatever the number of its
/// records. Never fails: the records are stored.
pub(super) async fn under_way(aws: &Aws, records: &[ReadRequest]) -> Vec<Option<String>> {
    let changes = aws.memory::<Changes>();
    let of_records: Vec<Option<Arc<Sent>>> = {
        let mut changes = changes.lock();
        changes.retain(|_, sent| !sent.is_over());
        records.iter().map(|record| changes.get(record.id.as_str()).cloned()).collect()
    };
    let distinct: HashMap<&str, &Arc<Sent>> =
        of_records.iter().flatten().map(|sent| (sent.id.as_str(), sent)).collect();
    join_all(distinct.into_values().map(|sent| sent.ask(aws))).await;
    let status = |sent: Option<Arc<Sent>>| sent.filter(|sent| !sent.is_over()).map(|_| "pending".to_string());
    of_records.into_iter().map(status).collect()
}

impl Sent {
    fn is_over(&self) -> bool {
        self.settled.load(Ordering::Relaxed) || self.at.elapsed() >= PATIENCE
    }

    async fn ask(&self, aws: &Aws) {
        if self.at.elapsed() < PAUSE {
            return;
        }
        let request = aws.read().route53().get_change().id(bare_zone_id(&self.id));
        match aws.call("route53:GetChange", request.send()).await {
            Ok(reply) if reply.change_info.as_ref().is_some_and(|info| info.status == ChangeStatus::Pending) => {}
            Ok(_) => self.settled.store(true, Ordering::Relaxed),
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
