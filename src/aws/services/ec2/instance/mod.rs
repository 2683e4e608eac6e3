//! `aws_instance`

mod blocks;
mod changes;
mod launch;
mod reads;
mod restart;

use aws_sdk_ec2::operation::run_instances::builders::RunInstancesFluentBuilder;

use super::prelude::*;
use crate::kind::tags::Tags;

updates! {
    pub enum InstanceUpdate {
        StopProtection => [ModifyInstanceAttribute],
        TerminationProtection => [ModifyInstanceAttribute],
        Stopped => [
            CreateTags, StopInstances, ModifyInstanceAttribute, ModifyPrivateDnsNameOptions, StartInstances, DeleteTags
        ],
        ShutdownBehavior => [ModifyInstanceAttribute],
        SourceDestCheck => [ModifyInstanceAttribute],
        SecurityGroups => [ModifyInstanceAttribute],
        PrivateIps => [UnassignPrivateIpAddresses, AssignPrivateIpAddresses],
        Profile => [
            AssociateIamInstanceProfile, DisassociateIamInstanceProfile, ReplaceIamInstanceProfileAssociation
        ],
        CapacityReservation => [ModifyInstanceCapacityReservationAttributes],
        Credits => [ModifyInstanceCreditSpecification],
        Maintenance => [ModifyInstanceMaintenanceOptions],
        Metadata => [ModifyInstanceMetadataOptions],
        Monitoring => [MonitorInstances, UnmonitorInstances],
        RootVolume => [ModifyVolume, ModifyInstanceAttribute],
        RootTags => [CreateTags, DeleteTags],
        VolumeTags => [CreateTags, DeleteTags],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = InstanceUpdate)]
#[sdk(from = sdk::Instance, create = RunInstancesFluentBuilder)]
pub struct Instance {
    /// The image.
    #[field(immutable, aws_default, sdk = image_id)]
    ami: Option<String>,
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// Whether it gets a public address when it starts; by default as the subnet says.
    #[field(immutable, aws_default, write_only, sent_by_hand)]
    associate_public_ip_address: Option<bool>,
    /// The zone.
    #[field(immutable, aws_default, sdk = placement.availability_zone)]
    availability_zone: Option<String>,
    /// Which reserved capacity it uses.
    #[field(update = CapacityReservation, aws_default)]
    capacity_reservation_specification: Option<blocks::CapacityReservation>,
    /// The processor's cores and threads.
    #[field(immutable, aws_default)]
    cpu_options: Option<blocks::CpuOptions>,
    /// How it uses up its CPU credits, for types that have some.
    #[field(update = Credits, aws_default, read_by_hand)]
    credit_specification: Option<blocks::CreditSpecification>,
    /// Whether it is protected from being stopped.
    #[field(update = StopProtection, aws_default, read_by_hand)]
    disable_api_stop: Option<bool>,
    /// Whether it is protected from being terminated.
    #[field(update = TerminationProtection, aws_default, read_by_hand)]
    disable_api_termination: Option<bool>,
    /// More volumes, made with it. A change replaces it: an `aws_ebs_volume` can be changed.
    #[field(immutable, aws_default, write_only, set, by_hand)]
    ebs_block_device: Option<Vec<blocks::EbsBlockDevice>>,
    /// Whether it has bandwidth of its own to EBS.
    #[field(update = Stopped, aws_default)]
    ebs_optimized: Option<bool>,
    /// Whether its first IPv6 address stays for as long as it does.
    #[field(immutable, aws_default, read_by_hand)]
    enable_primary_ipv6: Option<bool>,
    /// Nitro Enclaves.
    #[field(immutable, aws_default)]
    enclave_options: Option<blocks::EnclaveOptions>,
    /// Disks of the machine.
    #[field(immutable, aws_default, write_only, set, by_hand)]
    ephemeral_block_device: Option<Vec<blocks::EphemeralBlockDevice>>,
    /// Whether it can hibernate.
    #[field(immutable, aws_default, sdk = hibernation_options.configured)]
    hibernation: Option<bool>,
    /// The host, with the tenancy `host`.
    #[field(immutable, aws_default, filled, sdk = placement.host_id)]
    host_id: Option<String>,
    /// The group of hosts, with the tenancy `host`.
    #[field(immutable, aws_default, filled, sdk = placement.host_resource_group_arn)]
    host_resource_group_arn: Option<String>,
    /// Its role, by the name of an instance profile; an empty text for none.
    #[field(update = Profile, aws_default, forms = Arn, by_hand)]
    iam_instance_profile: Option<String>,
    /// The instance's id.
    #[field(computed, sdk = instance_id)]
    id: Option<String>,
    /// What a shutdown from inside does.
    #[field(update = ShutdownBehavior, aws_default, one_of = ["stop", "terminate"], read_by_hand)]
    instance_initiated_shutdown_behavior: Option<String>,
    /// `spot` or `scheduled`, where it is not on demand.
    #[field(computed, filled)]
    instance_lifecycle: Option<String>,
    /// How it is bought.
    #[field(immutable, aws_default, write_only)]
    instance_market_options: Option<blocks::MarketOptions>,
    /// AWS's word for the state.
    #[field(computed, sdk = state.name, changed_by = ["Stopped"])]
    instance_state: Option<String>,
    /// The instance type. A change stops and starts it.
    #[field(update = Stopped, aws_default)]
    instance_type: Option<String>,
    /// How many IPv6 addresses it gets.
    #[field(immutable, aws_default, range = 0..=64, read_by_hand, conflicts = ["ipv6_addresses"])]
    ipv6_address_count: Option<i64>,
    /// The IPv6 addresses.
    #[field(immutable, aws_default, forms = Ipv6, by_hand, conflicts = ["ipv6_address_count"])]
    ipv6_addresses: Option<Vec<String>>,
    /// The key pair.
    #[field(immutable, aws_default, filled)]
    key_name: Option<String>,
    /// The launch template that it is made of.
    #[field(immutable, write_only)]
    launch_template: Option<blocks::LaunchTemplate>,
    /// What happens when the machine fails.
    #[field(update = Maintenance, aws_default)]
    maintenance_options: Option<blocks::MaintenanceOptions>,
    /// The metadata service.
    #[field(update = Metadata, aws_default)]
    metadata_options: Option<blocks::MetadataOptions>,
    /// Whether metrics come every minute.
    #[field(update = Monitoring, aws_default, by_hand)]
    monitoring: Option<bool>,
    /// Interfaces that exist already, in place of those that a subnet and security groups make.
    #[field(immutable, write_only, set, by_hand)]
    #[field(conflicts = ["associate_public_ip_address", "private_ip", "security_groups", "subnet_id", "vpc_security_group_ids"])]
    network_interface: Option<Vec<blocks::NetworkInterface>>,
    /// The Outpost that it is on.
    #[field(computed, filled)]
    outpost_arn: Option<String>,
    /// The placement group.
    #[field(immutable, aws_default, filled, sdk = placement.group_name)]
    placement_group: Option<String>,
    /// The partition of the placement group.
    #[field(immutable, aws_default, filled, range = 1..=7, sdk = placement.partition_number)]
    placement_partition_number: Option<i64>,
    /// The first interface.
    #[field(computed, by_hand)]
    primary_network_interface_id: Option<String>,
    /// The private name in DNS.
    #[field(computed, filled, sdk = private_dns_name, changed_by = ["Stopped"])]
    private_dns: Option<String>,
    /// How it is named in DNS.
    #[field(update = Stopped, aws_default)]
    private_dns_name_options: Option<blocks::PrivateDnsNameOptions>,
    /// The private address.
    #[field(immutable, aws_default, filled, forms = Ipv4, sdk = private_ip_address)]
    private_ip: Option<String>,
    /// The public name in DNS.
    #[field(computed, filled, sdk = public_dns_name, changed_by = ["Stopped"])]
    public_dns: Option<String>,
    /// The public address.
    #[field(computed, filled, sdk = public_ip_address, changed_by = ["Stopped"])]
    public_ip: Option<String>,
    /// The volume that it starts from.
    #[field(update = RootVolume, aws_default, by_hand)]
    root_block_device: Option<blocks::RootBlockDevice>,
    /// More private addresses of the first interface.
    #[field(update = PrivateIps, after_create, aws_default, set, forms = Ipv4, by_hand)]
    secondary_private_ips: Option<Vec<String>>,
    /// Names of security groups, in a default VPC.
    #[field(immutable, aws_default, set, by_hand, conflicts = ["vpc_security_group_ids"])]
    security_groups: Option<Vec<String>>,
    /// Whether it takes only what is meant for it; routers and NAT do not.
    #[field(update = SourceDestCheck, after_create, default = true)]
    source_dest_check: Option<bool>,
    /// The spot request that it came of.
    #[field(computed, filled)]
    spot_instance_request_id: Option<String>,
    /// The subnet.
    #[field(immutable, aws_default, filled, sent_by_hand)]
    subnet_id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// Whether the machine is shared.
    #[field(immutable, aws_default, filled, one_of = ["dedicated", "default", "host"], sdk = placement.tenancy)]
    tenancy: Option<String>,
    /// What it runs at its first start. A change stops and starts it, and is not run.
    #[field(update = Stopped, aws_default, by_hand, conflicts = ["user_data_base64"])]
    #[field(replaced_while = "user_data_replace_on_change")]
    user_data: Option<String>,
    /// The same in base64, for what is no text.
    #[field(update = Stopped, aws_default, forms = Base64, by_hand, conflicts = ["user_data"])]
    #[field(replaced_while = "user_data_replace_on_change")]
    user_data_base64: Option<String>,
    /// Whether other user data make another instance, which runs them.
    #[field(local, default = false)]
    user_data_replace_on_change: Option<bool>,
    /// Tags of the volumes that go with it; an empty map for none.
    #[field(update = VolumeTags, aws_default, by_hand)]
    volume_tags: Option<Tags>,
    /// The security groups.
    #[field(update = SecurityGroups, aws_default, set, by_hand, conflicts = ["security_groups"])]
    vpc_security_group_ids: Option<Vec<String>>,
    /// What becomes of a change of the metadata service, and why it ended.
    #[field(computed, by_hand)]
    _status: Option<String>,
}

#[async_trait]
impl Resource for Instance {
    const TYPE: &'static str = "aws_instance";
    const DOC: &'static str = "A virtual machine.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![RunInstances];
    const DELETE_CALLS: Calls = calls![TerminateInstances];
    const LAGS: &'static [LagReply] = lags::INSTANCE;
    const IMPORT_ID: &'static str = "INSTANCE_ID";
    const TERRAFORM_VERSION: u32 = 1;
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 30;
    const EXAMPLE: &'static str = "\
ami: ami-0123456789abcdef0
instance_type: t4g.small
subnet_id: ${subnet.id}
vpc_security_group_ids: [\"${bastion.id}\"]
metadata_options: {http_tokens: required}
root_block_device: {volume_size: 20, volume_type: gp3, encrypted: true}
";
    const TERRAFORM_DEFAULTS: &'static [(&'static str, Literal)] = &[("get_password_data", Literal::Bool(false))];
    const UNSUPPORTED: Refused = &[
        ("cpu_core_count", "deprecated: write cpu_options"),
        ("cpu_threads_per_core", "deprecated: write cpu_options"),
        ("ebs_block_device.tags", "AWS takes one set of tags for all volumes: write volume_tags, or an aws_ebs_volume"),
        ("ebs_block_device.tags_all", "tags of the stage are not put on volumes: write volume_tags"),
        ("ebs_block_device.volume_id", "AWS does not tell these volumes from those that were attached later"),
        ("get_password_data", "a password does not belong in state: ask ec2:GetPasswordData"),
        ("password_data", "a password does not belong in state: ask ec2:GetPasswordData"),
        ("root_block_device.tags_all", "tags of the stage are not put on volumes: write tags or volume_tags"),
    ];

    type Update = InstanceUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = launch::request(aws, want, operation.id.as_str()).await?;
        aws.made(request, |reply| reply.instances?.pop()?.instance_id).await
    }

    async fn update(aws: &Aws, call: InstanceUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        changes::update(aws, call, change).await
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().terminate_instances().instance_ids(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        let why = self._status.clone().unwrap_or_default();
        match self.instance_state.as_deref() {
            Some(pending @ ("pending" | "stopping")) => Readiness::Pending(pending.into()),
            Some("shutting-down") => Readiness::Deleting,
            // It never ran: what a user has ended is not told at all.
            Some("terminated") => Readiness::Failed(format!("terminated: {why}")),
            _ if why == reads::METADATA_PENDING => Readiness::Pending(why),
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        launch::problems(properties)
    }
}

#[cfg(test)]
mod tests;
