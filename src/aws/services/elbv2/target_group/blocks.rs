//! The blocks of a target group, each of which is some attributes.

use super::super::attributes::{Attributes, flag, get, number};
use super::super::prelude::*;

fn put(out: &mut Attributes, key: &str, value: Option<String>) {
    out.extend(value.map(|value| (key.to_string(), value)));
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Stickiness {
    /// Seconds for which a cookie counts.
    #[field(default = 86400, range = 1..=604800)]
    cookie_duration: Option<i64>,
    /// The name of the application's own cookie.
    cookie_name: Option<String>,
    /// Whether clients are sent to the same target again.
    #[field(default = true)]
    enabled: Option<bool>,
    /// What a client is known by.
    #[field(required, one_of = ["app_cookie", "lb_cookie", "source_ip", "source_ip_dest_ip", "source_ip_dest_ip_proto"])]
    r#type: Option<String>,
}

impl Stickiness {
    pub(super) fn take(live: &Attributes) -> Option<Self> {
        let kind = get(live, "stickiness.type")?;
        let seconds = match kind.as_str() {
            "app_cookie" => number(live, "stickiness.app_cookie.duration_seconds"),
            "lb_cookie" => number(live, "stickiness.lb_cookie.duration_seconds"),
            _ => None,
        };
        let name = get(live, "stickiness.app_cookie.cookie_name").filter(|_| kind == "app_cookie");
        Some(Self {
            // Without a cookie it is what absence means.
            cookie_duration: seconds.or(Some(86400)),
            cookie_name: name,
            enabled: flag(live, "stickiness.enabled"),
            r#type: Some(kind),
        })
    }

    pub(super) fn put(&self, out: &mut Attributes) {
        put(out, "stickiness.enabled", self.enabled.map(|enabled| enabled.to_string()));
        put(out, "stickiness.type", self.r#type.clone());
        let seconds = self.cookie_duration.map(|seconds| seconds.to_string());
        match self.r#type.as_deref() {
            Some("app_cookie") => {
                put(out, "stickiness.app_cookie.cookie_name", self.cookie_name.clone());
                put(out, "stickiness.app_cookie.duration_seconds", seconds);
            }
            Some("lb_cookie") => put(out, "stickiness.lb_cookie.duration_seconds", seconds),
            _ => {}
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct TargetFailover {
    /// What becomes of flows when their target leaves.
    #[field(required, one_of = ["rebalance", "no_rebalance"])]
    on_deregistration: Option<String>,
    /// What becomes of flows when their target is not well: the same.
    #[field(required, one_of = ["rebalance", "no_rebalance"])]
    on_unhealthy: Option<String>,
}

impl TargetFailover {
    pub(super) fn take(live: &Attributes) -> Option<Self> {
        let on_deregistration = get(live, "target_failover.on_deregistration");
        let on_unhealthy = get(live, "target_failover.on_unhealthy");
        (on_deregistration.is_some() || on_unhealthy.is_some()).then_some(Self { on_deregistration, on_unhealthy })
    }

    pub(super) fn put(&self, out: &mut Attributes) {
        put(out, "target_failover.on_deregistration", self.on_deregistration.clone());
        put(out, "target_failover.on_unhealthy", self.on_unhealthy.clone());
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct TargetHealthState {
    /// Whether connections to a target that is not well are ended.
    #[field(required)]
    enable_unhealthy_connection_termination: Option<bool>,
    /// Seconds until then.
    #[field(default = 0, range = 0..=360000)]
    unhealthy_draining_interval: Option<i64>,
}

impl TargetHealthState {
    pub(super) fn take(live: &Attributes) -> Option<Self> {
        Some(Self {
            enable_unhealthy_connection_termination: Some(flag(
                live,
                "target_health_state.unhealthy.connection_termination.enabled",
            )?),
            unhealthy_draining_interval: number(live, "target_health_state.unhealthy.draining_interval_seconds"),
        })
    }

    pub(super) fn put(&self, out: &mut Attributes) {
        let ends = self.enable_unhealthy_connection_termination;
        put(out, "target_health_state.unhealthy.connection_termination.enabled", ends.map(|ends| ends.to_string()));
        // It counts only where connections stay.
        let seconds = self.unhealthy_draining_interval.filter(|_| ends == Some(false));
        let seconds = seconds.map(|seconds| seconds.to_string());
        put(out, "target_health_state.unhealthy.draining_interval_seconds", seconds);
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct TargetGroupHealth {
    /// When a zone is taken out of DNS.
    #[field(aws_default)]
    dns_failover: Option<DnsFailover>,
    /// When requests go to all targets, well or not.
    #[field(aws_default)]
    unhealthy_state_routing: Option<UnhealthyStateRouting>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct DnsFailover {
    /// The number of targets that have to be well: a number, or `off`.
    #[field(default = "1", pattern = "off|[0-9]+")]
    minimum_healthy_targets_count: Option<String>,
    /// The percentage of targets that have to be well: a number, or `off`.
    #[field(default = "off", pattern = "off|[0-9]+")]
    minimum_healthy_targets_percentage: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct UnhealthyStateRouting {
    /// The number of targets that have to be well.
    #[field(default = 1, range = 1..=2147483647)]
    minimum_healthy_targets_count: Option<i64>,
    /// The percentage of targets that have to be well: a number, or `off`.
    #[field(default = "off", pattern = "off|[0-9]+")]
    minimum_healthy_targets_percentage: Option<String>,
}

const DNS_COUNT: &str = "target_group_health.dns_failover.minimum_healthy_targets.count";
const DNS_PERCENTAGE: &str = "target_group_health.dns_failover.minimum_healthy_targets.percentage";
const ROUTING_COUNT: &str = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count";
const ROUTING_PERCENTAGE: &str = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage";

impl TargetGroupHealth {
    pub(super) fn take(live: &Attributes) -> Option<Self> {
        let dns = DnsFailover {
            minimum_healthy_targets_count: get(live, DNS_COUNT),
            minimum_healthy_targets_percentage: get(live, DNS_PERCENTAGE),
        };
        let routing = UnhealthyStateRouting {
            minimum_healthy_targets_count: number(live, ROUTING_COUNT),
            minimum_healthy_targets_percentage: get(live, ROUTING_PERCENTAGE),
        };
        let health = Self {
            dns_failover: (dns != DnsFailover::default()).then_some(dns),
            unhealthy_state_routing: (routing != UnhealthyStateRouting::default()).then_some(routing),
        };
        (health != Self::default()).then_some(health)
    }

    pub(super) fn put(&self, out: &mut Attributes) {
        if let Some(dns) = &self.dns_failover {
            put(out, DNS_COUNT, dns.minimum_healthy_targets_count.clone());
            put(out, DNS_PERCENTAGE, dns.minimum_healthy_targets_percentage.clone());
        }
        if let Some(routing) = &self.unhealthy_state_routing {
            put(out, ROUTING_COUNT, routing.minimum_healthy_targets_count.map(|count| count.to_string()));
            put(out, ROUTING_PERCENTAGE, routing.minimum_healthy_targets_percentage.clone());
        }
    }
}
