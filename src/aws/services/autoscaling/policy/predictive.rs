//! The blocks of a policy that scales ahead of what it expects.

use super::blocks::Metric;
use crate::services::autoscaling::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::PredictiveScalingConfiguration, into = sdk::PredictiveScalingConfiguration)]
pub struct Predictive {
    /// Whether the group may grow beyond its maximum where more is expected.
    #[field(default = "HonorMaxCapacity", one_of = ["HonorMaxCapacity", "IncreaseMaxCapacity"])]
    pub max_capacity_breach_behavior: Option<String>,
    /// How far beyond what is expected, in percent.
    #[field(forms = Number)]
    pub max_capacity_buffer: Option<String>,
    /// What is predicted, and the value that it is held at.
    #[field(required, by_hand)]
    pub metric_specification: Option<Prediction>,
    /// Whether the group is scaled, or it is only told what would be done.
    #[field(default = "ForecastOnly", one_of = ["ForecastOnly", "ForecastAndScale"])]
    pub mode: Option<String>,
    /// Seconds by which instances are started ahead.
    #[field(aws_default, forms = Number)]
    pub scheduling_buffer_time: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::PredictiveScalingMetricSpecification, into = sdk::PredictiveScalingMetricSpecification)]
pub struct Prediction {
    /// A metric of one's own for the capacity.
    #[field(optional)]
    pub customized_capacity_metric_specification: Option<Queries>,
    /// A metric of one's own for the load.
    #[field(optional)]
    pub customized_load_metric_specification: Option<Queries>,
    /// A metric of one's own that is held at the value.
    #[field(optional)]
    pub customized_scaling_metric_specification: Option<Queries>,
    /// AWS's metric of the load.
    #[field(optional)]
    pub predefined_load_metric_specification: Option<PredefinedMetric>,
    /// AWS's pair of metrics, for the load and for what is held.
    #[field(optional)]
    pub predefined_metric_pair_specification: Option<PredefinedMetric>,
    /// AWS's metric that is held at the value.
    #[field(optional)]
    pub predefined_scaling_metric_specification: Option<PredefinedMetric>,
    /// The value.
    #[field(required)]
    pub target_value: Option<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::PredictiveScalingPredefinedLoadMetric, into = sdk::PredictiveScalingPredefinedLoadMetric)]
#[sdk(from = sdk::PredictiveScalingPredefinedMetricPair, into = sdk::PredictiveScalingPredefinedMetricPair)]
#[sdk(from = sdk::PredictiveScalingPredefinedScalingMetric, into = sdk::PredictiveScalingPredefinedScalingMetric)]
pub struct PredefinedMetric {
    /// The metric: `ASGCPUUtilization`, or `ASGAverageCPUUtilization` of what is held.
    #[field(required)]
    pub predefined_metric_type: Option<String>,
    /// The load balancer and target group that it is about.
    #[field(filled)]
    pub resource_label: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::PredictiveScalingCustomizedCapacityMetric, into = sdk::PredictiveScalingCustomizedCapacityMetric)]
#[sdk(from = sdk::PredictiveScalingCustomizedLoadMetric, into = sdk::PredictiveScalingCustomizedLoadMetric)]
#[sdk(from = sdk::PredictiveScalingCustomizedScalingMetric, into = sdk::PredictiveScalingCustomizedScalingMetric)]
pub struct Queries {
    /// Metrics, and what is computed of them.
    #[field(required)]
    pub metric_data_queries: Option<Vec<Query>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::MetricDataQuery, into = sdk::MetricDataQuery)]
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
    /// Whether this is the value that counts.
    #[field(default = true)]
    pub return_data: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::MetricStat, into = sdk::MetricStat)]
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

/// As the API has it, which takes a list with one specification.
pub(super) fn sent(of: &Predictive) -> Result<sdk::PredictiveScalingConfiguration, Unfit> {
    let mut live: sdk::PredictiveScalingConfiguration = of.to_sdk()?;
    let one: Option<sdk::PredictiveScalingMetricSpecification> =
        outgoing(&of.metric_specification, "metric_specification")?;
    live.metric_specifications = Some(one.into_iter().collect());
    Ok(live)
}

pub(super) fn read(mut live: sdk::PredictiveScalingConfiguration) -> Result<Predictive, Unfit> {
    let one = live.metric_specifications.take().unwrap_or_default().into_iter().next();
    let metric_specification = incoming(one, "metric_specification")?;
    Ok(Predictive { metric_specification, ..Predictive::from_sdk(live)? })
}
