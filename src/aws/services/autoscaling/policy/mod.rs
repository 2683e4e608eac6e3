//! `aws_autoscaling_policy`

mod blocks;
mod predictive;
#[cfg(test)]
mod recorded;

use std::collections::{BTreeSet, HashMap};

use aws_sdk_autoscaling::operation::put_scaling_policy::builders::PutScalingPolicyFluentBuilder;

use self::blocks::{Step, Tracking};
use self::predictive::Predictive;
use super::named::{joined, natural, split, without_group};
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
    /// What the numbers mean.
    #[field(update = Put, filled, one_of = ["ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity"])]
    adjustment_type: Option<String>,
    /// The ARN.
    #[field(computed, changed_by = ["Put"], sdk = policy_arn)]
    arn: Option<String>,
    /// The name of the group.
    #[field(immutable, required, sdk = auto_scaling_group_name)]
    autoscaling_group_name: Option<String>,
    /// Seconds after a simple policy before another one; absent: as the group has it.
    #[field(update = Put, aws_default)]
    cooldown: Option<i64>,
    /// Whether the policy does anything.
    #[field(update = Put, default = true)]
    enabled: Option<bool>,
    /// Seconds until a new instance counts; absent: as the group has it.
    #[field(update = Put, aws_default)]
    estimated_instance_warmup: Option<i64>,
    /// The name.
    #[field(computed, sdk = policy_name)]
    id: Option<String>,
    /// How values of the metric are put together, for steps.
    #[field(update = Put, aws_default, filled, one_of = ["Average", "Minimum", "Maximum"])]
    metric_aggregation_type: Option<String>,
    /// The smallest change, where the numbers are percent.
    #[field(update = Put, filled, range = 1..=2147483647)]
    min_adjustment_magnitude: Option<i64>,
    /// The name, unique in the group.
    #[field(immutable, required, length = 1..=255, sdk = policy_name)]
    name: Option<String>,
    /// How the group is scaled: by a number, by steps, by a metric that is held at a value, or ahead of the load.
    #[field(update = Put, default = "SimpleScaling")]
    #[field(one_of = ["SimpleScaling", "StepScaling", "TargetTrackingScaling", "PredictiveScaling"])]
    policy_type: Option<String>,
    /// What is predicted, for a policy that scales ahead.
    #[field(update = Put, by_hand)]
    predictive_scaling_configuration: Option<Predictive>,
    /// The number, for a simple policy.
    #[field(update = Put, conflicts = ["step_adjustment"])]
    scaling_adjustment: Option<i64>,
    /// The steps, by how far the metric is from the alarm's threshold.
    #[field(update = Put, set, filled, sdk = step_adjustments, conflicts = ["scaling_adjustment"])]
    step_adjustment: Option<Vec<Step>>,
    /// The metric, and the value that it is held at.
    #[field(update = Put)]
    target_tracking_configuration: Option<Tracking>,
}

impl Policy {
    fn physical_id(&self) -> PhysicalId {
        joined(self.autoscaling_group_name.as_deref(), self.name.as_deref())
    }

    /// Whether a policy of the name is what was sent; what AWS puts in is no difference.
    fn says_the_same(&self, other: &Self) -> bool {
        let tracked = |of: &Self| of.target_tracking_configuration.as_ref().and_then(|tracking| tracking.target_value);
        let steps = |of: &Self| of.step_adjustment.as_ref().map_or(0, Vec::len);
        self.policy_type == other.policy_type
            && self.scaling_adjustment == other.scaling_adjustment
            && self.adjustment_type == other.adjustment_type
            && self.enabled == other.enabled
            && tracked(self) == tracked(other)
            && steps(self) == steps(other)
    }
}

fn policy(mut live: sdk::ScalingPolicy) -> Result<Policy, CloudError> {
    let ahead = live.predictive_scaling_configuration.take().filter(|ahead| ahead.metric_specifications.is_some());
    let mut policy = Policy::from_sdk(live)?;
    policy.predictive_scaling_configuration = ahead.map(predictive::read).transpose()?;
    policy.enabled.get_or_insert(true);
    Ok(policy)
}

/// The policies of each group that one of the ids names.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<HashMap<String, Policy>, CloudError> {
    let groups: BTreeSet<&str> = ids.iter().map(|id| split(id).0).collect();
    let list = async |group: &str| {
        let request = aws.read().autoscaling().describe_policies().auto_scaling_group_name(group);
        without_group(aws.pages(request, |page| page.scaling_policies).await)
    };
    let mut found = HashMap::new();
    for policies in join_all(groups.into_iter().map(list)).await {
        for live in policies?.unwrap_or_default() {
            let policy = policy(live)?;
            found.insert(policy.physical_id().to_string(), policy);
        }
    }
    Ok(found)
}

async fn put(aws: &Aws, want: &Policy) -> Result<(), CloudError> {
    let ahead = want.predictive_scaling_configuration.as_ref().map(predictive::sent).transpose()?;
    let request = want.fill(aws.write().autoscaling().put_scaling_policy())?;
    aws.done(request.set_predictive_scaling_configuration(ahead)).await
}

#[async_trait]
impl Resource for Policy {
    const TYPE: &'static str = "aws_autoscaling_policy";
    const DOC: &'static str = "By which measure a group of instances is scaled.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutScalingPolicy];
    const DELETE_CALLS: Calls = calls![DeletePolicy];
    const LAGS: &'static [LagReply] = lags::POLICY;
    const IMPORT_ID: &'static str = "AUTOSCALING_GROUP_NAME/NAME";
    const RELATIONS: Relations = Relations {
        identity: &["autoscaling_group_name", "name"],
        part_of: &["autoscaling_group_name"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
autoscaling_group_name: ${front.name}
name: load
policy_type: TargetTrackingScaling
target_tracking_configuration:
  target_value: 60
  predefined_metric_specification: {predefined_metric_type: ASGAverageCPUUtilization}
";

    type Update = PolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        found_by_id(wanted, aws.batch("autoscaling:policies").load(ids, move |ids| fetch(handle, ids)).await)
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = wanted.physical_id();
        let live = fetch(aws.clone(), vec![id.to_string()]).await?.remove(id.as_str());
        // What is there counts only if it is what was sent; otherwise it is sent again.
        Ok(live.filter(|live| live.says_the_same(wanted)).map(|_| id))
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
        let (group, name) = split(id.as_str());
        let request = aws.write().autoscaling().delete_policy().auto_scaling_group_name(group).policy_name(name);
        without_group(aws.send(request).await).map(drop)
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let kind = match properties.get("policy_type") {
            None | Some(Value::Null) => "SimpleScaling",
            Some(kind) => kind.as_str().unwrap_or_default(),
        };
        // What each type has, and no other.
        let own = [
            ("SimpleScaling", "scaling_adjustment"),
            ("StepScaling", "step_adjustment"),
            ("TargetTrackingScaling", "target_tracking_configuration"),
            ("PredictiveScaling", "predictive_scaling_configuration"),
        ];
        if !own.iter().any(|(name, _)| *name == kind) {
            return Vec::new();
        }
        let mut problems = Vec::new();
        for (of, property) in own {
            match (of == kind, written(property)) {
                (true, false) => problems.push(problem(property, format!("a policy of the type {kind} has this"))),
                (false, true) => problems.push(problem(property, format!("this is for policies of the type {of}"))),
                _ => {}
            }
        }
        problems
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties, "name")
    }
}
