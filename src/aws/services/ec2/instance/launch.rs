//! The request that makes an instance, and what it has to have.

use aws_sdk_ec2::operation::run_instances::builders::RunInstancesFluentBuilder;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::prelude::*;
use super::super::tagging::specification;
use super::Instance;
use crate::kind::convert::{ToSdk, Unfit, int, outgoing, problem};

/// User data as the API takes it: base64.
pub(super) fn user_data(of: &Instance) -> Option<String> {
    let text = of.user_data.as_ref().map(|text| STANDARD.encode(text));
    text.or_else(|| of.user_data_base64.clone())
}

/// An instance profile, by its name or its ARN; none for an empty text.
pub(super) fn profile(of: &Instance) -> Option<sdk::IamInstanceProfileSpecification> {
    let profile = text(&of.iam_instance_profile)?;
    let specification = sdk::IamInstanceProfileSpecification::builder();
    Some(
        match profile.starts_with("arn:") {
            true => specification.arn(profile),
            false => specification.name(profile),
        }
        .build(),
    )
}

fn placement(want: &Instance) -> Option<sdk::Placement> {
    let placement = sdk::Placement::builder()
        .set_availability_zone(filled(want.availability_zone.clone()))
        .set_group_name(filled(want.placement_group.clone()))
        .set_host_id(filled(want.host_id.clone()))
        .set_host_resource_group_arn(filled(want.host_resource_group_arn.clone()))
        .set_partition_number(want.placement_partition_number.map(int))
        .set_tenancy(text(&want.tenancy).map(sdk::Tenancy::from))
        .build();
    (placement != sdk::Placement::builder().build()).then_some(placement)
}

fn ipv6(want: &Instance) -> Option<Vec<sdk::InstanceIpv6Address>> {
    let addresses = want.ipv6_addresses.iter().flatten();
    filled(Some(addresses.map(|one| sdk::InstanceIpv6Address::builder().ipv6_address(one).build()).collect()))
}

/// Whether there is a public address is said of an interface; then everything else about it is said there too.
fn interfaces(want: &Instance) -> Result<Option<Vec<sdk::InstanceNetworkInterfaceSpecification>>, Unfit> {
    if let Some(interfaces) = filled(want.network_interface.clone()) {
        return outgoing(&Some(interfaces), "network_interface");
    }
    let Some(public) = want.associate_public_ip_address else { return Ok(None) };
    let interface = sdk::InstanceNetworkInterfaceSpecification::builder()
        .device_index(0)
        .associate_public_ip_address(public)
        .delete_on_termination(true)
        .set_groups(filled(want.vpc_security_group_ids.clone()))
        .set_ipv6_address_count(want.ipv6_address_count.filter(|count| *count > 0).map(int))
        .set_ipv6_addresses(ipv6(want))
        .set_primary_ipv6(want.enable_primary_ipv6)
        .set_private_ip_address(filled(want.private_ip.clone()))
        .set_subnet_id(filled(want.subnet_id.clone()));
    Ok(Some(vec![interface.build()]))
}

/// What the image calls the volume that it starts from.
async fn root_device(aws: &Aws, image: &str) -> Result<String, CloudError> {
    let images = aws.pages(aws.read().ec2().describe_images().image_ids(image), |page| page.images).await;
    let images = images.map_err(|mut error| {
        if error.kind == ErrorKind::Ambiguous {
            error.kind = ErrorKind::NotSent;
        }
        error
    })?;
    let root = images.into_iter().find_map(|image| image.root_device_name);
    root.ok_or_else(|| CloudError::new(ErrorKind::Rejected, format!("the image {image} has no root device")))
}

fn devices(want: &Instance, root: Option<String>) -> Result<Option<Vec<sdk::BlockDeviceMapping>>, Unfit> {
    let mapping = |device: &Option<String>| sdk::BlockDeviceMapping::builder().set_device_name(device.clone());
    let mut devices = Vec::new();
    if let (Some(block), Some(root)) = (&want.root_block_device, root) {
        devices.push(mapping(&Some(root)).ebs(block.to_sdk()?).build());
    }
    for block in want.ebs_block_device.iter().flatten() {
        devices.push(mapping(&block.device_name).ebs(block.to_sdk()?).build());
    }
    for disk in want.ephemeral_block_device.iter().flatten() {
        let left_out = disk.no_device.filter(|left_out| *left_out).map(|_| String::new());
        devices.push(
            mapping(&disk.device_name).set_virtual_name(disk.virtual_name.clone()).set_no_device(left_out).build(),
        );
    }
    Ok(filled(Some(devices)))
}

pub(super) async fn request(aws: &Aws, want: &Instance, token: &str) -> Result<RunInstancesFluentBuilder, CloudError> {
    let root = match (&want.root_block_device, text(&want.ami)) {
        (Some(_), Some(image)) => Some(root_device(aws, image).await?),
        _ => None,
    };
    let mut tags = specification(ResourceType::Instance, want.tags.all.as_ref()).unwrap_or_default();
    tags.extend(specification(ResourceType::Volume, want.volume_tags.as_ref()).unwrap_or_default());
    let interfaces = interfaces(want)?;
    let alone = interfaces.is_none();
    let monitoring = want.monitoring.map(|on| sdk::RunInstancesMonitoringEnabled::builder().enabled(on).build());
    let hibernation = want.hibernation.map(|on| sdk::HibernationOptionsRequest::builder().configured(on).build());
    let mut request = want.fill(aws.write().ec2().run_instances())?;
    if !alone {
        request = request.set_private_ip_address(None).set_ipv6_address_count(None).set_enable_primary_ipv6(None);
    }
    Ok(request
        .min_count(1)
        .max_count(1)
        .client_token(token)
        .set_block_device_mappings(devices(want, root)?)
        .set_hibernation_options(hibernation)
        .set_iam_instance_profile(profile(want))
        .set_ipv6_addresses(ipv6(want).filter(|_| alone))
        .set_monitoring(monitoring)
        .set_placement(placement(want))
        .set_security_group_ids(filled(want.vpc_security_group_ids.clone()).filter(|_| alone))
        .set_security_groups(filled(want.security_groups.clone()).filter(|_| alone))
        .set_subnet_id(filled(want.subnet_id.clone()).filter(|_| alone))
        .set_network_interfaces(interfaces)
        .set_tag_specifications(Some(tags).filter(|tags| !tags.is_empty()))
        .set_user_data(user_data(want).filter(|data| !data.is_empty())))
}

/// What a declaration lacks, or has twice.
pub(super) fn problems(properties: &Value) -> Vec<Problem> {
    let absent = |name: &str| properties.get(name).is_none_or(Value::is_null);
    let mut problems = Vec::new();
    if absent("launch_template") {
        for name in ["ami", "instance_type"].into_iter().filter(|name| absent(name)) {
            problems.push(problem(name, format!("without a launch template an instance needs {name}")));
        }
    }
    let root = properties.get("root_block_device");
    if root.is_some_and(|root| !root.is_null()) && absent("ami") {
        let message =
            "AWS names the root device after the image: write ami, or put the volume into the launch template";
        problems.push(problem("root_block_device", message));
    }
    let root_tags = root.and_then(|root| root.get("tags")).is_some_and(|tags| !tags.is_null());
    if root_tags && !absent("volume_tags") {
        problems.push(problem("volume_tags", "the root volume has tags of its own: write one of the two"));
    }
    let interfaces = properties.get("network_interface").and_then(Value::as_list).unwrap_or_default();
    if interfaces.iter().any(|one| one.get("delete_on_termination").and_then(Value::as_bool) == Some(true)) {
        let message = "an interface that exists already does not go with the instance: AWS takes no other answer";
        problems.push(problem("network_interface", message));
    }
    let data = properties.get("user_data_base64").and_then(Value::as_str);
    if data.is_some_and(|data| STANDARD.decode(data).is_err()) {
        problems.push(problem("user_data_base64", "this is no base64: write user_data for text"));
    }
    problems
}
