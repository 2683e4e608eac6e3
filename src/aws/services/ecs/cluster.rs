//! `aws_ecs_cluster`

use aws_sdk_ecs::operation::create_cluster::builders::CreateClusterFluentBuilder;

use super::clusters;
use super::prelude::*;

updates! {
    pub enum ClusterUpdate {
        Cluster => [UpdateCluster],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ClusterUpdate)]
#[sdk(from = sdk::Cluster, create = CreateClusterFluentBuilder)]
pub struct Cluster {
    /// The ARN.
    #[field(computed, sdk = cluster_arn)]
    arn: Option<String>,
    /// Commands in running containers, and the keys of storage.
    #[field(update = Cluster)]
    configuration: Option<Configuration>,
    /// The ARN.
    #[field(computed, sdk = cluster_arn)]
    id: Option<String>,
    /// The name, unique in the region.
    #[field(immutable, required, length = 1..=255, pattern = "[A-Za-z0-9_-]+", sdk = cluster_name)]
    name: Option<String>,
    /// The namespace in which services find each other.
    #[field(update = Cluster, sent_by_hand)]
    service_connect_defaults: Option<ServiceConnect>,
    /// `containerInsights`, and whether it is `enabled`, `enhanced` or `disabled`.
    #[field(update = Cluster, set, aws_default, filled, sdk = settings)]
    setting: Option<Vec<Setting>>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
    /// AWS's word for the status.
    #[field(computed, sdk = status)]
    _status: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ClusterConfiguration, into = sdk::ClusterConfiguration)]
pub struct Configuration {
    /// How commands in running containers are encrypted and logged.
    #[field(optional)]
    execute_command_configuration: Option<ExecuteCommand>,
    /// The keys of the storage of tasks.
    #[field(optional)]
    managed_storage_configuration: Option<Storage>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ExecuteCommandConfiguration, into = sdk::ExecuteCommandConfiguration)]
pub struct ExecuteCommand {
    /// The KMS key that encrypts the session.
    #[field(filled)]
    kms_key_id: Option<String>,
    /// Where the log goes, with `OVERRIDE`.
    #[field(optional)]
    log_configuration: Option<Log>,
    /// Whether there is none, that of the task, or one of its own.
    #[field(default = "DEFAULT", one_of = ["NONE", "DEFAULT", "OVERRIDE"])]
    logging: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ExecuteCommandLogConfiguration, into = sdk::ExecuteCommandLogConfiguration)]
pub struct Log {
    /// Whether the log group has to be encrypted.
    #[field(default = false)]
    cloud_watch_encryption_enabled: Option<bool>,
    /// The log group.
    #[field(filled)]
    cloud_watch_log_group_name: Option<String>,
    /// Whether the bucket has to be encrypted.
    #[field(default = false, sdk = s3_encryption_enabled)]
    s3_bucket_encryption_enabled: Option<bool>,
    /// The bucket.
    #[field(filled)]
    s3_bucket_name: Option<String>,
    /// The folder in the bucket.
    #[field(filled)]
    s3_key_prefix: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ManagedStorageConfiguration, into = sdk::ManagedStorageConfiguration)]
pub struct Storage {
    /// The KMS key of the disks of tasks on Fargate.
    #[field(filled)]
    fargate_ephemeral_storage_kms_key_id: Option<String>,
    /// The KMS key of volumes that ECS makes.
    #[field(filled)]
    kms_key_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ClusterServiceConnectDefaults, into = sdk::ClusterServiceConnectDefaultsRequest)]
pub struct ServiceConnect {
    /// The ARN of the namespace in Cloud Map.
    #[field(required, filled)]
    namespace: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ClusterSetting, into = sdk::ClusterSetting)]
pub struct Setting {
    /// The name: `containerInsights`.
    #[field(required, one_of = ["containerInsights"])]
    name: Option<String>,
    /// The value.
    #[field(required, one_of = ["enabled", "enhanced", "disabled"])]
    value: Option<String>,
}

fn cluster(live: sdk::Cluster) -> Result<Cluster, CloudError> {
    let mut cluster = Cluster::from_sdk(live)?;
    // What is off comes as an empty block.
    cluster.configuration = cluster.configuration.filter(|configuration| *configuration != Configuration::default());
    cluster.service_connect_defaults = cluster.service_connect_defaults.filter(|block| block.namespace.is_some());
    Ok(cluster)
}

async fn one(aws: &Aws, name: &str) -> Read<Cluster> {
    clusters::one(aws, name).await?.map(cluster).transpose()
}

#[async_trait]
impl Resource for Cluster {
    const TYPE: &'static str = "aws_ecs_cluster";
    const DOC: &'static str = "A cluster of ECS.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateCluster];
    const DELETE_CALLS: Calls = calls![DeleteCluster];
    const LAGS: &'static [LagReply] = lags::CLUSTER;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 5;
    const EXAMPLE: &'static str = "\
name: main
setting:
  - {name: containerInsights, value: enhanced}
";

    type Update = ClusterUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let names = wanted.iter().map(|request| clusters::name(request.id.as_str()).to_string());
        match clusters::load(aws, names).await {
            Ok(found) => {
                let one = |request: &ReadRequest| found.get(clusters::name(request.id.as_str())).cloned();
                wanted.iter().map(|request| one(request).map(cluster).transpose()).collect()
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let live = one(aws, wanted.name.as_deref().unwrap_or_default()).await?.map(|live| {
            let leaving = live.readiness() == Readiness::Deleting;
            Candidate::new(live.name, live.tags.all).leaving(leaving)
        });
        only_made_by(recover, live)
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let name = want.name.clone().unwrap_or_default();
        let exists = || CloudError::new(ErrorKind::AlreadyExists, format!("the cluster {name} exists already"));
        // The call answers with a cluster that exists.
        match clusters::one(aws, &name).await {
            Ok(None) => {}
            Ok(Some(_)) => return Err(exists()),
            Err(mut error) => {
                if error.kind == ErrorKind::Ambiguous {
                    error.kind = ErrorKind::NotSent;
                }
                return Err(error);
            }
        }
        let request = want.fill(aws.write().ecs().create_cluster())?;
        let defaults = outgoing(&want.service_connect_defaults, "service_connect_defaults")?;
        let made = aws.send(request.set_service_connect_defaults(defaults)).await?;
        // So it does with one that was made since.
        let tags = made.cluster.and_then(|live| live.tags).map(Tags::from_sdk).transpose()?;
        match tags.as_ref().is_some_and(|tags| made_by_another(tags, operation.id.as_str())) {
            true => Err(exists()),
            false => Ok(name.into()),
        }
    }

    async fn update(aws: &Aws, call: ClusterUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            ClusterUpdate::Cluster => {
                // What is absent would stay as it is.
                let configuration: Option<sdk::ClusterConfiguration> = outgoing(&want.configuration, "configuration")?;
                let nowhere = || sdk::ClusterServiceConnectDefaultsRequest::builder().namespace("").build();
                let defaults = match &want.service_connect_defaults {
                    Some(defaults) => Some(defaults.to_sdk()?),
                    None if prior.service_connect_defaults.is_some() => Some(nowhere().built()?),
                    None => None,
                };
                let request = aws
                    .write()
                    .ecs()
                    .update_cluster()
                    .cluster(id.as_str())
                    .configuration(configuration.unwrap_or_else(|| sdk::ClusterConfiguration::builder().build()))
                    .set_service_connect_defaults(defaults)
                    .set_settings(outgoing(&filled(want.setting.clone()), "setting")?);
                aws.done(request).await
            }
            ClusterUpdate::Tags => {
                tagging::update(aws, prior.arn.as_deref(), prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ecs().delete_cluster().cluster(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(word @ "PROVISIONING") => Readiness::Pending(word.into()),
            Some("DEPROVISIONING") => Readiness::Deleting,
            Some(word @ "FAILED") => Readiness::Failed(word.into()),
            _ => Readiness::Ready,
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("name")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, request};

    fn live(name: &str, status: &str) -> serde_json::Value {
        json!({"clusterName": name, "clusterArn": format!("arn:aws:ecs:eu-west-1:123456789012:cluster/{name}"),
            "status": status, "settings": [{"name": "containerInsights", "value": "disabled"}], "tags": []})
    }

    #[tokio::test(start_paused = true)]
    async fn clusters_are_read_together_and_one_that_was_deleted_is_gone() {
        let reply = json!({
            "clusters": [live("a", "ACTIVE"), live("b", "INACTIVE")],
            "failures": [{"arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/c", "reason": "MISSING"}]
        });
        let script = Replay::default().on("/", Reply::Json(reply));
        let found = Cluster::read(&script.aws(), &["a", "b", "c"].map(|name| request(name, &[]))).await;
        let there: Vec<bool> = found.into_iter().map(|read| read.unwrap().is_some()).collect();
        assert_eq!(there, [true, false, false]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_not_be_read_is_no_absence() {
        let denied = json!({"clusters": [], "failures": [{"arn": "arn:c", "reason": "AccessDeniedException"}]});
        let script = Replay::default().on("/", Reply::Json(denied));
        let found = Cluster::read(&script.aws(), &[request("c", &[])]).await;
        assert!(found[0].is_err());
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn a_cluster_that_exists_is_not_taken_over() {
        let mut other = live("a", "ACTIVE");
        other["tags"] = json!([{"key": "wildfire:op", "value": "01OTHER"}]);
        let script = Replay::default()
            .on("/", Reply::Json(json!({"clusters": [live("a", "ACTIVE")]})))
            .on("/", Reply::Json(json!({"clusters": []})))
            .on("/", Reply::Json(json!({"cluster": other})));
        let (aws, want) = (script.aws(), Cluster { name: Some("a".into()), ..Cluster::default() });
        for _ in 0..2 {
            let error = Cluster::create(&aws, &want, &operation()).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::AlreadyExists);
        }
        script.finish();
    }
}
