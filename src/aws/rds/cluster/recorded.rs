//! Clusters against replies of RDS: what the emulator never does.

use serde_json::json;
use wildfire_engine::model::ErrorKind;

use super::*;
use crate::replay::{self, Replay, Reply, operation, request, result};

const DESCRIBE: &str = "DescribeDBClusters";

fn clusters(clusters: &[&str], marker: &str) -> Reply {
    let clusters: String = clusters.iter().map(|cluster| format!("<DBCluster>{cluster}</DBCluster>")).collect();
    result(&format!("<DBClusters>{clusters}</DBClusters><Marker>{marker}</Marker>"))
}

fn orders(status: &str) -> String {
    format!(
        "<DBClusterIdentifier>orders</DBClusterIdentifier><Status>{status}</Status><Engine>aurora-mysql</Engine>\
         <EngineVersion>8.0.mysql_aurora.3.08.0</EngineVersion>\
         <TagList><Tag><Key>wildfire:op</Key><Value>01OURS</Value></Tag></TagList>"
    )
}

async fn read_one(aws: &Aws) -> Read<Cluster> {
    Cluster::read(aws, &[request("orders", &[])]).await.remove(0)
}

#[tokio::test(start_paused = true)]
async fn a_cluster_is_waited_for_until_it_is_available() {
    let statuses = ["creating", "backing-up", "available", "deleting"];
    let script =
        statuses.iter().fold(Replay::default(), |script, word| script.on(DESCRIBE, clusters(&[&orders(word)], "")));
    let script = script.on(DESCRIBE, clusters(&[], ""));
    let aws = script.aws();
    let mut seen = Vec::new();
    while let Some(live) = read_one(&aws).await.unwrap() {
        seen.push(live.readiness());
    }
    let expected = [Readiness::Pending("creating".into()), Readiness::Ready, Readiness::Ready, Readiness::Deleting];
    assert_eq!(seen, expected);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_lost_its_key_says_so() {
    let word = "inaccessible-encryption-credentials";
    let script = Replay::default().on(DESCRIBE, clusters(&[&orders(word)], ""));
    let live = read_one(&script.aws()).await.unwrap().unwrap();
    assert_eq!(live.readiness(), Readiness::Failed(word.into()));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn reads_outlast_throttling_and_creates_are_never_repeated_by_themselves() {
    let script = Replay::default()
        .on(DESCRIBE, Reply::Error(400, "Throttling"))
        .on(DESCRIBE, Reply::Error(400, "RequestLimitExceeded"))
        .on(DESCRIBE, clusters(&[&orders("available")], ""))
        .on("CreateDBCluster", Reply::Error(400, "Throttling"));
    let aws = script.aws();
    assert!(read_one(&aws).await.unwrap().is_some());
    let error = Cluster::create(&aws, &Cluster::default(), &operation()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Throttled);
    assert_eq!(script.finish().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn pages_are_followed_to_the_end() {
    let other = "<DBClusterIdentifier>carts</DBClusterIdentifier><Status>available</Status>";
    let script = Replay::default()
        .on(DESCRIBE, clusters(&[other], "page-2"))
        .on(DESCRIBE, clusters(&[], "page-3"))
        .on(DESCRIBE, clusters(&[&orders("available")], ""));
    let wanted = [request("Orders", &[]), request("carts", &[]), request("missing", &[])];
    let answers = Cluster::read(&script.aws(), &wanted).await;
    let names: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().and_then(|live| live.id)).collect();
    assert_eq!(names, [Some("orders".to_string()), Some("carts".to_string()), None]);
    let sent = script.finish();
    let markers: Vec<_> = sent.iter().map(|sent| sent.parameter("Marker")).collect();
    assert_eq!(markers, [None, Some("page-2"), Some("page-3")]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_fails_is_no_absence() {
    let script =
        Replay::default().on(DESCRIBE, clusters(&[], "page-2")).on(DESCRIBE, Reply::Error(403, "AccessDenied"));
    let error = read_one(&script.aws()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::AccessDenied);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn only_what_our_operation_made_and_is_there_to_stay_is_found() {
    let wanted = replay::recover(json!({"cluster_identifier": "Orders"}));
    let find = async |reply: Reply| {
        let script = Replay::default().on(DESCRIBE, reply);
        let found = Cluster::find(&script.aws(), &wanted, &Cluster::default()).await;
        script.finish();
        found.unwrap().map(|id| id.to_string())
    };
    assert_eq!(find(clusters(&[&orders("creating")], "")).await.as_deref(), Some("orders"));
    assert_eq!(find(clusters(&[&orders("deleting")], "")).await, None);
    let foreign = orders("available").replace("01OURS", "01OTHER");
    assert_eq!(find(clusters(&[&foreign], "")).await, None);
    // A server that does not heed the name.
    let another = orders("available").replace("orders", "carts");
    assert_eq!(find(clusters(&[&another], "")).await, None);
    assert_eq!(find(Reply::Error(404, "DBClusterNotFoundFault")).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_a_deletion_gives_back_is_waited_for() {
    let taken = Reply::Error(400, "DBClusterAlreadyExistsFault");
    let create = async |holder: &str| {
        let script = Replay::default().on("CreateDBCluster", taken.clone());
        let script = script.on(DESCRIBE, clusters(&[&orders(holder)], ""));
        let want = Cluster { cluster_identifier: Some("orders".into()), ..Default::default() };
        let error = Cluster::create(&script.aws(), &want, &operation()).await.unwrap_err();
        script.finish();
        error.kind
    };
    assert_eq!(create("deleting").await, ErrorKind::Busy);
    assert_eq!(create("available").await, ErrorKind::AlreadyExists);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_becomes_one_of_its_own_once() {
    let source = "<ReplicationSourceIdentifier>arn:aws:rds:eu-west-1:1:cluster:a</ReplicationSourceIdentifier>";
    let script = Replay::default()
        .on(DESCRIBE, clusters(&[&format!("{}{source}", orders("available"))], ""))
        .on("PromoteReadReplicaDBCluster", result(""))
        .on(DESCRIBE, clusters(&[&orders("promoting")], ""));
    let aws = script.aws();
    for _ in 0..2 {
        let (want, prior) = (Cluster::default(), Cluster::default());
        Cluster::update(&aws, &"orders".into(), ClusterUpdate::Promote, &want, &prior, &operation()).await.unwrap();
    }
    script.finish();
}
