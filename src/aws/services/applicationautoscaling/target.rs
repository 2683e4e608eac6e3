//! `aws_appautoscaling_target`

use std::collections::{BTreeMap, HashMap};

use aws_sdk_applicationautoscaling::operation::register_scalable_target::builders::RegisterScalableTargetFluentBuilder;

use super::key::{Key, natural};
use super::prelude::*;

updates! {
    pub enum TargetUpdate {
        Register => [RegisterScalableTarget],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = TargetUpdate)]
#[sdk(from = sdk::ScalableTarget, create = RegisterScalableTargetFluentBuilder)]
pub struct Target {
    /// The ARN.
    #[field(computed, sdk = scalable_target_arn)]
    arn: Option<String>,
    /// What is scaled: `service/main/web`.
    #[field(computed, sdk = resource_id)]
    id: Option<String>,
    /// The most that there may be.
    #[field(update = Register, required)]
    max_capacity: Option<i64>,
    /// The fewest that there may be.
    #[field(update = Register, required)]
    min_capacity: Option<i64>,
    /// What is scaled: `service/main/web`, `table/orders`, `cluster:orders`.
    #[field(immutable, required, length = 1..=1600)]
    resource_id: Option<String>,
    /// The role that scales it; most services have one of AWS's.
    #[field(update = Register, aws_default, filled)]
    role_arn: Option<String>,
    /// What of it is scaled: `ecs:service:DesiredCount`.
    #[field(immutable, required)]
    scalable_dimension: Option<String>,
    /// The service: `ecs`, `dynamodb`, `rds`.
    #[field(immutable, required)]
    service_namespace: Option<String>,
    /// What is not done for the time being.
    #[field(update = Register, sent_by_hand)]
    suspended_state: Option<Suspended>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::SuspendedState, into = sdk::SuspendedState)]
pub struct Suspended {
    /// Whether policies take nothing away.
    #[field(default = false)]
    dynamic_scaling_in_suspended: Option<bool>,
    /// Whether policies add nothing.
    #[field(default = false)]
    dynamic_scaling_out_suspended: Option<bool>,
    /// Whether scheduled actions do nothing.
    #[field(default = false)]
    scheduled_scaling_suspended: Option<bool>,
}

/// How many resources a call describes.
const PAGE: usize = 50;

impl Target {
    fn physical_id(&self) -> PhysicalId {
        let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
        let (namespace, resource) = (text(&self.service_namespace), text(&self.resource_id));
        Key { namespace: &namespace, resource: &resource, dimension: &text(&self.scalable_dimension), name: "" }.id()
    }
}

/// The targets of those ids.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<HashMap<String, Target>, CloudError> {
    let mut asked: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for key in ids.iter().map(|id| Key::of(id)) {
        let resources = asked.entry(key.namespace).or_default();
        if !resources.iter().any(|one| one == key.resource) {
            resources.push(key.resource.to_string());
        }
    }
    let chunk = async |namespace: &str, resources: &[String]| {
        let request = aws.read().applicationautoscaling().describe_scalable_targets();
        let request = request.service_namespace(sdk::ServiceNamespace::from(namespace));
        aws.pages(request.set_resource_ids(Some(resources.to_vec())), |page| page.scalable_targets).await
    };
    let calls = asked.iter().flat_map(|(namespace, all)| all.chunks(PAGE).map(|some| chunk(namespace, some)));
    let mut found = HashMap::new();
    for targets in join_all(calls).await {
        for live in targets? {
            let target = Target::from_sdk(live)?;
            found.insert(target.physical_id().to_string(), target);
        }
    }
    Ok(found)
}

async fn register(aws: &Aws, want: &Target) -> Result<RegisterScalableTargetFluentBuilder, CloudError> {
    let suspended = want.suspended_state.clone().unwrap_or_default();
    let off = |flag: Option<bool>| Some(flag.unwrap_or(false));
    let suspended = Suspended {
        dynamic_scaling_in_suspended: off(suspended.dynamic_scaling_in_suspended),
        dynamic_scaling_out_suspended: off(suspended.dynamic_scaling_out_suspended),
        scheduled_scaling_suspended: off(suspended.scheduled_scaling_suspended),
    };
    let request = want.fill(aws.write().applicationautoscaling().register_scalable_target())?;
    Ok(request.suspended_state(suspended.to_sdk()?))
}

async fn complete(aws: &Aws, request: &ReadRequest, found: Option<&Target>) -> Read<Target> {
    let Some(mut target) = found.cloned() else { return Ok(None) };
    if asks_for(request, &["tags", "tags_all"]) {
        let ask = aws.read().applicationautoscaling().list_tags_for_resource();
        let reply = absent_is_none(aws.send(ask.resource_arn(arn_to_tag(target.arn.as_deref())?)).await)?;
        let Some(reply) = reply else { return Ok(None) };
        target.tags = Tags::from_sdk(reply.tags.unwrap_or_default())?.into();
    }
    Ok(Some(target))
}

#[async_trait]
impl Resource for Target {
    const TYPE: &'static str = "aws_appautoscaling_target";
    const DOC: &'static str = "What Application Auto Scaling may scale, and within which bounds.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![RegisterScalableTarget];
    const DELETE_CALLS: Calls = calls![DeregisterScalableTarget];
    const LAGS: &'static [LagReply] = lags::TARGET;
    const IMPORT_ID: &'static str = "SERVICE_NAMESPACE/RESOURCE_ID/SCALABLE_DIMENSION";
    const RELATIONS: Relations = Relations {
        identity: &["service_namespace", "resource_id", "scalable_dimension"],
        part_of: &["resource_id"],
        ..Relations::NONE
    };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
service_namespace: ecs
resource_id: service/${main.name}/${web.name}
scalable_dimension: ecs:service:DesiredCount
min_capacity: 2
max_capacity: 10
";

    type Update = TargetUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        match aws.batch("application-autoscaling:targets").load(ids, move |ids| fetch(handle, ids)).await {
            Ok(found) => {
                let one = |request| complete(aws, request, found.get(request.id.as_str()));
                join_all(wanted.iter().map(one)).await
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = wanted.physical_id();
        let live = fetch(aws.clone(), vec![id.to_string()]).await?.remove(id.as_str());
        // What is there counts only if it is what was sent; otherwise it is sent again.
        let same = |live: &Self| (live.min_capacity, live.max_capacity) == (wanted.min_capacity, wanted.max_capacity);
        Ok(live.filter(same).map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(register(aws, want).await?).await?;
        Ok(want.physical_id())
    }

    async fn update(aws: &Aws, call: TargetUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { want, prior, .. } = change;
        match call {
            // The call takes no tags for what is registered.
            TargetUpdate::Register => aws.done(register(aws, want).await?.set_tags(None)).await,
            TargetUpdate::Tags => {
                let (arn, scaling) = (arn_to_tag(prior.arn.as_deref())?, aws.write().applicationautoscaling());
                let set = |tags: Tags| async move {
                    aws.done(scaling.tag_resource().resource_arn(arn).set_tags(Some(tags.to_sdk()?))).await
                };
                let remove = |keys| aws.done(scaling.untag_resource().resource_arn(arn).set_tag_keys(Some(keys)));
                retag(prior.tags.all.as_ref(), want.tags.all.as_ref(), set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let key = Key::of(id.as_str());
        let request = aws
            .write()
            .applicationautoscaling()
            .deregister_scalable_target()
            .service_namespace(sdk::ServiceNamespace::from(key.namespace))
            .resource_id(key.resource)
            .scalable_dimension(sdk::ScalableDimension::from(key.dimension));
        aws.gone(request).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let int = |name: &str| properties.get(name).and_then(Value::as_int);
        let wrong = int("min_capacity").zip(int("max_capacity")).is_some_and(|(min, max)| min > max);
        wrong.then(|| problem("max_capacity", "this is below min_capacity")).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties, None)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, recover, request};

    fn listed(resources: &[&str]) -> Reply {
        let one = |resource: &&str| {
            json!({"ServiceNamespace": "ecs", "ResourceId": resource, "ScalableDimension": "ecs:service:DesiredCount",
                "MinCapacity": 1, "MaxCapacity": 4, "RoleARN": "arn:r", "CreationTime": 1_700_000_000,
                "ScalableTargetARN": "arn:t"})
        };
        Reply::Json(json!({"ScalableTargets": resources.iter().map(one).collect::<Vec<_>>()}))
    }

    fn id(resource: &str) -> String {
        format!("ecs/{resource}/ecs:service:DesiredCount")
    }

    #[tokio::test(start_paused = true)]
    async fn the_targets_of_a_service_are_read_together() {
        let script = Replay::default().on("/", listed(&["service/main/a", "service/main/b"]));
        let ids = ["service/main/a", "service/main/b", "service/main/gone"].map(id);
        let found = Target::read(&script.aws(), &ids.map(|id| request(&id, &[]))).await;
        let there: Vec<bool> = found.into_iter().map(|read| read.unwrap().is_some()).collect();
        assert_eq!(there, [true, true, false]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_bounds_that_were_sent_are_found() {
        let script = Replay::default().on("/", listed(&["service/main/a"])).on("/", listed(&["service/main/a"]));
        let aws = script.aws();
        let want = |most: i64| Target {
            max_capacity: Some(most),
            min_capacity: Some(1),
            resource_id: Some("service/main/a".into()),
            scalable_dimension: Some("ecs:service:DesiredCount".into()),
            service_namespace: Some("ecs".into()),
            ..Target::default()
        };
        let found = Target::find(&aws, &recover(json!({})), &want(4)).await;
        assert_eq!(found, Ok(Some(id("service/main/a").as_str().into())));
        assert_eq!(Target::find(&aws, &recover(json!({})), &want(5)).await, Ok(None));
        script.finish();
    }
}
