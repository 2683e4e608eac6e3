//! The attributes of a load balancer. Which there are depends on its type:
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html>

use aws_sdk_elasticloadbalancingv2::types::LoadBalancerAttribute;
use wildfire_engine::model::Fields as _;

use super::super::attributes::{Attributes, changes, flag, from_list, get};
use super::super::prelude::*;
use super::LoadBalancer;
use super::blocks::Logs;

/// The properties that are attributes, and the types of balancers that have them.
const SETTINGS: &[(&str, &[&str])] = &[
    ("access_logs", &["application", "network"]),
    ("client_keep_alive", &["application"]),
    ("connection_logs", &["application"]),
    ("desync_mitigation_mode", &["application"]),
    ("dns_record_client_routing_policy", &["network"]),
    ("drop_invalid_header_fields", &["application"]),
    ("enable_cross_zone_load_balancing", &["application", "gateway", "network"]),
    ("enable_deletion_protection", &["application", "gateway", "network"]),
    ("enable_http2", &["application"]),
    ("enable_tls_version_and_cipher_suite_headers", &["application"]),
    ("enable_waf_fail_open", &["application"]),
    ("enable_xff_client_port", &["application"]),
    ("enable_zonal_shift", &["application", "network"]),
    ("idle_timeout", &["application"]),
    ("preserve_host_header", &["application"]),
    ("xff_header_processing_mode", &["application"]),
];

/// The properties that are attributes.
pub(super) const PROPERTIES: &[&str] = &[
    "access_logs",
    "client_keep_alive",
    "connection_logs",
    "desync_mitigation_mode",
    "dns_record_client_routing_policy",
    "drop_invalid_header_fields",
    "enable_cross_zone_load_balancing",
    "enable_deletion_protection",
    "enable_http2",
    "enable_tls_version_and_cipher_suite_headers",
    "enable_waf_fail_open",
    "enable_xff_client_port",
    "enable_zonal_shift",
    "idle_timeout",
    "preserve_host_header",
    "xff_header_processing_mode",
];

/// The prefixes of attributes that one type of balancers has alone.
const APPLICATION: [&str; 5] = ["client_keep_alive.", "connection_logs.", "idle_timeout.", "routing.", "waf."];

fn has(kind: &str, key: &str) -> bool {
    match kind {
        // Balancing across zones is on, and cannot be changed.
        "application" => !key.starts_with("dns_record.") && !key.starts_with("load_balancing.cross_zone."),
        "network" => !APPLICATION.iter().any(|prefix| key.starts_with(prefix)),
        _ => key.starts_with("deletion_protection.") || key.starts_with("load_balancing."),
    }
}

fn logs(live: &Attributes, kind: &str) -> Option<Logs> {
    let logs = Logs {
        bucket: get(live, &format!("{kind}.s3.bucket")),
        enabled: flag(live, &format!("{kind}.s3.enabled")),
        prefix: get(live, &format!("{kind}.s3.prefix")),
    };
    (logs.bucket.is_some() || logs.enabled == Some(true)).then_some(logs)
}

fn send_logs(logs: Option<&Logs>, kind: &str, out: &mut Attributes) {
    let enabled = logs.and_then(|logs| logs.enabled).unwrap_or(false);
    let text = |of: fn(&Logs) -> &Option<String>| logs.and_then(|logs| of(logs).clone()).unwrap_or_default();
    out.insert(format!("{kind}.s3.enabled"), enabled.to_string());
    out.insert(format!("{kind}.s3.bucket"), text(|logs| &logs.bucket));
    out.insert(format!("{kind}.s3.prefix"), text(|logs| &logs.prefix));
}

impl LoadBalancer {
    /// Reads the attributes into it.
    pub(super) fn take_settings(&mut self, live: Option<Vec<LoadBalancerAttribute>>) -> Result<(), Unfit> {
        let live = from_list(live, |attribute| (attribute.key, attribute.value));
        self.access_logs = logs(&live, "access_logs");
        self.connection_logs = logs(&live, "connection_logs");
        self.take_attributes(live)?;
        if self.kind() == "application" {
            self.enable_cross_zone_load_balancing = Some(true);
        }
        Ok(())
    }

    /// What absence means, for attributes that nobody has asked for, or that its type does not have.
    pub(super) fn fill_in_defaults(&mut self) {
        self.client_keep_alive.get_or_insert(3600);
        self.desync_mitigation_mode.get_or_insert_with(|| "defensive".into());
        self.dns_record_client_routing_policy.get_or_insert_with(|| "any_availability_zone".into());
        self.enable_http2.get_or_insert(true);
        self.idle_timeout.get_or_insert(60);
        self.xff_header_processing_mode.get_or_insert_with(|| "append".into());
    }

    fn kind(&self) -> &str {
        self.load_balancer_type.as_deref().unwrap_or("application")
    }

    /// All attributes that its type has.
    pub(super) fn settings(&self) -> Attributes {
        let mut out = self.to_attributes();
        send_logs(self.access_logs.as_ref(), "access_logs", &mut out);
        send_logs(self.connection_logs.as_ref(), "connection_logs", &mut out);
        out.retain(|key, _| has(self.kind(), key));
        out
    }
}

/// What differs. Of logs everything is sent: AWS checks bucket and prefix together.
pub(super) fn differing(want: &LoadBalancer, prior: &LoadBalancer) -> Vec<(String, String)> {
    let mut before = prior.settings();
    for (kind, same) in [
        ("access_logs.", want.access_logs == prior.access_logs),
        ("connection_logs.", want.connection_logs == prior.connection_logs),
    ] {
        if !same {
            before.retain(|key, _| !key.starts_with(kind));
        }
    }
    changes(want.settings(), &before)
}

pub(super) async fn change(aws: &Aws, arn: &str, want: &LoadBalancer, prior: &LoadBalancer) -> Result<(), CloudError> {
    let changed = differing(want, prior);
    if changed.is_empty() {
        return Ok(());
    }
    let attribute = |(key, value)| LoadBalancerAttribute::builder().key(key).value(value).build();
    let request = aws.write().elasticloadbalancingv2().modify_load_balancer_attributes().load_balancer_arn(arn);
    aws.done(request.set_attributes(Some(changed.into_iter().map(attribute).collect()))).await
}

/// Settings that are written and that the type of balancer does not have: nothing would come of them.
pub(super) fn of_another_type(properties: &Value) -> Vec<Problem> {
    let kind = match properties.get("load_balancer_type") {
        None | Some(Value::Null) => "application",
        Some(kind) => match kind.as_str() {
            Some(kind) => kind,
            None => return Vec::new(),
        },
    };
    let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null() && value.is_known());
    // What absence means may be written: it is so.
    let fields = LoadBalancer::fields();
    let default = |name: &str| fields.iter().find(|field| field.name == name)?.default.map(Value::from);
    let meant = |name: &str| default(name).is_some_and(|default| properties.get(name) == Some(&default));
    let wrong = SETTINGS.iter().filter(|(name, kinds)| !kinds.contains(&kind) && written(name) && !meant(name));
    let mut problems: Vec<Problem> = wrong
        .map(|(name, _)| problem(name, format!("load balancers of the type {kind} have no such setting")))
        .collect();
    let crossed = properties.get("enable_cross_zone_load_balancing").and_then(Value::as_bool);
    if kind == "application" && crossed == Some(false) {
        let message = "an application load balancer always sends to all zones; a target group can keep to its zone";
        problems.push(problem("enable_cross_zone_load_balancing", message));
    }
    problems
}
