//! Launch configurations against replies in the shapes of the services' API models.

use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, recover, request, response, result};

fn described(more: &str) -> Reply {
    let fixed = "<LaunchConfigurationName>front</LaunchConfigurationName><ImageId>ami-1</ImageId>\
                 <InstanceType>t3.micro</InstanceType><InstanceMonitoring><Enabled>true</Enabled></InstanceMonitoring>";
    result(&format!("<LaunchConfigurations><member>{fixed}{more}</member></LaunchConfigurations>"))
}

fn image() -> Reply {
    let image = "<imageId>ami-1</imageId><rootDeviceName>/dev/sda1</rootDeviceName>";
    response(&format!("<imagesSet><item>{image}</item></imagesSet>"))
}

const DEVICES: &str = "<BlockDeviceMappings>\
    <member><DeviceName>/dev/sda1</DeviceName><Ebs><VolumeSize>20</VolumeSize></Ebs></member>\
    <member><DeviceName>/dev/sdf</DeviceName><Ebs><VolumeType>gp3</VolumeType></Ebs></member>\
    <member><DeviceName>/dev/sdg</DeviceName><NoDevice>true</NoDevice></member></BlockDeviceMappings>";

/// `echo hello`
const DATA: &str = "<UserData>ZWNobyBoZWxsbw==</UserData>";

fn want() -> LaunchConfiguration {
    let want = json!({
        "name": "front", "image_id": "ami-1", "instance_type": "t3.micro", "user_data": "echo hello",
        "root_block_device": {"volume_size": 20}, "ebs_block_device": [{"device_name": "/dev/sdf", "volume_type": "gp3"}],
        "ephemeral_block_device": [{"device_name": "/dev/sdg", "no_device": true}],
    });
    serde_json::from_value(want).unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_image_tells_which_volume_is_the_root() {
    let script = Replay::default()
        .on("DescribeLaunchConfigurations", described(&format!("{DATA}{DEVICES}")))
        .on("DescribeImages", image());
    let read = LaunchConfiguration::read(&script.aws(), &["front", "gone"].map(|name| request(name, &[]))).await;
    let live = read[0].as_ref().unwrap().as_ref().unwrap();
    assert_eq!(
        live.root_block_device.as_ref().map(|root| root.has(want().root_block_device.as_ref().unwrap())),
        Some(true)
    );
    assert_eq!(devices::names(live).into_iter().collect::<Vec<_>>(), ["/dev/sdf", "/dev/sdg"]);
    assert_eq!((live.user_data.as_deref(), live.user_data_base64.as_deref()), (Some("echo hello"), None));
    assert_eq!(live.enable_monitoring, Some(true));
    assert!(matches!(read[1], Ok(None)));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn what_launches_an_image_that_is_gone_is_still_told() {
    let script = Replay::default()
        .on("DescribeLaunchConfigurations", described(&format!("{DATA}{DEVICES}")))
        .on("DescribeImages", response("<imagesSet/>"));
    let read = LaunchConfiguration::read(&script.aws(), &[request("front", &["user_data_base64"])]).await;
    let live = read[0].as_ref().unwrap().as_ref().unwrap();
    assert!(live.root_block_device.is_some());
    assert_eq!((live.user_data.as_deref(), live.user_data_base64.as_deref()), (None, Some("ZWNobyBoZWxsbw==")));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_configuration_is_made_with_its_devices() {
    let script = Replay::default()
        .on("DescribeImages", image())
        .on("CreateLaunchConfiguration", result(""))
        .on("DescribeImages", image());
    let aws = script.aws();
    let id = LaunchConfiguration::create(&aws, &want(), &operation()).await.unwrap();
    assert_eq!(id.as_str(), "front");
    let mut wrong = want();
    wrong.ebs_block_device = serde_json::from_value(json!([{"device_name": "/dev/sda1"}])).unwrap();
    let error = LaunchConfiguration::create(&aws, &wrong, &operation()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Rejected);
    let sent = script.finish();
    let parameter = |name: &str| sent[1].parameter(name).map(String::from);
    assert_eq!(parameter("BlockDeviceMappings.member.1.DeviceName").as_deref(), Some("%2Fdev%2Fsda1"));
    assert_eq!(parameter("BlockDeviceMappings.member.2.Ebs.VolumeType").as_deref(), Some("gp3"));
    assert_eq!(parameter("BlockDeviceMappings.member.3.NoDevice").as_deref(), Some("true"));
    assert_eq!(parameter("UserData").as_deref(), Some("ZWNobyBoZWxsbw%3D%3D"));
    assert_eq!(parameter("InstanceMonitoring.Enabled").as_deref(), Some("true"));
}

#[tokio::test(start_paused = true)]
async fn it_is_ours_if_it_is_what_was_sent() {
    let wanted = recover(json!({"name": "front"}));
    for (data, found) in [(DATA, Some(PhysicalId::from("front"))), ("", None)] {
        let script = Replay::default()
            .on("DescribeLaunchConfigurations", described(&format!("{data}{DEVICES}")))
            .on("DescribeImages", image());
        assert_eq!(LaunchConfiguration::find(&script.aws(), &wanted, &want()).await, Ok(found));
        script.finish();
    }
}

#[tokio::test(start_paused = true)]
async fn one_in_use_waits() {
    let script = Replay::default()
        .on("DeleteLaunchConfiguration", Reply::Error(400, "ResourceInUse"))
        .on("DeleteLaunchConfiguration", result(""));
    let aws = script.aws();
    let error = LaunchConfiguration::delete(&aws, &"front".into(), &want()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Busy);
    LaunchConfiguration::delete(&aws, &"front".into(), &want()).await.unwrap();
    script.finish();
}
