//! Replication groups against replies of ElastiCache: the emulator has one node in every group, and its groups never go.

use serde_json::json;
use wildfire_engine::model::ErrorKind;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, recover, request, result, tag_list};
use crate::kind::resource::Change;

const DESCRIBE: &str = "DescribeReplicationGroups";
const NODES: &str = "DescribeCacheClusters";
const TAGS: &str = "ListTagsForResource";
const NO_NODE: Reply = Reply::Error(404, "CacheClusterNotFound");

/// The group `sessions`, a shard for each list of nodes.
fn group(status: &str, shards: &[&[&str]]) -> Reply {
    let member = |id: &&str| format!("<ClusterId>{id}</ClusterId>");
    let members: String = shards.iter().copied().flatten().map(member).collect();
    let node = |id: &&str| format!("<NodeGroupMember><CacheClusterId>{id}</CacheClusterId></NodeGroupMember>");
    let shard = |(index, nodes): (usize, &&[&str])| {
        let nodes: String = nodes.iter().map(node).collect();
        let id = index + 1;
        format!("<NodeGroup><NodeGroupId>000{id}</NodeGroupId><NodeGroupMembers>{nodes}</NodeGroupMembers></NodeGroup>")
    };
    let shards: String = shards.iter().enumerate().map(shard).collect();
    result(&format!(
        "<ReplicationGroups><ReplicationGroup><ReplicationGroupId>sessions</ReplicationGroupId>\
         <Status>{status}</Status><MemberClusters>{members}</MemberClusters><NodeGroups>{shards}</NodeGroups>\
         <AutomaticFailover>enabled</AutomaticFailover><MultiAZ>enabled</MultiAZ>\
         <ARN>arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:sessions</ARN>\
         </ReplicationGroup></ReplicationGroups>"
    ))
}

fn node(id: &str) -> Reply {
    result(&format!(
        "<CacheClusters><CacheCluster><CacheClusterId>{id}</CacheClusterId><Engine>valkey</Engine>\
         <EngineVersion>8.0.1</EngineVersion>\
         <PreferredMaintenanceWindow>sun:05:00-sun:06:00</PreferredMaintenanceWindow>\
         <CacheParameterGroup><CacheParameterGroupName>default.valkey8</CacheParameterGroupName></CacheParameterGroup>\
         </CacheCluster></CacheClusters>"
    ))
}

async fn read(script: &Replay, properties: &[&str]) -> Option<ReplicationGroup> {
    ReplicationGroup::read(&script.aws(), &[request("sessions", properties)]).await.remove(0).unwrap()
}

async fn update(script: &Replay, call: ReplicationGroupUpdate, want: &ReplicationGroup, prior: &ReplicationGroup) {
    ReplicationGroup::update(
        &script.aws(),
        call,
        &Change { id: &"sessions".into(), want, prior, operation: &operation() },
    )
    .await
    .unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_group_is_read_with_what_only_its_node_tells() {
    let script = Replay::default()
        .on(DESCRIBE, group("creating", &[]))
        .on(TAGS, Reply::Error(400, "InvalidReplicationGroupState"))
        .on(DESCRIBE, group("available", &[&["s-001", "s-002"]]))
        .on(NODES, node("s-001"))
        .on(TAGS, tag_list("01OURS"));
    let live = read(&script, &["tags_all"]).await.unwrap();
    assert_eq!((live.readiness(), live.tags.all), (Readiness::Pending("creating".into()), None));
    let live = read(&script, &["tags_all"]).await.unwrap();
    assert_eq!(live.readiness(), Readiness::Ready);
    assert_eq!(live.engine_version.as_deref(), Some("8.0"));
    assert_eq!(live.maintenance_window.as_deref(), Some("sun:05:00-sun:06:00"));
    assert!(live.tags.all.is_some_and(|tags| tags.contains_key("wildfire:op")));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_deletion_is_done_when_nothing_is_left_but_the_name() {
    let script = Replay::default()
        .on(DESCRIBE, group("deleting", &[&["s-001", "s-002"]]))
        .on(NODES, NO_NODE)
        .on(NODES, node("s-002"))
        // Its tags may go before it does.
        .on(TAGS, Reply::Error(404, "ReplicationGroupNotFoundFault"));
    let live = read(&script, &["tags_all"]).await;
    assert_eq!(live.map(|live| live.readiness()), Some(Readiness::Deleting), "a node is still there");
    script.finish();
    let script =
        Replay::default().on(DESCRIBE, group("deleting", &[&["s-001", "s-002"]])).on(NODES, NO_NODE).on(NODES, NO_NODE);
    assert!(read(&script, &[]).await.is_none());
    script.finish();
    let script = Replay::default().on(DESCRIBE, group("deleting", &[]));
    assert!(read(&script, &[]).await.is_none());
    script.finish();
    // A group that is not being deleted is there, whatever its nodes do.
    let script = Replay::default().on(DESCRIBE, group("modifying", &[&["s-001"]])).on(NODES, NO_NODE);
    assert!(read(&script, &[]).await.is_some());
    script.finish();
}

/// The version, the windows and the groups are told by nodes only: without one they are not known, which is not the same as
/// not set.
#[tokio::test(start_paused = true)]
async fn a_group_whose_node_is_not_described_cannot_be_read() {
    let script = Replay::default()
        .on(DESCRIBE, group("available", &[&["s-001", "s-002"]]))
        .on(NODES, NO_NODE)
        .on(DESCRIBE, group("available", &[&["s-001"]]))
        .on(NODES, Reply::Error(403, "AccessDenied"));
    for kind in [ErrorKind::Busy, ErrorKind::AccessDenied] {
        let read = ReplicationGroup::read(&script.aws(), &[request("sessions", &[])]).await.remove(0);
        assert_eq!(read.map(|_| ()).map_err(|error| error.kind), Err(kind));
    }
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_name_that_a_deletion_gives_back_is_waited_for() {
    let create = async |holder: &str| {
        let taken = Reply::Error(400, "ReplicationGroupAlreadyExists");
        let script = Replay::default().on("CreateReplicationGroup", taken).on(DESCRIBE, group(holder, &[]));
        let want = ReplicationGroup { replication_group_id: Some("sessions".into()), ..Default::default() };
        let error = ReplicationGroup::create(&script.aws(), &want, &operation()).await.unwrap_err();
        script.finish();
        error.kind
    };
    assert_eq!(create("deleting").await, ErrorKind::Busy);
    assert_eq!(create("available").await, ErrorKind::AlreadyExists);
}

#[tokio::test(start_paused = true)]
async fn only_what_our_operation_made_and_is_there_to_stay_is_found() {
    let wanted = recover(json!({"replication_group_id": "sessions"}));
    let find = async |status: &str, tags: Reply| {
        let script = Replay::default().on(DESCRIBE, group(status, &[])).on(TAGS, tags);
        let found = ReplicationGroup::find(&script.aws(), &wanted, &ReplicationGroup::default()).await;
        script.finish();
        found.map(|id| id.map(|id| id.to_string())).map_err(|error| error.kind)
    };
    assert_eq!(find("creating", tag_list("01OURS")).await, Ok(Some("sessions".into())));
    assert_eq!(find("available", tag_list("01OTHER")).await, Ok(None));
    assert_eq!(find("deleting", tag_list("01OURS")).await, Ok(None));
    // While AWS does not tell the tags, the search goes on.
    let not_yet = Reply::Error(400, "InvalidReplicationGroupState");
    assert_eq!(find("creating", not_yet).await, Err(ErrorKind::Busy));
}

#[tokio::test(start_paused = true)]
async fn replicas_are_counted_before_they_are_changed() {
    let script = Replay::default()
        .on(DESCRIBE, group("available", &[&["s-001", "s-002"]]))
        .on("IncreaseReplicaCount", result(""))
        .on(DESCRIBE, group("available", &[&["s-001", "s-002", "s-003"]]))
        .on(DESCRIBE, group("available", &[&["s-001", "s-002", "s-003"]]))
        .on("DecreaseReplicaCount", result(""));
    let nodes = |nodes| ReplicationGroup { num_cache_clusters: Some(nodes), ..Default::default() };
    let replicas = ReplicationGroupUpdate::Replicas;
    update(&script, replicas, &nodes(3), &nodes(2)).await;
    // Sent again after a lost reply, it finds its work done.
    update(&script, replicas, &nodes(3), &nodes(2)).await;
    update(&script, replicas, &nodes(2), &nodes(3)).await;
    let counts: Vec<_> =
        script.finish().iter().filter_map(|sent| sent.parameter("NewReplicaCount").map(String::from)).collect();
    assert_eq!(counts, ["2", "1"]);
}

#[tokio::test(start_paused = true)]
async fn the_last_shards_go_first() {
    let shards: [&[&str]; 3] = [&["a"], &["b"], &["c"]];
    let script = Replay::default()
        .on(DESCRIBE, group("available", &shards))
        .on("ModifyReplicationGroupShardConfiguration", result(""));
    let want = ReplicationGroup { num_node_groups: Some(1), ..Default::default() };
    update(&script, ReplicationGroupUpdate::Shards, &want, &ReplicationGroup::default()).await;
    let sent = script.finish().remove(1);
    assert_eq!(sent.parameter("NodeGroupCount"), Some("1"));
    let removed =
        |index: u32| sent.parameter(&format!("NodeGroupsToRemove.NodeGroupToRemove.{index}")).map(String::from);
    assert_eq!((removed(1).as_deref(), removed(2).as_deref(), removed(3)), (Some("0002"), Some("0003"), None));
}

#[tokio::test(start_paused = true)]
async fn settings_that_cannot_wait_are_changed_at_once() {
    const MODIFY: &str = "ModifyReplicationGroup";
    let script = (0..4).fold(Replay::default(), |script, _| script.on(MODIFY, result("")));
    let prior = ReplicationGroup { user_group_ids: Some(vec!["old".into()]), ..Default::default() };
    let want = ReplicationGroup {
        transit_encryption_enabled: Some(true),
        transit_encryption_mode: Some("preferred".into()),
        auth_token: Some("0123456789abcdef".into()),
        user_group_ids: Some(vec!["new".into()]),
        log_delivery_configuration: Some(vec![LogDelivery {
            destination: Some("/caches".into()),
            destination_type: Some("cloudwatch-logs".into()),
            log_format: Some("json".into()),
            log_type: Some("slow-log".into()),
        }]),
        ..Default::default()
    };
    use ReplicationGroupUpdate::{AuthToken, LogDelivery as Logs, Transit, UserGroups};
    for call in [Transit, AuthToken, UserGroups, Logs] {
        update(&script, call, &want, &prior).await;
    }
    let sent = script.finish();
    assert!(sent.iter().all(|sent| sent.parameter("ApplyImmediately") == Some("true")));
    assert_eq!(sent[0].parameter("TransitEncryptionMode"), Some("preferred"));
    assert_eq!(sent[1].parameter("AuthTokenUpdateStrategy"), Some("ROTATE"));
    assert_eq!(sent[2].parameter("UserGroupIdsToAdd.member.1"), Some("new"));
    assert_eq!(sent[2].parameter("UserGroupIdsToRemove.member.1"), Some("old"));
    let log = "LogDeliveryConfigurations.LogDeliveryConfigurationRequest.1.LogType";
    assert_eq!(sent[3].parameter(log), Some("slow-log"));
}
