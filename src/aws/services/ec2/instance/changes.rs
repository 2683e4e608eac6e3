//! The updates of an instance, each of which AWS has a call for.

use aws_sdk_ec2::types::{AttributeBooleanValue, AttributeValue};

use super::super::prelude::*;
use super::super::tagging::{self, filter};
use super::reads::first_interface;
use super::{Instance, InstanceUpdate, launch, restart};
use crate::kind::convert::{int, outgoing};
use crate::kind::diff::added;
use crate::kind::tags::Tags;

fn flag(on: Option<bool>) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(on.unwrap_or(false)).build()
}

pub(super) async fn update(aws: &Aws, call: InstanceUpdate, change: &Change<'_, Instance>) -> Result<(), CloudError> {
    let &Change { id, want, .. } = change;
    let ec2 = aws.write().ec2();
    // The API changes one attribute a call.
    let modify = || ec2.modify_instance_attribute().instance_id(id.as_str());
    match call {
        InstanceUpdate::StopProtection => aws.done(modify().disable_api_stop(flag(want.disable_api_stop))).await,
        InstanceUpdate::TerminationProtection => {
            aws.done(modify().disable_api_termination(flag(want.disable_api_termination))).await
        }
        InstanceUpdate::Stopped => restart::change(aws, change).await,
        InstanceUpdate::ShutdownBehavior => {
            let behavior = want.instance_initiated_shutdown_behavior.clone();
            let behavior = AttributeValue::builder().set_value(behavior).build();
            aws.done(modify().instance_initiated_shutdown_behavior(behavior)).await
        }
        InstanceUpdate::SourceDestCheck => {
            let check = flag(want.source_dest_check.or(Some(true)));
            aws.done(modify().source_dest_check(check)).await
        }
        InstanceUpdate::SecurityGroups => aws.done(modify().set_groups(want.vpc_security_group_ids.clone())).await,
        InstanceUpdate::PrivateIps => private_ips(aws, id, want).await,
        InstanceUpdate::Profile => profile(aws, id, want).await,
        InstanceUpdate::CapacityReservation => {
            let wanted = outgoing(&want.capacity_reservation_specification, "capacity_reservation_specification")?;
            let request = ec2.modify_instance_capacity_reservation_attributes().instance_id(id.as_str());
            aws.done(request.set_capacity_reservation_specification(wanted)).await
        }
        InstanceUpdate::Credits => {
            let credits = want.credit_specification.as_ref().and_then(|credits| credits.cpu_credits.clone());
            let specification = sdk::InstanceCreditSpecificationRequest::builder().instance_id(id.as_str());
            let specification = specification.set_cpu_credits(credits).build();
            let request = ec2.modify_instance_credit_specification();
            aws.done(request.client_token(change.operation.id.as_str()).instance_credit_specifications(specification))
                .await
        }
        InstanceUpdate::Maintenance => {
            let recovery = want.maintenance_options.as_ref().and_then(|options| options.auto_recovery.as_deref());
            let request = ec2.modify_instance_maintenance_options().instance_id(id.as_str());
            aws.done(request.set_auto_recovery(recovery.map(sdk::InstanceAutoRecoveryState::from))).await
        }
        InstanceUpdate::Metadata => metadata(aws, id, want).await,
        InstanceUpdate::Monitoring => match want.monitoring {
            Some(true) => aws.done(ec2.monitor_instances().instance_ids(id.as_str())).await,
            _ => aws.done(ec2.unmonitor_instances().instance_ids(id.as_str())).await,
        },
        InstanceUpdate::RootVolume => root_volume(aws, change).await,
        InstanceUpdate::RootTags => {
            let Some((volume, prior)) = root_of(change) else { return Ok(()) };
            let wanted = want.root_block_device.as_ref().and_then(|root| root.tags.as_ref());
            tagging::update(aws, &volume.into(), prior.as_ref(), wanted).await
        }
        InstanceUpdate::VolumeTags => volume_tags(aws, change).await,
        InstanceUpdate::Tags => retag(aws, change).await,
    }
}

/// The root volume, and the tags that it had.
fn root_of(change: &Change<'_, Instance>) -> Option<(String, Option<Tags>)> {
    let root = change.prior.root_block_device.as_ref()?;
    Some((root.volume_id.clone()?, root.tags.clone()))
}

async fn live(aws: &Aws, id: &PhysicalId) -> Result<sdk::Instance, CloudError> {
    let found = Instance::by_ids(aws, &[id.to_string()]).await?;
    let one = found.into_iter().find(|instance| instance.instance_id.as_deref() == Some(id.as_str()));
    one.ok_or_else(|| CloudError::new(ErrorKind::NotFound, format!("{id} does not exist")))
}

/// Looks first, so that a repetition does nothing twice.
async fn private_ips(aws: &Aws, id: &PhysicalId, want: &Instance) -> Result<(), CloudError> {
    let live = live(aws, id).await?;
    let there: Instance = of_live(&live)?;
    let interface = first_interface(&live).and_then(|first| first.network_interface_id.clone()).unwrap_or_default();
    if let Some(gone) = added(&there.secondary_private_ips, &want.secondary_private_ips) {
        let request = aws.write().ec2().unassign_private_ip_addresses().network_interface_id(&interface);
        aws.gone(request.set_private_ip_addresses(Some(gone))).await?;
    }
    let Some(new) = added(&want.secondary_private_ips, &there.secondary_private_ips) else { return Ok(()) };
    let request = aws.write().ec2().assign_private_ip_addresses().network_interface_id(&interface);
    aws.done(request.set_private_ip_addresses(Some(new))).await
}

/// There is one association at most, and each way from one to another has a call of its own.
async fn profile(aws: &Aws, id: &PhysicalId, want: &Instance) -> Result<(), CloudError> {
    let ask = aws.read().ec2().describe_iam_instance_profile_associations();
    let ask = ask.filters(filter("instance-id", [id.to_string()]));
    let found = aws.pages(ask, |page| page.iam_instance_profile_associations).await?;
    let there = found.into_iter().find_map(|association| {
        use sdk::IamInstanceProfileAssociationState::{Associated, Associating};
        matches!(association.state, None | Some(Associated | Associating)).then_some(association.association_id)?
    });
    let ec2 = aws.write().ec2();
    match (launch::profile(want), there) {
        (Some(profile), Some(there)) => {
            let request = ec2.replace_iam_instance_profile_association().association_id(there);
            aws.done(request.iam_instance_profile(profile)).await
        }
        (Some(profile), None) => {
            let request = ec2.associate_iam_instance_profile().instance_id(id.as_str());
            aws.done(request.iam_instance_profile(profile)).await
        }
        (None, Some(there)) => aws.gone(ec2.disassociate_iam_instance_profile().association_id(there)).await,
        (None, None) => Ok(()),
    }
}

async fn metadata(aws: &Aws, id: &PhysicalId, want: &Instance) -> Result<(), CloudError> {
    let Some(options) = &want.metadata_options else { return Ok(()) };
    let request = aws.write().ec2().modify_instance_metadata_options().instance_id(id.as_str());
    let request = request
        .set_http_endpoint(options.http_endpoint.as_deref().map(sdk::InstanceMetadataEndpointState::from))
        .set_http_protocol_ipv6(options.http_protocol_ipv6.as_deref().map(sdk::InstanceMetadataProtocolState::from))
        .set_http_put_response_hop_limit(options.http_put_response_hop_limit.map(int))
        .set_http_tokens(options.http_tokens.as_deref().map(sdk::HttpTokensState::from))
        .set_instance_metadata_tags(
            options.instance_metadata_tags.as_deref().map(sdk::InstanceMetadataTagsState::from),
        );
    aws.done(request).await
}

/// The volume itself, and whether it goes with the instance.
async fn root_volume(aws: &Aws, change: &Change<'_, Instance>) -> Result<(), CloudError> {
    let &Change { id, want, prior, .. } = change;
    let (Some(wanted), Some(there)) = (&want.root_block_device, &prior.root_block_device) else { return Ok(()) };
    let number = |want: Option<i64>, have: Option<i64>| want.filter(|_| want != have).map(int);
    let size = number(wanted.volume_size, there.volume_size);
    let iops = number(wanted.iops, there.iops);
    let throughput = number(wanted.throughput, there.throughput);
    let kind = wanted.volume_type.clone().filter(|_| wanted.volume_type != there.volume_type);
    if size.is_some() || iops.is_some() || throughput.is_some() || kind.is_some() {
        let request = aws.write().ec2().modify_volume().set_volume_id(there.volume_id.clone()).set_size(size);
        let request = request.set_iops(iops).set_throughput(throughput);
        aws.done(request.set_volume_type(kind.as_deref().map(sdk::VolumeType::from))).await?;
    }
    if wanted.delete_on_termination == there.delete_on_termination {
        return Ok(());
    }
    let ebs = sdk::EbsInstanceBlockDeviceSpecification::builder();
    let ebs = ebs.delete_on_termination(wanted.delete_on_termination.unwrap_or(true)).build();
    let device = sdk::InstanceBlockDeviceMappingSpecification::builder();
    let device = device.set_device_name(there.device_name.clone()).ebs(ebs).build();
    let request = aws.write().ec2().modify_instance_attribute().instance_id(id.as_str());
    aws.done(request.block_device_mappings(device)).await
}

/// Those that go with the instance, and the root volume: one that was attached later has tags of its own.
fn volumes_of(live: &sdk::Instance) -> Vec<String> {
    let own = live.block_device_mappings().iter().filter(|device| {
        let goes = device.ebs.as_ref().is_some_and(|ebs| ebs.delete_on_termination == Some(true));
        goes || device.device_name == live.root_device_name
    });
    own.filter_map(|device| device.ebs.as_ref()?.volume_id.clone()).collect()
}

async fn volume_tags(aws: &Aws, change: &Change<'_, Instance>) -> Result<(), CloudError> {
    let (prior, want) = (change.prior.volume_tags.as_ref(), change.want.volume_tags.as_ref());
    for volume in volumes_of(&live(aws, change.id).await?) {
        tagging::update(aws, &volume.into(), prior, want).await?;
    }
    Ok(())
}
