use aws_sdk_rds::types as sdk;
use serde_json::json;

use super::*;

fn live(build: impl FnOnce(sdk::builders::DbClusterBuilder) -> sdk::builders::DbClusterBuilder) -> Cluster {
    build(sdk::DbCluster::builder().db_cluster_identifier("orders").status("available")).build().into()
}

#[test]
fn only_what_differs_is_modified() {
    let prior = live(|c| c.engine_version("16.4").backup_retention_period(7).port(5432));
    assert_eq!(modify::changes(&prior, &prior), ModifyDbClusterInput::builder());
    let want = Cluster { backup_retention_period: Some(14), allow_major_version_upgrade: Some(true), ..prior.clone() };
    // The permission goes with a version only.
    assert_eq!(modify::changes(&want, &prior), ModifyDbClusterInput::builder().backup_retention_period(14));
    let want = Cluster { engine_version: Some("17.2".into()), ..want };
    assert_eq!(modify::changes(&want, &prior).get_allow_major_version_upgrade(), &Some(true));
}

#[test]
fn log_exports_go_as_a_difference() {
    let logs = |logs: &[&str]| Some(logs.iter().map(|log| log.to_string()).collect::<Vec<_>>());
    let prior = Cluster { enabled_cloudwatch_logs_exports: logs(&["audit", "error"]), ..Default::default() };
    let want = Cluster { enabled_cloudwatch_logs_exports: logs(&["error", "slowquery"]), ..Default::default() };
    let input = modify::changes(&want, &prior);
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
fn fewer_than_three_zones_are_refused() {
    let problems = |zones: &[&str]| {
        let properties = json!({"engine": "aurora-mysql", "availability_zones": zones});
        Cluster::validate(&Value::from_json(properties)).len()
    };
    assert_eq!(problems(&["a", "b"]), 1);
    assert_eq!(problems(&["a", "b", "c"]), 0);
    assert_eq!(problems(&[]), 0);
}
