use serde_json::json;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, recover, request, response, result};

fn instance(json: serde_json::Value) -> Instance {
    serde_json::from_value(json).unwrap()
}

fn described(state: &str, more: &str) -> Reply {
    response(&format!(
        "<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><instanceState><name>{state}</name>\
         </instanceState><instanceType>t3.micro</instanceType><rootDeviceName>/dev/sda1</rootDeviceName>\
         <blockDeviceMapping><item><deviceName>/dev/sda1</deviceName><ebs><volumeId>vol-1</volumeId>\
         <deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping>{more}</item></instancesSet>\
         </item></reservationSet>"
    ))
}

/// For the account in the ARN.
fn identity() -> Reply {
    result("<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:root</Arn>")
}

fn yes() -> Reply {
    response("<return>true</return>")
}

async fn read(aws: &Aws, properties: &[&str]) -> Option<Instance> {
    Instance::read(aws, &[request("i-1", properties)]).await.remove(0).unwrap()
}

#[tokio::test(start_paused = true)]
async fn only_what_is_asked_for_takes_calls_of_its_own() {
    let volume = response(
        "<volumeSet><item><volumeId>vol-1</volumeId><size>8</size><volumeType>gp3</volumeType><encrypted>true</encrypted>\
         <tagSet><item><key>team</key><value>a</value></item><item><key>aws:x</key><value>y</value></item></tagSet>\
         </item></volumeSet>",
    );
    let data = response("<instanceId>i-1</instanceId><userData><value>ZWNobyBoaQ==</value></userData>");
    let credits = response(
        "<instanceCreditSpecificationSet><item><instanceId>i-1</instanceId><cpuCredits>unlimited</cpuCredits></item>\
         </instanceCreditSpecificationSet>",
    );
    let script = Replay::default()
        .on("DescribeInstances", described("running", ""))
        .on("DescribeInstances", described("running", ""))
        .on("GetCallerIdentity", identity())
        .on("DescribeVolumes", volume)
        .on("DescribeInstanceCreditSpecifications", credits)
        .on("DescribeInstanceAttribute", data);
    let aws = script.aws();
    assert!(read(&aws, &["instance_type"]).await.unwrap().root_block_device.is_none());
    let live = read(&aws, &["root_block_device", "credit_specification", "user_data"]).await.unwrap();
    assert_eq!(live.user_data.as_deref(), Some("echo hi"));
    assert_eq!(live.user_data_base64.as_deref(), Some("ZWNobyBoaQ=="));
    assert_eq!(live.credit_specification.unwrap().cpu_credits.as_deref(), Some("unlimited"));
    let root = live.root_block_device.unwrap();
    assert_eq!((root.volume_size, root.device_name.as_deref()), (Some(8), Some("/dev/sda1")));
    assert_eq!(root.tags, live.volume_tags);
    assert_eq!(root.tags.unwrap().into_keys().collect::<Vec<_>>(), ["team"]);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn what_somebody_ended_is_gone_and_what_never_ran_has_failed() {
    let reason = |code: &str| format!("<stateReason><code>{code}</code><message>{code}: no</message></stateReason>");
    let script = Replay::default()
        .on("DescribeInstances", described("terminated", &reason("Client.UserInitiatedShutdown")))
        .on("DescribeInstances", described("terminated", &reason("Server.InsufficientInstanceCapacity")))
        .on("DescribeInstances", described("shutting-down", ""))
        .on("GetCallerIdentity", identity());
    let aws = script.aws();
    assert!(read(&aws, &[]).await.is_none());
    let failed = read(&aws, &[]).await.unwrap().readiness();
    assert_eq!(failed, Readiness::Failed("terminated: Server.InsufficientInstanceCapacity: no".into()));
    assert_eq!(read(&aws, &[]).await.unwrap().readiness(), Readiness::Deleting);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn our_tag_proves_an_instance_that_stays() {
    let tag = |op: &str| format!("<tagSet><item><key>wildfire:op</key><value>{op}</value></item></tagSet>");
    let script = Replay::default()
        .on("DescribeInstances", described("running", &tag("01OURS")))
        .on("DescribeInstances", described("shutting-down", &tag("01OURS")))
        .on("DescribeInstances", described("running", &tag("01OTHER")));
    let find = async || Instance::find(&script.aws(), &recover(json!({})), &Instance::default()).await.unwrap();
    assert_eq!(find().await, Some("i-1".into()));
    assert_eq!(find().await, None);
    assert_eq!(find().await, None);
    script.finish();
}

async fn stopped(aws: &Aws, want: &Instance, prior: &Instance) -> Result<(), ErrorKind> {
    let (id, operation) = ("i-1".into(), operation());
    let change = Change { id: &id, want, prior, operation: &operation };
    restart::change(aws, &change).await.map_err(|error| error.kind)
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_runs_is_stopped_changed_and_started() {
    let mark = "<tagSet><item><key>wildfire:start-again</key><value>true</value></item></tagSet>";
    let script = Replay::default()
        .on("DescribeInstances", described("running", ""))
        .on("CreateTags", yes())
        .on("StopInstances", response("<instancesSet/>"))
        .on("DescribeInstances", described("stopping", mark))
        .on("DescribeInstances", described("stopped", mark))
        .on("ModifyInstanceAttribute", yes())
        .on("StartInstances", response("<instancesSet/>"));
    let (want, prior) =
        (instance(json!({"instance_type": "t3.small"})), instance(json!({"instance_state": "stopped"})));
    for _ in 0..3 {
        assert_eq!(stopped(&script.aws(), &want, &prior).await, Err(ErrorKind::Busy));
    }
    let sent = script.finish();
    assert_eq!(sent[5].parameter("InstanceType.Value"), Some("t3.small"));
}

#[tokio::test(start_paused = true)]
async fn what_is_changed_already_is_left_to_run() {
    let mark = "<tagSet><item><key>wildfire:start-again</key><value>true</value></item></tagSet>";
    let script = Replay::default().on("DescribeInstances", described("running", mark)).on("DeleteTags", yes());
    let want = instance(json!({"instance_type": "t3.micro"}));
    assert_eq!(stopped(&script.aws(), &want, &Instance::default()).await, Ok(()));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_stood_still_is_not_started() {
    let script =
        Replay::default().on("DescribeInstances", described("stopped", "")).on("ModifyInstanceAttribute", yes());
    let (want, prior) =
        (instance(json!({"instance_type": "t3.small"})), instance(json!({"instance_state": "stopped"})));
    assert_eq!(stopped(&script.aws(), &want, &prior).await, Ok(()));
    script.finish();
}

#[test]
fn user_data_are_compared_by_their_bytes() {
    let live = Instance::default();
    let differs = |want: serde_json::Value, data: &str| restart::differences(&instance(want), &live, data).user_data;
    assert_eq!(differs(json!({"user_data": "echo hi"}), "ZWNobyBoaQ=="), None);
    assert_eq!(differs(json!({"user_data_base64": "ZWNobyBoaQ=="}), "ZWNobyBoaQ==\n"), None);
    assert_eq!(differs(json!({"user_data": "echo"}), "ZWNobyBoaQ=="), Some(b"echo".to_vec()));
    assert_eq!(differs(json!({}), "ZWNobyBoaQ=="), None);
}

async fn sent(want: Instance) -> crate::connection::replay::Sent {
    let script = Replay::default()
        .on("RunInstances", response("<instancesSet><item><instanceId>i-1</instanceId></item></instancesSet>"));
    Instance::create(&script.aws(), &want, &operation()).await.unwrap();
    script.finish().remove(0)
}

#[tokio::test(start_paused = true)]
async fn a_public_address_is_asked_for_with_the_interface() {
    let plain =
        json!({"ami": "ami-1", "subnet_id": "subnet-1", "private_ip": "10.0.0.4", "vpc_security_group_ids": ["sg-1"]});
    let alone = sent(instance(plain.clone())).await;
    assert_eq!(
        (alone.parameter("SubnetId"), alone.parameter("PrivateIpAddress")),
        (Some("subnet-1"), Some("10.0.0.4"))
    );
    let mut public = plain;
    public["associate_public_ip_address"] = json!(true);
    let with = sent(instance(public)).await;
    assert_eq!((with.parameter("SubnetId"), with.parameter("PrivateIpAddress")), (None, None));
    assert_eq!(with.parameter("NetworkInterface.1.AssociatePublicIpAddress"), Some("true"));
    assert_eq!(with.parameter("NetworkInterface.1.SubnetId"), Some("subnet-1"));
    assert_eq!(with.parameter("NetworkInterface.1.PrivateIpAddress"), Some("10.0.0.4"));
}

#[tokio::test(start_paused = true)]
async fn a_launch_takes_the_profile_the_volumes_tags_and_the_token() {
    let want = json!({
        "ami": "ami-1", "iam_instance_profile": "web", "volume_tags": {"team": "a"}, "user_data": "echo hi",
        "tenancy": "dedicated", "ebs_block_device": [{"device_name": "/dev/sdf", "volume_size": 20}],
    });
    let sent = sent(instance(want)).await;
    assert_eq!(sent.parameter("IamInstanceProfile.Name"), Some("web"));
    assert_eq!(sent.parameter("TagSpecification.1.ResourceType"), Some("volume"));
    assert_eq!(sent.parameter("UserData"), Some("ZWNobyBoaQ%3D%3D"));
    assert_eq!(sent.parameter("Placement.Tenancy"), Some("dedicated"));
    assert_eq!(sent.parameter("BlockDeviceMapping.1.Ebs.VolumeSize"), Some("20"));
    assert_eq!(sent.parameter("ClientToken"), Some("01OURS"));
}

#[test]
fn a_declaration_says_what_to_start() {
    let paths = |properties: serde_json::Value| {
        let problems = Instance::validate(&Value::from_json(properties));
        problems.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(paths(json!({})), ["ami", "instance_type"]);
    assert!(paths(json!({"launch_template": {"id": "lt-1"}})).is_empty());
    assert_eq!(paths(json!({"launch_template": {"id": "lt-1"}, "root_block_device": {}})), ["root_block_device"]);
    let twice =
        json!({"ami": "a", "instance_type": "b", "volume_tags": {"a": "b"}, "root_block_device": {"tags": {"a": "b"}}});
    assert_eq!(paths(twice), ["volume_tags"]);
    assert_eq!(paths(json!({"ami": "a", "instance_type": "b", "user_data_base64": "%"})), ["user_data_base64"]);
}
