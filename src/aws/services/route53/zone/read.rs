//! Reading zones: one by one, and the list of all; their tags and name servers, which no zone comes with.

use std::collections::HashMap;

use aws_sdk_route53::types::{HostedZone, ResourceTagSet, RrType, TagResourceType};
use futures::future::try_join_all;
use wildfire_engine::model::{CloudError, ErrorKind, ReadRequest};

use super::{TAGS, Zone};
use crate::Aws;
use crate::connection::call::{absent_is_none, missing};
use crate::connection::operation::Operation as _;
use crate::kind::convert::{filled, incoming};
use crate::kind::resource::{Read, asks_for};
use crate::kind::tags::{Tagged, Tags};
use crate::services::route53::listing::remember_name;
use crate::services::route53::name::{bare_zone_id, plain};
use crate::services::route53::operations::{GetHostedZone, ListTagsForResource};

/// A zone as a listing shows it.
#[derive(Clone, Debug)]
pub(crate) struct ZoneSummary {
    pub id: String,
    pub name: String,
    pub private: bool,
    pub comment: String,
    pub records: i64,
    pub caller_reference: String,
}

/// Every zone of the account.
pub(crate) async fn all_zones(aws: &Aws) -> Result<Vec<ZoneSummary>, CloudError> {
    let request = aws.read().route53().list_hosted_zones().max_items(100);
    let zones = aws.pages(request, |page| Some(page.hosted_zones)).await?;
    let summary = |zone: HostedZone| ZoneSummary {
        id: bare_zone_id(&zone.id).to_string(),
        name: plain(&zone.name),
        private: zone.config.as_ref().is_some_and(|config| config.private_zone),
        comment: zone.config.and_then(|config| config.comment).unwrap_or_default(),
        records: zone.resource_record_set_count.unwrap_or_default(),
        caller_reference: zone.caller_reference,
    };
    Ok(zones.into_iter().map(summary).collect())
}

/// The tags of zones that exist.
pub(crate) async fn zone_tags(aws: &Aws, ids: &[String]) -> Result<HashMap<String, Tags>, CloudError> {
    tags_of(aws, &TagResourceType::Hostedzone, ids).await
}

/// The tags of zones or health checks that exist, ten a call; one by one where that call is refused, as by whoever does not
/// know it.
pub(in crate::services::route53) async fn tags_of(
    aws: &Aws,
    kind: &TagResourceType,
    ids: &[String],
) -> Result<HashMap<String, Tags>, CloudError> {
    match tags_of_many(aws, kind, ids).await {
        Err(error) if !matches!(error.kind, ErrorKind::Throttled | ErrorKind::NoCredentials) => {
            tracing::debug!(%error, "reading tags one by one");
            // What is in the way of both is told in the words of the usual call.
            tags_of_each(aws, kind, ids).await.map_err(|_| error)
        }
        result => result,
    }
}

async fn tags_of_each(aws: &Aws, kind: &TagResourceType, ids: &[String]) -> Result<HashMap<String, Tags>, CloudError> {
    const CALL: &str = ListTagsForResource::NAME;
    let ask = async |id: &String| {
        let request = aws.read().route53().list_tags_for_resource().resource_type(kind.clone());
        let reply = absent_is_none(aws.send(request.resource_id(id)).await)?;
        let Some(set) = reply.map(|reply| reply.resource_tag_set.ok_or_else(|| missing(CALL, "ResourceTagSet"))) else {
            return Ok::<_, CloudError>(None);
        };
        Ok(Some((id.clone(), tags_in(set?))))
    };
    let found: Vec<Option<(String, Tags)>> = try_join_all(ids.iter().map(ask)).await?;
    Ok(found.into_iter().flatten().collect())
}

fn tags_in(set: ResourceTagSet) -> Tags {
    let tags = set.tags.unwrap_or_default().into_iter();
    tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}

async fn tags_of_many(aws: &Aws, kind: &TagResourceType, ids: &[String]) -> Result<HashMap<String, Tags>, CloudError> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(TAGS) {
        let request = aws
            .read()
            .route53()
            .list_tags_for_resources()
            .resource_type(kind.clone())
            .set_resource_ids(Some(chunk.to_vec()));
        let reply = aws.send(request).await?;
        for set in reply.resource_tag_sets {
            let Some(id) = set.resource_id.clone() else { continue };
            found.insert(bare_zone_id(&id).to_string(), tags_in(set));
        }
    }
    Ok(found)
}

/// The names in the zone's own NS record, and the primary in its record of authority.
pub(crate) async fn name_servers(aws: &Aws, id: &str, name: &str) -> Result<(Vec<String>, Option<String>), CloudError> {
    // Of the zone's own records these two are side by side but for PTR.
    let request = aws
        .read()
        .route53()
        .list_resource_record_sets()
        .hosted_zone_id(id)
        .start_record_name(name)
        .start_record_type(RrType::Ns)
        .max_items(5);
    let reply = absent_is_none(aws.send(request).await)?;
    let sets = reply.map(|reply| reply.resource_record_sets).unwrap_or_default();
    let of = |kind: RrType| {
        let own = sets.iter().find(|set| set.r#type == kind && plain(&set.name) == name);
        own.into_iter().flat_map(|set| set.resource_records()).map(|record| record.value.as_str())
    };
    let primary = of(RrType::Soa).next().and_then(|value| value.split_whitespace().next()).map(undotted);
    Ok((of(RrType::Ns).map(undotted).collect(), primary))
}

fn undotted(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_string()
}

/// A zone without its tags.
pub(super) async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Zone> {
    const CALL: &str = GetHostedZone::NAME;
    let id = bare_zone_id(request.id.as_str());
    let reply = absent_is_none(aws.send(aws.read().route53().get_hosted_zone().id(id)).await)?;
    let Some(reply) = reply else { return Ok(None) };
    let zone = reply.hosted_zone.ok_or_else(|| missing(CALL, "HostedZone"))?;
    let name = plain(&zone.name);
    remember_name(aws, id, &name);
    let delegation = reply.delegation_set;
    let delegated = delegation.as_ref().is_some_and(|set| !set.name_servers.is_empty());
    // A public zone comes with its name servers; those of a private one, and the primary, are in its records.
    let in_records =
        asks_for(request, &["primary_name_server"]) || (!delegated && asks_for(request, &["name_servers"]));
    let (own, primary_name_server) = match in_records {
        true => name_servers(aws, id, &name).await?,
        false => (Vec::new(), None),
    };
    let delegation_set_id =
        delegation.as_ref().and_then(|set| set.id.as_deref()).map(|id| bare_zone_id(id).to_string());
    let mut name_servers = delegation.map(|set| set.name_servers).filter(|names| !names.is_empty()).unwrap_or(own);
    name_servers.sort();
    let name_servers = (delegated || in_records).then_some(name_servers);
    Ok(Some(Zone {
        arn: Some(format!("arn:{}:route53:::hostedzone/{id}", aws.partition())),
        comment: zone.config.and_then(|config| config.comment),
        delegation_set_id,
        force_destroy: None,
        id: Some(id.to_string()),
        name: Some(name),
        name_servers,
        primary_name_server,
        tags: Tagged::default(),
        vpc: incoming(filled(reply.vpcs), "vpc")?,
        zone_id: Some(id.to_string()),
    }))
}
