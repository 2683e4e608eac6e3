//! The volumes of a launch template.

use aws_sdk_ec2::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::{Fields, Sdk};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateBlockDeviceMapping, into = sdk::LaunchTemplateBlockDeviceMappingRequest, filled)]
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateEbsBlockDevice, into = sdk::LaunchTemplateEbsBlockDeviceRequest, filled)]
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
