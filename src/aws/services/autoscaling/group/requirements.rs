//! What an instance has to have, where no type is named.

use crate::services::autoscaling::prelude::*;

macro_rules! bounds {
    ($($name:ident = $sdk:ident of $ty:ty;)*) => {$(
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
        #[serde(default)]
        #[fields(block)]
        #[sdk(from = sdk::$sdk, into = sdk::$sdk)]
        pub struct $name {
            /// At most; absent: without an end.
            pub max: Option<$ty>,
            /// At least.
            pub min: Option<$ty>,
        }
    )*};
}

bounds! {
    AcceleratorCount = AcceleratorCountRequest of i64;
    AcceleratorTotalMemoryMib = AcceleratorTotalMemoryMiBRequest of i64;
    BaselineEbsBandwidthMbps = BaselineEbsBandwidthMbpsRequest of i64;
    MemoryGibPerVcpu = MemoryGiBPerVCpuRequest of f64;
    MemoryMib = MemoryMiBRequest of i64;
    NetworkBandwidthGbps = NetworkBandwidthGbpsRequest of f64;
    NetworkInterfaceCount = NetworkInterfaceCountRequest of i64;
    TotalLocalStorageGb = TotalLocalStorageGbRequest of f64;
    VcpuCount = VCpuCountRequest of i64;
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::InstanceRequirements, into = sdk::InstanceRequirements)]
pub struct Requirements {
    /// How many accelerators.
    #[field(optional)]
    pub accelerator_count: Option<AcceleratorCount>,
    /// Makers of accelerators.
    #[field(set, filled)]
    pub accelerator_manufacturers: Option<Vec<String>>,
    /// Names of accelerators.
    #[field(set, filled)]
    pub accelerator_names: Option<Vec<String>>,
    /// The memory of its accelerators in MiB.
    #[field(optional)]
    pub accelerator_total_memory_mib: Option<AcceleratorTotalMemoryMib>,
    /// Kinds of accelerators.
    #[field(set, filled)]
    pub accelerator_types: Option<Vec<String>>,
    /// The only types, with `*` for any text.
    #[field(set, filled)]
    pub allowed_instance_types: Option<Vec<String>>,
    /// Whether bare metal is `included`, `excluded` or `required`.
    #[field(aws_default, one_of = ["included", "excluded", "required"])]
    pub bare_metal: Option<String>,
    /// The bandwidth to volumes in Mbit a second.
    #[field(optional)]
    pub baseline_ebs_bandwidth_mbps: Option<BaselineEbsBandwidthMbps>,
    /// Whether burstable types are `included`, `excluded` or `required`.
    #[field(aws_default, one_of = ["included", "excluded", "required"])]
    pub burstable_performance: Option<String>,
    /// Makers of processors.
    #[field(set, filled)]
    pub cpu_manufacturers: Option<Vec<String>>,
    /// Types that are left out, with `*` for any text.
    #[field(set, filled)]
    pub excluded_instance_types: Option<Vec<String>>,
    /// Whether types are of the `current` or a `previous` generation.
    #[field(set, filled)]
    pub instance_generations: Option<Vec<String>>,
    /// Whether disks of the instance are `included`, `excluded` or `required`.
    #[field(aws_default, one_of = ["included", "excluded", "required"])]
    pub local_storage: Option<String>,
    /// Kinds of such disks: `hdd`, `ssd`.
    #[field(set, filled)]
    pub local_storage_types: Option<Vec<String>>,
    /// The highest price of a spot instance, in percent of the best price on demand.
    #[field(aws_default)]
    pub max_spot_price_as_percentage_of_optimal_on_demand_price: Option<i64>,
    /// Memory in GiB for each processor.
    #[field(optional, sdk = memory_gib_per_v_cpu)]
    pub memory_gib_per_vcpu: Option<MemoryGibPerVcpu>,
    /// Memory in MiB.
    #[field(optional)]
    pub memory_mib: Option<MemoryMib>,
    /// The bandwidth of the network in Gbit a second.
    #[field(optional)]
    pub network_bandwidth_gbps: Option<NetworkBandwidthGbps>,
    /// How many network interfaces.
    #[field(optional)]
    pub network_interface_count: Option<NetworkInterfaceCount>,
    /// How far the price may be above the lowest one, in percent.
    #[field(aws_default)]
    pub on_demand_max_price_percentage_over_lowest_price: Option<i64>,
    /// Whether it has to hibernate.
    #[field(aws_default)]
    pub require_hibernate_support: Option<bool>,
    /// How far the price of a spot instance may be above the lowest one, in percent.
    #[field(aws_default)]
    pub spot_max_price_percentage_over_lowest_price: Option<i64>,
    /// Disks of the instance in GB.
    #[field(optional)]
    pub total_local_storage_gb: Option<TotalLocalStorageGb>,
    /// How many processors.
    #[field(optional, sdk = v_cpu_count)]
    pub vcpu_count: Option<VcpuCount>,
}
