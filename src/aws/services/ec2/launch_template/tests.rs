use aws_sdk_ec2::types::{LaunchTemplateBlockDeviceMapping, LaunchTemplateEbsBlockDevice, VolumeType};

use super::*;

fn template(json: serde_json::Value) -> LaunchTemplate {
    serde_json::from_value(json).expect("it has the type's shape")
}

#[test]
fn flags_in_text_reach_the_api_as_flags() {
    let want = template(serde_json::json!({
        "ebs_optimized": "true",
        "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": {"encrypted": "false", "volume_size": 50}}],
        "network_interfaces": [{"associate_public_ip_address": "false"}],
    }));
    let data: RequestLaunchTemplateData = want.to_sdk().expect("it fits");
    assert_eq!(data.ebs_optimized, Some(true));
    let ebs = data.block_device_mappings()[0].ebs().expect("it was written");
    assert_eq!((ebs.encrypted, ebs.delete_on_termination, ebs.volume_size), (Some(false), None, Some(50)));
    let interface = &data.network_interfaces()[0];
    assert_eq!((interface.associate_public_ip_address, interface.device_index), (Some(false), Some(0)));
}

#[test]
fn nothing_is_sent_for_what_is_not_written() {
    assert_eq!(LaunchTemplate::default().to_sdk(), Ok(RequestLaunchTemplateData::builder().build()));
}

#[test]
fn a_version_is_shown_as_it_is_written() {
    let ebs = LaunchTemplateEbsBlockDevice::builder().encrypted(true).volume_type(VolumeType::Gp3).build();
    let device = LaunchTemplateBlockDeviceMapping::builder().device_name("/dev/xvda").ebs(ebs).build();
    let data = ResponseLaunchTemplateData::builder()
        .block_device_mappings(device)
        .security_group_ids("sg-1")
        .ebs_optimized(false)
        .build();
    let live = LaunchTemplate::of_version(data).expect("it fits");
    let shown = serde_json::to_value(&live).expect("it is plain data");
    assert_eq!(shown["block_device_mappings"][0]["ebs"]["encrypted"], "true");
    assert_eq!(shown["block_device_mappings"][0]["ebs"]["volume_type"], "gp3");
    assert_eq!(shown["vpc_security_group_ids"], serde_json::json!(["sg-1"]));
    assert_eq!(shown["ebs_optimized"], "false");
    assert_eq!(shown["network_interfaces"], serde_json::Value::Null);
}

#[test]
fn requirements_come_back() {
    let requirements = serde_json::json!({
        "vcpu_count": {"min": 2, "max": 8},
        "memory_mib": {"min": 4096},
        "memory_gib_per_vcpu": {"min": 1.5},
        "cpu_manufacturers": ["intel", "amd"],
        "bare_metal": "excluded",
    });
    let want = template(serde_json::json!({"instance_requirements": requirements}));
    let data: RequestLaunchTemplateData = want.to_sdk().expect("it fits");
    let sent = data.instance_requirements.expect("it was written");
    assert_eq!(sent.v_cpu_count().map(|range| (range.min, range.max)), Some((Some(2), Some(8))));
    assert_eq!(sent.memory_gib_per_v_cpu().and_then(|range| range.min), Some(1.5));
    assert_eq!(sent.cpu_manufacturers().len(), 2);
}

#[test]
fn plain_user_data_is_refused() {
    let problems = |data: &str| LaunchTemplate::validate(&[("user_data", Value::from(data))].into()).len();
    assert_eq!((problems("#!/bin/sh\necho"), problems("IyEvYmluL3No")), (1, 0));
}
