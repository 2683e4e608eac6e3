//! The volumes of a launch template.

use aws_sdk_ec2::types::{
    LaunchTemplateBlockDeviceMapping, LaunchTemplateBlockDeviceMappingRequest, LaunchTemplateEbsBlockDevice,
    LaunchTemplateEbsBlockDeviceRequest,
};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;

use super::convert::{filled, flag, flag_text, int, long, text, word};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct BlockDeviceMapping {
    /// The device, such as `/dev/xvda`.
    device_name: Option<String>,
    /// The EBS volume.
    ebs: Option<Ebs>,
    /// Leaves a device of the image out.
    no_device: Option<String>,
    /// An instance store volume, such as `ephemeral0`.
    virtual_name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Ebs {
    /// Whether the volume goes with the instance: `true` or `false`.
    #[field(forms = Flag)]
    delete_on_termination: Option<String>,
    /// Whether the volume is encrypted: `true` or `false`.
    #[field(forms = Flag)]
    encrypted: Option<String>,
    /// Operations per second.
    #[field(aws_default)]
    iops: Option<i64>,
    /// The KMS key.
    #[field(forms = Arn)]
    kms_key_id: Option<String>,
    /// The snapshot that the volume is made from.
    snapshot_id: Option<String>,
    /// MiB per second, of a gp3 volume.
    #[field(aws_default)]
    throughput: Option<i64>,
    /// MiB per second with which the snapshot is copied.
    #[field(aws_default)]
    volume_initialization_rate: Option<i64>,
    /// The size in GiB.
    #[field(aws_default)]
    volume_size: Option<i64>,
    /// The type, such as `gp3`.
    #[field(aws_default)]
    volume_type: Option<String>,
}

impl From<&BlockDeviceMapping> for LaunchTemplateBlockDeviceMappingRequest {
    fn from(device: &BlockDeviceMapping) -> Self {
        let ebs = device.ebs.as_ref().map(|ebs| {
            LaunchTemplateEbsBlockDeviceRequest::builder()
                .set_delete_on_termination(flag(ebs.delete_on_termination.as_ref()))
                .set_encrypted(flag(ebs.encrypted.as_ref()))
                .set_iops(int(ebs.iops))
                .set_kms_key_id(filled(ebs.kms_key_id.clone()))
                .set_snapshot_id(filled(ebs.snapshot_id.clone()))
                .set_throughput(int(ebs.throughput))
                .set_volume_initialization_rate(int(ebs.volume_initialization_rate))
                .set_volume_size(int(ebs.volume_size))
                .set_volume_type(word(ebs.volume_type.as_ref()))
                .build()
        });
        Self::builder()
            .set_device_name(filled(device.device_name.clone()))
            .set_ebs(ebs)
            .set_no_device(device.no_device.clone())
            .set_virtual_name(filled(device.virtual_name.clone()))
            .build()
    }
}

impl From<LaunchTemplateBlockDeviceMapping> for BlockDeviceMapping {
    fn from(device: LaunchTemplateBlockDeviceMapping) -> Self {
        Self {
            device_name: device.device_name,
            ebs: device.ebs.map(Ebs::from),
            no_device: device.no_device,
            virtual_name: filled(device.virtual_name),
        }
    }
}

impl From<LaunchTemplateEbsBlockDevice> for Ebs {
    fn from(ebs: LaunchTemplateEbsBlockDevice) -> Self {
        Self {
            delete_on_termination: flag_text(ebs.delete_on_termination),
            encrypted: flag_text(ebs.encrypted),
            iops: long(ebs.iops),
            kms_key_id: filled(ebs.kms_key_id),
            snapshot_id: filled(ebs.snapshot_id),
            throughput: long(ebs.throughput),
            volume_initialization_rate: long(ebs.volume_initialization_rate),
            volume_size: long(ebs.volume_size),
            volume_type: text!(ebs.volume_type),
        }
    }
}
