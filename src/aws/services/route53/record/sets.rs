//! Record sets on their way to the SDK and back.

use aws_sdk_route53::types::{
    self as sdk, ResourceRecord, ResourceRecordSet, ResourceRecordSetFailover, ResourceRecordSetRegion, RrType,
};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::CloudError;

use super::super::name::{bare_zone_id, full, plain};
use super::Record;
use super::text;
use crate::kind::convert::{incomplete, int};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Alias {
    /// Whether the record counts as unhealthy when its target is.
    #[field(required)]
    pub evaluate_target_health: Option<bool>,
    /// The domain of the target.
    #[field(required, forms = DnsName)]
    pub name: Option<String>,
    /// The zone that the target's domain is in.
    #[field(required, forms = ZoneId)]
    pub zone_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct CidrPolicy {
    /// The collection of address ranges.
    #[field(required)]
    pub collection_id: Option<String>,
    /// The location in the collection; `*` is everywhere else.
    #[field(required)]
    pub location_name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct FailoverPolicy {
    /// Whether the record is the first choice or the second.
    #[field(required, one_of = ["PRIMARY", "SECONDARY"])]
    pub r#type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct GeolocationPolicy {
    /// The continent's two letters.
    #[field(optional)]
    pub continent: Option<String>,
    /// The country's two letters; `*` is everywhere else.
    #[field(optional)]
    pub country: Option<String>,
    /// The part of the country, such as a state of the USA.
    #[field(optional)]
    pub subdivision: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct GeoproximityPolicy {
    /// The region of AWS that the target is in.
    #[field(optional)]
    pub aws_region: Option<String>,
    /// How much the area grows or shrinks, -99 to 99.
    #[field(range = -99..=99)]
    pub bias: Option<i64>,
    /// Where on earth the target is.
    #[field(set)]
    pub coordinates: Option<Vec<Coordinates>>,
    /// The local zone group that the target is in.
    #[field(optional)]
    pub local_zone_group: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Coordinates {
    /// Degrees north, as text.
    #[field(required, forms = Number)]
    pub latitude: Option<String>,
    /// Degrees east, as text.
    #[field(required, forms = Number)]
    pub longitude: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct LatencyPolicy {
    /// The region whose latency counts.
    #[field(required)]
    pub region: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct WeightedPolicy {
    /// The share of answers, 0 to 255.
    #[field(required, range = 0..=255)]
    pub weight: Option<i64>,
}

fn alias_to_sdk(alias: &Alias) -> Result<sdk::AliasTarget, CloudError> {
    sdk::AliasTarget::builder()
        .set_dns_name(alias.name.as_deref().map(plain))
        .set_hosted_zone_id(alias.zone_id.as_deref().map(|zone| bare_zone_id(zone).to_string()))
        .evaluate_target_health(alias.evaluate_target_health.unwrap_or(false))
        .build()
        .map_err(incomplete)
}

fn proximity_to_sdk(policy: &GeoproximityPolicy) -> Result<sdk::GeoProximityLocation, CloudError> {
    let coordinates = policy.coordinates.iter().flatten().next().map(|at| {
        sdk::Coordinates::builder().set_latitude(at.latitude.clone()).set_longitude(at.longitude.clone()).build()
    });
    Ok(sdk::GeoProximityLocation::builder()
        .set_aws_region(policy.aws_region.clone())
        .set_bias(policy.bias.map(int))
        .set_coordinates(coordinates.transpose().map_err(incomplete)?)
        .set_local_zone_group(policy.local_zone_group.clone())
        .build())
}

/// The record set of `want`, in the zone of that name.
pub(super) fn to_sdk(want: &Record, zone_name: &str) -> Result<ResourceRecordSet, CloudError> {
    let kind = want.r#type.as_deref().unwrap_or_default();
    let values = want.records.iter().flatten().map(|record| match text::is_quoted(kind) {
        true => text::quoted(record),
        false => record.clone(),
    });
    let values = values.map(|value| ResourceRecord::builder().value(value).build().map_err(incomplete));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let cidr = want.cidr_routing_policy.as_ref().map(|policy| {
        sdk::CidrRoutingConfig::builder()
            .set_collection_id(policy.collection_id.clone())
            .set_location_name(policy.location_name.clone())
            .build()
            .map_err(incomplete)
    });
    let place = want.geolocation_routing_policy.as_ref().map(|policy| {
        let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        sdk::GeoLocation::builder()
            .set_continent_code(some(&policy.continent))
            .set_country_code(some(&policy.country))
            .set_subdivision_code(some(&policy.subdivision))
            .build()
    });
    let failover = want.failover_routing_policy.as_ref().and_then(|policy| policy.r#type.as_deref());
    let region = want.latency_routing_policy.as_ref().and_then(|policy| policy.region.as_deref());
    ResourceRecordSet::builder()
        .name(full(want.name.as_deref().unwrap_or_default(), zone_name))
        .r#type(RrType::from(kind))
        .set_set_identifier(want.set_identifier.clone().filter(|set| !set.is_empty()))
        .set_ttl(want.ttl.filter(|_| want.alias.is_none()))
        .set_resource_records(Some(values).filter(|values| !values.is_empty()))
        .set_alias_target(want.alias.as_ref().map(alias_to_sdk).transpose()?)
        .set_health_check_id(want.health_check_id.clone().filter(|id| !id.is_empty()))
        .set_multi_value_answer(want.multivalue_answer_routing_policy.filter(|multi| *multi))
        .set_weight(want.weighted_routing_policy.as_ref().map(|policy| policy.weight.unwrap_or(0)))
        .set_failover(failover.map(ResourceRecordSetFailover::from))
        .set_region(region.map(ResourceRecordSetRegion::from))
        .set_geo_location(place)
        .set_geo_proximity_location(want.geoproximity_routing_policy.as_ref().map(proximity_to_sdk).transpose()?)
        .set_cidr_routing_config(cidr.transpose()?)
        .build()
        .map_err(incomplete)
}

fn alias_from_sdk(alias: sdk::AliasTarget) -> Alias {
    Alias {
        evaluate_target_health: Some(alias.evaluate_target_health),
        name: Some(plain(&alias.dns_name)),
        zone_id: Some(alias.hosted_zone_id),
    }
}

impl From<ResourceRecordSet> for Record {
    /// Everything that the set tells; the name is the whole one.
    fn from(set: ResourceRecordSet) -> Self {
        let kind = set.r#type.as_str().to_string();
        let is_alias = set.alias_target.is_some();
        let records: Vec<String> = set
            .resource_records
            .unwrap_or_default()
            .into_iter()
            .map(|record| if text::is_quoted(&kind) { text::unquoted(&record.value) } else { record.value })
            .collect();
        Self {
            alias: set.alias_target.map(alias_from_sdk),
            allow_overwrite: None,
            cidr_routing_policy: set.cidr_routing_config.map(|policy| CidrPolicy {
                collection_id: Some(policy.collection_id),
                location_name: Some(policy.location_name),
            }),
            failover_routing_policy: set
                .failover
                .map(|failover| FailoverPolicy { r#type: Some(failover.as_str().to_string()) }),
            fqdn: Some(plain(&set.name)),
            geolocation_routing_policy: set.geo_location.map(|place| GeolocationPolicy {
                continent: place.continent_code,
                country: place.country_code,
                subdivision: place.subdivision_code,
            }),
            geoproximity_routing_policy: set.geo_proximity_location.map(|place| GeoproximityPolicy {
                aws_region: place.aws_region,
                bias: place.bias.map(i64::from),
                coordinates: place
                    .coordinates
                    .map(|at| vec![Coordinates { latitude: Some(at.latitude), longitude: Some(at.longitude) }]),
                local_zone_group: place.local_zone_group,
            }),
            health_check_id: set.health_check_id,
            id: None,
            latency_routing_policy: set
                .region
                .map(|region| LatencyPolicy { region: Some(region.as_str().to_string()) }),
            multivalue_answer_routing_policy: set.multi_value_answer,
            name: Some(plain(&set.name)),
            records: Some(records).filter(|records| !records.is_empty()),
            set_identifier: set.set_identifier,
            // An alias has the ttl of its target.
            ttl: set.ttl.filter(|_| !is_alias),
            r#type: Some(kind),
            weighted_routing_policy: set.weight.map(|weight| WeightedPolicy { weight: Some(weight) }),
            zone_id: None,
        }
    }
}

/// True when two record sets answer alike.
pub(super) fn alike(a: &ResourceRecordSet, b: &ResourceRecordSet) -> bool {
    let normal = |set: &ResourceRecordSet| {
        let mut record = Record::from(set.clone());
        if let Some(records) = &mut record.records {
            records.sort();
        }
        record.multivalue_answer_routing_policy = record.multivalue_answer_routing_policy.filter(|multi| *multi);
        record
    };
    normal(a) == normal(b)
}

/// How a record set shares its name with others; a change of it is refused in place.
pub(super) fn routing(set: &ResourceRecordSet) -> &'static str {
    match set {
        set if set.weight.is_some() => "weighted",
        set if set.region.is_some() => "latency",
        set if set.failover.is_some() => "failover",
        set if set.geo_location.is_some() => "geolocation",
        set if set.geo_proximity_location.is_some() => "geoproximity",
        set if set.cidr_routing_config.is_some() => "cidr",
        set if set.multi_value_answer == Some(true) => "multivalue",
        _ => "simple",
    }
}
