//! `aws_lb_target_group`

mod blocks;
mod settings;

use std::collections::HashMap;

use aws_sdk_elasticloadbalancingv2::operation::create_target_group::builders::CreateTargetGroupFluentBuilder;

use super::arn::target_group_suffix;
use super::health::{HealthCheck, Targets};
use super::prelude::*;

updates! {
    pub enum TargetGroupUpdate {
        HealthCheck => [ModifyTargetGroup],
        Attributes => [ModifyTargetGroupAttributes],
        Tags => [AddTags, RemoveTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = TargetGroupUpdate)]
#[sdk(from = sdk::TargetGroup, create = CreateTargetGroupFluentBuilder, attributes = String)]
pub struct TargetGroup {
    /// The ARN.
    #[field(computed, sdk = target_group_arn)]
    arn: Option<String>,
    /// The part of the ARN that metrics use: `targetgroup/web/943f017f100becff`.
    #[field(computed, by_hand)]
    arn_suffix: Option<String>,
    /// Whether connections of a network load balancer end with the deregistration of their target.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(attribute = "deregistration_delay.connection_termination.enabled")]
    connection_termination: Option<bool>,
    /// Seconds for which a target that leaves may finish its work, 0 to 3600.
    #[field(update = Attributes, after_create, default = "300", forms = Number)]
    #[field(attribute = "deregistration_delay.timeout_seconds")]
    deregistration_delay: Option<String>,
    /// How targets are checked.
    #[field(update = HealthCheck, aws_default, by_hand)]
    health_check: Option<HealthCheck>,
    /// The ARN.
    #[field(computed, sdk = target_group_arn)]
    id: Option<String>,
    /// Which addresses the targets have.
    #[field(immutable, aws_default, one_of = ["ipv4", "ipv6"])]
    ip_address_type: Option<String>,
    /// Whether functions get headers and parameters with all their values.
    #[field(update = Attributes, after_create, default = false, attribute = "lambda.multi_value_headers.enabled")]
    lambda_multi_value_headers_enabled: Option<bool>,
    /// The load balancers that send to the group.
    #[field(computed, changes_on_update, filled)]
    load_balancer_arns: Option<Vec<String>>,
    /// How an application load balancer chooses a target.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(one_of = ["round_robin", "least_outstanding_requests", "weighted_random"])]
    #[field(attribute = "load_balancing.algorithm.type")]
    load_balancing_algorithm_type: Option<String>,
    /// Whether targets that behave oddly get less work: `on` or `off`.
    #[field(update = Attributes, after_create, aws_default, one_of = ["on", "off"])]
    #[field(attribute = "load_balancing.algorithm.anomaly_mitigation")]
    load_balancing_anomaly_mitigation: Option<String>,
    /// Whether each zone sends to targets in all zones.
    #[field(update = Attributes, after_create, aws_default)]
    #[field(one_of = ["true", "false", "use_load_balancer_configuration"])]
    #[field(attribute = "load_balancing.cross_zone.enabled")]
    load_balancing_cross_zone_enabled: Option<String>,
    /// The name, unique among the target groups of the region.
    #[field(immutable, generated, length = 1..=32, pattern = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")]
    #[field(sdk = target_group_name, sent_as = name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=6, otherwise = "wf-")]
    name_prefix: Option<String>,
    /// The port of targets that are registered without one.
    #[field(immutable, range = 1..=65535)]
    port: Option<i64>,
    /// Whether targets see the address of the client: `true` or `false`.
    #[field(update = Attributes, after_create, aws_default, forms = Flag, attribute = "preserve_client_ip.enabled")]
    preserve_client_ip: Option<String>,
    /// The protocol that targets speak.
    #[field(immutable, one_of = ["GENEVE", "HTTP", "HTTPS", "TCP", "TCP_UDP", "TLS", "UDP"])]
    protocol: Option<String>,
    /// The version of HTTP.
    #[field(immutable, aws_default, forms = Case, one_of = ["GRPC", "HTTP1", "HTTP2"], filled)]
    protocol_version: Option<String>,
    /// Whether targets are told of the client by the proxy protocol.
    #[field(update = Attributes, after_create, default = false, attribute = "proxy_protocol_v2.enabled")]
    proxy_protocol_v2: Option<bool>,
    /// Seconds over which a new target gets its full share; 0 for at once, else 30 to 900.
    #[field(update = Attributes, after_create, default = 0, range = 0..=900, attribute = "slow_start.duration_seconds")]
    slow_start: Option<i64>,
    /// Whether and how a client is sent to the same target again; `enabled: false` to switch it off.
    #[field(update = Attributes, after_create, aws_default, by_hand)]
    stickiness: Option<blocks::Stickiness>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// What becomes of the flows of an appliance that leaves or is not well.
    #[field(update = Attributes, after_create, aws_default, single, by_hand)]
    target_failover: Option<Vec<blocks::TargetFailover>>,
    /// How many targets have to be well.
    #[field(update = Attributes, after_create, aws_default, by_hand)]
    target_group_health: Option<blocks::TargetGroupHealth>,
    /// What becomes of the connections to a target that is not well.
    #[field(update = Attributes, after_create, aws_default, single, by_hand)]
    target_health_state: Option<Vec<blocks::TargetHealthState>>,
    /// What the targets are.
    #[field(immutable, default = "instance", one_of = ["alb", "instance", "ip", "lambda"])]
    target_type: Option<String>,
    /// The VPC of the targets.
    #[field(immutable)]
    vpc_id: Option<String>,
}

impl TargetGroup {
    fn live(live: sdk::TargetGroup) -> Result<Self, Unfit> {
        let check = HealthCheck::of(&live);
        let group = Self::from_sdk(live)?;
        Ok(Self { arn_suffix: group.arn.as_deref().and_then(target_group_suffix), health_check: Some(check), ..group })
    }

    fn targets(&self) -> Targets {
        let version = self.protocol_version.as_deref().unwrap_or_default();
        Targets { function: self.target_type.as_deref() == Some("lambda"), grpc: version.eq_ignore_ascii_case("GRPC") }
    }
}

/// One group by its ARN, several from the list of all: the call for many ARNs fails when one of them is unknown.
async fn fetch(aws: Aws, arns: Vec<String>) -> Result<HashMap<String, TargetGroup>, CloudError> {
    let request = aws.read().elasticloadbalancingv2().describe_target_groups();
    let request = match &arns[..] {
        [one] => request.target_group_arns(one),
        _ => request.page_size(400),
    };
    let live = absent_is_none(aws.pages(request, |page| page.target_groups).await)?.unwrap_or_default();
    let mut found = HashMap::new();
    for group in live {
        let group = TargetGroup::live(group)?;
        found.extend(group.arn.clone().map(|arn| (arn, group)));
    }
    Ok(found)
}

async fn complete(aws: &Aws, request: &ReadRequest, found: Option<&TargetGroup>) -> Read<TargetGroup> {
    let Some(mut group) = found.cloned() else { return Ok(None) };
    let arn = request.id.as_str();
    if asks_for(request, settings::PROPERTIES) {
        let ask = aws.read().elasticloadbalancingv2().describe_target_group_attributes().target_group_arn(arn);
        let Some(reply) = absent_is_none(aws.send(ask).await)? else { return Ok(None) };
        group.take_settings(reply.attributes)?;
    }
    group.fill_in_defaults();
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tagging::of(aws, arn).await? else { return Ok(None) };
        group.tags.all = Some(tags);
    }
    Ok(Some(group))
}

/// The ARN of the group of a name.
async fn named(aws: &Aws, name: &str) -> Result<Option<String>, CloudError> {
    let ask = aws.read().elasticloadbalancingv2().describe_target_groups().names(name);
    let found = absent_is_none(aws.pages(ask, |page| page.target_groups).await)?.unwrap_or_default();
    let same = |group: &sdk::TargetGroup| group.target_group_name.as_deref() == Some(name);
    Ok(found.into_iter().find(same).and_then(|group| group.target_group_arn))
}

#[async_trait]
impl Resource for TargetGroup {
    const TYPE: &'static str = "aws_lb_target_group";
    const DOC: &'static str = "Targets that load balancers send to, and how they are checked.";
    const CREATE_ONCE: CreateOnce = CreateOnce::SameRequest;
    const CREATE_CALLS: Calls = calls![CreateTargetGroup];
    const DELETE_CALLS: Calls = calls![DeleteTargetGroup];
    const LAGS: &'static [LagReply] = lags::TARGET_GROUP;
    const IMPORT_ID: &'static str = "TARGET_GROUP_ARN";
    const RELATIONS: Relations = Relations {
        identity: &["name"],
        held_by: &[
            ("aws_lb_listener", "default_action.target_group_arn"),
            ("aws_lb_listener_rule", "action.target_group_arn"),
        ],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
name: web
port: 8080
protocol: HTTP
vpc_id: ${vpc.id}
health_check: {path: /health, matcher: \"200\"}
";

    type Update = TargetGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let arns = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        match aws.batch("elasticloadbalancing:groups").load(arns, move |arns| fetch(handle, arns)).await {
            Ok(found) => {
                let one = |request| complete(aws, request, found.get(request.id.as_str()));
                join_all(wanted.iter().map(one)).await
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(arn) = named(aws, wanted.name.as_deref().unwrap_or_default()).await? else { return Ok(None) };
        Ok(tagging::prove(aws, &arn, recover).await?.then(|| arn.into()))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let name = want.name.as_deref().unwrap_or_default();
        let what = format!("the target group {name}");
        tagging::refuse_taken(named(aws, name).await, &what)?;
        let mut request = want.fill(aws.write().elasticloadbalancingv2().create_target_group())?;
        if let Some(check) = &want.health_check {
            request = check.create(request, want.targets())?;
        }
        let id = aws.made(request, |reply| reply.target_groups?.pop()?.target_group_arn).await?;
        tagging::refuse_foreign(aws, id.as_str(), operation.id.as_str(), &what).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: TargetGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let arn = id.as_str();
        match call {
            TargetGroupUpdate::HealthCheck => {
                let Some(check) = &want.health_check else { return Ok(()) };
                let request = aws.write().elasticloadbalancingv2().modify_target_group().target_group_arn(arn);
                aws.done(check.modify(request, prior.targets())?).await
            }
            TargetGroupUpdate::Attributes => settings::change(aws, arn, want, prior).await,
            TargetGroupUpdate::Tags => tagging::update(aws, arn, &prior.tags, &want.tags).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().elasticloadbalancingv2().delete_target_group().target_group_arn(id.as_str());
        aws.gone(request).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems = settings::of_another_type(properties);
        let kind = match properties.get("target_type") {
            None | Some(Value::Null) => "instance",
            Some(kind) => kind.as_str().unwrap_or_default(),
        };
        for name in ["port", "protocol", "vpc_id"] {
            let written = properties.get(name).is_some_and(|value| !value.is_null());
            match kind {
                "lambda" if written => problems.push(problem(name, "a target that is a function has none")),
                "instance" | "ip" | "alb" if !written => {
                    problems.push(problem(name, format!("targets of the type {kind} need a {name}")));
                }
                _ => {}
            }
        }
        problems
    }
}

#[cfg(test)]
mod tests;
