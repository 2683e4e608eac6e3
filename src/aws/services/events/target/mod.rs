//! `aws_cloudwatch_event_target`

mod blocks;
mod tasks;

use std::collections::{BTreeSet, HashMap};

use self::blocks::{
    AppSync, DeadLetter, Http, Kinesis, Redshift, Retry, RunCommandTarget, SageMaker, Sqs, Transformer,
};
use self::tasks::{Batch, Ecs};
use super::prelude::*;
use super::rule::DEFAULT_BUS;

updates! {
    pub enum TargetUpdate {
        Put => [PutTargets],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = TargetUpdate)]
#[sdk(from = sdk::Target, into = sdk::Target)]
pub struct Target {
    /// What an AppSync API is asked.
    #[field(update = Put, sdk = app_sync_parameters)]
    appsync_target: Option<AppSync>,
    /// The ARN of what is called.
    #[field(update = Put, required)]
    arn: Option<String>,
    /// Which job of Batch is started.
    #[field(update = Put, sdk = batch_parameters)]
    batch_target: Option<Batch>,
    /// Where events go that cannot be passed on.
    #[field(update = Put)]
    dead_letter_config: Option<DeadLetter>,
    /// Which tasks of ECS are started.
    #[field(update = Put, sdk = ecs_parameters)]
    ecs_target: Option<Ecs>,
    /// The event bus of the rule, by its name or ARN.
    #[field(immutable, default = "default", by_hand)]
    event_bus_name: Option<String>,
    /// Whether the target of a rule that an AWS service manages is removed all the same.
    #[field(local, default = false)]
    force_destroy: Option<bool>,
    /// What an HTTP endpoint gets beside the event.
    #[field(update = Put, sdk = http_parameters)]
    http_target: Option<Http>,
    /// Rule and target, after the event bus if it is not the default one: `BUS-RULE-TARGET_ID`.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// What the target gets in place of the event.
    #[field(update = Put, json, conflicts = ["input_path", "input_transformer"], length = 0..=8192)]
    input: Option<String>,
    /// The JSON path to the part of the event that the target gets.
    #[field(update = Put, conflicts = ["input", "input_transformer"], filled, length = 0..=256)]
    input_path: Option<String>,
    /// What the target gets is a text with parts of the event.
    #[field(update = Put, conflicts = ["input", "input_path"])]
    input_transformer: Option<Transformer>,
    /// How the partition of a Kinesis stream is chosen.
    #[field(update = Put, sdk = kinesis_parameters)]
    kinesis_target: Option<Kinesis>,
    /// Which statement Redshift runs.
    #[field(update = Put, sdk = redshift_data_parameters)]
    redshift_target: Option<Redshift>,
    /// How often and for how long an event is tried again.
    #[field(update = Put)]
    retry_policy: Option<Retry>,
    /// The role that calls the target.
    #[field(update = Put, filled)]
    role_arn: Option<String>,
    /// The name of the rule.
    #[field(immutable, required, by_hand)]
    rule: Option<String>,
    /// The instances on which Run Command runs.
    #[field(update = Put, by_hand)]
    run_command_targets: Option<Vec<RunCommandTarget>>,
    /// What a pipeline of SageMaker gets.
    #[field(update = Put, sdk = sage_maker_pipeline_parameters)]
    sagemaker_pipeline_target: Option<SageMaker>,
    /// How messages are put into a queue.
    #[field(update = Put, sdk = sqs_parameters)]
    sqs_target: Option<Sqs>,
    /// The target's name, unique in the rule.
    #[field(immutable, required, length = 1..=64, pattern = "[A-Za-z0-9._-]+", sdk = id)]
    target_id: Option<String>,
}

/// `BUS/RULE/TARGET_ID`. The ARN of a bus has slashes, the names of rules and targets have none.
fn joined(bus: Option<&str>, rule: &str, target: &str) -> PhysicalId {
    format!("{}/{rule}/{target}", bus.filter(|bus| !bus.is_empty()).unwrap_or(DEFAULT_BUS)).into()
}

/// Bus, rule and target; the bus may be left out.
fn split(id: &str) -> (&str, &str, &str) {
    let (rest, target) = id.rsplit_once('/').unwrap_or((id, ""));
    let (bus, rule) = rest.rsplit_once('/').unwrap_or((DEFAULT_BUS, rest));
    (bus, rule, target)
}

/// Targets by id.
type Found = HashMap<String, Target>;

async fn list(aws: &Aws, bus: &str, rule: &str) -> Result<Found, CloudError> {
    let mut found = Found::new();
    let mut token = None;
    loop {
        let request = aws.read().eventbridge().list_targets_by_rule().event_bus_name(bus).rule(rule).limit(100);
        let Some(page) = absent_is_none(aws.send(request.set_next_token(token)).await)? else { return Ok(found) };
        for live in page.targets.unwrap_or_default() {
            let target = of_rule(live, bus, rule)?;
            let name = target.target_id.clone().unwrap_or_default();
            found.insert(joined(Some(bus), rule, &name).to_string(), target);
        }
        token = filled(page.next_token);
        if token.is_none() {
            return Ok(found);
        }
    }
}

fn of_rule(mut live: sdk::Target, bus: &str, rule: &str) -> Result<Target, Unfit> {
    let commands = live.run_command_parameters.take().map(|parameters| parameters.run_command_targets);
    let run_command_targets = incoming(filled(commands), "run_command_targets")?;
    let prefix = if bus == DEFAULT_BUS { String::new() } else { format!("{bus}-") };
    let id = format!("{prefix}{rule}-{}", live.id);
    Ok(Target {
        event_bus_name: Some(bus.to_string()),
        id: Some(id),
        rule: Some(rule.to_string()),
        run_command_targets,
        ..Target::from_sdk(live)?
    })
}

/// The targets of each rule that one of the ids names.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<Found, CloudError> {
    let rules: BTreeSet<(&str, &str)> = ids.iter().map(|id| split(id)).map(|(bus, rule, _)| (bus, rule)).collect();
    let mut found = Found::new();
    for targets in join_all(rules.into_iter().map(|(bus, rule)| list(&aws, bus, rule))).await {
        found.extend(targets?);
    }
    Ok(found)
}

/// The target as the call takes it.
fn sent(want: &Target) -> Result<sdk::Target, CloudError> {
    let mut sent: sdk::Target = want.to_sdk()?;
    if let Some(commands) = filled(want.run_command_targets.clone()) {
        let parameters = sdk::RunCommandParameters::builder().set_run_command_targets(Some(commands.to_sdk()?));
        sent.run_command_parameters = Some(parameters.build().map_err(incomplete)?);
    }
    Ok(sent)
}

/// The call succeeds, and says of each target whether it did.
fn refused(what: &str, code: Option<String>, message: Option<String>) -> CloudError {
    let said = message.or_else(|| code.clone()).unwrap_or_else(|| "no reason given".into());
    let mut error = CloudError::new(ErrorKind::Rejected, format!("{what}: {said}"));
    error.code = code;
    error
}

async fn put(aws: &Aws, want: &Target) -> Result<(), CloudError> {
    let request = aws
        .write()
        .eventbridge()
        .put_targets()
        .set_event_bus_name(want.event_bus_name.clone())
        .set_rule(want.rule.clone())
        .targets(sent(want)?);
    match aws.send(request).await?.failed_entries.unwrap_or_default().into_iter().next() {
        None => Ok(()),
        Some(failed) => Err(refused("the target was not taken", failed.error_code, failed.error_message)),
    }
}

#[async_trait]
impl Resource for Target {
    const TYPE: &'static str = "aws_cloudwatch_event_target";
    const DOC: &'static str = "What a rule of EventBridge calls.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutTargets];
    const DELETE_CALLS: Calls = calls![RemoveTargets];
    const LAGS: &'static [LagReply] = lags::TARGET;
    const IMPORT_ID: &'static str = "[EVENT_BUS_NAME/]RULE/TARGET_ID";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations =
        Relations { identity: &["event_bus_name", "rule", "target_id"], part_of: &["rule"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
rule: ${nightly.name}
target_id: jobs
arn: ${jobs.arn}
input: {kind: nightly}
";

    type Update = TargetUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        let one = |found: &Found, request: &ReadRequest| {
            let (bus, rule, target) = split(request.id.as_str());
            found.get(joined(Some(bus), rule, target).as_str()).cloned()
        };
        let found = aws.batch("events:targets").load(ids, move |ids| fetch(handle, ids)).await;
        each(wanted, found, |found, request| Ok(one(found, request)))
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let (bus, rule, _) = split(id.as_str());
        let Some(live) = list(aws, bus, rule).await?.remove(id.as_str()) else { return Ok(None) };
        // What is there counts only if it is what was sent; otherwise it is sent again.
        Ok((sent(&live)? == sent(wanted)?).then_some(id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        put(aws, want).await?;
        let (rule, target) = (want.rule.as_deref().unwrap_or_default(), want.target_id.as_deref().unwrap_or_default());
        Ok(joined(want.event_bus_name.as_deref(), rule, target))
    }

    async fn update(aws: &Aws, call: TargetUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            TargetUpdate::Put => put(aws, change.want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let (bus, rule, target) = split(id.as_str());
        let request = aws.write().eventbridge().remove_targets().event_bus_name(bus).rule(rule).ids(target);
        let reply = absent_is_none(aws.send(request.set_force(prior.force_destroy.filter(|force| *force))).await)?;
        let failed = reply.and_then(|reply| reply.failed_entries).unwrap_or_default().into_iter().next();
        match failed {
            Some(failed) if failed.error_code.as_deref() != Some("ResourceNotFoundException") => {
                Err(refused("the target was not removed", failed.error_code, failed.error_message))
            }
            _ => Ok(()),
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let bus = match properties.get("event_bus_name") {
            None | Some(Value::Null) => None,
            Some(bus) => Some(bus.as_str()?),
        };
        Some(joined(bus, properties.get("rule")?.as_str()?, properties.get("target_id")?.as_str()?))
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        // The default bus may be written or left out.
        let key = |id: PhysicalId| NaturalKey { kind: Self::TYPE, parts: vec![id.to_string()], range: None };
        Some(Self::natural_id(properties).map(key).into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::tasks::Network;
    use super::*;
    use crate::connection::replay::{Replay, Reply, operation};

    fn target() -> Target {
        Target {
            arn: Some("arn:aws:ecs:eu-west-1:123456789012:cluster/jobs".into()),
            ecs_target: Some(Ecs {
                enable_ecs_managed_tags: Some(false),
                enable_execute_command: Some(true),
                network_configuration: Some(Network {
                    assign_public_ip: Some(false),
                    security_groups: None,
                    subnets: Some(vec!["subnet-1".into()]),
                }),
                tags: Some([("team".to_string(), "platform".to_string())].into_iter().collect()),
                task_count: Some(2),
                task_definition_arn: Some("arn:aws:ecs:eu-west-1:123456789012:task-definition/nightly:3".into()),
                ..Ecs::default()
            }),
            event_bus_name: Some(DEFAULT_BUS.into()),
            rule: Some("nightly".into()),
            run_command_targets: Some(vec![RunCommandTarget {
                key: Some("tag:Name".into()),
                values: Some(vec!["a".into()]),
            }]),
            target_id: Some("jobs".into()),
            ..Target::default()
        }
    }

    #[test]
    fn what_is_sent_comes_back() {
        let want = target();
        let live = of_rule(sent(&want).unwrap(), DEFAULT_BUS, "nightly").unwrap();
        assert_eq!(live, Target { id: Some("nightly-jobs".into()), ..want });
    }

    #[test]
    fn an_id_may_leave_out_the_default_bus() {
        assert_eq!(split("nightly/jobs"), ("default", "nightly", "jobs"));
        let arn = "arn:aws:events:eu-west-1:123456789012:event-bus/orders";
        let id = joined(Some(arn), "nightly", "jobs");
        assert_eq!(split(id.as_str()), (arn, "nightly", "jobs"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_target_that_was_not_taken_is_an_error() {
        let entry = json!({"TargetId": "jobs", "ErrorCode": "ManagedRuleException", "ErrorMessage": "no"});
        let reply = Reply::Json(json!({"FailedEntryCount": 1, "FailedEntries": [entry]}));
        let script = Replay::default().on("/", reply);
        let error = Target::create(&script.aws(), &target(), &operation()).await.unwrap_err();
        assert_eq!((error.code.as_deref(), error.kind), (Some("ManagedRuleException"), ErrorKind::Rejected));
        script.finish();
    }
}
