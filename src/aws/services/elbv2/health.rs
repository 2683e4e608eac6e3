//! How a target group finds out whether its targets are well.

use aws_sdk_elasticloadbalancingv2::operation::create_target_group::builders::CreateTargetGroupFluentBuilder;
use aws_sdk_elasticloadbalancingv2::operation::modify_target_group::builders::ModifyTargetGroupFluentBuilder;
use aws_sdk_elasticloadbalancingv2::types::{Matcher, ProtocolEnum};

use super::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct HealthCheck {
    /// Whether targets are checked; only those that are functions may go without.
    #[field(default = true)]
    enabled: Option<bool>,
    /// Successes in a row after which a target is well.
    #[field(default = 3, range = 2..=10)]
    healthy_threshold: Option<i64>,
    /// Seconds between two checks.
    #[field(default = 30, range = 5..=300)]
    interval: Option<i64>,
    /// The codes of HTTP or gRPC that count as a success: `200`, `200-299`, `0-99`.
    #[field(aws_default)]
    matcher: Option<String>,
    /// The path that is asked for.
    #[field(aws_default, length = 1..=1024)]
    path: Option<String>,
    /// The port, or `traffic-port` for that of the target.
    #[field(default = "traffic-port")]
    port: Option<String>,
    /// The protocol.
    #[field(default = "HTTP", one_of = ["HTTP", "HTTPS", "TCP"])]
    protocol: Option<String>,
    /// Seconds after which no answer is a failure.
    #[field(aws_default, range = 2..=120)]
    timeout: Option<i64>,
    /// Failures in a row after which a target is not well.
    #[field(default = 3, range = 2..=10)]
    unhealthy_threshold: Option<i64>,
}

macro_rules! fill {
    ($check:ident, $request:ident, $function:expr, $grpc:expr) => {{
        let web = $check.protocol.as_deref() != Some("TCP");
        let matcher = filled($check.matcher.clone()).filter(|_| web).map(|codes| match $grpc {
            true => Matcher::builder().grpc_code(codes).build(),
            false => Matcher::builder().http_code(codes).build(),
        });
        let $request = $request
            .set_health_check_enabled($check.enabled)
            .set_healthy_threshold_count(outgoing(&$check.healthy_threshold, "health_check.healthy_threshold")?)
            .set_health_check_interval_seconds(outgoing(&$check.interval, "health_check.interval")?)
            .set_matcher(matcher)
            .set_health_check_path(filled($check.path.clone()).filter(|_| web))
            .set_health_check_timeout_seconds(outgoing(&$check.timeout, "health_check.timeout")?)
            .set_unhealthy_threshold_count(outgoing(&$check.unhealthy_threshold, "health_check.unhealthy_threshold")?);
        // A function is called; there is no port.
        match $function {
            true => $request,
            false => $request
                .set_health_check_port($check.port.clone())
                .set_health_check_protocol($check.protocol.as_deref().map(ProtocolEnum::from)),
        }
    }};
}

/// Whether the targets of a group are functions, and whether they speak gRPC.
#[derive(Clone, Copy)]
pub(super) struct Targets {
    pub function: bool,
    pub grpc: bool,
}

impl HealthCheck {
    /// What a description tells. A function has neither port nor protocol: they are what absence means.
    pub(super) fn of(live: &sdk::TargetGroup) -> Self {
        let matcher = live.matcher.as_ref();
        let codes = matcher.and_then(|matcher| filled(matcher.grpc_code.clone()).or(filled(matcher.http_code.clone())));
        Self {
            enabled: live.health_check_enabled,
            healthy_threshold: live.healthy_threshold_count.map(Into::into),
            interval: live.health_check_interval_seconds.map(Into::into),
            matcher: codes,
            path: filled(live.health_check_path.clone()),
            port: filled(live.health_check_port.clone()).or(Some("traffic-port".into())),
            protocol: live.health_check_protocol.as_ref().map_or("HTTP", ProtocolEnum::as_str).to_string().into(),
            timeout: live.health_check_timeout_seconds.map(Into::into),
            unhealthy_threshold: live.unhealthy_threshold_count.map(Into::into),
        }
    }

    pub(super) fn create(
        &self,
        request: CreateTargetGroupFluentBuilder,
        targets: Targets,
    ) -> Result<CreateTargetGroupFluentBuilder, Unfit> {
        Ok(fill!(self, request, targets.function, targets.grpc))
    }

    pub(super) fn modify(
        &self,
        request: ModifyTargetGroupFluentBuilder,
        targets: Targets,
    ) -> Result<ModifyTargetGroupFluentBuilder, Unfit> {
        Ok(fill!(self, request, targets.function, targets.grpc))
    }
}
