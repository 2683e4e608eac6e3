//! The update calls of a node group.

use std::collections::{BTreeMap, HashMap};

use super::blocks::Taint;
use super::{NodeGroup, NodeGroupUpdate, read};
use crate::kind::convert::{ToSdk, Unfit, outgoing};
use crate::kind::diff::changed;
use crate::services::eks::prelude::*;
use crate::services::eks::tagging::no_change_is_fine;

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
                .set_launch_template(new_template(want, prior)?)
                .set_version(changed(&want.version, &prior.version))
                .set_release_version(changed(&want.release_version, &prior.release_version))
                .set_force(want.force_update_version)
                .client_request_token(format!("{}-version", operation.id));
            no_change_is_fine(aws.send(request).await)
        }
        NodeGroupUpdate::Config => {
            let request = eks
                .update_nodegroup_config()
                .cluster_name(cluster)
                .nodegroup_name(name)
                .set_labels(label_changes(prior, want))
                .set_taints(taint_changes(prior, want)?)
                .set_scaling_config(outgoing(&changed(&want.scaling_config, &prior.scaling_config), "scaling_config")?)
                .set_update_config(outgoing(&changed(&want.update_config, &prior.update_config), "update_config")?)
                .set_node_repair_config(outgoing(
                    &changed(&want.node_repair_config, &prior.node_repair_config),
                    "node_repair_config",
                )?)
                .client_request_token(format!("{}-config", operation.id));
            no_change_is_fine(aws.send(request).await)
        }
        NodeGroupUpdate::Tags => {
            let arn = prior.arn.as_deref().or(want.arn.as_deref());
            tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
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
pub(super) fn taint_changes(prior: &NodeGroup, want: &NodeGroup) -> Result<Option<sdk::UpdateTaintsPayload>, Unfit> {
    let list = |group: &NodeGroup| group.taint.clone().unwrap_or_default();
    let (prior, want) = (list(prior), list(want));
    let set: Vec<Taint> = want.iter().filter(|taint| !prior.contains(taint)).cloned().collect();
    let kept = |old: &Taint| want.iter().any(|taint| taint.key == old.key && taint.effect == old.effect);
    let remove: Vec<Taint> = prior.iter().filter(|taint| !kept(taint)).cloned().collect();
    if set.is_empty() && remove.is_empty() {
        return Ok(None);
    }
    let payload = sdk::UpdateTaintsPayload::builder()
        .set_add_or_update_taints(outgoing(&filled(Some(set)), "taint")?)
        .set_remove_taints(outgoing(&filled(Some(remove)), "taint")?);
    Ok(Some(payload.build()))
}

/// The template, if its version is a new one: which template it is cannot change, and is told in more than one way.
fn new_template(want: &NodeGroup, prior: &NodeGroup) -> Result<Option<sdk::LaunchTemplateSpecification>, Unfit> {
    let version = |group: &NodeGroup| group.launch_template.as_ref().and_then(|template| template.version.clone());
    match &want.launch_template {
        Some(template) if version(want) != version(prior) => template.to_sdk().map(Some),
        _ => Ok(None),
    }
}
