//! `aws_volume_attachment`

use std::collections::HashMap;

use aws_sdk_ec2::types::{InstanceStateName, VolumeAttachmentState};

use super::describe::by_filter;
use super::prelude::*;
use super::tagging::filter;
use crate::kind::resource::found_by_id;

updates! {
    pub enum VolumeAttachmentUpdate {}
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = VolumeAttachmentUpdate)]
pub struct VolumeAttachment {
    /// What the instance calls the volume, such as `/dev/sdf`.
    #[field(immutable, required)]
    device_name: Option<String>,
    /// Whether the volume is taken away even from an instance that still uses it, which can lose data.
    #[field(local, default = false)]
    force_detach: Option<bool>,
    /// `DEVICE_NAME:VOLUME_ID:INSTANCE_ID`
    #[field(computed)]
    id: Option<String>,
    /// The instance.
    #[field(immutable, required)]
    instance_id: Option<String>,
    /// Whether a deletion leaves the volume where it is.
    #[field(local, default = false)]
    skip_destroy: Option<bool>,
    /// Whether the instance is stopped before the volume is taken away.
    #[field(local, default = false)]
    stop_instance_before_detaching: Option<bool>,
    /// The volume.
    #[field(immutable, required)]
    volume_id: Option<String>,
    /// AWS's word for the status.
    #[field(computed)]
    _status: Option<String>,
}

/// The device, the volume and the instance of an id.
fn split(id: &str) -> Option<(&str, &str, &str)> {
    let mut parts = id.splitn(3, ':');
    Some((parts.next()?, parts.next()?, parts.next()?))
}

fn joined(device: &str, volume: &str, instance: &str) -> String {
    format!("{device}:{volume}:{instance}")
}

fn of_live(live: &sdk::VolumeAttachment) -> Option<VolumeAttachment> {
    let (device, volume, instance) =
        (live.device.as_deref()?, live.volume_id.as_deref()?, live.instance_id.as_deref()?);
    let there = live.state != Some(VolumeAttachmentState::Detached);
    there.then(|| VolumeAttachment {
        device_name: Some(device.into()),
        id: Some(joined(device, volume, instance)),
        instance_id: Some(instance.into()),
        volume_id: Some(volume.into()),
        _status: live.state.as_ref().map(|state| state.as_str().to_string()),
        ..VolumeAttachment::default()
    })
}

/// The attachments of the volumes, by id.
async fn fetch(aws: &Aws, volumes: &[String]) -> Result<HashMap<String, VolumeAttachment>, CloudError> {
    let describe = |filters| async move {
        aws.pages(aws.read().ec2().describe_volumes().set_filters(Some(filters)), |page| page.volumes).await
    };
    let found = by_filter("volume-id", volumes, describe).await?;
    let attachments = found.iter().flat_map(|volume| volume.attachments()).filter_map(of_live);
    Ok(attachments.filter_map(|attachment| Some((attachment.id.clone()?, attachment))).collect())
}

/// Stops the instance. `Busy` until it is.
async fn stop(aws: &Aws, instance: &str) -> Result<(), CloudError> {
    let filters = vec![filter("instance-id", [instance.to_string()])];
    let ask = aws.read().ec2().describe_instances().set_filters(Some(filters));
    let found = aws.pages(ask, |page| page.reservations).await?;
    let mut instances = found.into_iter().flat_map(|reservation| reservation.instances.unwrap_or_default());
    let state = instances.next().and_then(|instance| instance.state?.name);
    match state {
        Some(InstanceStateName::Running) => aws.gone(aws.write().ec2().stop_instances().instance_ids(instance)).await?,
        Some(InstanceStateName::Pending | InstanceStateName::Stopping) => {}
        _ => return Ok(()),
    }
    Err(CloudError::new(ErrorKind::Busy, format!("the instance {instance} is being stopped")))
}

#[async_trait]
impl Resource for VolumeAttachment {
    const TYPE: &'static str = "aws_volume_attachment";
    const DOC: &'static str = "A volume on an instance.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![AttachVolume];
    const DELETE_CALLS: Calls = calls![StopInstances, DetachVolume];
    const LAGS: &'static [LagReply] = lags::VOLUME_ATTACHMENT;
    const IMPORT_ID: &'static str = "DEVICE_NAME:VOLUME_ID:INSTANCE_ID";
    const RELATIONS: Relations = Relations {
        identity: &["volume_id", "instance_id"],
        part_of: &["volume_id", "instance_id"],
        ..Relations::NONE
    };
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 10;
    const EXAMPLE: &'static str = "\
device_name: /dev/sdf
volume_id: ${data.id}
instance_id: ${database.id}
";

    type Update = VolumeAttachmentUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let volumes: Vec<String> =
            wanted.iter().filter_map(|request| Some(split(request.id.as_str())?.1.to_string())).collect();
        found_by_id(wanted, fetch(aws, &volumes).await)
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(volume) = wanted.volume_id.clone() else { return Ok(None) };
        let found = fetch(aws, &[volume]).await?;
        let same = |there: &&VolumeAttachment| {
            there.instance_id == wanted.instance_id
                && there.device_name == wanted.device_name
                && there.readiness() != Readiness::Deleting
        };
        Ok(found.values().find(same).and_then(|there| there.id.clone()).map(PhysicalId::from))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let device = want.device_name.as_deref().unwrap_or_default();
        let volume = want.volume_id.as_deref().unwrap_or_default();
        let instance = want.instance_id.as_deref().unwrap_or_default();
        let request = aws.write().ec2().attach_volume().device(device).volume_id(volume).instance_id(instance);
        aws.done(request).await?;
        Ok(joined(device, volume, instance).into())
    }

    async fn update(_aws: &Aws, call: VolumeAttachmentUpdate, _change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let Some((device, volume, instance)) = split(id.as_str()) else { return Ok(()) };
        if prior.skip_destroy == Some(true) {
            return Ok(());
        }
        match fetch(aws, &[volume.to_string()]).await?.get(id.as_str()) {
            Some(there) if there.readiness() != Readiness::Deleting => {}
            _ => return Ok(()),
        }
        if prior.stop_instance_before_detaching == Some(true) {
            stop(aws, instance).await?;
        }
        let request = aws.write().ec2().detach_volume().device(device).volume_id(volume).instance_id(instance);
        aws.gone(request.set_force(prior.force_detach.filter(|force| *force))).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(attaching @ "attaching") => Readiness::Pending(attaching.into()),
            Some("detaching") => Readiness::Deleting,
            _ => Readiness::Ready,
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name: &str| properties.get(name)?.as_str();
        Some(joined(text("device_name")?, text("volume_id")?, text("instance_id")?).into())
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        // A volume may be attached to several instances; a device is one volume.
        let device = NaturalKey::of("device of an instance", properties, &["instance_id", "device_name"]);
        Some(device.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, recover, request, response};

    fn volumes(state: &str) -> crate::connection::replay::Reply {
        response(&format!(
            "<volumeSet><item><volumeId>vol-1</volumeId><attachmentSet><item><volumeId>vol-1</volumeId>\
             <instanceId>i-1</instanceId><device>/dev/sdf</device><status>{state}</status></item></attachmentSet>\
             </item></volumeSet>"
        ))
    }

    #[test]
    fn an_id_names_device_volume_and_instance() {
        assert_eq!(split("/dev/sdf:vol-1:i-1"), Some(("/dev/sdf", "vol-1", "i-1")));
        assert_eq!(split("vol-1:i-1"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_detached_is_gone_and_what_leaves_is_leaving() {
        let script = Replay::default()
            .on("DescribeVolumes", volumes("detached"))
            .on("DescribeVolumes", volumes("detaching"))
            .on("DescribeVolumes", volumes("attaching"));
        let mut found = Vec::new();
        for _ in 0..3 {
            let mut answer = VolumeAttachment::read(&script.aws(), &[request("/dev/sdf:vol-1:i-1", &[])]).await;
            found.push(answer.remove(0).unwrap().map(|there| there.readiness()));
        }
        assert_eq!(found, [None, Some(Readiness::Deleting), Some(Readiness::Pending("attaching".into()))]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn an_attachment_is_found_by_what_it_joins() {
        let script =
            Replay::default().on("DescribeVolumes", volumes("attached")).on("DescribeVolumes", volumes("attached"));
        let want = |device: &str| VolumeAttachment {
            device_name: Some(device.into()),
            instance_id: Some("i-1".into()),
            volume_id: Some("vol-1".into()),
            ..VolumeAttachment::default()
        };
        let find =
            async |device| VolumeAttachment::find(&script.aws(), &recover(json!({})), &want(device)).await.unwrap();
        assert_eq!(find("/dev/sdf").await, Some("/dev/sdf:vol-1:i-1".into()));
        assert_eq!(find("/dev/sdg").await, None);
        script.finish();
    }
}
