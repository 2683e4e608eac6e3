//! The data of a version: from the properties, and back.

use aws_sdk_ec2::types::{RequestLaunchTemplateData, ResourceType, ResponseLaunchTemplateData};

use super::LaunchTemplate;
use super::convert::{each, filled, flag, flag_text, shown, text, word};

impl From<&LaunchTemplate> for RequestLaunchTemplateData {
    fn from(want: &LaunchTemplate) -> Self {
        Self::builder()
            .set_block_device_mappings(each(want.block_device_mappings.as_ref(), Into::into))
            .set_capacity_reservation_specification(want.capacity_reservation_specification.as_ref().map(Into::into))
            .set_cpu_options(want.cpu_options.as_ref().map(Into::into))
            .set_credit_specification(want.credit_specification.as_ref().map(Into::into))
            .set_disable_api_stop(want.disable_api_stop)
            .set_disable_api_termination(want.disable_api_termination)
            .set_ebs_optimized(flag(want.ebs_optimized.as_ref()))
            .set_enclave_options(want.enclave_options.as_ref().map(Into::into))
            .set_hibernation_options(want.hibernation_options.as_ref().map(Into::into))
            .set_iam_instance_profile(want.iam_instance_profile.as_ref().map(Into::into))
            .set_image_id(filled(want.image_id.clone()))
            .set_instance_initiated_shutdown_behavior(word(want.instance_initiated_shutdown_behavior.as_ref()))
            .set_instance_market_options(want.instance_market_options.as_ref().map(Into::into))
            .set_instance_requirements(want.instance_requirements.as_ref().map(Into::into))
            .set_instance_type(word(want.instance_type.as_ref()))
            .set_kernel_id(filled(want.kernel_id.clone()))
            .set_key_name(filled(want.key_name.clone()))
            .set_license_specifications(each(want.license_specification.as_ref(), Into::into))
            .set_maintenance_options(want.maintenance_options.as_ref().map(Into::into))
            .set_metadata_options(want.metadata_options.as_ref().map(Into::into))
            .set_monitoring(want.monitoring.as_ref().map(Into::into))
            .set_network_interfaces(each(want.network_interfaces.as_ref(), Into::into))
            .set_placement(want.placement.as_ref().map(Into::into))
            .set_private_dns_name_options(want.private_dns_name_options.as_ref().map(Into::into))
            .set_ram_disk_id(filled(want.ram_disk_id.clone()))
            .set_security_groups(each(want.security_group_names.as_ref(), String::clone))
            .set_security_group_ids(each(want.vpc_security_group_ids.as_ref(), String::clone))
            .set_tag_specifications(each(want.tag_specifications.as_ref(), Into::into))
            .set_user_data(filled(want.user_data.clone()))
            .build()
    }
}

impl LaunchTemplate {
    /// Takes over what a version says.
    pub(super) fn take(&mut self, data: ResponseLaunchTemplateData) {
        self.block_device_mappings = shown(data.block_device_mappings, |device| Some(device.into()));
        self.capacity_reservation_specification = data.capacity_reservation_specification.map(Into::into);
        self.cpu_options = data.cpu_options.map(Into::into);
        self.credit_specification = data.credit_specification.map(Into::into);
        self.disable_api_stop = data.disable_api_stop;
        self.disable_api_termination = data.disable_api_termination;
        self.ebs_optimized = flag_text(data.ebs_optimized);
        self.enclave_options = data.enclave_options.map(Into::into);
        self.hibernation_options = data.hibernation_options.map(Into::into);
        self.iam_instance_profile = data.iam_instance_profile.map(Into::into);
        self.image_id = filled(data.image_id);
        self.instance_initiated_shutdown_behavior = text!(data.instance_initiated_shutdown_behavior);
        self.instance_market_options = data.instance_market_options.map(Into::into);
        self.instance_requirements = data.instance_requirements.map(Into::into);
        self.instance_type = text!(data.instance_type);
        self.kernel_id = filled(data.kernel_id);
        self.key_name = filled(data.key_name);
        self.license_specification = shown(data.license_specifications, |license| Some(license.into()));
        self.maintenance_options = data.maintenance_options.map(Into::into);
        self.metadata_options = data.metadata_options.map(Into::into);
        self.monitoring = data.monitoring.map(Into::into);
        self.network_interfaces = shown(data.network_interfaces, |interface| Some(interface.into()));
        self.placement = data.placement.map(Into::into);
        self.private_dns_name_options = data.private_dns_name_options.map(Into::into);
        self.ram_disk_id = filled(data.ram_disk_id);
        self.security_group_names = shown(data.security_groups, Some);
        self.vpc_security_group_ids = shown(data.security_group_ids, Some);
        // Tags of the template itself are no data of a version: they are the property `tags`.
        self.tag_specifications = shown(data.tag_specifications, |tags| {
            (tags.resource_type != Some(ResourceType::LaunchTemplate)).then(|| tags.into())
        });
        self.user_data = filled(data.user_data);
    }
}
