//! Instances against replies of RDS: writers, and the deletions that it refuses at first.

use wildfire_engine::model::ErrorKind;

use super::*;
use crate::connection::replay::{Replay, Reply, operation, request, result};

const DESCRIBE: &str = "DescribeDBInstances";
const DELETE: &str = "DeleteDBInstance";

fn instance(status: &str) -> Reply {
    result(&format!(
        "<DBInstances><DBInstance><DBInstanceIdentifier>orders-0</DBInstanceIdentifier>\
         <DBInstanceStatus>{status}</DBInstanceStatus><DBClusterIdentifier>orders</DBClusterIdentifier>\
         <DBInstanceClass>db.r7g.large</DBInstanceClass></DBInstance></DBInstances>"
    ))
}

#[tokio::test(start_paused = true)]
async fn only_the_cluster_knows_who_writes() {
    let members = "<DBClusters><DBCluster><DBClusterIdentifier>orders</DBClusterIdentifier><DBClusterMembers>\
                   <DBClusterMember><DBInstanceIdentifier>orders-0</DBInstanceIdentifier>\
                   <IsClusterWriter>true</IsClusterWriter></DBClusterMember></DBClusterMembers></DBCluster></DBClusters>";
    let script = Replay::default()
        .on(DESCRIBE, instance("configuring-iam-database-auth"))
        .on("DescribeDBClusters", result(members));
    let live = ClusterInstance::read(&script.aws(), &[request("orders-0", &[])]).await.remove(0).unwrap().unwrap();
    assert_eq!(live.writer, Some(true));
    assert_eq!(live.readiness(), Readiness::Pending("configuring-iam-database-auth".into()));
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_is_under_way_is_not_refused() {
    let busy = Reply::Error(400, "InvalidDBInstanceState");
    let delete = async |status: &str| {
        let script = Replay::default().on(DELETE, busy.clone()).on(DESCRIBE, instance(status));
        let deleted = ClusterInstance::delete(&script.aws(), &"orders-0".into(), &ClusterInstance::default()).await;
        script.finish();
        deleted.map_err(|error| error.kind)
    };
    assert_eq!(delete("deleting").await, Ok(()));
    assert_eq!(delete("modifying").await, Err(ErrorKind::Busy));
}

#[tokio::test(start_paused = true)]
async fn a_name_that_a_deletion_gives_back_is_waited_for() {
    let create = async |holder: &str| {
        let taken = Reply::Error(400, "DBInstanceAlreadyExists");
        let script = Replay::default().on("CreateDBInstance", taken).on(DESCRIBE, instance(holder));
        let want = ClusterInstance { identifier: Some("orders-0".into()), ..Default::default() };
        let error = ClusterInstance::create(&script.aws(), &want, &operation()).await.unwrap_err();
        script.finish();
        error.kind
    };
    assert_eq!(create("deleting").await, ErrorKind::Busy);
    assert_eq!(create("available").await, ErrorKind::AlreadyExists);
}
