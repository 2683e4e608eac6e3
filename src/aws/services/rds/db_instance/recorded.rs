//! Instances against replies in the shapes of RDS's API model.

use aws_sdk_rds::operation::modify_db_instance::ModifyDbInstanceInput;

use super::*;
use crate::connection::replay::{Replay, result};

fn described(more: &str) -> crate::connection::replay::Reply {
    let fixed = "<DBInstanceIdentifier>orders</DBInstanceIdentifier><DBInstanceStatus>available</DBInstanceStatus>";
    result(&format!("<DBInstances><DBInstance>{fixed}{more}</DBInstance></DBInstances>"))
}

fn want() -> Instance {
    Instance { identifier: Some("orders".into()), instance_class: Some("db.m7g.large".into()), ..Instance::default() }
}

#[tokio::test(start_paused = true)]
async fn each_source_of_data_has_its_call() {
    let made = || result("<DBInstance><DBInstanceIdentifier>orders</DBInstanceIdentifier></DBInstance>");
    let script = Replay::default()
        .on("CreateDBInstance", made())
        .on("CreateDBInstanceReadReplica", made())
        .on("RestoreDBInstanceFromDBSnapshot", made())
        .on("RestoreDBInstanceToPointInTime", made())
        .on("RestoreDBInstanceFromS3", made());
    let aws = script.aws();
    let restore = RestoreToPointInTime {
        restore_time: Some("2026-01-31T10:00:00Z".into()),
        source_db_instance_identifier: Some("old".into()),
        ..RestoreToPointInTime::default()
    };
    let import = S3Import { bucket_name: Some("backups".into()), ..S3Import::default() };
    for want in [
        Instance { engine: Some("mysql".into()), password: Some("secret".into()), ..want() },
        Instance { replicate_source_db: Some("old".into()), backup_retention_period: Some(7), ..want() },
        Instance { snapshot_identifier: Some("last".into()), ..want() },
        Instance { restore_to_point_in_time: Some(restore), ..want() },
        Instance { s3_import: Some(import), password: Some("secret".into()), ..want() },
    ] {
        launch::launch(&aws, &want).await.unwrap();
    }
    let sent = script.finish();
    assert_eq!(sent[0].parameter("MasterUserPassword"), Some("secret"));
    assert_eq!(sent[1].parameter("SourceDBInstanceIdentifier"), Some("old"));
    assert_eq!(sent[1].parameter("BackupRetentionPeriod"), None);
    assert_eq!(sent[2].parameter("DBSnapshotIdentifier"), Some("last"));
    assert_eq!(sent[3].parameter("TargetDBInstanceIdentifier"), Some("orders"));
    assert_eq!(sent[3].parameter("RestoreTime"), Some("2026-01-31T10%3A00%3A00Z"));
    assert_eq!(sent[4].parameter("S3BucketName"), Some("backups"));
}

#[tokio::test(start_paused = true)]
async fn a_replica_is_promoted_once() {
    let source = "<ReadReplicaSourceDBInstanceIdentifier>old</ReadReplicaSourceDBInstanceIdentifier>";
    let script = Replay::default()
        .on("DescribeDBInstances", described(source))
        .on("PromoteReadReplica", result(""))
        .on("DescribeDBInstances", described(""));
    let aws = script.aws();
    let prior = Instance { replicate_source_db: Some("old".into()), ..want() };
    for _ in 0..2 {
        modify::update(&aws, "orders", InstanceUpdate::Replication, &want(), &prior).await.unwrap();
    }
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn the_last_snapshot_has_a_name_or_is_not_taken() {
    let source = "<ReadReplicaSourceDBInstanceIdentifier>old</ReadReplicaSourceDBInstanceIdentifier>";
    let script = Replay::default()
        .on("DescribeDBInstances", described(""))
        .on("DescribeDBInstances", described(""))
        .on("DeleteDBInstance", result(""))
        .on("DescribeDBInstances", described(source))
        .on("DeleteDBInstance", result(""));
    let aws = script.aws();
    assert!(deletion::delete(&aws, "orders", &want()).await.is_err());
    let named = Instance { final_snapshot_identifier: Some("final".into()), ..want() };
    deletion::delete(&aws, "orders", &named).await.unwrap();
    deletion::delete(&aws, "orders", &want()).await.unwrap();
    let sent = script.finish();
    assert_eq!(sent[2].parameter("FinalDBSnapshotIdentifier"), Some("final"));
    assert_eq!(sent[4].parameter("SkipFinalSnapshot"), Some("true"));
}

#[test]
fn what_waits_for_the_window_is_no_change() {
    let pending = sdk::PendingModifiedValues::builder().db_instance_class("db.m7g.xlarge").engine_version("17.4");
    let live = sdk::DbInstance::builder().db_instance_class("db.m7g.large").pending_modified_values(pending.build());
    let live = read::instance(live.build()).expect("it can be read");
    let want = Instance { instance_class: Some("db.m7g.xlarge".into()), ..live.clone() };
    assert_eq!(modify::changes(&want, &live).expect("they can be sent"), ModifyDbInstanceInput::builder());
}

#[test]
fn some_settings_are_sent_with_others() {
    let prior = Instance {
        allocated_storage: Some(100),
        domain: Some("d-1".into()),
        iops: Some(1000),
        max_allocated_storage: Some(500),
        port: Some(5432),
        storage_type: Some("io2".into()),
        ..want()
    };
    let want =
        Instance { domain: None, iops: Some(2000), max_allocated_storage: Some(0), port: Some(5433), ..prior.clone() };
    let sent = modify::changes(&want, &prior).expect("they can be sent");
    assert_eq!((sent.get_iops(), sent.get_allocated_storage()), (&Some(2000), &Some(100)));
    assert_eq!(sent.get_max_allocated_storage(), &Some(100));
    assert_eq!((sent.get_db_port_number(), sent.get_disable_domain()), (&Some(5433), &Some(true)));
}
