use super::*;

fn member(id: &str) -> sdk::NodeGroupMember {
    sdk::NodeGroupMember::builder().cache_cluster_id(id).build()
}

fn live() -> ReplicationGroup {
    let endpoint = sdk::Endpoint::builder().address("primary.cache").port(6379).build();
    let shard = sdk::NodeGroup::builder()
        .node_group_id("0001")
        .primary_endpoint(endpoint)
        .node_group_members(member("s-001"))
        .node_group_members(member("s-002"))
        .build();
    let group = sdk::ReplicationGroup::builder()
        .replication_group_id("s")
        .status("available")
        .member_clusters("s-001")
        .member_clusters("s-002")
        .node_groups(shard)
        .automatic_failover(sdk::AutomaticFailoverStatus::Enabling)
        .at_rest_encryption_enabled(true)
        .build();
    let node = sdk::CacheCluster::builder()
        .engine("redis")
        .engine_version("7.1.0")
        .security_groups(sdk::SecurityGroupMembership::builder().security_group_id("sg-1").build())
        .build();
    convert::group(group, Some(node)).expect("it can be read")
}

#[test]
fn a_group_is_read_from_itself_and_a_node() {
    let live = live();
    assert_eq!(live.engine_version.as_deref(), Some("7.1"));
    assert_eq!(live.engine_version_actual.as_deref(), Some("7.1.0"));
    assert_eq!(live.security_group_ids, Some(vec!["sg-1".to_string()]));
    assert_eq!((live.num_cache_clusters, live.replicas_per_node_group, live.port), (Some(2), Some(1), Some(6379)));
    assert_eq!(live.primary_endpoint_address.as_deref(), Some("primary.cache"));
    assert_eq!(live.automatic_failover_enabled, Some(true));
    assert_eq!(live.at_rest_encryption_enabled.as_deref(), Some("true"));
}

#[test]
fn versions_are_read_as_they_are_written() {
    assert_eq!(convert::written_version("7.1.0"), "7.1");
    assert_eq!(convert::written_version("6.2.6"), "6.2");
    assert_eq!(convert::written_version("5.0.6"), "5.0.6");
}

#[test]
fn only_what_differs_is_modified() {
    let prior = live();
    let changes =
        |want: &ReplicationGroup, prior: &ReplicationGroup| modify::changes(want, prior).expect("they can be sent");
    assert_eq!(changes(&prior, &prior), ModifyReplicationGroupInput::builder());
    let want = ReplicationGroup { snapshot_retention_limit: Some(7), ..prior.clone() };
    assert_eq!(changes(&want, &prior), ModifyReplicationGroupInput::builder().snapshot_retention_limit(7));
    let with_topic = ReplicationGroup { notification_topic_arn: Some("arn".into()), ..prior.clone() };
    let off = ModifyReplicationGroupInput::builder().notification_topic_status("inactive");
    assert_eq!(changes(&prior, &with_topic), off);
}

#[test]
fn the_replica_count_comes_from_what_differs() {
    let prior = live();
    let nodes = ReplicationGroup { num_cache_clusters: Some(3), ..prior.clone() };
    assert_eq!(modify::wanted_replicas(&nodes, &prior), Some(2));
    let per_shard = ReplicationGroup { replicas_per_node_group: Some(4), ..prior.clone() };
    assert_eq!(modify::wanted_replicas(&per_shard, &prior), Some(4));
    assert_eq!(modify::wanted_replicas(&prior, &prior), None);
}

#[test]
fn a_log_that_is_no_longer_wanted_is_stopped() {
    let log = |kind: &str, destination: &str| LogDelivery {
        destination: Some(destination.into()),
        destination_type: Some("cloudwatch-logs".into()),
        log_format: Some("json".into()),
        log_type: Some(kind.into()),
    };
    let group = |logs| ReplicationGroup { log_delivery_configuration: Some(logs), ..Default::default() };
    let prior = group(vec![log("slow-log", "a"), log("engine-log", "a")]);
    let want = group(vec![log("slow-log", "b")]);
    let requests = modify::log_delivery(&want, &prior).unwrap_or_default();
    let sent: Vec<_> = requests.into_iter().map(|request| (request.log_type, request.enabled)).collect();
    assert_eq!(sent, [(Some(sdk::LogType::SlowLog), Some(true)), (Some(sdk::LogType::EngineLog), Some(false))]);
    assert_eq!(modify::log_delivery(&prior, &prior), None);
}

#[test]
fn what_aws_writes_otherwise_is_not_sent() {
    let prior = ReplicationGroup {
        maintenance_window: Some("sun:05:00-sun:06:00".into()),
        parameter_group_name: Some("sessions".into()),
        security_group_ids: Some(vec!["sg-1".into(), "sg-2".into()]),
        ..live()
    };
    let want = ReplicationGroup {
        engine_version: Some("7".into()),
        maintenance_window: Some("Sun:05:00-Sun:06:00".into()),
        parameter_group_name: Some("Sessions".into()),
        security_group_ids: Some(vec!["sg-2".into(), "sg-1".into()]),
        ..prior.clone()
    };
    let changes = modify::changes(&want, &prior).expect("they can be sent");
    assert_eq!(changes, ModifyReplicationGroupInput::builder());
}
