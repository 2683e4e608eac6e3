//! Volumes and disks. The API has one list of them, in which only the image tells which one is the root.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_ec2::types::Filter;

use super::LaunchConfiguration;
use crate::services::autoscaling::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Ebs, into = sdk::Ebs)]
pub struct EbsBlockDevice {
    /// Whether the volume goes with the instance.
    #[field(default = true)]
    delete_on_termination: Option<bool>,
    /// What the instance calls it, such as `/dev/sdf`.
    #[field(required, by_hand)]
    device_name: Option<String>,
    /// Whether it is encrypted.
    #[field(aws_default)]
    encrypted: Option<bool>,
    /// Operations a second.
    #[field(aws_default, range = 100..=20000)]
    iops: Option<i64>,
    /// The snapshot that it is made of.
    #[field(aws_default, filled)]
    snapshot_id: Option<String>,
    /// MiB a second, for `gp3`.
    #[field(aws_default, range = 125..=1000)]
    throughput: Option<i64>,
    /// GiB.
    #[field(aws_default, range = 1..=16384)]
    volume_size: Option<i64>,
    /// The kind of volume.
    #[field(aws_default, filled, one_of = ["gp2", "gp3", "io1", "sc1", "st1", "standard"])]
    volume_type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Ebs, into = sdk::Ebs)]
pub struct RootBlockDevice {
    /// Whether the volume goes with the instance.
    #[field(default = true)]
    delete_on_termination: Option<bool>,
    /// Whether it is encrypted.
    #[field(aws_default)]
    encrypted: Option<bool>,
    /// Operations a second.
    #[field(aws_default, range = 100..=20000)]
    iops: Option<i64>,
    /// MiB a second, for `gp3`.
    #[field(aws_default, range = 125..=1000)]
    throughput: Option<i64>,
    /// GiB.
    #[field(aws_default, range = 1..=16384)]
    volume_size: Option<i64>,
    /// The kind of volume.
    #[field(aws_default, filled, one_of = ["gp2", "gp3", "io1", "sc1", "st1", "standard"])]
    volume_type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct EphemeralBlockDevice {
    /// What the instance calls the disk.
    #[field(required)]
    device_name: Option<String>,
    /// Whether a device of the image is left out.
    no_device: Option<bool>,
    /// Which of the disks it is, such as `ephemeral0`.
    virtual_name: Option<String>,
}

impl RootBlockDevice {
    /// Whether it is as large and of the kind that `want` says.
    pub(super) fn has(&self, want: &Self) -> bool {
        (want.volume_size.is_none() || want.volume_size == self.volume_size)
            && (want.volume_type.is_none() || want.volume_type == self.volume_type)
    }
}

/// What images call their root where nobody can be asked any more: an image may be gone while what launches it is there.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html>
const USUAL_ROOTS: [&str; 2] = ["/dev/xvda", "/dev/sda1"];

/// What images call the device that they start from, by image. An image stays as it is, so that each is asked for once.
pub(super) async fn roots(
    aws: &Aws,
    images: impl Iterator<Item = String>,
) -> Result<HashMap<String, String>, CloudError> {
    let images: BTreeSet<String> = images.collect();
    if images.is_empty() {
        return Ok(HashMap::new());
    }
    let named = Filter::builder().name("image-id").set_values(Some(images.into_iter().collect())).build();
    let found = aws.pages(aws.read().ec2().describe_images().filters(named), |page| page.images).await?;
    Ok(found.into_iter().filter_map(|image| Some((image.image_id?, image.root_device_name?))).collect())
}

/// Puts each mapping where it belongs.
pub(super) fn read(
    into: &mut LaunchConfiguration,
    mappings: Vec<sdk::BlockDeviceMapping>,
    root: Option<&str>,
) -> Result<(), CloudError> {
    let (mut volumes, mut disks) = (Vec::new(), Vec::new());
    for mapping in mappings {
        let name = mapping.device_name.unwrap_or_default();
        let is_root = root.map_or(USUAL_ROOTS.contains(&name.as_str()), |root| root == name);
        match mapping.ebs {
            Some(ebs) if is_root => into.root_block_device = Some(RootBlockDevice::from_sdk(ebs)?),
            Some(ebs) => volumes.push(EbsBlockDevice { device_name: Some(name), ..EbsBlockDevice::from_sdk(ebs)? }),
            None => disks.push(EphemeralBlockDevice {
                device_name: Some(name),
                no_device: mapping.no_device.filter(|left_out| *left_out),
                virtual_name: filled(mapping.virtual_name),
            }),
        }
    }
    into.ebs_block_device = Some(volumes);
    into.ephemeral_block_device = filled(Some(disks));
    Ok(())
}

/// The names of all devices but the root.
pub(super) fn names(of: &LaunchConfiguration) -> BTreeSet<&str> {
    let volumes = of.ebs_block_device.iter().flatten().filter_map(|volume| volume.device_name.as_deref());
    volumes.chain(of.ephemeral_block_device.iter().flatten().filter_map(|disk| disk.device_name.as_deref())).collect()
}

/// What the image calls its root, as the create call has to name it.
async fn root(aws: &Aws, want: &LaunchConfiguration) -> Result<String, CloudError> {
    let image = want.image_id.clone().unwrap_or_default();
    let found = roots(aws, std::iter::once(image.clone())).await.map_err(|mut error| {
        if error.kind == ErrorKind::Ambiguous {
            error.kind = ErrorKind::NotSent;
        }
        error
    })?;
    let missing = || CloudError::new(ErrorKind::Rejected, format!("the image {image} has no root device"));
    found.get(&image).cloned().ok_or_else(missing)
}

/// The list of a create call.
///
/// # Errors
/// The root of the image is among the other volumes.
pub(super) async fn sent(
    aws: &Aws,
    want: &LaunchConfiguration,
) -> Result<Option<Vec<sdk::BlockDeviceMapping>>, CloudError> {
    let mapping = |name: &Option<String>| sdk::BlockDeviceMapping::builder().set_device_name(name.clone());
    let volumes = want.ebs_block_device.as_deref().unwrap_or_default();
    let mut all = Vec::new();
    if want.root_block_device.is_some() || !volumes.is_empty() {
        let root = root(aws, want).await?;
        if volumes.iter().any(|volume| volume.device_name.as_deref() == Some(root.as_str())) {
            let message = format!("{root} is the root device of the image: write it as root_block_device");
            return Err(CloudError::new(ErrorKind::Rejected, message));
        }
        let ebs: Option<sdk::Ebs> = outgoing(&want.root_block_device, "root_block_device")?;
        all.extend(ebs.map(|ebs| mapping(&Some(root)).ebs(ebs).build()));
    }
    for volume in volumes {
        all.push(mapping(&volume.device_name).ebs(volume.to_sdk()?).build());
    }
    for disk in want.ephemeral_block_device.iter().flatten() {
        let disk = mapping(&disk.device_name)
            .set_virtual_name(disk.virtual_name.clone())
            .set_no_device(disk.no_device.filter(|left_out| *left_out));
        all.push(disk.build());
    }
    Ok(filled(Some(all)))
}
