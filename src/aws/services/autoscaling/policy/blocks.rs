//! The blocks of a policy that takes steps, or holds a metric at a value.

use crate::services::autoscaling::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::StepAdjustment, into = sdk::StepAdjustment)]
pub struct Step {
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
#[sdk(from = sdk::TargetTrackingConfiguration, into = sdk::TargetTrackingConfiguration)]
pub struct Tracking {
    /// A metric of one's own.
    #[field(conflicts = ["predefined_metric_specification"])]
    pub customized_metric_specification: Option<Customized>,
    /// Whether instances are never taken away.
    #[field(default = false)]
    pub disable_scale_in: Option<bool>,
    /// A metric that AWS has for it.
    #[field(conflicts = ["customized_metric_specification"])]
    pub predefined_metric_specification: Option<Predefined>,
    /// The value that the metric is held at.
    #[field(required)]
    pub target_value: Option<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::PredefinedMetricSpecification, into = sdk::PredefinedMetricSpecification)]
pub struct Predefined {
    /// The metric.
    #[field(required)]
    #[field(one_of = [
        "ASGAverageCPUUtilization", "ASGAverageNetworkIn", "ASGAverageNetworkOut", "ALBRequestCountPerTarget",
    ])]
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
    #[field(set, filled, sdk = dimensions)]
    pub metric_dimension: Option<Vec<Dimension>>,
    /// The name of the metric.
    #[field(filled, conflicts = ["metrics"])]
    pub metric_name: Option<String>,
    /// Several metrics, and what is computed of them.
    #[field(set, filled, conflicts = ["metric_name"])]
    pub metrics: Option<Vec<TrackedQuery>>,
    /// The namespace of the metric.
    #[field(filled)]
    pub namespace: Option<String>,
    /// Seconds that one value stands for: 10, 30 or 60.
    #[field(aws_default, range = 10..=60)]
    pub period: Option<i64>,
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
pub struct TrackedQuery {
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
    pub metric_stat: Option<TrackedStat>,
    /// Whether this is the value that is held.
    #[field(default = true)]
    pub return_data: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TargetTrackingMetricStat, into = sdk::TargetTrackingMetricStat)]
pub struct TrackedStat {
    /// The metric.
    #[field(required)]
    pub metric: Option<Metric>,
    /// Seconds that one value stands for: 10, 30 or 60.
    #[field(aws_default, range = 10..=60)]
    pub period: Option<i64>,
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
#[sdk(from = sdk::Metric, into = sdk::Metric)]
pub struct Metric {
    /// What the metric is about.
    #[field(set, filled)]
    pub dimensions: Option<Vec<Dimension>>,
    /// The name.
    #[field(required)]
    pub metric_name: Option<String>,
    /// The namespace.
    #[field(required)]
    pub namespace: Option<String>,
}
