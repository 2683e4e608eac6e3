//! `aws_availability_zones`

use async_trait::async_trait;
use aws_sdk_ec2::types::AvailabilityZone;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::CloudError;

use super::filter::{Filter, filters};
use crate::Aws;
use crate::kind::resource::DataSource;

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
pub struct AvailabilityZones {
    /// Whether zones count that the account did not opt in to.
    #[field(immutable, default = false)]
    all_availability_zones: Option<bool>,
    /// Names of zones that do not count.
    #[field(immutable, set)]
    exclude_names: Option<Vec<String>>,
    /// Ids of zones that do not count.
    #[field(immutable, set)]
    exclude_zone_ids: Option<Vec<String>>,
    /// What zones have to match.
    #[field(immutable, set)]
    filter: Option<Vec<Filter>>,
    /// The groups of the zones.
    #[field(computed)]
    group_names: Option<Vec<String>>,
    /// The region.
    #[field(computed)]
    id: Option<String>,
    /// The zones' names, in order.
    #[field(computed)]
    names: Option<Vec<String>>,
    /// The state that zones have to be in; by default any.
    #[field(immutable, one_of = ["available", "information", "impaired", "unavailable", "constrained"])]
    state: Option<String>,
    /// The zones' ids, in the order of their names.
    #[field(computed)]
    zone_ids: Option<Vec<String>>,
}

/// The zones that count, ordered by name.
fn chosen(zones: Vec<AvailabilityZone>, arguments: &AvailabilityZones) -> Vec<(String, String, Option<String>)> {
    let excluded = |list: &Option<Vec<String>>, name: &String| list.iter().flatten().any(|other| other == name);
    let mut zones: Vec<_> = zones
        .into_iter()
        .filter_map(|zone| Some((zone.zone_name?, zone.zone_id.unwrap_or_default(), zone.group_name)))
        .filter(|(name, id, _)| !excluded(&arguments.exclude_names, name) && !excluded(&arguments.exclude_zone_ids, id))
        .collect();
    zones.sort();
    zones
}

#[async_trait]
impl DataSource for AvailabilityZones {
    const TYPE: &'static str = "aws_availability_zones";
    const DOC: &'static str = "The availability zones of the stage's region.";
    const READ_CALLS: &'static [&'static str] = &["ec2:DescribeAvailabilityZones"];
    const EXAMPLE: &'static str = "\
state: available
filter:
  - {name: opt-in-status, values: [opt-in-not-required]}
";

    async fn read(aws: &Aws, arguments: &Self) -> Result<Self, CloudError> {
        let filters = filters(arguments.filter.as_ref(), None, &[("state", arguments.state.clone())]);
        let request = aws
            .read()
            .ec2()
            .describe_availability_zones()
            .set_all_availability_zones(arguments.all_availability_zones.filter(|all| *all))
            .set_filters(Some(filters).filter(|filters| !filters.is_empty()));
        let reply = aws.call("ec2:DescribeAvailabilityZones", request.send()).await?;
        let zones = chosen(reply.availability_zones.unwrap_or_default(), arguments);
        let mut groups: Vec<String> = zones.iter().filter_map(|(_, _, group)| group.clone()).collect();
        groups.sort();
        groups.dedup();
        Ok(Self {
            group_names: Some(groups),
            id: Some(aws.region().to_string()),
            names: Some(zones.iter().map(|(name, _, _)| name.clone()).collect()),
            zone_ids: Some(zones.into_iter().map(|(_, id, _)| id).collect()),
            ..arguments.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_go_with_names() {
        let zone = |name: &str, id: &str| AvailabilityZone::builder().zone_name(name).zone_id(id).build();
        let zones =
            vec![zone("eu-west-1c", "euw1-az1"), zone("eu-west-1a", "euw1-az3"), zone("eu-west-1b", "euw1-az2")];
        let arguments = AvailabilityZones { exclude_zone_ids: Some(vec!["euw1-az2".into()]), ..Default::default() };
        let names: Vec<_> = chosen(zones, &arguments).into_iter().map(|(name, id, _)| (name, id)).collect();
        let expected = [("eu-west-1a", "euw1-az3"), ("eu-west-1c", "euw1-az1")];
        assert_eq!(names, expected.map(|(name, id)| (name.to_string(), id.to_string())));
    }
}
