//! The smaller blocks of a launch template.

use aws_sdk_ec2::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::{Fields, Sdk};

use crate::kind::tags::Tags;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateCpuOptions, into = sdk::LaunchTemplateCpuOptionsRequest, filled)]
pub struct CpuOptions {
    /// Whether AMD's memory encryption is `enabled` or `disabled`.
    amd_sev_snp: Option<String>,
    /// How many cores.
    core_count: Option<i64>,
    /// How many threads a core has.
    threads_per_core: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CreditSpecification, into = sdk::CreditSpecificationRequest, filled)]
pub struct CreditSpecification {
    /// `standard` or `unlimited`.
    cpu_credits: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateEnclaveOptions, into = sdk::LaunchTemplateEnclaveOptionsRequest)]
pub struct EnclaveOptions {
    /// Whether instances can have Nitro Enclaves.
    enabled: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateHibernationOptions, into = sdk::LaunchTemplateHibernationOptionsRequest)]
pub struct HibernationOptions {
    /// Whether instances can hibernate.
    #[field(required)]
    configured: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateIamInstanceProfileSpecification, into = sdk::LaunchTemplateIamInstanceProfileSpecificationRequest, filled)]
pub struct IamInstanceProfile {
    /// The profile's ARN.
    #[field(conflicts = ["name"])]
    arn: Option<String>,
    /// The profile's name.
    name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateLicenseConfiguration, into = sdk::LaunchTemplateLicenseConfigurationRequest)]
pub struct LicenseSpecification {
    /// The license configuration.
    #[field(required)]
    license_configuration_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateInstanceMaintenanceOptions, into = sdk::LaunchTemplateInstanceMaintenanceOptionsRequest, filled)]
pub struct MaintenanceOptions {
    /// What happens when the machine fails: `default` or `disabled`.
    auto_recovery: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateInstanceMetadataOptions, into = sdk::LaunchTemplateInstanceMetadataOptionsRequest, filled)]
pub struct MetadataOptions {
    /// Whether the metadata service is `enabled` or `disabled`.
    #[field(aws_default)]
    http_endpoint: Option<String>,
    /// Whether it answers over IPv6: `enabled` or `disabled`.
    #[field(aws_default)]
    http_protocol_ipv6: Option<String>,
    /// Over how many hops its answers travel.
    #[field(aws_default, range = 1..=64)]
    http_put_response_hop_limit: Option<i64>,
    /// Whether a token is `optional` or `required`.
    #[field(aws_default)]
    http_tokens: Option<String>,
    /// Whether it tells the instance's tags: `enabled` or `disabled`.
    #[field(aws_default)]
    instance_metadata_tags: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplatesMonitoring, into = sdk::LaunchTemplatesMonitoringRequest)]
pub struct Monitoring {
    /// Whether metrics come every minute.
    enabled: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplatePlacement, into = sdk::LaunchTemplatePlacementRequest, filled)]
pub struct Placement {
    /// How an instance belongs to its host.
    affinity: Option<String>,
    /// The zone.
    availability_zone: Option<String>,
    /// The placement group.
    group_name: Option<String>,
    /// The host.
    host_id: Option<String>,
    /// The group of hosts.
    host_resource_group_arn: Option<String>,
    /// The partition of the placement group.
    partition_number: Option<i64>,
    /// Reserved by AWS.
    spread_domain: Option<String>,
    /// `default`, `dedicated` or `host`.
    tenancy: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplatePrivateDnsNameOptions, into = sdk::LaunchTemplatePrivateDnsNameOptionsRequest, filled)]
pub struct PrivateDnsNameOptions {
    /// Whether the resource name resolves to an A record.
    enable_resource_name_dns_a_record: Option<bool>,
    /// Whether the resource name resolves to an AAAA record.
    enable_resource_name_dns_aaaa_record: Option<bool>,
    /// `ip-name` or `resource-name`.
    hostname_type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateTagSpecification, into = sdk::LaunchTemplateTagSpecificationRequest, filled)]
pub struct TagSpecification {
    /// What gets the tags, such as `instance` or `volume`.
    resource_type: Option<String>,
    /// The tags.
    tags: Option<Tags>,
}
