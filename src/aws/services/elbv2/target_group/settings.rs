//! The attributes of a target group. Which there are depends on its protocol and its targets:
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html>

use aws_sdk_elasticloadbalancingv2::types::TargetGroupAttribute;

use super::super::attributes::{Attributes, changes, from_list};
use super::super::prelude::*;
use super::{TargetGroup, blocks};

/// The properties that are attributes.
pub(super) const PROPERTIES: &[&str] = &[
    "connection_termination",
    "deregistration_delay",
    "lambda_multi_value_headers_enabled",
    "load_balancing_algorithm_type",
    "load_balancing_anomaly_mitigation",
    "load_balancing_cross_zone_enabled",
    "preserve_client_ip",
    "proxy_protocol_v2",
    "slow_start",
    "stickiness",
    "target_failover",
    "target_group_health",
    "target_health_state",
];

const WEB: [&str; 2] = ["HTTP", "HTTPS"];
const CONNECTIONS: [&str; 4] = ["TCP", "TCP_UDP", "TLS", "UDP"];

/// Whether a group with this protocol and these targets has the attribute.
fn has(protocol: Option<&str>, function: bool, key: &str) -> bool {
    let is = |protocols: &[&str]| protocol.is_some_and(|protocol| protocols.contains(&protocol));
    match key {
        "lambda.multi_value_headers.enabled" => function,
        "deregistration_delay.timeout_seconds" => !function,
        "proxy_protocol_v2.enabled" => is(&CONNECTIONS),
        "slow_start.duration_seconds" => is(&WEB),
        _ => true,
    }
}

impl TargetGroup {
    /// Reads the attributes into it.
    pub(super) fn take_settings(&mut self, live: Option<Vec<TargetGroupAttribute>>) -> Result<(), Unfit> {
        let live = from_list(live, |attribute| (attribute.key, attribute.value));
        self.stickiness = blocks::Stickiness::take(&live);
        self.target_failover = blocks::TargetFailover::take(&live).map(|one| vec![one]);
        self.target_group_health = blocks::TargetGroupHealth::take(&live);
        self.target_health_state = blocks::TargetHealthState::take(&live).map(|one| vec![one]);
        self.take_attributes(live)
    }

    /// What absence means, for attributes that nobody has asked for, or that the group does not have.
    pub(super) fn fill_in_defaults(&mut self) {
        self.deregistration_delay.get_or_insert_with(|| "300".into());
    }

    /// All attributes that it has a value for.
    pub(super) fn settings(&self) -> Attributes {
        let mut out = self.to_attributes();
        if let Some(stickiness) = &self.stickiness {
            stickiness.put(&mut out);
        }
        for failover in self.target_failover.iter().flatten() {
            failover.put(&mut out);
        }
        if let Some(health) = &self.target_group_health {
            health.put(&mut out);
        }
        for state in self.target_health_state.iter().flatten() {
            state.put(&mut out);
        }
        let function = self.target_type.as_deref() == Some("lambda");
        out.retain(|key, _| has(self.protocol.as_deref(), function, key));
        out
    }
}

/// What differs. Of stickiness everything is sent: AWS checks its parts together.
pub(super) fn differing(want: &TargetGroup, prior: &TargetGroup) -> Vec<(String, String)> {
    let mut before = prior.settings();
    if want.stickiness != prior.stickiness {
        before.retain(|key, _| !key.starts_with("stickiness."));
    }
    changes(want.settings(), &before)
}

pub(super) async fn change(aws: &Aws, arn: &str, want: &TargetGroup, prior: &TargetGroup) -> Result<(), CloudError> {
    let changed = differing(want, prior);
    if changed.is_empty() {
        return Ok(());
    }
    let attribute = |(key, value)| TargetGroupAttribute::builder().key(key).value(value).build();
    let request = aws.write().elasticloadbalancingv2().modify_target_group_attributes().target_group_arn(arn);
    aws.done(request.set_attributes(Some(changed.into_iter().map(attribute).collect()))).await
}

/// Settings that are written and that a group of this kind does not have: nothing would come of them.
pub(super) fn of_another_type(properties: &Value) -> Vec<Problem> {
    let text = |name: &str| match properties.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(value) => value.as_str().map(Some),
    };
    // What is not known yet is not judged.
    let (Some(protocol), Some(kind)) = (text("protocol"), text("target_type")) else { return Vec::new() };
    let function = kind == Some("lambda");
    let flag = |name: &str| properties.get(name).and_then(Value::as_bool).is_some_and(|on| on);
    let number = |name: &str| properties.get(name).and_then(Value::as_int).is_some_and(|number| number != 0);
    let delay = properties.get("deregistration_delay").and_then(Value::as_str).is_some_and(|delay| delay != "300");
    let written = [
        (
            "lambda_multi_value_headers_enabled",
            "lambda.multi_value_headers.enabled",
            flag("lambda_multi_value_headers_enabled"),
        ),
        ("deregistration_delay", "deregistration_delay.timeout_seconds", delay),
        ("proxy_protocol_v2", "proxy_protocol_v2.enabled", flag("proxy_protocol_v2")),
        ("slow_start", "slow_start.duration_seconds", number("slow_start")),
    ];
    let wrong = written.into_iter().filter(|(_, key, written)| *written && !has(protocol, function, key));
    wrong.map(|(name, ..)| problem(name, "a target group of this protocol and type has no such setting")).collect()
}
