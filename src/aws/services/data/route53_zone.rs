//! `aws_route53_zone`

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{CloudError, ErrorKind};

use super::exactly_one;
use crate::Aws;
use crate::connection::call::missing;
use crate::kind::resource::DataSource;
use crate::kind::tags::Tags;
use crate::services::route53::{ZoneSummary, all_zones, bare_zone_id, name_servers, zone_tags};

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
pub struct Zone {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The token of the call that made the zone.
    #[field(computed)]
    caller_reference: Option<String>,
    /// The remark.
    #[field(computed)]
    comment: Option<String>,
    /// The zone's id.
    #[field(computed)]
    id: Option<String>,
    /// What a service of AWS that owns the zone says about it.
    #[field(computed)]
    linked_service_description: Option<String>,
    /// The service of AWS that owns the zone.
    #[field(computed)]
    linked_service_principal: Option<String>,
    /// The domain.
    #[field(immutable, aws_default, conflicts = ["zone_id"])]
    name: Option<String>,
    /// The name servers to delegate to.
    #[field(computed)]
    name_servers: Option<Vec<String>>,
    /// The name server that the record of authority names.
    #[field(computed)]
    primary_name_server: Option<String>,
    /// Whether a private zone is meant.
    #[field(immutable, aws_default)]
    private_zone: Option<bool>,
    /// How many records the zone has.
    #[field(computed)]
    resource_record_set_count: Option<i64>,
    /// Tags that the zone has to have.
    #[field(immutable, aws_default)]
    tags: Option<Tags>,
    /// A VPC in which the private zone is seen.
    #[field(immutable)]
    vpc_id: Option<String>,
    /// The zone's id.
    #[field(immutable, aws_default, conflicts = ["name"])]
    zone_id: Option<String>,
}

/// Zones that a listing shows to fit: by id, or by name and by being private or not.
fn candidates(zones: Vec<ZoneSummary>, arguments: &Zone) -> Vec<ZoneSummary> {
    let private = arguments.private_zone.unwrap_or(false) || arguments.vpc_id.is_some();
    let by_id = arguments.zone_id.as_deref().filter(|id| !id.is_empty()).map(bare_zone_id);
    let name = arguments.name.as_deref().map(|name| name.strip_suffix('.').unwrap_or(name).to_lowercase());
    zones
        .into_iter()
        .filter(|zone| match by_id {
            Some(id) => zone.id == id,
            None => zone.private == private && name.as_ref().is_none_or(|name| zone.name == *name),
        })
        .collect()
}

async fn vpcs(aws: &Aws, id: &str) -> Result<Vec<String>, CloudError> {
    let reply = aws.call("route53:GetHostedZone", aws.read().route53().get_hosted_zone().id(id).send()).await?;
    Ok(reply.vpcs.unwrap_or_default().into_iter().filter_map(|vpc| vpc.vpc_id).collect())
}

#[async_trait]
impl DataSource for Zone {
    const TYPE: &'static str = "aws_route53_zone";
    const DOC: &'static str = "A hosted zone that somebody else manages.";
    const READ_CALLS: &'static [&'static str] = &[
        "route53:ListHostedZones",
        "route53:ListTagsForResources",
        "route53:GetHostedZone",
        "route53:ListResourceRecordSets",
    ];
    const EXAMPLE: &'static str = "name: acme.example\n";

    async fn read(aws: &Aws, arguments: &Self) -> Result<Self, CloudError> {
        const CALL: &str = "route53:GetHostedZone";
        if arguments.zone_id.is_none() && arguments.name.is_none() && arguments.tags.is_none() {
            return Err(CloudError::new(ErrorKind::Rejected, "write zone_id, name or tags: any zone would do"));
        }
        let mut found = candidates(all_zones(aws).await?, arguments);
        let ids: Vec<String> = found.iter().map(|zone| zone.id.clone()).collect();
        let tags = zone_tags(aws, &ids).await?;
        let fits = |zone: &ZoneSummary| {
            let mut wanted = arguments.tags.iter().flatten();
            wanted.all(|(key, value)| tags.get(&zone.id).and_then(|tags| tags.get(key)) == Some(value))
        };
        found.retain(fits);
        if let Some(vpc) = &arguments.vpc_id {
            let mut seen = Vec::new();
            for zone in found {
                if vpcs(aws, &zone.id).await?.contains(vpc) {
                    seen.push(zone);
                }
            }
            found = seen;
        }
        let zone = exactly_one(found, "hosted zone")?;
        let reply = aws.call(CALL, aws.read().route53().get_hosted_zone().id(&zone.id).send()).await?;
        let linked = reply.hosted_zone.ok_or_else(|| missing(CALL, "HostedZone"))?.linked_service;
        let (own, primary_name_server) = name_servers(aws, &zone.id, &zone.name).await?;
        let delegated = reply.delegation_set.map(|set| set.name_servers);
        let mut names = delegated.filter(|names| !names.is_empty()).unwrap_or(own);
        names.sort();
        Ok(Self {
            arn: Some(format!("arn:{}:route53:::hostedzone/{}", aws.partition(), zone.id)),
            caller_reference: Some(zone.caller_reference),
            comment: Some(zone.comment),
            linked_service_description: linked.as_ref().and_then(|linked| linked.description.clone()),
            linked_service_principal: linked.and_then(|linked| linked.service_principal),
            name: Some(zone.name),
            name_servers: Some(names),
            primary_name_server,
            private_zone: Some(zone.private),
            resource_record_set_count: Some(zone.records),
            tags: tags.get(&zone.id).cloned(),
            vpc_id: arguments.vpc_id.clone(),
            zone_id: Some(zone.id.clone()),
            id: Some(zone.id),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(id: &str, private: bool) -> ZoneSummary {
        ZoneSummary {
            id: id.into(),
            name: "acme.example".into(),
            private,
            comment: String::new(),
            records: 2,
            caller_reference: String::new(),
        }
    }

    #[test]
    fn a_name_means_the_public_zone_unless_said_otherwise() {
        let ids = |arguments: Zone| -> Vec<String> {
            candidates(vec![zone("Z1", false), zone("Z2", true)], &arguments).into_iter().map(|zone| zone.id).collect()
        };
        let named = Zone { name: Some("Acme.example.".into()), ..Zone::default() };
        assert_eq!(ids(named.clone()), ["Z1"]);
        assert_eq!(ids(Zone { private_zone: Some(true), ..named.clone() }), ["Z2"]);
        assert_eq!(ids(Zone { vpc_id: Some("vpc-1".into()), ..named }), ["Z2"]);
        assert_eq!(ids(Zone { zone_id: Some("/hostedzone/Z2".into()), ..Zone::default() }), ["Z2"]);
    }
}
