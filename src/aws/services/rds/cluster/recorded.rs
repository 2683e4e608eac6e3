//! Clusters against replies of RDS: what the emulator never does.

use serde_json::json;

use super::*;
use crate::connection::replay::{self, Replay, Reply, operation, request, result};

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
        Cluster::update(
            &aws,
            ClusterUpdate::Promote,
            &Change { id: &"orders".into(), want: &want, prior: &prior, operation: &operation() },
        )
        .await
        .unwrap();
    }
    script.finish();
}

async fn update(script: &Replay, call: ClusterUpdate, want: &Cluster, prior: &Cluster) -> Result<(), CloudError> {
    Cluster::update(&script.aws(), call, &Change { id: &"orders".into(), want, prior, operation: &operation() }).await
}

#[tokio::test(start_paused = true)]
async fn roles_are_added_and_removed_however_often_it_is_tried() {
    let script = Replay::default()
        .on("AddRoleToDBCluster", result(""))
        .on("AddRoleToDBCluster", Reply::Error(400, "DBClusterRoleAlreadyExists"))
        .on("RemoveRoleFromDBCluster", Reply::Error(404, "DBClusterRoleNotFound"));
    let roles = |roles: &[&str]| Cluster {
        iam_roles: Some(roles.iter().map(|role| role.to_string()).collect()),
        ..Default::default()
    };
    update(&script, ClusterUpdate::Roles, &roles(&["a", "b", "c"]), &roles(&["c", "d"])).await.unwrap();
    let sent: Vec<_> = script.finish().iter().filter_map(|sent| sent.parameter("RoleArn").map(String::from)).collect();
    assert_eq!(sent, ["a", "b", "d"]);
}

#[tokio::test(start_paused = true)]
async fn the_data_api_is_a_setting_of_serverless_and_a_call_elsewhere() {
    let script = Replay::default()
        .on("EnableHttpEndpoint", result(""))
        .on("DisableHttpEndpoint", result(""))
        .on("ModifyDBCluster", result(""));
    let cluster = |on, mode: &str| Cluster {
        arn: Some("arn:orders".into()),
        enable_http_endpoint: Some(on),
        engine_mode: Some(mode.into()),
        ..Default::default()
    };
    let call = ClusterUpdate::HttpEndpoint;
    update(&script, call, &cluster(true, "provisioned"), &cluster(false, "provisioned")).await.unwrap();
    update(&script, call, &cluster(false, "provisioned"), &cluster(true, "provisioned")).await.unwrap();
    update(&script, call, &cluster(true, "serverless"), &cluster(false, "serverless")).await.unwrap();
    update(&script, call, &cluster(true, "provisioned"), &cluster(true, "provisioned")).await.unwrap();
    let sent = script.finish();
    assert_eq!(sent[0].parameter("ResourceArn"), Some("arn%3Aorders"));
    assert_eq!(sent[2].parameter("EnableHttpEndpoint"), Some("true"));
}

#[tokio::test(start_paused = true)]
async fn a_cluster_leaves_a_global_cluster_and_never_joins_one_later() {
    let script = Replay::default()
        .on("RemoveFromGlobalCluster", result(""))
        .on("RemoveFromGlobalCluster", Reply::Error(404, "GlobalClusterNotFoundFault"));
    let member = |global: Option<&str>| Cluster {
        arn: Some("arn:orders".into()),
        global_cluster_identifier: global.map(String::from),
        ..Default::default()
    };
    let call = ClusterUpdate::GlobalCluster;
    for _ in 0..2 {
        update(&script, call, &member(None), &member(Some("world"))).await.unwrap();
    }
    let error = update(&script, call, &member(Some("world")), &member(None)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Rejected);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn what_a_restore_does_not_take_is_set_at_once() {
    let script = Replay::default().on("ModifyDBCluster", result("")).on("ModifyDBCluster", result(""));
    let want = Cluster {
        master_password: Some("secret".into()),
        preferred_maintenance_window: Some("sun:03:00-sun:04:00".into()),
        ..Default::default()
    };
    update(&script, ClusterUpdate::AfterRestore, &want, &Cluster::default()).await.unwrap();
    let sent = script.finish();
    assert!(sent.iter().all(|sent| sent.parameter("ApplyImmediately") == Some("true")));
    assert!(sent[0].parameter("PreferredMaintenanceWindow").is_some());
    assert_eq!(sent[1].parameter("MasterUserPassword"), Some("secret"));
}

#[tokio::test(start_paused = true)]
async fn a_deletion_takes_its_snapshot_and_is_sent_once() {
    let script = Replay::default()
        .on(DESCRIBE, clusters(&[&orders("available")], ""))
        .on("DeleteDBCluster", result(""))
        .on(DESCRIBE, clusters(&[&orders("deleting")], ""))
        .on(DESCRIBE, Reply::Error(404, "DBClusterNotFoundFault"));
    let (aws, id) = (script.aws(), PhysicalId::from("orders"));
    let prior = Cluster { final_snapshot_identifier: Some("last".into()), ..Default::default() };
    for _ in 0..3 {
        Cluster::delete(&aws, &id, &prior).await.unwrap();
    }
    // Without a name for the snapshot, nothing is sent.
    assert_eq!(Cluster::delete(&aws, &id, &Cluster::default()).await.unwrap_err().kind, ErrorKind::Rejected);
    let sent = script.finish();
    assert_eq!(sent[1].parameter("FinalDBSnapshotIdentifier"), Some("last"));
    assert_eq!(sent[1].parameter("SkipFinalSnapshot"), Some("false"));
}
