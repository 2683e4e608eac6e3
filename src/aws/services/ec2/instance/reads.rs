//! What is read of instances: the description, and what only calls of their own tell.

use std::collections::HashMap;

use aws_sdk_ec2::types::{InstanceAttributeName, InstanceMetadataOptionsState, InstanceStateName, MonitoringState};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::{join_all, try_join_all};

use super::super::describe::by_filter;
use super::super::prelude::*;
use super::blocks::{CreditSpecification, RootBlockDevice};
use super::{Instance, blocks};
use crate::connection::call::absent_is_none;
use crate::kind::tags::{Tags, pairs};
use crate::kind::vocabulary::reserved_tag;

/// A change of the metadata service that is on its way.
pub(super) const METADATA_PENDING: &str = "metadata options pending";

/// An instance that somebody has ended stays listed for about an hour. One that AWS ended before it ran has another reason.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html>
fn is_gone(live: &sdk::Instance) -> bool {
    let state = live.state.as_ref().and_then(|state| state.name.as_ref());
    let why = live.state_reason.as_ref().and_then(|reason| reason.code.as_deref());
    let by_somebody = matches!(why, None | Some("Client.UserInitiatedShutdown" | "Client.InstanceInitiatedShutdown"));
    state == Some(&InstanceStateName::Terminated) && by_somebody
}

/// The interface that the instance's own properties are about.
pub(super) fn first_interface(live: &sdk::Instance) -> Option<&sdk::InstanceNetworkInterface> {
    let is_first = |one: &&sdk::InstanceNetworkInterface| {
        one.attachment.as_ref().is_some_and(|attachment| attachment.device_index == Some(0))
    };
    live.network_interfaces().iter().find(is_first)
}

/// The device that the instance starts from.
fn root(live: &sdk::Instance) -> Option<&sdk::EbsInstanceBlockDevice> {
    let is_root = |device: &&sdk::InstanceBlockDeviceMapping| device.device_name == live.root_device_name;
    live.block_device_mappings().iter().find(is_root)?.ebs.as_ref()
}

#[async_trait]
impl Described for Instance {
    type Live = sdk::Instance;
    const ID_FILTER: &'static str = "instance-id";
    const TAG_KIND: ResourceType = ResourceType::Instance;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::Instance>, CloudError> {
        let request = aws.read().ec2().describe_instances().set_filters(Some(filters));
        let found = aws.pages(request, |page| page.reservations).await?;
        let instances = found.into_iter().flat_map(|reservation| reservation.instances.unwrap_or_default());
        Ok(instances.filter(|instance| !is_gone(instance)).collect())
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn finish(mut self, live: &sdk::Instance) -> Self {
        let profile = live.iam_instance_profile.as_ref().and_then(|profile| profile.arn.as_deref());
        self.iam_instance_profile = profile.and_then(|arn| arn.rsplit('/').next()).map(String::from);
        let monitoring = live.monitoring.as_ref().and_then(|monitoring| monitoring.state.as_ref());
        self.monitoring = monitoring.map(|state| matches!(state, MonitoringState::Enabled | MonitoringState::Pending));
        let group = |of: fn(&sdk::GroupIdentifier) -> &Option<String>| {
            Some(live.security_groups().iter().filter_map(|group| of(group).clone()).collect())
        };
        self.security_groups = group(|group| &group.group_name);
        self.vpc_security_group_ids = group(|group| &group.group_id);
        if let Some(first) = first_interface(live) {
            let others = first.private_ip_addresses().iter().filter(|address| address.primary != Some(true));
            self.secondary_private_ips =
                Some(others.filter_map(|address| address.private_ip_address.clone()).collect());
            let ipv6: Vec<String> =
                first.ipv6_addresses().iter().filter_map(|address| address.ipv6_address.clone()).collect();
            self.enable_primary_ipv6 =
                Some(first.ipv6_addresses().iter().any(|address| address.is_primary_ipv6 == Some(true)));
            self.ipv6_address_count = i64::try_from(ipv6.len()).ok();
            self.ipv6_addresses = Some(ipv6);
            self.primary_network_interface_id = first.network_interface_id.clone();
            // That of an instance with several interfaces is told of none.
            self.source_dest_check = first.source_dest_check.or(self.source_dest_check);
        }
        let changing = live.metadata_options.as_ref().and_then(|options| options.state.as_ref());
        self._status = match changing {
            Some(InstanceMetadataOptionsState::Pending) => Some(METADATA_PENDING.into()),
            _ => live.state_reason.as_ref().and_then(|reason| reason.message.clone().or(reason.code.clone())),
        };
        self.root_block_device = root(live).map(|ebs| RootBlockDevice {
            delete_on_termination: ebs.delete_on_termination,
            device_name: live.root_device_name.clone(),
            volume_id: ebs.volume_id.clone(),
            ..RootBlockDevice::default()
        });
        self
    }

    async fn complete(aws: &Aws, found: &mut [Self], wanted: &[ReadRequest]) -> Result<(), CloudError> {
        let asks = |instance: &Instance, names: &[&str]| {
            let of = |request: &&ReadRequest| Some(request.id.as_str()) == instance.id.as_deref();
            wanted.iter().find(of).is_some_and(|request| asks_for(request, names))
        };
        volumes(aws, found, |instance| asks(instance, &["root_block_device", "volume_tags"])).await?;
        credits(aws, found, |instance| asks(instance, &["credit_specification"])).await?;
        let each = found.iter_mut().map(|instance| {
            let wanted: Vec<InstanceAttributeName> = ATTRIBUTES
                .iter()
                .filter(|(names, _)| asks(instance, names))
                .map(|(_, attribute)| attribute.clone())
                .collect();
            attributes(aws, instance, wanted)
        });
        join_all(each).await.into_iter().collect()
    }
}

/// Properties that a call for each instance tells, one at a time.
const ATTRIBUTES: &[(&[&str], InstanceAttributeName)] = &[
    (&["disable_api_stop"], InstanceAttributeName::DisableApiStop),
    (&["disable_api_termination"], InstanceAttributeName::DisableApiTermination),
    (&["instance_initiated_shutdown_behavior"], InstanceAttributeName::InstanceInitiatedShutdownBehavior),
    (&["user_data", "user_data_base64"], InstanceAttributeName::UserData),
];

async fn attributes(aws: &Aws, instance: &mut Instance, wanted: Vec<InstanceAttributeName>) -> Result<(), CloudError> {
    let id = instance.id.clone().unwrap_or_default();
    let asked = wanted.into_iter().map(|attribute| async {
        let request = aws.read().ec2().describe_instance_attribute().instance_id(&id).attribute(attribute);
        absent_is_none(aws.send(request).await)
    });
    for reply in try_join_all(asked).await?.into_iter().flatten() {
        let flag = |value: Option<sdk::AttributeBooleanValue>| value.and_then(|value| value.value);
        instance.disable_api_stop = flag(reply.disable_api_stop).or(instance.disable_api_stop);
        instance.disable_api_termination = flag(reply.disable_api_termination).or(instance.disable_api_termination);
        if let Some(behavior) = reply.instance_initiated_shutdown_behavior {
            instance.instance_initiated_shutdown_behavior = filled(behavior.value);
        }
        if let Some(data) = reply.user_data.and_then(|data| filled(data.value)) {
            let bytes = STANDARD.decode(data.trim()).ok();
            instance.user_data = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            instance.user_data_base64 = Some(data);
        }
    }
    Ok(())
}

/// The tags of a volume that are its user's.
fn own_tags(volume: &sdk::Volume) -> Tags {
    let mut tags = pairs(volume.tags.clone().unwrap_or_default(), |tag| (tag.key, tag.value));
    tags.retain(|key, _| !reserved_tag(key));
    tags
}

/// Reads the root volumes, all in one call.
async fn volumes(aws: &Aws, found: &mut [Instance], asks: impl Fn(&Instance) -> bool) -> Result<(), CloudError> {
    let id = |instance: &Instance| instance.root_block_device.as_ref()?.volume_id.clone();
    let ids: Vec<String> = found.iter().filter(|instance| asks(instance)).filter_map(id).collect();
    let describe = |filters| async move {
        aws.pages(aws.read().ec2().describe_volumes().set_filters(Some(filters)), |page| page.volumes).await
    };
    let live = by_filter("volume-id", &ids, describe).await?;
    let live: HashMap<String, sdk::Volume> =
        live.into_iter().filter_map(|volume| Some((volume.volume_id.clone()?, volume))).collect();
    for instance in found {
        let known = instance.root_block_device.take();
        let volume = known.as_ref().and_then(|root| live.get(root.volume_id.as_deref()?));
        let (Some(known), Some(volume)) = (&known, volume) else { continue };
        let tags = own_tags(volume);
        instance.volume_tags = Some(tags.clone());
        let root = blocks::RootBlockDevice::from_sdk(volume.clone())?;
        instance.root_block_device = Some(RootBlockDevice {
            delete_on_termination: known.delete_on_termination,
            device_name: known.device_name.clone(),
            tags: Some(tags),
            ..root
        });
    }
    Ok(())
}

/// Types with CPU credits; the call refuses others.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances.html>
fn has_credits(instance: &Instance) -> bool {
    instance.instance_type.as_deref().is_some_and(|name| name.starts_with('t'))
}

async fn credits(aws: &Aws, found: &mut [Instance], asks: impl Fn(&Instance) -> bool) -> Result<(), CloudError> {
    let burst = found.iter().filter(|instance| asks(instance) && has_credits(instance));
    let ids: Vec<String> = burst.filter_map(|instance| instance.id.clone()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let request = aws.read().ec2().describe_instance_credit_specifications().set_instance_ids(Some(ids));
    let live = aws.pages(request, |page| page.instance_credit_specifications).await?;
    let mut live: HashMap<String, sdk::InstanceCreditSpecification> =
        live.into_iter().filter_map(|credits| Some((credits.instance_id.clone()?, credits))).collect();
    for instance in found {
        if let Some(credits) = instance.id.as_ref().and_then(|id| live.remove(id)) {
            instance.credit_specification = Some(CreditSpecification::from_sdk(credits)?);
        }
    }
    Ok(())
}
