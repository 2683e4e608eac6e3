//! Clusters against replies of ElastiCache: nodes that come and go, and deletions under way.

use super::*;
use crate::connection::replay::{Replay, Reply, operation, request, result};

fn pages(status: &str, count: usize) -> Reply {
    let node = |number: usize| {
        format!(
            "<CacheNode><CacheNodeId>{number:04}</CacheNodeId><CacheNodeStatus>available</CacheNodeStatus>\
             <Endpoint><Address>n{number}.example</Address><Port>11211</Port></Endpoint>\
             <CustomerAvailabilityZone>eu-west-1a</CustomerAvailabilityZone></CacheNode>"
        )
    };
    let nodes: String = (1..=count).rev().map(node).collect();
    result(&format!(
        "<CacheClusters><CacheCluster><CacheClusterId>pages</CacheClusterId>\
         <CacheClusterStatus>{status}</CacheClusterStatus><Engine>memcached</Engine>\
         <EngineVersion>1.6.22</EngineVersion><CacheNodeType>cache.t4g.small</CacheNodeType>\
         <NumCacheNodes>{count}</NumCacheNodes><PreferredAvailabilityZone>Multiple</PreferredAvailabilityZone>\
         <ConfigurationEndpoint><Address>cfg.example</Address><Port>11211</Port></ConfigurationEndpoint>\
         <AutoMinorVersionUpgrade>true</AutoMinorVersionUpgrade><CacheNodes>{nodes}</CacheNodes>\
         </CacheCluster></CacheClusters>"
    ))
}

#[tokio::test(start_paused = true)]
async fn nodes_are_in_their_order_and_versions_as_they_are_written() {
    let script = Replay::default().on("DescribeCacheClusters", pages("snapshotting", 2));
    let live = Cluster::read(&script.aws(), &[request("pages", &[])]).await.remove(0).unwrap().unwrap();
    assert_eq!(live.readiness(), Readiness::Pending("snapshotting".into()));
    assert_eq!(live.configuration_endpoint.as_deref(), Some("cfg.example:11211"));
    assert_eq!((live.az_mode.as_deref(), live.port), (Some("cross-az"), Some(11211)));
    assert_eq!(live.engine_version.as_deref(), Some("1.6.22"));
    let nodes = live.cache_nodes.unwrap();
    let ids: Vec<_> = nodes.iter().map(|node| node.id.as_deref()).collect();
    assert_eq!(ids, [Some("0001"), Some("0002")]);
    assert_eq!(nodes[0].address.as_deref(), Some("n1.example"));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn the_last_nodes_go_and_new_ones_come_into_their_zones() {
    let zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"].map(String::from).to_vec();
    let script = Replay::default()
        .on("DescribeCacheClusters", pages("available", 3))
        .on("ModifyCacheCluster", result(""))
        .on("DescribeCacheClusters", pages("available", 1))
        .on("ModifyCacheCluster", result(""))
        .on("DescribeCacheClusters", pages("available", 3));
    let aws = script.aws();
    let (id, operation, prior) = ("pages".into(), operation(), Cluster::default());
    for count in [2, 3, 3] {
        let zones = Some(zones.clone());
        let want = Cluster { num_cache_nodes: Some(count), preferred_availability_zones: zones, ..Cluster::default() };
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        Cluster::update(&aws, ClusterUpdate::Nodes, &change).await.unwrap();
    }
    let sent = script.finish();
    assert!(sent[1].body.contains("0003") && !sent[1].body.contains("0002"), "{}", sent[1].body);
    assert_eq!(sent[1].parameter("NumCacheNodes"), Some("2"));
    assert!(sent[3].body.contains("eu-west-1b") && sent[3].body.contains("eu-west-1c"), "{}", sent[3].body);
    assert!(!sent[3].body.contains("eu-west-1a"));
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_is_under_way_is_not_refused() {
    let busy = Reply::Error(400, "InvalidCacheClusterState");
    let delete = async |status: &str| {
        let script =
            Replay::default().on("DeleteCacheCluster", busy.clone()).on("DescribeCacheClusters", pages(status, 1));
        let prior = Cluster { final_snapshot_identifier: Some("last".into()), ..Cluster::default() };
        let deleted = Cluster::delete(&script.aws(), &"pages".into(), &prior).await;
        assert_eq!(script.finish()[0].parameter("FinalSnapshotIdentifier"), Some("last"));
        deleted.map_err(|error| error.kind)
    };
    assert_eq!(delete("deleting").await, Ok(()));
    assert_eq!(delete("modifying").await, Err(ErrorKind::Busy));
}

#[test]
fn what_an_engine_lacks_is_refused() {
    let paths = |properties: serde_json::Value| {
        let problems = Cluster::validate(&Value::from_json(properties));
        problems.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(paths(serde_json::json!({"engine": "memcached", "num_cache_nodes": 2})), none);
    assert_eq!(paths(serde_json::json!({"engine": "valkey", "num_cache_nodes": 2})), ["num_cache_nodes"]);
    assert_eq!(paths(serde_json::json!({"engine": "memcached", "snapshot_name": "x"})), ["snapshot_name"]);
    assert_eq!(paths(serde_json::json!({"num_cache_nodes": 1, "az_mode": "cross-az"})), ["az_mode"]);
}
