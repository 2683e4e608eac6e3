//! `aws_appautoscaling_policy`

mod blocks;

use std::collections::{BTreeSet, HashMap};

use aws_sdk_applicationautoscaling::operation::put_scaling_policy::builders::PutScalingPolicyFluentBuilder;

use self::blocks::{Step, Tracking};
use super::key::{Key, natural};
use super::prelude::*;

updates! {
    pub enum PolicyUpdate {
        Put => [PutScalingPolicy],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = PolicyUpdate)]
#[sdk(from = sdk::ScalingPolicy, create = PutScalingPolicyFluentBuilder)]
pub struct Policy {
    /// The ARNs of the alarms that AWS made for it.
    #[field(computed, changed_by = ["Put"], by_hand)]
    alarm_arns: Option<Vec<String>>,
    /// The ARN.
    #[field(computed, changed_by = ["Put"], sdk = policy_arn)]
    arn: Option<String>,
    /// The name.
    #[field(computed, sdk = policy_name)]
    id: Option<String>,
    /// The name, unique for what is scaled.
    #[field(immutable, required, length = 1..=256, sdk = policy_name)]
    name: Option<String>,
    /// Whether steps are taken when an alarm goes off, or a metric is held at a value.
    #[field(update = Put, default = "StepScaling", one_of = ["StepScaling", "TargetTrackingScaling"])]
    policy_type: Option<String>,
    /// What is scaled: `service/main/web`.
    #[field(immutable, required)]
    resource_id: Option<String>,
    /// What of it is scaled: `ecs:service:DesiredCount`.
    #[field(immutable, required)]
    scalable_dimension: Option<String>,
    /// The service: `ecs`, `dynamodb`, `rds`.
    #[field(immutable, required)]
    service_namespace: Option<String>,
    /// The steps.
    #[field(update = Put, conflicts = ["target_tracking_scaling_policy_configuration"])]
    step_scaling_policy_configuration: Option<Step>,
    /// The metric, and the value that it is held at.
    #[field(update = Put, conflicts = ["step_scaling_policy_configuration"])]
    target_tracking_scaling_policy_configuration: Option<Tracking>,
}

impl Policy {
    fn physical_id(&self) -> PhysicalId {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (namespace, resource) = (text(&self.service_namespace), text(&self.resource_id));
        let (dimension, name) = (text(&self.scalable_dimension), text(&self.name));
        Key { namespace: &namespace, resource: &resource, dimension: &dimension, name: &name }.id()
    }
}

fn policy(mut live: sdk::ScalingPolicy) -> Result<Policy, CloudError> {
    let alarms = live.alarms.take().unwrap_or_default().into_iter().map(|alarm| alarm.alarm_arn).collect();
    Ok(Policy { alarm_arns: Some(alarms), ..Policy::from_sdk(live)? })
}

/// The policies of each resource that one of the ids names.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<HashMap<String, Policy>, CloudError> {
    let resources: BTreeSet<(&str, &str)> =
        ids.iter().map(|id| Key::of(id)).map(|key| (key.namespace, key.resource)).collect();
    let list = async |(namespace, resource): (&str, &str)| {
        let request = aws.read().applicationautoscaling().describe_scaling_policies().resource_id(resource);
        let request = request.service_namespace(sdk::ServiceNamespace::from(namespace));
        aws.pages(request, |page| page.scaling_policies).await
    };
    let mut found = HashMap::new();
    for policies in join_all(resources.into_iter().map(list)).await {
        for live in policies? {
            let policy = policy(live)?;
            found.insert(policy.physical_id().to_string(), policy);
        }
    }
    Ok(found)
}

async fn put(aws: &Aws, want: &Policy) -> Result<(), CloudError> {
    aws.done(want.fill(aws.write().applicationautoscaling().put_scaling_policy())?).await
}

/// The number and the kind of what is held or done, to tell one policy from another of its name.
fn gist(of: &Policy) -> (Option<&str>, Option<String>, Option<usize>) {
    let tracking = of.target_tracking_scaling_policy_configuration.as_ref();
    let steps = of.step_scaling_policy_configuration.as_ref();
    (
        of.policy_type.as_deref(),
        tracking.and_then(|tracking| tracking.target_value).map(|value| value.to_string()),
        steps.map(|steps| steps.step_adjustment.as_ref().map_or(0, Vec::len)),
    )
}

#[async_trait]
impl Resource for Policy {
    const TYPE: &'static str = "aws_appautoscaling_policy";
    const DOC: &'static str = "By which measure something is scaled.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutScalingPolicy];
    const DELETE_CALLS: Calls = calls![DeleteScalingPolicy];
    const LAGS: &'static [LagReply] = lags::POLICY;
    const IMPORT_ID: &'static str = "SERVICE_NAMESPACE/RESOURCE_ID/SCALABLE_DIMENSION/NAME";
    const RELATIONS: Relations = Relations {
        identity: &["service_namespace", "resource_id", "scalable_dimension", "name"],
        part_of: &["resource_id"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
name: load
policy_type: TargetTrackingScaling
service_namespace: ${web_scale.service_namespace}
resource_id: ${web_scale.resource_id}
scalable_dimension: ${web_scale.scalable_dimension}
target_tracking_scaling_policy_configuration:
  target_value: 60
  predefined_metric_specification: {predefined_metric_type: ECSServiceAverageCPUUtilization}
";

    type Update = PolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        found_by_id(
            wanted,
            aws.batch("application-autoscaling:policies").load(ids, move |ids| fetch(handle, ids)).await,
        )
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = wanted.physical_id();
        let live = fetch(aws.clone(), vec![id.to_string()]).await?.remove(id.as_str());
        // What is there counts only if it is what was sent; otherwise it is sent again.
        Ok(live.filter(|live| gist(live) == gist(wanted)).map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        put(aws, want).await?;
        Ok(want.physical_id())
    }

    async fn update(aws: &Aws, call: PolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            PolicyUpdate::Put => put(aws, change.want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let key = Key::of(id.as_str());
        let request = aws
            .write()
            .applicationautoscaling()
            .delete_scaling_policy()
            .policy_name(key.name)
            .service_namespace(sdk::ServiceNamespace::from(key.namespace))
            .resource_id(key.resource)
            .scalable_dimension(sdk::ScalableDimension::from(key.dimension));
        aws.gone(request).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let kind = match properties.get("policy_type") {
            None | Some(Value::Null) => "StepScaling",
            Some(kind) => kind.as_str().unwrap_or_default(),
        };
        let (steps, tracking) = ("step_scaling_policy_configuration", "target_tracking_scaling_policy_configuration");
        let needed = match kind {
            "StepScaling" => steps,
            "TargetTrackingScaling" => tracking,
            _ => return Vec::new(),
        };
        match written(needed) {
            true => Vec::new(),
            false => vec![problem(needed, format!("a policy of the type {kind} has this"))],
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties, Some("name"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, recover, request};

    fn listed(value: f64) -> Reply {
        Reply::Json(json!({"ScalingPolicies": [{
            "PolicyARN": "arn:p", "PolicyName": "load", "ServiceNamespace": "ecs", "ResourceId": "service/main/web",
            "ScalableDimension": "ecs:service:DesiredCount", "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {"TargetValue": value, "PredefinedMetricSpecification":
                {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}},
            "Alarms": [{"AlarmName": "a", "AlarmARN": "arn:a"}], "CreationTime": 1_700_000_000
        }]}))
    }

    const ID: &str = "ecs/service/main/web/ecs:service:DesiredCount/load";

    #[tokio::test(start_paused = true)]
    async fn the_policies_of_a_resource_are_read_together() {
        let script = Replay::default().on("/", listed(60.0));
        let gone = "ecs/service/main/web/ecs:service:DesiredCount/gone";
        let found = Policy::read(&script.aws(), &[request(ID, &[]), request(gone, &[])]).await;
        let live = found[0].as_ref().unwrap().as_ref().unwrap();
        assert_eq!(live.alarm_arns, Some(vec!["arn:a".to_string()]));
        assert_eq!(found[1], Ok(None));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_was_sent_is_found() {
        let script = Replay::default().on("/", listed(60.0)).on("/", listed(70.0));
        let aws = script.aws();
        let tracking = Tracking { target_value: Some(60.0), ..Tracking::default() };
        let want = Policy {
            name: Some("load".into()),
            policy_type: Some("TargetTrackingScaling".into()),
            resource_id: Some("service/main/web".into()),
            scalable_dimension: Some("ecs:service:DesiredCount".into()),
            service_namespace: Some("ecs".into()),
            target_tracking_scaling_policy_configuration: Some(tracking),
            ..Policy::default()
        };
        assert_eq!(Policy::find(&aws, &recover(json!({})), &want).await, Ok(Some(ID.into())));
        assert_eq!(Policy::find(&aws, &recover(json!({})), &want).await, Ok(None));
        script.finish();
    }

    #[test]
    fn a_policy_has_what_its_type_says() {
        let paths = |properties: serde_json::Value| Policy::validate(&Value::from_json(properties)).len();
        assert_eq!(paths(json!({"step_scaling_policy_configuration": {}})), 0);
        assert_eq!(paths(json!({"policy_type": "TargetTrackingScaling"})), 1);
    }
}
