//! Records that change in one request.
//!
//! A request is done whole or not at all, so no name is without an answer in between. What goes comes first: a name may only
//! be taken over by another kind of record when the one that has it is gone.

use std::collections::HashMap;

use aws_sdk_route53::types::{Change, ChangeAction, ResourceRecordSet};
use wildfire_engine::model::{Batch, CloudError, Mutation, PhysicalId, Room, Value, key_part};

use super::{Record, name_of, no_id, sets};
use crate::Aws;
use crate::kind::resource::Member;
use crate::services::route53::change::{follow, one, send};
use crate::services::route53::listing;
use crate::services::route53::name::{RecordKey, bare_zone_id};

/// The most of a request: 1,000 values and 32,000 characters of them; an update counts twice.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests-changeresourcerecordsets>
const ROOM: Room = Room { members: 1_000, measure: 32_000 };

pub(super) fn batch(call: &Mutation) -> Option<Batch> {
    let properties = call.properties();
    let zone = properties.get("zone_id").filter(|zone| !zone.is_null())?;
    let replaces = properties.get("allow_overwrite") == Some(&Value::Bool(true));
    let times = match call {
        Mutation::Update { .. } => 2,
        Mutation::Create { .. } if replaces => 2,
        Mutation::Create { .. } | Mutation::Delete { .. } => 1,
    };
    let values = properties.get("records").and_then(Value::as_list).unwrap_or_default();
    let characters = |value: &Value| value.as_str().map_or(0, quoted_length);
    let takes =
        Room { members: times * values.len().max(1), measure: times * values.iter().map(characters).sum::<usize>() };
    let key = key_part(Some(zone));
    Some(Batch { key: bare_zone_id(&key).to_string(), takes, room: ROOM })
}

/// With quotes, and those between the pieces of long text.
fn quoted_length(value: &str) -> usize {
    value.len() + 2 + 3 * (value.len() / 250)
}

/// The changes of a request, in the order in which they are sent.
#[derive(Default)]
struct Changes {
    gone: Vec<Change>,
    replaced: Vec<Change>,
    set: Vec<Change>,
    new: Vec<Change>,
}

impl Changes {
    fn put(&mut self, live: Option<&ResourceRecordSet>, wanted: ResourceRecordSet) -> Result<(), CloudError> {
        match live {
            Some(live) if sets::alike(live, &wanted) => {}
            // Another way of routing is refused in place.
            Some(live) if sets::routing(live) != sets::routing(&wanted) => {
                self.replaced.push(one(ChangeAction::Delete, live.clone())?);
                self.replaced.push(one(ChangeAction::Create, wanted)?);
            }
            _ => self.set.push(one(ChangeAction::Upsert, wanted)?),
        }
        Ok(())
    }

    fn in_order(self) -> Vec<Change> {
        [self.gone, self.replaced, self.set, self.new].into_iter().flatten().collect()
    }
}

fn key_of(call: &Member<Record>) -> Result<RecordKey, CloudError> {
    match call {
        Member::Create { want, .. } | Member::Update { want, .. } => Ok(want.key()),
        Member::Delete { id, .. } => RecordKey::parse(id).ok_or_else(|| no_id(id)),
    }
}

/// True when the change depends on what is there: a deletion has to name the values of the record.
fn looks_first(call: &Member<Record>) -> bool {
    !matches!(call, Member::Create { want, .. } if want.allow_overwrite != Some(true))
}

pub(super) async fn send_all(aws: &Aws, calls: &[Member<Record>]) -> Result<Vec<PhysicalId>, CloudError> {
    let keys = calls.iter().map(key_of).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = keys.first() else { return Ok(Vec::new()) };
    let zone = bare_zone_id(&first.zone).to_string();
    let looked = keys.iter().zip(calls).filter(|(_, call)| looks_first(call)).map(|(key, _)| key.clone());
    let live = listing::exactly(aws, looked.collect()).await?;
    let zone_name = name_of(aws, &zone).await?;
    let changes = changes(&keys, calls, &live, &zone_name)?.in_order();
    if !changes.is_empty() {
        let sent = send(aws, &zone, changes).await?;
        let staying = keys.iter().zip(calls).filter(|(_, call)| !matches!(call, Member::Delete { .. }));
        follow(aws, sent, staying.map(|(key, _)| key.id()));
    }
    Ok(keys.iter().zip(calls).map(|(key, call)| id_of(key, call)).collect())
}

fn id_of(key: &RecordKey, call: &Member<Record>) -> PhysicalId {
    match call {
        Member::Create { .. } => key.id(),
        Member::Update { id, .. } | Member::Delete { id, .. } => id.clone(),
    }
}

fn changes(
    keys: &[RecordKey],
    calls: &[Member<Record>],
    live: &HashMap<String, ResourceRecordSet>,
    zone_name: &str,
) -> Result<Changes, CloudError> {
    let mut changes = Changes::default();
    for (key, call) in keys.iter().zip(calls) {
        let live = live.get(key.id().as_str());
        match call {
            Member::Create { want, .. } if want.allow_overwrite != Some(true) => {
                changes.new.push(one(ChangeAction::Create, sets::to_sdk(want, zone_name)?)?);
            }
            Member::Create { want, .. } | Member::Update { want, .. } => {
                changes.put(live, sets::to_sdk(want, zone_name)?)?;
            }
            // What is gone already needs no change.
            Member::Delete { .. } => {
                if let Some(live) = live {
                    changes.gone.push(one(ChangeAction::Delete, live.clone())?);
                }
            }
        }
    }
    Ok(changes)
}

#[cfg(test)]
mod tests;
