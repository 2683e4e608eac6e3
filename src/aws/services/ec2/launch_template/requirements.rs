//! The instance types that a launch template allows, by what they have.

use aws_sdk_ec2::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;

use super::convert::{each, int, long, shown, text, word, words};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
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
    #[field(required)]
    vcpu_count: Option<AtLeast>,
}

/// A range of whole numbers; each end may be open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Count {
    /// At most.
    max: Option<i64>,
    /// At least.
    min: Option<i64>,
}

/// A range of whole numbers with a lower end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct AtLeast {
    /// At most.
    max: Option<i64>,
    /// At least.
    #[field(required)]
    min: Option<i64>,
}

/// A range of numbers; each end may be open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Amount {
    /// At most.
    max: Option<f64>,
    /// At least.
    min: Option<f64>,
}

/// A range as the SDK takes it: every one has a type of its own.
macro_rules! counted {
    ($range:expr, $request:ident) => {
        $range.as_ref().map(|range| sdk::$request::builder().set_min(int(range.min)).set_max(int(range.max)).build())
    };
}

macro_rules! measured {
    ($range:expr, $request:ident) => {
        $range.as_ref().map(|range| sdk::$request::builder().set_min(range.min).set_max(range.max).build())
    };
}

impl From<&InstanceRequirements> for sdk::InstanceRequirementsRequest {
    fn from(want: &InstanceRequirements) -> Self {
        Self::builder()
            .set_accelerator_count(counted!(want.accelerator_count, AcceleratorCountRequest))
            .set_accelerator_manufacturers(words(want.accelerator_manufacturers.as_ref()))
            .set_accelerator_names(words(want.accelerator_names.as_ref()))
            .set_accelerator_total_memory_mib(counted!(
                want.accelerator_total_memory_mib,
                AcceleratorTotalMemoryMiBRequest
            ))
            .set_accelerator_types(words(want.accelerator_types.as_ref()))
            .set_allowed_instance_types(each(want.allowed_instance_types.as_ref(), String::clone))
            .set_bare_metal(word(want.bare_metal.as_ref()))
            .set_baseline_ebs_bandwidth_mbps(counted!(
                want.baseline_ebs_bandwidth_mbps,
                BaselineEbsBandwidthMbpsRequest
            ))
            .set_burstable_performance(word(want.burstable_performance.as_ref()))
            .set_cpu_manufacturers(words(want.cpu_manufacturers.as_ref()))
            .set_excluded_instance_types(each(want.excluded_instance_types.as_ref(), String::clone))
            .set_instance_generations(words(want.instance_generations.as_ref()))
            .set_local_storage(word(want.local_storage.as_ref()))
            .set_local_storage_types(words(want.local_storage_types.as_ref()))
            .set_max_spot_price_as_percentage_of_optimal_on_demand_price(int(
                want.max_spot_price_as_percentage_of_optimal_on_demand_price
            ))
            .set_memory_gib_per_v_cpu(measured!(want.memory_gib_per_vcpu, MemoryGiBPerVCpuRequest))
            .set_memory_mib(counted!(want.memory_mib, MemoryMiBRequest))
            .set_network_bandwidth_gbps(measured!(want.network_bandwidth_gbps, NetworkBandwidthGbpsRequest))
            .set_network_interface_count(counted!(want.network_interface_count, NetworkInterfaceCountRequest))
            .set_on_demand_max_price_percentage_over_lowest_price(int(
                want.on_demand_max_price_percentage_over_lowest_price
            ))
            .set_require_hibernate_support(want.require_hibernate_support)
            .set_spot_max_price_percentage_over_lowest_price(int(want.spot_max_price_percentage_over_lowest_price))
            .set_total_local_storage_gb(measured!(want.total_local_storage_gb, TotalLocalStorageGbRequest))
            .set_v_cpu_count(counted!(want.vcpu_count, VCpuCountRangeRequest))
            .build()
    }
}

macro_rules! count {
    ($range:expr) => {
        $range.map(|range| Count { max: long(range.max), min: long(range.min) })
    };
}

macro_rules! amount {
    ($range:expr) => {
        $range.map(|range| Amount { max: range.max, min: range.min })
    };
}

macro_rules! list {
    ($words:expr) => {
        shown($words, |word| Some(word.as_str().to_string()))
    };
}

impl From<sdk::InstanceRequirements> for InstanceRequirements {
    fn from(live: sdk::InstanceRequirements) -> Self {
        let memory = live.memory_mib.map(|range| AtLeast { max: long(range.max), min: long(range.min) });
        let processors = live.v_cpu_count.map(|range| AtLeast { max: long(range.max), min: long(range.min) });
        Self {
            accelerator_count: count!(live.accelerator_count),
            accelerator_manufacturers: list!(live.accelerator_manufacturers),
            accelerator_names: list!(live.accelerator_names),
            accelerator_total_memory_mib: count!(live.accelerator_total_memory_mib),
            accelerator_types: list!(live.accelerator_types),
            allowed_instance_types: shown(live.allowed_instance_types, Some),
            bare_metal: text!(live.bare_metal),
            baseline_ebs_bandwidth_mbps: count!(live.baseline_ebs_bandwidth_mbps),
            burstable_performance: text!(live.burstable_performance),
            cpu_manufacturers: list!(live.cpu_manufacturers),
            excluded_instance_types: shown(live.excluded_instance_types, Some),
            instance_generations: list!(live.instance_generations),
            local_storage: text!(live.local_storage),
            local_storage_types: list!(live.local_storage_types),
            max_spot_price_as_percentage_of_optimal_on_demand_price: long(
                live.max_spot_price_as_percentage_of_optimal_on_demand_price,
            ),
            memory_gib_per_vcpu: amount!(live.memory_gib_per_v_cpu),
            memory_mib: memory,
            network_bandwidth_gbps: amount!(live.network_bandwidth_gbps),
            network_interface_count: count!(live.network_interface_count),
            on_demand_max_price_percentage_over_lowest_price: long(
                live.on_demand_max_price_percentage_over_lowest_price,
            ),
            require_hibernate_support: live.require_hibernate_support,
            spot_max_price_percentage_over_lowest_price: long(live.spot_max_price_percentage_over_lowest_price),
            total_local_storage_gb: amount!(live.total_local_storage_gb),
            vcpu_count: processors,
        }
    }
}
