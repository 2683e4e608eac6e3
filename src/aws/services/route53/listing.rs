//! Listing the records of zones.

use std::collections::HashMap;

use aws_sdk_route53::types::{ResourceRecordSet, RrType};
use futures::future::join_all;
use wildfire_engine::model::CloudError;

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

/// The zone's name; `None` when there is no such zone.
pub(super) async fn zone_name(aws: &Aws, zone: &str) -> Result<Option<String>, CloudError> {
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
        Some(authority) => Some(plain(&authority.name)),
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

/// The one record set of a key as AWS has it now.
pub(super) async fn exactly(aws: &Aws, key: &RecordKey) -> Result<Option<ResourceRecordSet>, CloudError> {
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
