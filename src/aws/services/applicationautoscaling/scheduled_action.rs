//! `aws_appautoscaling_scheduled_action`

use std::collections::{BTreeSet, HashMap};

use aws_sdk_applicationautoscaling::operation::put_scheduled_action::builders::PutScheduledActionFluentBuilder;

use super::key::{Key, natural};
use super::prelude::*;

updates! {
    pub enum ScheduledActionUpdate {
        Put => [PutScheduledAction],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ScheduledActionUpdate)]
#[sdk(from = sdk::ScheduledAction, create = PutScheduledActionFluentBuilder)]
pub struct ScheduledAction {
    /// The ARN.
    #[field(computed, sdk = scheduled_action_arn)]
    arn: Option<String>,
    /// When it ends.
    #[field(update = Put, forms = Timestamp)]
    end_time: Option<String>,
    /// Name, service and resource: `NAME-NAMESPACE-RESOURCE`.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The name, unique for what is scaled.
    #[field(immutable, required, length = 1..=256, sdk = scheduled_action_name)]
    name: Option<String>,
    /// What is scaled: `service/main/web`.
    #[field(immutable, required)]
    resource_id: Option<String>,
    /// What of it is scaled: `ecs:service:DesiredCount`.
    #[field(immutable, required)]
    scalable_dimension: Option<String>,
    /// The bounds from then on.
    #[field(update = Put, required)]
    scalable_target_action: Option<Bounds>,
    /// When: `cron(0 7 ? * MON-FRI *)`, `rate(1 day)`, `at(2030-01-31T12:00:00)`.
    #[field(update = Put, required)]
    schedule: Option<String>,
    /// The service: `ecs`, `dynamodb`, `rds`.
    #[field(immutable, required)]
    service_namespace: Option<String>,
    /// When it begins.
    #[field(update = Put, forms = Timestamp)]
    start_time: Option<String>,
    /// The time zone of `cron` and `at`: `Europe/Berlin`.
    #[field(update = Put, default = "UTC")]
    timezone: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ScalableTargetAction, into = sdk::ScalableTargetAction)]
pub struct Bounds {
    /// The most that there may be; absent: as it is.
    #[field(forms = Number)]
    max_capacity: Option<String>,
    /// The fewest that there may be; absent: as it is.
    #[field(forms = Number)]
    min_capacity: Option<String>,
}

impl ScheduledAction {
    fn physical_id(&self) -> PhysicalId {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (namespace, resource) = (text(&self.service_namespace), text(&self.resource_id));
        let (dimension, name) = (text(&self.scalable_dimension), text(&self.name));
        Key { namespace: &namespace, resource: &resource, dimension: &dimension, name: &name }.id()
    }
}

fn action(live: sdk::ScheduledAction) -> Result<ScheduledAction, CloudError> {
    let id = format!("{}-{}-{}", live.scheduled_action_name, live.service_namespace.as_str(), live.resource_id);
    let mut action = ScheduledAction { id: Some(id), ..ScheduledAction::from_sdk(live)? };
    action.timezone.get_or_insert_with(|| "UTC".into());
    Ok(action)
}

/// The actions of each resource that one of the ids names.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<HashMap<String, ScheduledAction>, CloudError> {
    let resources: BTreeSet<(&str, &str)> =
        ids.iter().map(|id| Key::of(id)).map(|key| (key.namespace, key.resource)).collect();
    let list = async |(namespace, resource): (&str, &str)| {
        let request = aws.read().applicationautoscaling().describe_scheduled_actions().resource_id(resource);
        let request = request.service_namespace(sdk::ServiceNamespace::from(namespace));
        aws.pages(request, |page| page.scheduled_actions).await
    };
    let mut found = HashMap::new();
    for actions in join_all(resources.into_iter().map(list)).await {
        for live in actions? {
            let action = action(live)?;
            found.insert(action.physical_id().to_string(), action);
        }
    }
    Ok(found)
}

async fn put(aws: &Aws, want: &ScheduledAction) -> Result<(), CloudError> {
    aws.done(want.fill(aws.write().applicationautoscaling().put_scheduled_action())?).await
}

#[async_trait]
impl Resource for ScheduledAction {
    const TYPE: &'static str = "aws_appautoscaling_scheduled_action";
    const DOC: &'static str = "Other bounds for what is scaled, by the clock.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutScheduledAction];
    const DELETE_CALLS: Calls = calls![DeleteScheduledAction];
    const LAGS: &'static [LagReply] = lags::SCHEDULED_ACTION;
    const IMPORT_ID: &'static str = "SERVICE_NAMESPACE/RESOURCE_ID/SCALABLE_DIMENSION/NAME";
    const RELATIONS: Relations = Relations {
        identity: &["service_namespace", "resource_id", "scalable_dimension", "name"],
        part_of: &["resource_id"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
name: mornings
service_namespace: ${web_scale.service_namespace}
resource_id: ${web_scale.resource_id}
scalable_dimension: ${web_scale.scalable_dimension}
schedule: cron(0 7 ? * MON-FRI *)
timezone: Europe/Berlin
scalable_target_action: {min_capacity: \"6\", max_capacity: \"20\"}
";

    type Update = ScheduledActionUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        found_by_id(wanted, aws.batch("application-autoscaling:actions").load(ids, move |ids| fetch(handle, ids)).await)
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = wanted.physical_id();
        let live = fetch(aws.clone(), vec![id.to_string()]).await?.remove(id.as_str());
        // What is there counts only if it is what was sent; otherwise it is sent again.
        let same = |live: &Self| {
            (&live.schedule, &live.scalable_target_action) == (&wanted.schedule, &wanted.scalable_target_action)
                && live.timezone.as_deref() == Some(wanted.timezone.as_deref().unwrap_or("UTC"))
        };
        Ok(live.filter(same).map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        put(aws, want).await?;
        Ok(want.physical_id())
    }

    async fn update(aws: &Aws, call: ScheduledActionUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            ScheduledActionUpdate::Put => put(aws, change.want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let key = Key::of(id.as_str());
        let request = aws
            .write()
            .applicationautoscaling()
            .delete_scheduled_action()
            .scheduled_action_name(key.name)
            .service_namespace(sdk::ServiceNamespace::from(key.namespace))
            .resource_id(key.resource)
            .scalable_dimension(sdk::ScalableDimension::from(key.dimension));
        aws.gone(request).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let written = |bound: &str| {
            properties.get("scalable_target_action").and_then(|action| action.get(bound)).is_some_and(|v| !v.is_null())
        };
        let there = properties.get("scalable_target_action").is_some_and(|action| action.as_map().is_some());
        let none = there && !written("min_capacity") && !written("max_capacity");
        none.then(|| problem("scalable_target_action", "this has min_capacity, max_capacity or both"))
            .into_iter()
            .collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties, Some("name"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, recover};

    #[tokio::test(start_paused = true)]
    async fn only_what_was_sent_is_found() {
        let live = json!({"ServiceNamespace": "ecs", "ResourceId": "service/main/web", "ScheduledActionName": "a",
            "ScalableDimension": "ecs:service:DesiredCount", "Schedule": "rate(1 day)", "ScheduledActionARN": "arn:a",
            "CreationTime": 1_700_000_000, "ScalableTargetAction": {"MinCapacity": 2}});
        let listed = || Reply::Json(json!({"ScheduledActions": [live]}));
        let script = Replay::default().on("/", listed()).on("/", listed());
        let aws = script.aws();
        let want = |schedule: &str| ScheduledAction {
            name: Some("a".into()),
            resource_id: Some("service/main/web".into()),
            scalable_dimension: Some("ecs:service:DesiredCount".into()),
            scalable_target_action: Some(Bounds { min_capacity: Some("2".into()), ..Bounds::default() }),
            schedule: Some(schedule.into()),
            service_namespace: Some("ecs".into()),
            ..ScheduledAction::default()
        };
        let id = "ecs/service/main/web/ecs:service:DesiredCount/a";
        assert_eq!(ScheduledAction::find(&aws, &recover(json!({})), &want("rate(1 day)")).await, Ok(Some(id.into())));
        assert_eq!(ScheduledAction::find(&aws, &recover(json!({})), &want("rate(2 days)")).await, Ok(None));
        script.finish();
    }

    #[test]
    fn an_action_has_a_bound() {
        let count = |action: serde_json::Value| {
            ScheduledAction::validate(&Value::from_json(json!({"scalable_target_action": action}))).len()
        };
        assert_eq!((count(json!({})), count(json!({"min_capacity": "1"}))), (1, 0));
    }
}
