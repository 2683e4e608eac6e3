use aws_sdk_rds::operation::modify_db_cluster::ModifyDbClusterInput;

use super::*;

fn live(build: impl FnOnce(sdk::builders::DbClusterBuilder) -> sdk::builders::DbClusterBuilder) -> Cluster {
    let live = build(sdk::DbCluster::builder().db_cluster_identifier("orders").status("available")).build();
    read::cluster(live).expect("it can be read")
}

fn changes(want: &Cluster, prior: &Cluster) -> ModifyDbClusterInputBuilder {
    modify::changes(want, prior).expect("it can be sent")
}

#[test]
fn only_what_differs_is_modified() {
    let prior = live(|c| c.engine_version("16.4").backup_retention_period(7).port(5432));
    assert_eq!(changes(&prior, &prior), ModifyDbClusterInput::builder());
    let want = Cluster { backup_retention_period: Some(14), allow_major_version_upgrade: Some(true), ..prior.clone() };
    // The permission goes with a version only.
    assert_eq!(changes(&want, &prior), ModifyDbClusterInput::builder().backup_retention_period(14));
    let want = Cluster { engine_version: Some("17.2".into()), ..want };
    assert_eq!(changes(&want, &prior).get_allow_major_version_upgrade(), &Some(true));
}

#[test]
fn log_exports_go_as_a_difference() {
    let logs = |logs: &[&str]| Some(logs.iter().map(|log| log.to_string()).collect::<Vec<_>>());
    let prior = Cluster { enabled_cloudwatch_logs_exports: logs(&["audit", "error"]), ..Default::default() };
    let want = Cluster { enabled_cloudwatch_logs_exports: logs(&["error", "slowquery"]), ..Default::default() };
    let input = changes(&want, &prior);
    let exports = input
        .get_cloudwatch_logs_export_configuration()
        .clone()
        .unwrap_or_else(|| sdk::CloudwatchLogsExportConfiguration::builder().build());
    assert_eq!(exports.enable_log_types(), ["slowquery"]);
    assert_eq!(exports.disable_log_types(), ["audit"]);
}

#[test]
fn what_waits_for_the_window_counts_as_set() {
    let pending = sdk::ClusterPendingModifiedValues::builder().engine_version("16.6").build();
    let live = live(|c| c.engine_version("16.4").pending_modified_values(pending));
    assert_eq!(live.engine_version.as_deref(), Some("16.6"));
    assert_eq!(live.engine_version_actual.as_deref(), Some("16.4"));
}

#[test]
fn who_keeps_the_password_decides_what_is_sent() {
    let managed = live(|c| c.master_user_secret(sdk::MasterUserSecret::builder().secret_arn("arn").build()));
    let own = live(|c| c);
    let password = |want: &Cluster, prior: &Cluster| modify::password(want, prior);
    let mine = Cluster { master_password: Some("x".into()), ..own.clone() };
    let input = || ModifyDbClusterInput::builder();
    assert_eq!(password(&mine, &own), Ok(Some(input().master_user_password("x"))));
    let taken_over = input().manage_master_user_password(false).master_user_password("x");
    assert_eq!(password(&mine, &managed), Ok(Some(taken_over)));
    assert_eq!(password(&managed, &managed), Ok(None));
    assert_eq!(password(&own, &own), Ok(None));
    assert!(password(&own, &managed).is_err());
}

#[test]
fn what_aws_writes_otherwise_is_not_sent() {
    let prior = live(|c| {
        c.engine_version("8.0.mysql_aurora.3.08.0")
            .db_cluster_parameter_group("orders")
            .preferred_maintenance_window("sun:03:00-sun:04:00")
    });
    let want = Cluster {
        engine_version: Some("8.0".into()),
        db_cluster_parameter_group_name: Some("Orders".into()),
        preferred_maintenance_window: Some("Sun:03:00-Sun:04:00".into()),
        ..prior.clone()
    };
    assert_eq!(changes(&want, &prior), ModifyDbClusterInput::builder());
}

#[test]
fn the_usual_storage_of_aurora_is_read_although_rds_leaves_it_out() {
    let storage = |engine: &str, storage: Option<&str>| {
        live(|c| c.engine(engine).set_storage_type(storage.map(String::from))).storage_type
    };
    assert_eq!(storage("aurora-mysql", None).as_deref(), Some("aurora"));
    assert_eq!(storage("aurora-mysql", Some("aurora-iopt1")).as_deref(), Some("aurora-iopt1"));
    assert_eq!(storage("mysql", None), None);
}

#[test]
fn a_security_group_on_its_way_out_does_not_count() {
    let group = |id: &str, status: &str| {
        sdk::VpcSecurityGroupMembership::builder().vpc_security_group_id(id).status(status).build()
    };
    let live = live(|c| c.vpc_security_groups(group("sg-1", "active")).vpc_security_groups(group("sg-2", "removing")));
    assert_eq!(live.vpc_security_group_ids, Some(vec!["sg-1".to_string()]));
}
