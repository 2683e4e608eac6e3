//! `aws_partition`

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::kind::resource::DataSource;

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
pub struct Partition {
    /// The end of the partition's domain names, such as `amazonaws.com`.
    #[field(computed)]
    dns_suffix: Option<String>,
    /// The partition.
    #[field(computed)]
    id: Option<String>,
    /// The partition as ARNs name it: `aws`, `aws-cn` or `aws-us-gov`.
    #[field(computed)]
    partition: Option<String>,
    /// The beginning of the names of endpoint services, such as `com.amazonaws`.
    #[field(computed)]
    reverse_dns_prefix: Option<String>,
}

#[async_trait]
impl DataSource for Partition {
    const TYPE: &'static str = "aws_partition";
    const DOC: &'static str = "The partition of AWS that the stage's region belongs to.";
    const READ_CALLS: &'static [&'static str] = &[];
    const EXAMPLE: &'static str = "{}\n";

    async fn read(aws: &Aws, _arguments: &Self) -> Result<Self, CloudError> {
        let partition = aws.partition();
        let (suffix, reverse) = match partition {
            "aws-cn" => ("amazonaws.com.cn", "cn.com.amazonaws"),
            _ => ("amazonaws.com", "com.amazonaws"),
        };
        Ok(Self {
            dns_suffix: Some(suffix.to_string()),
            id: Some(partition.to_string()),
            partition: Some(partition.to_string()),
            reverse_dns_prefix: Some(reverse.to_string()),
        })
    }
}
