//! The instance types that a launch template allows, by what they have.

use aws_sdk_ec2::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::{Fields, Sdk};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::InstanceRequirements, into = sdk::InstanceRequirementsRequest, filled)]
pub struct InstanceRequirements {
    /// How many accelerators.
    accelerator_count: Option<Count>,
    /// Makers of accelerators.
    #[field(set)]
    accelerator_manufacturers: Option<Vec<String>>,
    /// Names of accelerators.
    #[field(set)]
    accelerator_names: Option<Vec<String>>,
    /// The memory of all accelerators, in MiB.
    accelerator_total_memory_mib: Option<Count>,
    /// Kinds of accelerators.
    #[field(set)]
    accelerator_types: Option<Vec<String>>,
    /// The types to choose from; `*` stands for any text.
    #[field(set)]
    allowed_instance_types: Option<Vec<String>>,
    /// Whether machines without a hypervisor are `included`, `excluded` or `required`.
    bare_metal: Option<String>,
    /// The bandwidth to EBS, in Mbit/s.
    baseline_ebs_bandwidth_mbps: Option<Count>,
    /// Whether types with CPU credits are `included`, `excluded` or `required`.
    burstable_performance: Option<String>,
    /// Makers of processors.
    #[field(set)]
    cpu_manufacturers: Option<Vec<String>>,
    /// The types to leave out; `*` stands for any text.
    #[field(set)]
    excluded_instance_types: Option<Vec<String>>,
    /// `current` or `previous`.
    #[field(set)]
    instance_generations: Option<Vec<String>>,
    /// Whether types with disks of their own are `included`, `excluded` or `required`.
    local_storage: Option<String>,
    /// Kinds of these disks.
    #[field(set)]
    local_storage_types: Option<Vec<String>>,
    /// The highest spot price, as a percentage of the best on-demand price.
    max_spot_price_as_percentage_of_optimal_on_demand_price: Option<i64>,
    /// The memory per processor, in GiB.
    #[field(sdk = memory_gib_per_v_cpu)]
    memory_gib_per_vcpu: Option<Amount>,
    /// The memory, in MiB.
    #[field(required)]
    memory_mib: Option<AtLeast>,
    /// The bandwidth to the network, in Gbit/s.
    network_bandwidth_gbps: Option<Amount>,
    /// How many network interfaces.
    network_interface_count: Option<Count>,
    /// By how many percent an on-demand price may exceed the lowest.
    on_demand_max_price_percentage_over_lowest_price: Option<i64>,
    /// Whether types have to support hibernation.
    require_hibernate_support: Option<bool>,
    /// By how many percent a spot price may exceed the lowest.
    spot_max_price_percentage_over_lowest_price: Option<i64>,
    /// The disks of its own, in GB.
    total_local_storage_gb: Option<Amount>,
    /// How many processors.
    #[field(required, sdk = v_cpu_count)]
    vcpu_count: Option<AtLeast>,
}

/// A range of whole numbers; each end may be open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::AcceleratorCount, into = sdk::AcceleratorCountRequest)]
#[sdk(from = sdk::AcceleratorTotalMemoryMiB, into = sdk::AcceleratorTotalMemoryMiBRequest)]
#[sdk(from = sdk::BaselineEbsBandwidthMbps, into = sdk::BaselineEbsBandwidthMbpsRequest)]
#[sdk(from = sdk::NetworkInterfaceCount, into = sdk::NetworkInterfaceCountRequest)]
pub struct Count {
    /// At most.
    max: Option<i64>,
    /// At least.
    min: Option<i64>,
}

/// A range of whole numbers with a lower end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::MemoryMiB, into = sdk::MemoryMiBRequest)]
#[sdk(from = sdk::VCpuCountRange, into = sdk::VCpuCountRangeRequest)]
pub struct AtLeast {
    /// At most.
    max: Option<i64>,
    /// At least.
    #[field(required)]
    min: Option<i64>,
}

/// A range of numbers; each end may be open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::MemoryGiBPerVCpu, into = sdk::MemoryGiBPerVCpuRequest)]
#[sdk(from = sdk::NetworkBandwidthGbps, into = sdk::NetworkBandwidthGbpsRequest)]
#[sdk(from = sdk::TotalLocalStorageGb, into = sdk::TotalLocalStorageGbRequest)]
pub struct Amount {
    /// At most.
    max: Option<f64>,
    /// At least.
    min: Option<f64>,
}
