//! The blocks of an instance.

use super::super::prelude::*;
use super::InstanceUpdate;
use crate::kind::tags::Tags;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CapacityReservationSpecificationResponse, into = sdk::CapacityReservationSpecification, filled)]
pub struct CapacityReservation {
    /// Which reservations are used.
    #[field(aws_default, one_of = ["capacity-reservations-only", "open", "none"])]
    capacity_reservation_preference: Option<String>,
    /// The one that is meant.
    #[field(aws_default)]
    capacity_reservation_target: Option<CapacityReservationTarget>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CapacityReservationTargetResponse, into = sdk::CapacityReservationTarget, filled)]
pub struct CapacityReservationTarget {
    /// The reservation.
    capacity_reservation_id: Option<String>,
    /// A group of reservations.
    capacity_reservation_resource_group_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CpuOptions, into = sdk::CpuOptionsRequest, filled)]
pub struct CpuOptions {
    /// Whether AMD's memory encryption is `enabled` or `disabled`.
    #[field(aws_default)]
    amd_sev_snp: Option<String>,
    /// How many cores.
    #[field(aws_default)]
    core_count: Option<i64>,
    /// How many threads a core has.
    #[field(aws_default)]
    threads_per_core: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::InstanceCreditSpecification, into = sdk::CreditSpecificationRequest)]
pub struct CreditSpecification {
    /// Whether more than the credits can be used up.
    #[field(aws_default, one_of = ["standard", "unlimited"])]
    pub(super) cpu_credits: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::EbsBlockDevice, filled)]
pub struct EbsBlockDevice {
    /// Whether the volume goes with the instance.
    #[field(default = true)]
    delete_on_termination: Option<bool>,
    /// What the instance calls it, such as `/dev/sdf`.
    #[field(required, sent_by_hand)]
    pub(super) device_name: Option<String>,
    /// Whether it is encrypted.
    #[field(aws_default)]
    encrypted: Option<bool>,
    /// Operations a second.
    #[field(aws_default, range = 100..=256000)]
    iops: Option<i64>,
    /// The KMS key that encrypts it.
    #[field(aws_default, forms = KmsKey)]
    kms_key_id: Option<String>,
    /// The snapshot that it is made of.
    #[field(aws_default)]
    snapshot_id: Option<String>,
    /// MiB a second, for `gp3`.
    #[field(aws_default, range = 125..=2000)]
    throughput: Option<i64>,
    /// GiB.
    #[field(aws_default, range = 1..=65536)]
    volume_size: Option<i64>,
    /// The kind of volume.
    #[field(aws_default, one_of = ["gp2", "gp3", "io1", "io2", "sc1", "st1", "standard"])]
    volume_type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::EnclaveOptions, into = sdk::EnclaveOptionsRequest)]
pub struct EnclaveOptions {
    /// Whether it can have Nitro Enclaves.
    #[field(aws_default)]
    enabled: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct EphemeralBlockDevice {
    /// What the instance calls the disk.
    #[field(required)]
    pub(super) device_name: Option<String>,
    /// Whether a device of the image is left out.
    pub(super) no_device: Option<bool>,
    /// Which of the disks it is, such as `ephemeral0`.
    pub(super) virtual_name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::InstanceMarketOptionsRequest, filled)]
pub struct MarketOptions {
    /// The market.
    #[field(aws_default, one_of = ["spot", "capacity-block"])]
    market_type: Option<String>,
    /// How spot capacity is bought.
    #[field(aws_default)]
    spot_options: Option<SpotOptions>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::SpotMarketOptions, filled)]
pub struct SpotOptions {
    /// What becomes of the instance when AWS takes the capacity back.
    #[field(aws_default, one_of = ["hibernate", "stop", "terminate"])]
    instance_interruption_behavior: Option<String>,
    /// The most that is paid for an hour.
    #[field(aws_default, forms = Number)]
    max_price: Option<String>,
    /// Whether the request is for once.
    #[field(aws_default, one_of = ["one-time", "persistent"])]
    spot_instance_type: Option<String>,
    /// When the request ends.
    #[field(aws_default, forms = Timestamp)]
    valid_until: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::LaunchTemplateSpecification, filled)]
pub struct LaunchTemplate {
    /// The template's id.
    #[field(sdk = launch_template_id, conflicts = ["name"])]
    id: Option<String>,
    /// The template's name.
    #[field(sdk = launch_template_name)]
    name: Option<String>,
    /// The version: a number, `$Latest` or `$Default`.
    version: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::InstanceMaintenanceOptions, into = sdk::InstanceMaintenanceOptionsRequest)]
pub struct MaintenanceOptions {
    /// What happens when the machine fails.
    #[field(aws_default, one_of = ["default", "disabled"])]
    pub(super) auto_recovery: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::InstanceMetadataOptionsResponse, into = sdk::InstanceMetadataOptionsRequest, filled)]
pub struct MetadataOptions {
    /// Whether there is a metadata service.
    #[field(default = "enabled", one_of = ["disabled", "enabled"])]
    pub(super) http_endpoint: Option<String>,
    /// Whether it answers over IPv6.
    #[field(default = "disabled", one_of = ["disabled", "enabled"])]
    pub(super) http_protocol_ipv6: Option<String>,
    /// Over how many hops its answers travel.
    #[field(aws_default, range = 1..=64)]
    pub(super) http_put_response_hop_limit: Option<i64>,
    /// Whether a token is needed.
    #[field(aws_default, one_of = ["optional", "required"])]
    pub(super) http_tokens: Option<String>,
    /// Whether it tells the instance's tags.
    #[field(aws_default, one_of = ["disabled", "enabled"])]
    pub(super) instance_metadata_tags: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::InstanceNetworkInterfaceSpecification)]
pub struct NetworkInterface {
    /// Whether the interface goes with the instance. AWS takes no other answer for one that is there already.
    #[field(default = false, sent_by_hand)]
    delete_on_termination: Option<bool>,
    /// Its place among the interfaces; the first one is 0.
    #[field(required, range = 0..=64)]
    device_index: Option<i64>,
    /// The network card.
    #[field(default = 0, range = 0..=64)]
    network_card_index: Option<i64>,
    /// The interface.
    #[field(required)]
    network_interface_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::PrivateDnsNameOptionsResponse, into = sdk::PrivateDnsNameOptionsRequest)]
pub struct PrivateDnsNameOptions {
    /// Whether the resource name resolves to an A record.
    #[field(aws_default)]
    pub(super) enable_resource_name_dns_a_record: Option<bool>,
    /// Whether the resource name resolves to an AAAA record.
    #[field(aws_default)]
    pub(super) enable_resource_name_dns_aaaa_record: Option<bool>,
    /// What the name is made of.
    #[field(aws_default, one_of = ["ip-name", "resource-name"])]
    pub(super) hostname_type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block, update = InstanceUpdate)]
#[sdk(from = sdk::Volume, into = sdk::EbsBlockDevice)]
pub struct RootBlockDevice {
    /// Whether the volume goes with the instance.
    #[field(default = true, read_by_hand)]
    pub(super) delete_on_termination: Option<bool>,
    /// What the instance calls it.
    #[field(computed, by_hand)]
    pub(super) device_name: Option<String>,
    /// Whether it is encrypted.
    #[field(immutable, aws_default)]
    pub(super) encrypted: Option<bool>,
    /// Operations a second.
    #[field(aws_default, filled, range = 100..=256000)]
    pub(super) iops: Option<i64>,
    /// The KMS key that encrypts it.
    #[field(immutable, aws_default, forms = KmsKey, filled)]
    pub(super) kms_key_id: Option<String>,
    /// The volume's tags, in place of `volume_tags`.
    #[field(update = RootTags, after_create, aws_default, by_hand)]
    pub(super) tags: Option<Tags>,
    /// MiB a second, for `gp3`.
    #[field(aws_default, filled, range = 125..=2000)]
    pub(super) throughput: Option<i64>,
    /// The volume's id.
    #[field(computed)]
    pub(super) volume_id: Option<String>,
    /// GiB.
    #[field(aws_default, range = 1..=65536, sdk = size, sent_as = volume_size)]
    pub(super) volume_size: Option<i64>,
    /// The kind of volume.
    #[field(aws_default, one_of = ["gp2", "gp3", "io1", "io2", "sc1", "st1", "standard"])]
    pub(super) volume_type: Option<String>,
}
