use super::update::logging;
use super::*;

fn cluster(build: impl FnOnce(sdk::builders::ClusterBuilder) -> sdk::builders::ClusterBuilder) -> Cluster {
    read::cluster(build(sdk::Cluster::builder().name("main")).build()).expect("it can be read")
}

#[test]
fn log_types_are_sent_all_and_read_when_on() {
    let sent = logging(Some(&vec!["audit".to_string(), "api".to_string()]));
    let count: usize = sent.cluster_logging().iter().map(|setup| setup.types().len()).sum();
    assert_eq!(count, sdk::LogType::values().len());
    let live = cluster(|c| c.logging(sent));
    assert_eq!(live.enabled_cluster_log_types, Some(vec!["api".into(), "audit".into()]));
    assert_eq!(cluster(|c| c.logging(logging(None))).enabled_cluster_log_types, None);
}

#[test]
fn an_empty_remote_network_is_absent() {
    let live = cluster(|c| c.remote_network_config(sdk::RemoteNetworkConfigResponse::builder().build()));
    assert_eq!(live.remote_network_config, None);
}

#[test]
fn a_vpc_change_knows_its_two_kinds() {
    let ids = |ids: &[&str]| Some(ids.iter().map(|id| id.to_string()).collect::<Vec<_>>());
    let prior = VpcConfig { subnet_ids: ids(&["a", "b"]), endpoint_public_access: Some(true), ..Default::default() };
    let reordered = VpcConfig { subnet_ids: ids(&["b", "a"]), ..prior.clone() };
    assert!(reordered.same_network(&prior) && reordered.same_endpoint(&prior));
    let private = VpcConfig { endpoint_public_access: Some(false), ..prior.clone() };
    assert!(private.same_network(&prior) && !private.same_endpoint(&prior));
    let with_ranges = VpcConfig { public_access_cidrs: ids(&["0.0.0.0/0"]), ..private };
    assert_eq!(with_ranges.endpoint_request().public_access_cidrs, None);
}

#[test]
fn a_failed_cluster_says_why() {
    let issue = sdk::ClusterIssue::builder().code(sdk::ClusterIssueCode::InternalFailure).message("sorry").build();
    let health = sdk::ClusterHealth::builder().issues(issue).build();
    let live = cluster(|c| c.status(sdk::ClusterStatus::Failed).health(health));
    assert_eq!(live.readiness(), Readiness::Failed("InternalFailure: sorry".into()));
    assert_eq!(cluster(|c| c.status(sdk::ClusterStatus::Active)).readiness(), Readiness::Ready);
}
