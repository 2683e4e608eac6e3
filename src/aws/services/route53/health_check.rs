//! `aws_route53_health_check`

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_route53::operation::update_health_check::builders::UpdateHealthCheckFluentBuilder;
use aws_sdk_route53::types::{self as sdk, ResettableElementName, TagResourceType};
use serde::{Deserialize, Serialize};
use wildfire_derive::{Fields, Sdk};
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, Operation, PhysicalId, Problem, ReadRequest, Recover, Relations, Scope, Value,
};

use super::lags;
use super::operations::*;
use super::zone::{tag_plan, tags_of, update_tags};
use crate::Aws;
use crate::kind::by_name::read_named;
use crate::kind::convert::{FillChanges, FromSdk, ToSdk, filled, incomplete, problem};
use crate::kind::resource::{Calls, Change, Read, Resource, asks_for};
use crate::kind::tags::Tagged;
use crate::{calls, updates};

updates! {
    pub enum HealthCheckUpdate {
        Settings => [UpdateHealthCheck],
        Alarm => [UpdateHealthCheck],
        Tags => [ChangeTagsForResource],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = HealthCheckUpdate)]
#[sdk(
    from = sdk::HealthCheckConfig,
    into = sdk::HealthCheckConfig,
    changes(Settings) = UpdateHealthCheckFluentBuilder
)]
pub struct HealthCheck {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// How many of the others have to be healthy, for a check of other checks.
    #[field(update = Settings, aws_default, range = 0..=256, sdk = health_threshold)]
    child_health_threshold: Option<i64>,
    /// The other checks.
    #[field(update = Settings, set, filled, sdk = child_health_checks)]
    child_healthchecks: Option<Vec<String>>,
    /// The alarm whose state the health is.
    #[field(update = Alarm, sdk = alarm_identifier.name, needs = ["cloudwatch_alarm_region"])]
    cloudwatch_alarm_name: Option<String>,
    /// The alarm's region.
    #[field(update = Alarm, sdk = alarm_identifier.region, needs = ["cloudwatch_alarm_name"])]
    cloudwatch_alarm_region: Option<String>,
    /// Whether the check counts as healthy without being made.
    #[field(update = Settings, default = false)]
    disabled: Option<bool>,
    /// Whether the name is sent in the handshake of HTTPS.
    #[field(update = Settings, aws_default)]
    enable_sni: Option<bool>,
    /// How many answers in a row change the health.
    #[field(update = Settings, aws_default, range = 1..=10)]
    failure_threshold: Option<i64>,
    /// The name of what is checked.
    #[field(update = Settings, filled, forms = DnsName, length = 0..=255, sdk = fully_qualified_domain_name)]
    fqdn: Option<String>,
    /// The id.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The health while the alarm has no data.
    #[field(update = Settings, aws_default, one_of = ["Healthy", "Unhealthy", "LastKnownStatus"])]
    insufficient_data_health_status: Option<String>,
    /// Whether healthy counts as unhealthy, and the other way round.
    #[field(update = Settings, default = false, sdk = inverted)]
    invert_healthcheck: Option<bool>,
    /// The address of what is checked.
    #[field(update = Settings, forms = Cidr)]
    ip_address: Option<String>,
    /// Whether the latency is measured.
    #[field(immutable, default = false, sent_by_hand)]
    measure_latency: Option<bool>,
    /// The port.
    #[field(update = Settings, aws_default, range = 1..=65535)]
    port: Option<i64>,
    /// What the reference begins with by which AWS tells requests apart.
    #[field(immutable, write_only, length = 1..=37, by_hand)]
    reference_name: Option<String>,
    /// The regions that the check is made from; absent, all.
    #[field(update = Settings, set, filled)]
    regions: Option<Vec<String>>,
    /// Seconds between two checks.
    #[field(immutable, aws_default, range = 10..=30)]
    request_interval: Option<i64>,
    /// The path that is asked for.
    #[field(update = Settings, filled, length = 0..=255)]
    resource_path: Option<String>,
    /// The routing control of Application Recovery Controller whose state the health is.
    #[field(immutable)]
    routing_control_arn: Option<String>,
    /// The text that has to be in the first 5,120 bytes of the answer.
    #[field(update = Settings, filled, length = 0..=255)]
    search_string: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, after_create, by_hand)]
    tags: Tagged,
    /// Any texts; when one changes, Route 53 takes over the alarm's settings anew.
    #[field(update = Alarm, write_only, by_hand)]
    triggers: Option<BTreeMap<String, String>>,
    /// What is checked, and how.
    #[field(immutable, required, one_of = [
        "HTTP",
        "HTTPS",
        "HTTP_STR_MATCH",
        "HTTPS_STR_MATCH",
        "TCP",
        "CALCULATED",
        "CLOUDWATCH_METRIC",
        "RECOVERY_CONTROL"
    ])]
    r#type: Option<String>,
}

impl HealthCheck {
    fn alarm(&self) -> Result<Option<sdk::AlarmIdentifier>, CloudError> {
        let (Some(name), Some(region)) = (&self.cloudwatch_alarm_name, &self.cloudwatch_alarm_region) else {
            return Ok(None);
        };
        let region = sdk::CloudWatchRegion::from(region.as_str());
        sdk::AlarmIdentifier::builder().name(name).region(region).build().map(Some).map_err(incomplete)
    }

    /// What a call clears, as leaving it out leaves it alone.
    fn resets(&self, prior: &Self) -> Vec<ResettableElementName> {
        let mut resets = Vec::new();
        let mut reset = |gone: bool, name| {
            if gone {
                resets.push(name)
            }
        };
        reset(gone(&self.child_healthchecks, &prior.child_healthchecks), ResettableElementName::ChildHealthChecks);
        reset(gone(&self.fqdn, &prior.fqdn), ResettableElementName::FullyQualifiedDomainName);
        reset(gone(&self.regions, &prior.regions), ResettableElementName::Regions);
        reset(gone(&self.resource_path, &prior.resource_path), ResettableElementName::ResourcePath);
        resets
    }
}

fn gone<T>(want: &Option<T>, prior: &Option<T>) -> bool {
    want.is_none() && prior.is_some()
}

fn check(aws: &Aws, live: sdk::HealthCheck) -> Result<HealthCheck, CloudError> {
    let mut check = live.health_check_config.map(HealthCheck::from_sdk).transpose()?.unwrap_or_default();
    check.arn = Some(format!("arn:{}:route53:::healthcheck/{}", aws.partition(), live.id));
    check.id = Some(live.id);
    for flag in [&mut check.disabled, &mut check.invert_healthcheck, &mut check.measure_latency] {
        flag.get_or_insert(false);
    }
    Ok(check)
}

/// The reference by which AWS knows a request again.
fn reference(want: &HealthCheck, operation: &Operation) -> String {
    match want.reference_name.as_deref() {
        Some(name) => format!("{name}-{}", operation.id),
        None => operation.id.to_string(),
    }
}

async fn list(aws: &Aws) -> Result<Vec<sdk::HealthCheck>, CloudError> {
    aws.pages(aws.read().route53().list_health_checks().max_items(100), |page| Some(page.health_checks)).await
}

/// The check of an id, or all.
async fn describe(aws: &Aws, id: Option<String>) -> Result<Vec<HealthCheck>, CloudError> {
    let found = match id {
        Some(id) => aws
            .send(aws.read().route53().get_health_check().health_check_id(id))
            .await?
            .health_check
            .into_iter()
            .collect(),
        None => list(aws).await?,
    };
    found.into_iter().map(|live| check(aws, live)).collect()
}

#[async_trait]
impl Resource for HealthCheck {
    const TYPE: &'static str = "aws_route53_health_check";
    const DOC: &'static str = "A check whether something answers, for records that lead elsewhere if it does not.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateHealthCheck];
    const DELETE_CALLS: Calls = calls![DeleteHealthCheck];
    const LAGS: &'static [LagReply] = lags::HEALTH_CHECK;
    const IMPORT_ID: &'static str = "HEALTH_CHECK_ID";
    const RELATIONS: Relations = Relations { held_by: &[("aws_route53_record", "health_check_id")], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
type: HTTPS
fqdn: shop.acme.example
port: 443
resource_path: /healthy
request_interval: 30
failure_threshold: 3
";

    type Update = HealthCheckUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let id: fn(&Self) -> Option<&str> = |check| check.id.as_deref();
        let mut answers = read_named(wanted, id, |id| describe(aws, id)).await;
        let tagged = |request: &ReadRequest| asks_for(request, &["tags", "tags_all"]);
        let found = wanted.iter().zip(&answers).filter(|(request, _)| tagged(request));
        let found = found.filter_map(|(_, answer)| answer.as_ref().ok()?.as_ref()?.id.clone());
        let tags = tags_of(aws, &TagResourceType::Healthcheck, &found.collect::<Vec<_>>()).await;
        for (_, answer) in wanted.iter().zip(&mut answers).filter(|(request, _)| tagged(request)) {
            let Ok(Some(check)) = answer else { continue };
            match &tags {
                Ok(tags) => check.tags.all = check.id.as_ref().map(|id| tags.get(id).cloned().unwrap_or_default()),
                Err(error) => *answer = Err(error.clone()),
            }
        }
        answers
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let token = reference(wanted, &recover.operation);
        Ok(list(aws).await?.into_iter().find(|check| check.caller_reference == token).map(|check| check.id.into()))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let mut config: sdk::HealthCheckConfig = want.to_sdk()?;
        config.alarm_identifier = want.alarm()?;
        // A check that asks nobody has no latency.
        let asks = !matches!(want.r#type.as_deref(), Some("CALCULATED" | "CLOUDWATCH_METRIC"));
        config.measure_latency = want.measure_latency.filter(|_| asks);
        let request = aws.write().route53().create_health_check().caller_reference(reference(want, operation));
        aws.made(request.health_check_config(config), |reply| reply.health_check.map(|check| check.id)).await
    }

    async fn update(aws: &Aws, call: HealthCheckUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, operation } = change;
        let request = aws.write().route53().update_health_check().health_check_id(id.as_str());
        match call {
            HealthCheckUpdate::Settings => {
                let request = want.fill_changes(prior, request)?;
                aws.done(request.set_reset_elements(filled(Some(want.resets(prior))))).await
            }
            HealthCheckUpdate::Alarm => match want.alarm()? {
                Some(alarm) => aws.done(request.alarm_identifier(alarm)).await,
                None => Ok(()),
            },
            HealthCheckUpdate::Tags => {
                let plan = tag_plan(prior.tags.all.as_ref(), want.tags.all.as_ref(), operation);
                update_tags(aws, &TagResourceType::Healthcheck, id.as_str(), plan).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().route53().delete_health_check().health_check_id(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let written = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let kind = properties.get("type").and_then(Value::as_str);
        let needs: &[&'static str] = match kind {
            Some("CALCULATED") => &["child_healthchecks"],
            Some("CLOUDWATCH_METRIC") => &["cloudwatch_alarm_name"],
            Some("RECOVERY_CONTROL") => &["routing_control_arn"],
            Some("HTTP_STR_MATCH" | "HTTPS_STR_MATCH") => &["search_string"],
            _ => &[],
        };
        let missing = needs.iter().filter(|name| !written(name));
        let missing = missing.map(|name| problem(name, format!("a check of the type {} needs it", kind.unwrap_or(""))));
        let interval = properties.get("request_interval").and_then(Value::as_int);
        let interval = interval.filter(|seconds| ![10, 30].contains(seconds));
        missing.chain(interval.map(|_| problem("request_interval", "this is 10 or 30"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::fake;
    use crate::connection::replay::{operation, recover};

    fn named(check: HealthCheck) -> HealthCheck {
        HealthCheck { r#type: Some("HTTP".into()), ..check }
    }

    #[tokio::test]
    async fn a_check_is_found_by_its_reference() {
        let answer = |_: &fake::Asked<'_>| {
            let check = |id: &str, reference: &str| {
                format!(
                    "<HealthCheck><Id>{id}</Id><CallerReference>{reference}</CallerReference>\
                     <HealthCheckVersion>1</HealthCheckVersion></HealthCheck>"
                )
            };
            let checks = format!("{}{}{}", check("a", "01OTHER"), check("b", "web-01OURS"), check("c", "01OURS"));
            let body = format!(
                "<ListHealthChecksResponse><HealthChecks>{checks}</HealthChecks><Marker></Marker>\
                 <IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListHealthChecksResponse>"
            );
            (200, body)
        };
        let (aws, recover) = (fake::aws(answer), recover(json!({})));
        let with =
            |name: Option<&str>| HealthCheck { reference_name: name.map(String::from), ..HealthCheck::default() };
        assert_eq!(HealthCheck::find(&aws, &recover, &with(None)).await, Ok(Some("c".into())));
        assert_eq!(HealthCheck::find(&aws, &recover, &with(Some("web"))).await, Ok(Some("b".into())));
        assert_eq!(reference(&with(Some("web")), &operation()), "web-01OURS");
    }

    #[test]
    fn what_is_no_longer_declared_is_reset() {
        let prior = named(HealthCheck {
            fqdn: Some("a.example".into()),
            regions: Some(vec!["eu-west-1".into()]),
            resource_path: Some("/".into()),
            ..HealthCheck::default()
        });
        let want = named(HealthCheck { fqdn: Some("b.example".into()), ..HealthCheck::default() });
        assert_eq!(want.resets(&prior), [ResettableElementName::Regions, ResettableElementName::ResourcePath]);
        assert_eq!(prior.resets(&want), []);
    }

    #[test]
    fn each_type_has_what_it_is_about() {
        let paths = |properties: serde_json::Value| {
            let problems = HealthCheck::validate(&Value::from_json(properties));
            problems.into_iter().map(|problem| problem.path.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(paths(json!({"type": "HTTPS_STR_MATCH"})), ["search_string"]);
        assert_eq!(paths(json!({"type": "TCP", "request_interval": 20})), ["request_interval"]);
        assert!(paths(json!({"type": "CALCULATED", "child_healthchecks": ["a"], "request_interval": 10})).is_empty());
    }
}
