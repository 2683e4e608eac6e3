//! The smaller blocks of a launch template.

use aws_sdk_ec2::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;

use super::convert::{filled, int, long, text, word};
use crate::kind::tags::Tags;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct CpuOptions {
    /// Whether AMD's memory encryption is `enabled` or `disabled`.
    amd_sev_snp: Option<String>,
    /// How many cores.
    core_count: Option<i64>,
    /// How many threads a core has.
    threads_per_core: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct CreditSpecification {
    /// `standard` or `unlimited`.
    cpu_credits: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct EnclaveOptions {
    /// Whether instances can have Nitro Enclaves.
    enabled: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct HibernationOptions {
    /// Whether instances can hibernate.
    #[field(required)]
    configured: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct IamInstanceProfile {
    /// The profile's ARN.
    #[field(conflicts = ["name"])]
    arn: Option<String>,
    /// The profile's name.
    name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct LicenseSpecification {
    /// The license configuration.
    #[field(required)]
    license_configuration_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct MaintenanceOptions {
    /// What happens when the machine fails: `default` or `disabled`.
    auto_recovery: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Monitoring {
    /// Whether metrics come every minute.
    enabled: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct PrivateDnsNameOptions {
    /// Whether the resource name resolves to an A record.
    enable_resource_name_dns_a_record: Option<bool>,
    /// Whether the resource name resolves to an AAAA record.
    enable_resource_name_dns_aaaa_record: Option<bool>,
    /// `ip-name` or `resource-name`.
    hostname_type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct TagSpecification {
    /// What gets the tags, such as `instance` or `volume`.
    resource_type: Option<String>,
    /// The tags.
    tags: Option<Tags>,
}

impl From<&CpuOptions> for sdk::LaunchTemplateCpuOptionsRequest {
    fn from(want: &CpuOptions) -> Self {
        Self::builder()
            .set_amd_sev_snp(word(want.amd_sev_snp.as_ref()))
            .set_core_count(int(want.core_count))
            .set_threads_per_core(int(want.threads_per_core))
            .build()
    }
}

impl From<sdk::LaunchTemplateCpuOptions> for CpuOptions {
    fn from(live: sdk::LaunchTemplateCpuOptions) -> Self {
        Self {
            amd_sev_snp: text!(live.amd_sev_snp),
            core_count: long(live.core_count),
            threads_per_core: long(live.threads_per_core),
        }
    }
}

impl From<&CreditSpecification> for sdk::CreditSpecificationRequest {
    fn from(want: &CreditSpecification) -> Self {
        Self::builder().set_cpu_credits(filled(want.cpu_credits.clone())).build()
    }
}

impl From<sdk::CreditSpecification> for CreditSpecification {
    fn from(live: sdk::CreditSpecification) -> Self {
        Self { cpu_credits: filled(live.cpu_credits) }
    }
}

impl From<&IamInstanceProfile> for sdk::LaunchTemplateIamInstanceProfileSpecificationRequest {
    fn from(want: &IamInstanceProfile) -> Self {
        Self::builder().set_arn(filled(want.arn.clone())).set_name(filled(want.name.clone())).build()
    }
}

impl From<sdk::LaunchTemplateIamInstanceProfileSpecification> for IamInstanceProfile {
    fn from(live: sdk::LaunchTemplateIamInstanceProfileSpecification) -> Self {
        Self { arn: filled(live.arn), name: filled(live.name) }
    }
}

impl From<&MetadataOptions> for sdk::LaunchTemplateInstanceMetadataOptionsRequest {
    fn from(want: &MetadataOptions) -> Self {
        Self::builder()
            .set_http_endpoint(word(want.http_endpoint.as_ref()))
            .set_http_protocol_ipv6(word(want.http_protocol_ipv6.as_ref()))
            .set_http_put_response_hop_limit(int(want.http_put_response_hop_limit))
            .set_http_tokens(word(want.http_tokens.as_ref()))
            .set_instance_metadata_tags(word(want.instance_metadata_tags.as_ref()))
            .build()
    }
}

impl From<sdk::LaunchTemplateInstanceMetadataOptions> for MetadataOptions {
    fn from(live: sdk::LaunchTemplateInstanceMetadataOptions) -> Self {
        Self {
            http_endpoint: text!(live.http_endpoint),
            http_protocol_ipv6: text!(live.http_protocol_ipv6),
            http_put_response_hop_limit: long(live.http_put_response_hop_limit),
            http_tokens: text!(live.http_tokens),
            instance_metadata_tags: text!(live.instance_metadata_tags),
        }
    }
}

impl From<&Placement> for sdk::LaunchTemplatePlacementRequest {
    fn from(want: &Placement) -> Self {
        Self::builder()
            .set_affinity(filled(want.affinity.clone()))
            .set_availability_zone(filled(want.availability_zone.clone()))
            .set_group_name(filled(want.group_name.clone()))
            .set_host_id(filled(want.host_id.clone()))
            .set_host_resource_group_arn(filled(want.host_resource_group_arn.clone()))
            .set_partition_number(int(want.partition_number))
            .set_spread_domain(filled(want.spread_domain.clone()))
            .set_tenancy(word(want.tenancy.as_ref()))
            .build()
    }
}

impl From<sdk::LaunchTemplatePlacement> for Placement {
    fn from(live: sdk::LaunchTemplatePlacement) -> Self {
        Self {
            affinity: filled(live.affinity),
            availability_zone: filled(live.availability_zone),
            group_name: filled(live.group_name),
            host_id: filled(live.host_id),
            host_resource_group_arn: filled(live.host_resource_group_arn),
            partition_number: long(live.partition_number),
            spread_domain: filled(live.spread_domain),
            tenancy: text!(live.tenancy),
        }
    }
}

impl From<&PrivateDnsNameOptions> for sdk::LaunchTemplatePrivateDnsNameOptionsRequest {
    fn from(want: &PrivateDnsNameOptions) -> Self {
        Self::builder()
            .set_enable_resource_name_dns_a_record(want.enable_resource_name_dns_a_record)
            .set_enable_resource_name_dns_aaaa_record(want.enable_resource_name_dns_aaaa_record)
            .set_hostname_type(word(want.hostname_type.as_ref()))
            .build()
    }
}

impl From<sdk::LaunchTemplatePrivateDnsNameOptions> for PrivateDnsNameOptions {
    fn from(live: sdk::LaunchTemplatePrivateDnsNameOptions) -> Self {
        Self {
            enable_resource_name_dns_a_record: live.enable_resource_name_dns_a_record,
            enable_resource_name_dns_aaaa_record: live.enable_resource_name_dns_aaaa_record,
            hostname_type: text!(live.hostname_type),
        }
    }
}

impl From<&TagSpecification> for sdk::LaunchTemplateTagSpecificationRequest {
    fn from(want: &TagSpecification) -> Self {
        let tags = want.tags.iter().flatten().map(|(key, value)| sdk::Tag::builder().key(key).value(value).build());
        let kind = word(want.resource_type.as_ref());
        Self::builder().set_resource_type(kind).set_tags(Some(tags.collect())).build()
    }
}

impl From<sdk::LaunchTemplateTagSpecification> for TagSpecification {
    fn from(live: sdk::LaunchTemplateTagSpecification) -> Self {
        Self { resource_type: text!(live.resource_type), tags: crate::services::ec2::tagging::from_sdk(live.tags) }
    }
}

/// Blocks with one flag, and their two SDK types.
macro_rules! flags {
    ($($block:ident . $flag:ident : $setter:ident => $request:ident, $response:ident);* $(;)?) => {
        $(
            impl From<&$block> for sdk::$request {
                fn from(want: &$block) -> Self {
                    Self::builder().$setter(want.$flag).build()
                }
            }

            impl From<sdk::$response> for $block {
                fn from(live: sdk::$response) -> Self {
                    Self { $flag: live.$flag }
                }
            }
        )*
    };
}

flags! {
    EnclaveOptions.enabled: set_enabled => LaunchTemplateEnclaveOptionsRequest, LaunchTemplateEnclaveOptions;
    HibernationOptions.configured: set_configured
        => LaunchTemplateHibernationOptionsRequest, LaunchTemplateHibernationOptions;
    Monitoring.enabled: set_enabled => LaunchTemplatesMonitoringRequest, LaunchTemplatesMonitoring;
}

impl From<&MaintenanceOptions> for sdk::LaunchTemplateInstanceMaintenanceOptionsRequest {
    fn from(want: &MaintenanceOptions) -> Self {
        Self::builder().set_auto_recovery(word(want.auto_recovery.as_ref())).build()
    }
}

impl From<sdk::LaunchTemplateInstanceMaintenanceOptions> for MaintenanceOptions {
    fn from(live: sdk::LaunchTemplateInstanceMaintenanceOptions) -> Self {
        Self { auto_recovery: text!(live.auto_recovery) }
    }
}

impl From<&LicenseSpecification> for sdk::LaunchTemplateLicenseConfigurationRequest {
    fn from(want: &LicenseSpecification) -> Self {
        Self::builder().set_license_configuration_arn(want.license_configuration_arn.clone()).build()
    }
}

impl From<sdk::LaunchTemplateLicenseConfiguration> for LicenseSpecification {
    fn from(live: sdk::LaunchTemplateLicenseConfiguration) -> Self {
        Self { license_configuration_arn: live.license_configuration_arn }
    }
}
