//! The blocks of a scaling policy.

use crate::services::applicationautoscaling::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::StepScalingPolicyConfiguration, into = sdk::StepScalingPolicyConfiguration)]
pub struct Step {
    /// What the numbers of the steps mean.
    #[field(one_of = ["ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity"])]
    pub adjustment_type: Option<String>,
    /// Seconds after a step before the next one.
    #[field(aws_default)]
    pub cooldown: Option<i64>,
    /// How values of the metric are put together.
    #[field(aws_default, one_of = ["Average", "Minimum", "Maximum"])]
    pub metric_aggregation_type: Option<String>,
    /// The smallest change, where the numbers are percent.
    #[field(filled)]
    pub min_adjustment_magnitude: Option<i64>,
    /// The steps, by how far the metric is from the alarm's threshold.
    #[field(set, filled, sdk = step_adjustments)]
    pub step_adjustment: Option<Vec<Adjustment>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::StepAdjustment, into = sdk::StepAdjustment)]
pub struct Adjustment {
    /// From here on, above or below the threshold; absent: without an end.
    #[field(forms = Number)]
    pub metric_interval_lower_bound: Option<String>,
    /// Up to here; absent: without an end.
    #[field(forms = Number)]
    pub metric_interval_upper_bound: Option<String>,
    /// How many are added, or taken away.
    #[field(required)]
    pub scaling_adjustment: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TargetTrackingScalingPolicyConfiguration, into = sdk::TargetTrackingScalingPolicyConfiguration)]
pub struct Tracking {
    /// A metric of one's own.
    #[field(conflicts = ["predefined_metric_specification"])]
    pub customized_metric_specification: Option<Customized>,
    /// Whether nothing is ever taken away.
    #[field(default = false)]
    pub disable_scale_in: Option<bool>,
    /// A metric that AWS has for it.
    #[field(conflicts = ["customized_metric_specification"])]
    pub predefined_metric_specification: Option<Predefined>,
    /// Seconds after something was taken away before more is.
    #[field(aws_default)]
    pub scale_in_cooldown: Option<i64>,
    /// Seconds after something was added before more is.
    #[field(aws_default)]
    pub scale_out_cooldown: Option<i64>,
    /// The value that the metric is held at.
    #[field(required)]
    pub target_value: Option<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::PredefinedMetricSpecification, into = sdk::PredefinedMetricSpecification)]
pub struct Predefined {
    /// The metric: `ECSServiceAverageCPUUtilization`.
    #[field(required)]
    pub predefined_metric_type: Option<String>,
    /// The load balancer and target group of `ALBRequestCountPerTarget`.
    #[field(filled)]
    pub resource_label: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CustomizedMetricSpecification, into = sdk::CustomizedMetricSpecification)]
pub struct Customized {
    /// What the metric is about.
    #[field(set, filled)]
    pub dimensions: Option<Vec<Dimension>>,
    /// The name of the metric.
    #[field(filled)]
    pub metric_name: Option<String>,
    /// Several metrics, and what is computed of them.
    #[field(set, filled)]
    pub metrics: Option<Vec<Query>>,
    /// The namespace of the metric.
    #[field(filled)]
    pub namespace: Option<String>,
    /// How values of the metric are put together.
    #[field(one_of = ["Average", "Minimum", "Maximum", "SampleCount", "Sum"])]
    pub statistic: Option<String>,
    /// The unit.
    #[field(filled)]
    pub unit: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::MetricDimension, into = sdk::MetricDimension)]
pub struct Dimension {
    /// The name.
    #[field(required)]
    pub name: Option<String>,
    /// The value.
    #[field(required)]
    pub value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TargetTrackingMetricDataQuery, into = sdk::TargetTrackingMetricDataQuery)]
pub struct Query {
    /// What is computed of others, by their ids.
    #[field(filled)]
    pub expression: Option<String>,
    /// The name by which others name it.
    #[field(required)]
    pub id: Option<String>,
    /// A name for people.
    #[field(filled)]
    pub label: Option<String>,
    /// The metric.
    #[field(optional)]
    pub metric_stat: Option<Stat>,
    /// Whether this is the value that is held.
    #[field(default = true)]
    pub return_data: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TargetTrackingMetricStat, into = sdk::TargetTrackingMetricStat)]
pub struct Stat {
    /// The metric.
    #[field(required)]
    pub metric: Option<Metric>,
    /// How its values are put together.
    #[field(required)]
    pub stat: Option<String>,
    /// The unit.
    #[field(filled)]
    pub unit: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TargetTrackingMetric, into = sdk::TargetTrackingMetric)]
pub struct Metric {
    /// What the metric is about.
    #[field(set, filled)]
    pub dimensions: Option<Vec<QueryDimension>>,
    /// The name.
    #[field(required)]
    pub metric_name: Option<String>,
    /// The namespace.
    #[field(required)]
    pub namespace: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TargetTrackingMetricDimension, into = sdk::TargetTrackingMetricDimension)]
pub struct QueryDimension {
    /// The name.
    #[field(required)]
    pub name: Option<String>,
    /// The value.
    #[field(required)]
    pub value: Option<String>,
}
