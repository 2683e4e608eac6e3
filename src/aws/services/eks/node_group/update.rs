//! The update calls of a node group.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_eks::types as sdk;
use wildfire_engine::model::{CloudError, Operation, PhysicalId};

use super::blocks::{LaunchTemplate, NodeRepair, Scaling, Taint, UpdateLimits};
use super::{NodeGroup, NodeGroupUpdate, read};
use crate::Aws;
use crate::kind::diff::changed;
use crate::services::eks::tagging::{self, no_change_is_fine};

/// Makes one update call.
pub(super) async fn update(
    aws: &Aws,
    id: &PhysicalId,
    call: NodeGroupUpdate,
    want: &NodeGroup,
    prior: &NodeGroup,
    operation: &Operation,
) -> Result<(), CloudError> {
    let (cluster, name) = read::parts(id)?;
    let eks = aws.write().eks();
    match call {
        NodeGroupUpdate::Version => {
            let request = eks
                .update_nodegroup_version()
                .cluster_name(cluster)
                .nodegroup_name(name)
                .set_launch_template(new_template(want, prior))
                .set_version(changed(&want.version, &prior.version))
                .set_release_version(changed(&want.release_version, &prior.release_version))
                .set_force(want.force_update_version)
                .client_request_token(format!("{}-version", operation.id));
            no_change_is_fine(aws.call("eks:UpdateNodegroupVersion", request.send()).await)
        }
        NodeGroupUpdate::Config => {
            let request = eks
                .update_nodegroup_config()
                .cluster_name(cluster)
                .nodegroup_name(name)
                .set_labels(label_changes(prior, want))
                .set_taints(taint_changes(prior, want))
                .set_scaling_config(changed(&want.scaling_config, &prior.scaling_config).as_ref().map(Scaling::to_sdk))
                .set_update_config(
                    changed(&want.update_config, &prior.update_config).as_ref().map(UpdateLimits::to_sdk),
                )
                .set_node_repair_config(
                    changed(&want.node_repair_config, &prior.node_repair_config).as_ref().map(NodeRepair::to_sdk),
                )
                .client_request_token(format!("{}-config", operation.id));
            no_change_is_fine(aws.call("eks:UpdateNodegroupConfig", request.send()).await)
        }
        NodeGroupUpdate::Tags => {
            let arn = prior.arn.as_deref().or(want.arn.as_deref());
            tagging::update(aws, arn, prior.tags_all.as_ref(), want.tags_all.as_ref()).await
        }
    }
}

pub(super) fn label_changes(prior: &NodeGroup, want: &NodeGroup) -> Option<sdk::UpdateLabelsPayload> {
    let empty = BTreeMap::new();
    let (prior, want) = (prior.labels.as_ref().unwrap_or(&empty), want.labels.as_ref().unwrap_or(&empty));
    let set: HashMap<_, _> = want
        .iter()
        .filter(|(key, value)| prior.get(*key) != Some(value))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let remove: Vec<_> = prior.keys().filter(|key| !want.contains_key(*key)).cloned().collect();
    (!set.is_empty() || !remove.is_empty()).then(|| {
        sdk::UpdateLabelsPayload::builder()
            .set_add_or_update_labels(Some(set).filter(|set| !set.is_empty()))
            .set_remove_labels(Some(remove).filter(|remove| !remove.is_empty()))
            .build()
    })
}

/// A taint is known by key and effect: one with a new value is updated, not removed.
pub(super) fn taint_changes(prior: &NodeGroup, want: &NodeGroup) -> Option<sdk::UpdateTaintsPayload> {
    let list = |group: &NodeGroup| group.taint.clone().unwrap_or_default();
    let (prior, want) = (list(prior), list(want));
    let set: Vec<_> = want.iter().filter(|taint| !prior.contains(taint)).map(Taint::to_sdk).collect();
    let kept = |old: &Taint| want.iter().any(|taint| taint.key == old.key && taint.effect == old.effect);
    let remove: Vec<_> = prior.iter().filter(|taint| !kept(taint)).map(Taint::to_sdk).collect();
    (!set.is_empty() || !remove.is_empty()).then(|| {
        sdk::UpdateTaintsPayload::builder()
            .set_add_or_update_taints(Some(set).filter(|set| !set.is_empty()))
            .set_remove_taints(Some(remove).filter(|remove| !remove.is_empty()))
            .build()
    })
}

/// The template, if its version is a new one: which template it is cannot change, and is told in more than one way.
fn new_template(want: &NodeGroup, prior: &NodeGroup) -> Option<sdk::LaunchTemplateSpecification> {
    let version = |group: &NodeGroup| group.launch_template.as_ref().and_then(|template| template.version.clone());
    (version(want) != version(prior)).then(|| want.launch_template.as_ref().map(LaunchTemplate::to_sdk))?
}
