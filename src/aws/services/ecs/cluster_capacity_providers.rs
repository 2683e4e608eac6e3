//! `aws_ecs_cluster_capacity_providers`

use super::clusters;
use super::prelude::*;

updates! {
    pub enum ClusterCapacityProvidersUpdate {
        Providers => [PutClusterCapacityProviders],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ClusterCapacityProvidersUpdate)]
#[sdk(from = sdk::Cluster)]
pub struct ClusterCapacityProviders {
    /// The providers: `FARGATE`, `FARGATE_SPOT`, or names of providers of one's own.
    #[field(update = Providers, set, filled, sent_by_hand)]
    capacity_providers: Option<Vec<String>>,
    /// The name of the cluster.
    #[field(immutable, required, sent_by_hand)]
    cluster_name: Option<String>,
    /// Where tasks run that say nothing of it.
    #[field(update = Providers, set, filled, sent_by_hand)]
    default_capacity_provider_strategy: Option<Vec<Strategy>>,
    /// The name of the cluster.
    #[field(computed, sdk = cluster_name)]
    id: Option<String>,
    /// AWS's word for the status.
    #[field(computed, sdk = attachments_status)]
    _status: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CapacityProviderStrategyItem, into = sdk::CapacityProviderStrategyItem)]
pub struct Strategy {
    /// How many tasks it gets at least.
    #[field(default = 0, range = 0..=100000)]
    base: Option<i64>,
    /// The name of the provider.
    #[field(required)]
    capacity_provider: Option<String>,
    /// Its share of the tasks.
    #[field(default = 0, range = 0..=1000)]
    weight: Option<i64>,
}

/// Those of a cluster; one without any has none.
fn providers(live: sdk::Cluster) -> Result<Option<ClusterCapacityProviders>, CloudError> {
    let live = ClusterCapacityProviders::from_sdk(live)?;
    let some = live.capacity_providers.is_some() || live.default_capacity_provider_strategy.is_some();
    Ok(Some(live).filter(|_| some))
}

async fn put(aws: &Aws, cluster: &str, want: &ClusterCapacityProviders) -> Result<(), CloudError> {
    let providers = want.capacity_providers.clone().unwrap_or_default();
    let strategy = Some(want.default_capacity_provider_strategy.clone().unwrap_or_default());
    let request = aws.write().ecs().put_cluster_capacity_providers().cluster(cluster);
    let request = request
        .set_capacity_providers(Some(providers))
        .set_default_capacity_provider_strategy(outgoing(&strategy, "default_capacity_provider_strategy")?);
    aws.done(request).await
}

fn sorted(list: Option<&Vec<String>>) -> Vec<String> {
    let mut list = list.cloned().unwrap_or_default();
    list.sort();
    list
}

/// As text, to compare: the order means nothing, nor does a number that is not written.
fn strategies(of: &ClusterCapacityProviders) -> Vec<String> {
    let one = |item: &Strategy| {
        let name = item.capacity_provider.as_deref().unwrap_or_default();
        format!("{name} {} {}", item.base.unwrap_or(0), item.weight.unwrap_or(0))
    };
    sorted(Some(&of.default_capacity_provider_strategy.iter().flatten().map(one).collect()))
}

#[async_trait]
impl Resource for ClusterCapacityProviders {
    const TYPE: &'static str = "aws_ecs_cluster_capacity_providers";
    const DOC: &'static str = "What the tasks of a cluster may run on.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutClusterCapacityProviders];
    const DELETE_CALLS: Calls = calls![PutClusterCapacityProviders];
    const LAGS: &'static [LagReply] = lags::CLUSTER_CAPACITY_PROVIDERS;
    const IMPORT_ID: &'static str = "CLUSTER_NAME";
    const RELATIONS: Relations =
        Relations { identity: &["cluster_name"], part_of: &["cluster_name"], ..Relations::NONE };
    const USUAL_SECONDS: u32 = 5;
    const EXAMPLE: &'static str = "\
cluster_name: ${main.name}
capacity_providers: [FARGATE, FARGATE_SPOT]
default_capacity_provider_strategy:
  - {capacity_provider: FARGATE, base: 1}
  - {capacity_provider: FARGATE_SPOT, weight: 3}
";

    type Update = ClusterCapacityProvidersUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let names = wanted.iter().map(|request| request.id.to_string());
        each(wanted, clusters::load(aws, names).await, |found, request| {
            found.get(request.id.as_str()).cloned().map_or(Ok(None), providers)
        })
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let cluster = wanted.cluster_name.clone().unwrap_or_default();
        let Some(live) = clusters::one(aws, &cluster).await?.map_or(Ok(None), providers)? else { return Ok(None) };
        // What is there counts only if it is what was sent; otherwise it is sent again.
        let same = sorted(live.capacity_providers.as_ref()) == sorted(wanted.capacity_providers.as_ref());
        Ok((same && strategies(&live) == strategies(wanted)).then(|| cluster.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let cluster = want.cluster_name.clone().unwrap_or_default();
        put(aws, &cluster, want).await?;
        Ok(cluster.into())
    }

    async fn update(
        aws: &Aws,
        call: ClusterCapacityProvidersUpdate,
        change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {
            ClusterCapacityProvidersUpdate::Providers => put(aws, change.id.as_str(), change.want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        gone_is_fine(put(aws, id.as_str(), &Self::default()).await)
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(word @ "UPDATE_IN_PROGRESS") => Readiness::Pending(word.into()),
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let none = |name: &str| {
            let list = properties.get(name);
            list.is_none_or(Value::is_null) || list.and_then(Value::as_list).is_some_and(<[Value]>::is_empty)
        };
        let message = "a cluster without providers has none of these: name one, or leave the resource out";
        match none("capacity_providers") && none("default_capacity_provider_strategy") {
            true => vec![problem("capacity_providers", message)],
            false => Vec::new(),
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("cluster_name")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, recover, request};

    fn live(providers: &[&str]) -> Reply {
        let strategy: Vec<_> = providers.iter().map(|name| json!({"capacityProvider": name, "weight": 1})).collect();
        Reply::Json(json!({"clusters": [{"clusterName": "main", "status": "ACTIVE", "capacityProviders": providers,
            "defaultCapacityProviderStrategy": strategy}]}))
    }

    #[tokio::test(start_paused = true)]
    async fn a_cluster_without_providers_has_none_of_these() {
        let script = Replay::default().on("/", live(&[]));
        let found = ClusterCapacityProviders::read(&script.aws(), &[request("main", &[])]).await;
        assert_eq!(found, [Ok(None)]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_was_sent_is_found() {
        let script = Replay::default().on("/", live(&["FARGATE_SPOT", "FARGATE"])).on("/", live(&["FARGATE"]));
        let aws = script.aws();
        let strategy =
            |name: &str| Strategy { capacity_provider: Some(name.into()), weight: Some(1), ..Strategy::default() };
        let want = ClusterCapacityProviders {
            capacity_providers: Some(vec!["FARGATE".into(), "FARGATE_SPOT".into()]),
            cluster_name: Some("main".into()),
            default_capacity_provider_strategy: Some(vec![strategy("FARGATE"), strategy("FARGATE_SPOT")]),
            ..ClusterCapacityProviders::default()
        };
        let mut found = Vec::new();
        for _ in 0..2 {
            found.push(ClusterCapacityProviders::find(&aws, &recover(json!({})), &want).await.unwrap());
        }
        assert_eq!(found, [Some("main".into()), None]);
        script.finish();
    }
}
