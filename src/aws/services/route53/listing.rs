//! Listing the records of zones.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_sdk_route53::types::{ResourceRecordSet, RrType};
use futures::future::join_all;
use wildfire_engine::model::{CloudError, PhysicalId};

use super::name::{RecordKey, bare_zone_id, full, plain};
use crate::Aws;
use crate::connection::call::{absent_is_none, missing};

/// The API's largest page.
const PAGE: i32 = 300;

/// A zone's name and all of its records.
#[derive(Clone, Debug)]
pub(super) struct ZoneRecords {
    pub name: String,
    pub sets: Vec<ResourceRecordSet>,
}

/// The names of zones, by id. A zone keeps its name, so it is asked for once.
#[derive(Default)]
struct ZoneNames(Mutex<HashMap<String, String>>);

impl ZoneNames {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, String>> {
        // Whoever panicked with the lock has put a whole name in, or none.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps in mind what somebody has read, or made, anyway.
pub(super) fn remember_name(aws: &Aws, zone: &str, name: &str) {
    aws.memory::<ZoneNames>().lock().insert(zone.to_string(), plain(name));
}

/// The zone's name; `None` when there is no such zone.
pub(super) async fn zone_name(aws: &Aws, zone: &str) -> Result<Option<String>, CloudError> {
    let names = aws.memory::<ZoneNames>();
    if let Some(name) = names.lock().get(zone) {
        return Ok(Some(name.clone()));
    }
    let name = ask_zone_name(aws, zone).await?;
    if let Some(name) = &name {
        names.lock().insert(zone.to_string(), name.clone());
    }
    Ok(name)
}

async fn ask_zone_name(aws: &Aws, zone: &str) -> Result<Option<String>, CloudError> {
    const CALL: &str = "route53:GetHostedZone";
    let reply = absent_is_none(aws.call(CALL, aws.read().route53().get_hosted_zone().id(zone).send()).await)?;
    match reply {
        None => Ok(None),
        Some(reply) => {
            let zone = reply.hosted_zone.ok_or_else(|| missing(CALL, "HostedZone"))?;
            Ok(Some(plain(&zone.name)))
        }
    }
}

/// Every record of a zone; `None` when there is no such zone.
pub(super) async fn list(aws: &Aws, zone: &str) -> Result<Option<Vec<ResourceRecordSet>>, CloudError> {
    let mut sets = Vec::new();
    let (mut name, mut kind, mut set) = (None, None, None);
    loop {
        let request = aws
            .read()
            .route53()
            .list_resource_record_sets()
            .hosted_zone_id(zone)
            .max_items(PAGE)
            .set_start_record_name(name)
            .set_start_record_type(kind)
            .set_start_record_identifier(set);
        let Some(page) = absent_is_none(aws.call("route53:ListResourceRecordSets", request.send()).await)? else {
            return Ok(None);
        };
        sets.extend(page.resource_record_sets);
        if !page.is_truncated || page.next_record_name.is_none() {
            return Ok(Some(sets));
        }
        (name, kind, set) = (page.next_record_name, page.next_record_type, page.next_record_identifier);
    }
}

async fn zone_records(aws: &Aws, zone: &str) -> Result<Option<ZoneRecords>, CloudError> {
    let Some(sets) = list(aws, zone).await? else { return Ok(None) };
    // The record of authority sits at the zone's own name, and saves asking for it.
    let name = match sets.iter().find(|set| set.r#type == RrType::Soa) {
        Some(authority) => {
            remember_name(aws, zone, &authority.name);
            Some(plain(&authority.name))
        }
        None => zone_name(aws, zone).await?,
    };
    Ok(name.map(|name| ZoneRecords { name, sets }))
}

/// The records of several zones; a zone that does not exist is not in the map.
pub(super) async fn of_zones(aws: Aws, zones: Vec<String>) -> Result<HashMap<String, ZoneRecords>, CloudError> {
    let asked = join_all(zones.iter().map(|zone| zone_records(&aws, zone))).await;
    let mut found = HashMap::new();
    for (zone, records) in zones.into_iter().zip(asked) {
        if let Some(records) = records? {
            found.insert(zone, records);
        }
    }
    Ok(found)
}

/// True when the record set is the one of this whole name, type and set.
pub(super) fn is(found: &ResourceRecordSet, key: &RecordKey, whole_name: &str) -> bool {
    found.r#type.as_str() == key.kind && found.set_identifier == key.set && plain(&found.name) == whole_name
}

/// So many records of a zone are looked for one by one; more are taken from the listing of the whole zone.
const LIST_ABOVE: usize = 3;

/// The record sets of keys as AWS has them now, by the ids of the keys; what does not exist is not in the map. They are expected
/// to exist.
pub(super) async fn exactly(aws: &Aws, keys: Vec<RecordKey>) -> Result<HashMap<String, ResourceRecordSet>, CloudError> {
    of_keys(aws, keys, LIST_ABOVE).await
}

async fn of_keys(
    aws: &Aws,
    keys: Vec<RecordKey>,
    few: usize,
) -> Result<HashMap<String, ResourceRecordSet>, CloudError> {
    let mut zones: HashMap<String, Vec<RecordKey>> = HashMap::new();
    for key in keys {
        zones.entry(bare_zone_id(&key.zone).to_string()).or_default().push(key);
    }
    let found = join_all(zones.iter().map(|(zone, keys)| in_zone(aws, zone, keys, few))).await;
    found.into_iter().try_fold(HashMap::new(), |mut all, found| {
        all.extend(found?);
        Ok(all)
    })
}

async fn in_zone(
    aws: &Aws,
    zone: &str,
    keys: &[RecordKey],
    few: usize,
) -> Result<Vec<(String, ResourceRecordSet)>, CloudError> {
    let named = |key: &RecordKey, set: ResourceRecordSet| (key.id().to_string(), set);
    if keys.len() <= few {
        let found = join_all(keys.iter().map(|key| one(aws, key))).await;
        let found = keys.iter().zip(found).map(|(key, set)| Ok(set?.map(|set| named(key, set))));
        return Ok(found.collect::<Result<Vec<_>, CloudError>>()?.into_iter().flatten().collect());
    }
    let Some(records) = zone_records(aws, zone).await? else { return Ok(Vec::new()) };
    let sets: HashMap<_, _> = records.sets.iter().map(|set| (told_apart(set), set)).collect();
    let find = |key: &RecordKey| {
        let set = sets.get(&(full(&key.name, &records.name), key.kind.clone(), key.set.clone()))?;
        Some(named(key, (*set).clone()))
    };
    Ok(keys.iter().filter_map(find).collect())
}

/// Whole name, type and set.
fn told_apart(set: &ResourceRecordSet) -> (String, String, Option<String>) {
    (plain(&set.name), set.r#type.as_str().to_string(), set.set_identifier.clone())
}

/// The one record set of a key as AWS has it now. What is asked within a moment is looked for together, in the listing of the
/// whole zone: usually there is none, and nothing less proves that.
pub(super) async fn one_of_many(aws: &Aws, key: &RecordKey) -> Result<Option<ResourceRecordSet>, CloudError> {
    let batch = aws.batch::<ResourceRecordSet>("route53:record");
    let (aws, id) = (aws.clone(), key.id().to_string());
    let fetch = move |ids: Vec<String>| async move {
        of_keys(&aws, ids.into_iter().filter_map(|id| RecordKey::parse(&PhysicalId::from(id))).collect(), 0).await
    };
    Ok(batch.load([id.clone()], fetch).await?.get(&id).cloned())
}

/// The one record set of a key as AWS has it now.
async fn one(aws: &Aws, key: &RecordKey) -> Result<Option<ResourceRecordSet>, CloudError> {
    let zone = bare_zone_id(&key.zone);
    let Some(zone_name) = zone_name(aws, zone).await? else { return Ok(None) };
    let name = full(&key.name, &zone_name);
    let request = aws
        .read()
        .route53()
        .list_resource_record_sets()
        .hosted_zone_id(zone)
        .start_record_name(&name)
        .start_record_type(RrType::from(key.kind.as_str()))
        .set_start_record_identifier(key.set.clone())
        .max_items(1);
    let Some(page) = absent_is_none(aws.call("route53:ListResourceRecordSets", request.send()).await)? else {
        return Ok(None);
    };
    if let Some(found) = page.resource_record_sets.into_iter().find(|set| is(set, key, &name)) {
        return Ok(Some(found));
    }
    // The listing is ordered in Route 53's own way; what is not at the start of this page is looked for in full
    // before anyone takes it for absent.
    Ok(list(aws, zone).await?.into_iter().flatten().find(|set| is(set, key, &name)))
}
