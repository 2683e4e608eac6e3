//! Clusters and node groups against replies of EKS: the emulator has neither version updates nor most settings.

use serde_json::{Value as Json, json};
use wildfire_engine::model::{ErrorKind, Readiness, Value};

use super::cluster::{Cluster, ClusterUpdate};
use super::node_group::{NodeGroup, NodeGroupUpdate};
use crate::Aws;
use crate::connection::replay::{Replay, Reply, Sent, operation, recover, request};
use crate::kind::resource::{Change, Resource};

const CLUSTER: &str = "/clusters/main";
const GROUP: &str = "/clusters/main/node-groups/general";
const CONFIG: &str = "/clusters/main/update-config";
const UPDATE: &str = "/clusters/main/updates";
const ENCRYPTION: &str = "/clusters/main/encryption-config/associate";

fn cluster(more: Json) -> Reply {
    let mut cluster = json!({"name": "main", "status": "ACTIVE", "version": "1.32"});
    if let (Some(cluster), Json::Object(more)) = (cluster.as_object_mut(), more) {
        cluster.extend(more);
    }
    Reply::Json(json!({ "cluster": cluster }))
}

fn accepted() -> Reply {
    Reply::Json(json!({"update": {"id": "1", "status": "InProgress"}}))
}

fn typed<R: Resource>(properties: Json) -> R {
    serde_json::from_value(properties).expect("properties of the type")
}

async fn read<R: Resource>(aws: &Aws, id: &str) -> Option<R> {
    R::read(aws, &[request(id, &[])]).await.remove(0).unwrap()
}

/// What an update of a cluster sends.
async fn sent(call: ClusterUpdate, to: &'static str, want: Json, prior: Json) -> Sent {
    let script = Replay::default().on(to, accepted());
    let (want, prior) = (typed::<Cluster>(want), typed::<Cluster>(prior));
    Cluster::update(
        &script.aws(),
        call,
        &Change { id: &"main".into(), want: &want, prior: &prior, operation: &operation() },
    )
    .await
    .unwrap();
    script.finish().remove(0)
}

#[tokio::test(start_paused = true)]
async fn a_cluster_is_waited_for_and_says_why_it_failed() {
    let issue = json!({"code": "InsufficientFreeAddresses", "message": "no addresses", "resourceIds": ["subnet-1"]});
    let script = Replay::default()
        .on(CLUSTER, cluster(json!({"status": "CREATING"})))
        .on(CLUSTER, cluster(json!({})))
        .on(CLUSTER, cluster(json!({"status": "UPDATING"})))
        .on(CLUSTER, cluster(json!({"status": "FAILED", "health": {"issues": [issue]}})))
        .on(CLUSTER, Reply::Error(404, "ResourceNotFoundException"));
    let aws = script.aws();
    let mut seen = Vec::new();
    while let Some(live) = read::<Cluster>(&aws, "main").await {
        seen.push(live.readiness());
    }
    let expected = [
        Readiness::Pending("CREATING".into()),
        Readiness::Ready,
        Readiness::Pending("UPDATING".into()),
        Readiness::Failed("InsufficientFreeAddresses: no addresses".into()),
    ];
    assert_eq!(seen, expected);
    script.finish();
}

#[tokio::test(start_paused = true)]
async fn each_update_has_the_shape_that_the_api_wants_and_a_token_of_its_own() {
    let version = sent(ClusterUpdate::Version, UPDATE, json!({"version": "1.33"}), json!({"version": "1.32"})).await;
    assert_eq!(version.member("/version"), json!("1.33"));
    assert_eq!(version.member("/clientRequestToken"), json!("01OURS-version"));

    let access = json!({"access_config": {"authentication_mode": "API"}});
    let access = sent(ClusterUpdate::AccessConfig, CONFIG, access, json!({})).await;
    assert_eq!(access.member("/accessConfig"), json!({"authenticationMode": "API"}));
    assert_eq!(access.member("/clientRequestToken"), json!("01OURS-access"));

    let policy = json!({"upgrade_policy": {"support_type": "STANDARD"}});
    let policy = sent(ClusterUpdate::UpgradePolicy, CONFIG, policy, json!({})).await;
    assert_eq!(policy.member("/upgradePolicy/supportType"), json!("STANDARD"));

    let shift = json!({"zonal_shift_config": {"enabled": true}});
    let shift = sent(ClusterUpdate::ZonalShift, CONFIG, shift, json!({})).await;
    assert_eq!(shift.member("/zonalShiftConfig/enabled"), json!(true));

    let networks = json!({"remote_network_config": {"remote_node_networks": {"cidrs": ["10.1.0.0/16"]}}});
    let networks = sent(ClusterUpdate::RemoteNetworks, CONFIG, networks, json!({})).await;
    assert_eq!(networks.member("/remoteNetworkConfig/remoteNodeNetworks/0/cidrs"), json!(["10.1.0.0/16"]));

    let key = json!({"encryption_config": {"provider": {"key_arn": "arn:aws:kms:k"}, "resources": ["secrets"]}});
    let key = sent(ClusterUpdate::Encryption, ENCRYPTION, key, json!({})).await;
    assert_eq!(key.member("/encryptionConfig/0/provider/keyArn"), json!("arn:aws:kms:k"));
}

#[tokio::test(start_paused = true)]
async fn auto_mode_goes_as_a_whole() {
    let want = json!({"compute_config": {"enabled": true, "node_pools": ["system"], "node_role_arn": "arn:role"}});
    let prior = json!({"storage_config": {"block_storage": {"enabled": true}}});
    let auto = sent(ClusterUpdate::AutoMode, CONFIG, want, prior).await;
    assert_eq!(auto.member("/computeConfig/nodePools"), json!(["system"]));
    assert_eq!(auto.member("/storageConfig/blockStorage/enabled"), json!(true));
    assert_eq!(auto.member("/kubernetesNetworkConfig/elasticLoadBalancing/enabled"), json!(false));
}

#[tokio::test(start_paused = true)]
async fn a_name_that_a_deletion_gives_back_is_waited_for() {
    let create = async |status: &str| {
        let taken = Reply::Error(409, "ResourceInUseException");
        let script = Replay::default().on("/clusters", taken).on(CLUSTER, cluster(json!({ "status": status })));
        let error = Cluster::create(&script.aws(), &typed(json!({"name": "main"})), &operation()).await.unwrap_err();
        script.finish();
        error.kind
    };
    assert_eq!(create("DELETING").await, ErrorKind::Busy);
    assert_eq!(create("ACTIVE").await, ErrorKind::AlreadyExists);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_is_ours_by_token_or_tag_and_only_while_it_stays() {
    let find = async |more: Json| {
        let script = Replay::default().on(CLUSTER, cluster(more));
        let found = Cluster::find(&script.aws(), &recover(Json::Null), &typed(json!({"name": "main"}))).await;
        script.finish();
        found.unwrap().is_some()
    };
    assert!(find(json!({"clientRequestToken": "01OURS"})).await);
    assert!(find(json!({"tags": {"wildfire:op": "01OURS"}})).await);
    assert!(!find(json!({"clientRequestToken": "01OTHER", "tags": {"wildfire:op": "01OTHER"}})).await);
    assert!(!find(json!({"clientRequestToken": "01OURS", "status": "DELETING"})).await);
}

#[tokio::test(start_paused = true)]
async fn a_node_group_gets_a_new_version_and_tells_what_is_wrong() {
    let script = Replay::default()
        .on("/clusters/main/node-groups/general/update-version", accepted())
        .on(GROUP, Reply::Error(400, "ThrottlingException"))
        .on(
            GROUP,
            Reply::Json(json!({"nodegroup": {
                "clusterName": "main", "nodegroupName": "general", "status": "CREATE_FAILED",
                "health": {"issues": [{"code": "Ec2SubnetNotFound", "message": "no subnet"}]},
            }})),
        );
    let (aws, id) = (script.aws(), "main:general".into());
    let group = |version: &str| typed::<NodeGroup>(json!({"version": version, "force_update_version": true}));
    let (want, prior) = (group("1.33"), group("1.32"));
    NodeGroup::update(
        &aws,
        NodeGroupUpdate::Version,
        &Change { id: &id, want: &want, prior: &prior, operation: &operation() },
    )
    .await
    .unwrap();
    let live = read::<NodeGroup>(&aws, "main:general").await.unwrap();
    assert_eq!(live.readiness(), Readiness::Failed("Ec2SubnetNotFound: no subnet".into()));
    let sent = script.finish().remove(0);
    assert_eq!((sent.member("/version"), sent.member("/force")), (json!("1.33"), json!(true)));
    assert_eq!(sent.member("/releaseVersion"), Json::Null, "what does not change is not sent");
}

#[tokio::test(start_paused = true)]
async fn a_node_group_is_found_by_its_tag() {
    let wanted = || recover(json!({"cluster_name": "main", "node_group_name": "general"}));
    assert_eq!(NodeGroup::natural_id(&Value::from_json(json!({"cluster_name": "main"}))), None);
    let find = async |status: &str, op: &str| {
        let group = json!({
            "clusterName": "main", "nodegroupName": "general", "status": status, "tags": {"wildfire:op": op},
        });
        let script = Replay::default().on(GROUP, Reply::Json(json!({ "nodegroup": group })));
        let found = NodeGroup::find(&script.aws(), &wanted(), &NodeGroup::default()).await;
        script.finish();
        found.unwrap().map(|id| id.to_string())
    };
    assert_eq!(find("CREATING", "01OURS").await.as_deref(), Some("main:general"));
    assert_eq!(find("ACTIVE", "01OTHER").await, None);
    assert_eq!(find("DELETING", "01OURS").await, None);
}
