//! `aws_subnets`

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::CloudError;

use super::filter::{Filter, filters};
use crate::Aws;
use crate::kind::resource::DataSource;
use crate::kind::tags::Tags;

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
pub struct Subnets {
    /// What subnets have to match.
    #[field(immutable, set)]
    filter: Option<Vec<Filter>>,
    /// The region.
    #[field(computed)]
    id: Option<String>,
    /// The ids of the subnets, in order.
    #[field(computed)]
    ids: Option<Vec<String>>,
    /// Tags that subnets have to have.
    #[field(immutable)]
    tags: Option<Tags>,
}

#[async_trait]
impl DataSource for Subnets {
    const TYPE: &'static str = "aws_subnets";
    const DOC: &'static str = "The ids of subnets that match.";
    const READ_CALLS: &'static [&'static str] = &["ec2:DescribeSubnets"];
    const EXAMPLE: &'static str = "\
filter:
  - {name: vpc-id, values: [vpc-0123456789abcdef0]}
tags: {tier: private}
";

    async fn read(aws: &Aws, arguments: &Self) -> Result<Self, CloudError> {
        let filters = filters(arguments.filter.as_ref(), arguments.tags.as_ref(), &[]);
        let request = aws.read().ec2().describe_subnets().max_results(1000);
        let request = request.set_filters(Some(filters).filter(|filters| !filters.is_empty()));
        let subnets = aws.pages(request, |page| page.subnets).await?;
        let mut ids: Vec<String> = subnets.into_iter().filter_map(|subnet| subnet.subnet_id).collect();
        ids.sort();
        Ok(Self { id: Some(aws.region().to_string()), ids: Some(ids), ..arguments.clone() })
    }
}
