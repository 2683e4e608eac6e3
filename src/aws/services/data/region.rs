//! `aws_region`

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::kind::resource::DataSource;

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
pub struct Region {
    /// Where the region is, in words.
    #[field(computed)]
    description: Option<String>,
    /// The host of the region's EC2 API.
    #[field(computed)]
    endpoint: Option<String>,
    /// The region's name.
    #[field(computed)]
    id: Option<String>,
    /// The region's name; by default the stage's.
    #[field(immutable, aws_default)]
    name: Option<String>,
}

const PLACES: [(&str, &str); 33] = [
    ("af-south-1", "Africa (Cape Town)"),
    ("ap-east-1", "Asia Pacific (Hong Kong)"),
    ("ap-northeast-1", "Asia Pacific (Tokyo)"),
    ("ap-northeast-2", "Asia Pacific (Seoul)"),
    ("ap-northeast-3", "Asia Pacific (Osaka)"),
    ("ap-south-1", "Asia Pacific (Mumbai)"),
    ("ap-south-2", "Asia Pacific (Hyderabad)"),
    ("ap-southeast-1", "Asia Pacific (Singapore)"),
    ("ap-southeast-2", "Asia Pacific (Sydney)"),
    ("ap-southeast-3", "Asia Pacific (Jakarta)"),
    ("ap-southeast-4", "Asia Pacific (Melbourne)"),
    ("ca-central-1", "Canada (Central)"),
    ("ca-west-1", "Canada West (Calgary)"),
    ("cn-north-1", "China (Beijing)"),
    ("cn-northwest-1", "China (Ningxia)"),
    ("eu-central-1", "Europe (Frankfurt)"),
    ("eu-central-2", "Europe (Zurich)"),
    ("eu-north-1", "Europe (Stockholm)"),
    ("eu-south-1", "Europe (Milan)"),
    ("eu-south-2", "Europe (Spain)"),
    ("eu-west-1", "Europe (Ireland)"),
    ("eu-west-2", "Europe (London)"),
    ("eu-west-3", "Europe (Paris)"),
    ("il-central-1", "Israel (Tel Aviv)"),
    ("me-central-1", "Middle East (UAE)"),
    ("me-south-1", "Middle East (Bahrain)"),
    ("sa-east-1", "South America (Sao Paulo)"),
    ("us-east-1", "US East (N. Virginia)"),
    ("us-east-2", "US East (Ohio)"),
    ("us-gov-east-1", "AWS GovCloud (US-East)"),
    ("us-gov-west-1", "AWS GovCloud (US-West)"),
    ("us-west-1", "US West (N. California)"),
    ("us-west-2", "US West (Oregon)"),
];

#[async_trait]
impl DataSource for Region {
    const TYPE: &'static str = "aws_region";
    const DOC: &'static str = "The stage's region, or another one.";
    const READ_CALLS: &'static [&'static str] = &[];
    const EXAMPLE: &'static str = "{}\n";

    async fn read(aws: &Aws, arguments: &Self) -> Result<Self, CloudError> {
        let name = arguments.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(aws.region());
        let suffix = if name.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let place = PLACES.iter().find(|(region, _)| *region == name).map(|(_, place)| *place);
        Ok(Self {
            description: place.map(String::from),
            endpoint: Some(format!("ec2.{name}.{suffix}")),
            id: Some(name.to_string()),
            name: Some(name.to_string()),
        })
    }
}
