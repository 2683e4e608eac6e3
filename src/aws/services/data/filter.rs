//! Filters of EC2's describe calls.

use std::collections::BTreeMap;

use aws_sdk_ec2::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Filter {
    /// The filter's name in EC2's API, such as `tag:Name`.
    #[field(required)]
    pub name: Option<String>,
    /// Values, one of which has to match; `*` and `?` stand for anything.
    #[field(required, set)]
    pub values: Option<Vec<String>>,
}

/// Filters for an API call: those that are written, one per tag, and one per property that has a value.
pub(super) fn filters(
    written: Option<&Vec<Filter>>,
    tags: Option<&BTreeMap<String, String>>,
    properties: &[(&str, Option<String>)],
) -> Vec<sdk::Filter> {
    let one = |name: String, values: Vec<String>| sdk::Filter::builder().name(name).set_values(Some(values)).build();
    let written = written.into_iter().flatten();
    let written =
        written.map(|filter| one(filter.name.clone().unwrap_or_default(), filter.values.clone().unwrap_or_default()));
    let tags = tags.into_iter().flatten().map(|(key, value)| one(format!("tag:{key}"), vec![value.clone()]));
    let properties = properties
        .iter()
        .filter_map(|(name, value)| Some(one((*name).to_string(), vec![value.clone().filter(|v| !v.is_empty())?])));
    properties.chain(tags).chain(written).collect()
}

/// Tags as EC2 returns them.
pub(super) fn tags(tags: Option<Vec<sdk::Tag>>) -> BTreeMap<String, String> {
    tags.unwrap_or_default().into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}
