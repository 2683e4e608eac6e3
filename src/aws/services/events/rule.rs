//! `aws_cloudwatch_event_rule`

use std::collections::{BTreeMap, HashMap};

use aws_sdk_eventbridge::operation::put_rule::builders::PutRuleFluentBuilder;

use super::prelude::*;

updates! {
    pub enum RuleUpdate {
        Put => [PutRule],
        Tags => [TagResource, UntagResource],
    }
}

/// The bus that every account has.
pub(super) const DEFAULT_BUS: &str = "default";

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = RuleUpdate)]
#[sdk(from = sdk::Rule, create = PutRuleFluentBuilder)]
pub struct Rule {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// What the rule is for.
    #[field(update = Put, length = 0..=512, filled)]
    description: Option<String>,
    /// The event bus, by its name or ARN.
    #[field(immutable, default = "default", forms = Arn)]
    event_bus_name: Option<String>,
    /// Which events match.
    #[field(update = Put, json)]
    event_pattern: Option<String>,
    /// Whether a rule that an AWS service manages is deleted all the same.
    #[field(local, default = false)]
    force_destroy: Option<bool>,
    /// The rule's name, after that of the event bus if it is not the default one: `BUS/NAME`.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The name, unique on the event bus.
    #[field(immutable, generated, length = 1..=64, pattern = "[A-Za-z0-9._-]+")]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=38)]
    name_prefix: Option<String>,
    /// The role that passes events on.
    #[field(update = Put, filled)]
    role_arn: Option<String>,
    /// When it fires: `rate(5 minutes)`, `cron(0 20 * * ? *)`.
    #[field(update = Put, length = 0..=256, filled)]
    schedule_expression: Option<String>,
    /// Whether the rule is in force.
    #[field(update = Put, default = "ENABLED")]
    #[field(one_of = ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"])]
    state: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
}

/// `BUS/NAME`, or the name alone on the default bus. The ARN of a bus has slashes, the name of a rule has none.
fn joined(bus: Option<&str>, name: &str) -> PhysicalId {
    match bus {
        None | Some("" | DEFAULT_BUS) => name.into(),
        Some(bus) => format!("{bus}/{name}").into(),
    }
}

fn split(id: &str) -> (&str, &str) {
    id.rsplit_once('/').unwrap_or((DEFAULT_BUS, id))
}

/// The rules of a bus whose names begin with `prefix`, by id; `bus` is written as whoever asks writes it.
async fn list(aws: &Aws, bus: &str, prefix: Option<&str>) -> Result<HashMap<String, Rule>, CloudError> {
    let mut found = HashMap::new();
    let mut token = None;
    loop {
        let request = aws.read().eventbridge().list_rules().event_bus_name(bus).limit(100).set_next_token(token);
        let page = aws.send(request.set_name_prefix(prefix.map(String::from))).await;
        let Some(page) = absent_is_none(page)? else { return Ok(found) };
        for live in page.rules.unwrap_or_default() {
            let rule = Rule::from_sdk(live)?;
            let id = joined(Some(bus), rule.name.as_deref().unwrap_or_default()).to_string();
            found.insert(id.clone(), Rule { id: Some(id), event_bus_name: Some(bus.to_string()), ..rule });
        }
        token = filled(page.next_token);
        if token.is_none() {
            return Ok(found);
        }
    }
}

/// One rule by its name, those of a bus from the list of all.
async fn fetch(aws: Aws, ids: Vec<String>) -> Result<HashMap<String, Rule>, CloudError> {
    let mut buses: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (bus, name) in ids.iter().map(|id| split(id)) {
        buses.entry(bus).or_default().push(name);
    }
    let asked = buses.iter().map(|(bus, names)| match &names[..] {
        [one] => list(&aws, bus, Some(one)),
        _ => list(&aws, bus, None),
    });
    let mut found = HashMap::new();
    for rules in join_all(asked).await {
        found.extend(rules?);
    }
    Ok(found)
}

async fn tags(aws: &Aws, arn: &str) -> Result<Option<Tags>, CloudError> {
    let reply = absent_is_none(aws.send(aws.read().eventbridge().list_tags_for_resource().resource_arn(arn)).await)?;
    Ok(reply.map(|reply| Tags::from_sdk(reply.tags.unwrap_or_default())).transpose()?)
}

async fn one(aws: &Aws, id: &PhysicalId) -> Result<Option<Rule>, CloudError> {
    Ok(fetch(aws.clone(), vec![id.to_string()]).await?.remove(id.as_str()))
}

async fn complete(aws: &Aws, request: &ReadRequest, found: Option<&Rule>) -> Read<Rule> {
    let Some(mut rule) = found.cloned() else { return Ok(None) };
    if asks_for(request, &["tags", "tags_all"]) {
        let arn = rule.arn.as_deref().unwrap_or_default();
        let tags = match aws.memory::<TagsOfNew>().take(arn) {
            Some(tags) => Some(tags),
            None => tags(aws, arn).await?,
        };
        let Some(tags) = tags else { return Ok(None) };
        rule.tags.all = Some(tags);
    }
    Ok(Some(rule))
}

#[async_trait]
impl Resource for Rule {
    const TYPE: &'static str = "aws_cloudwatch_event_rule";
    const DOC: &'static str = "A rule of EventBridge: events or moments, for which its targets are called.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![PutRule];
    const DELETE_CALLS: Calls = calls![DeleteRule];
    const LAGS: &'static [LagReply] = lags::RULE;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByArns;
    const IMPORT_ID: &'static str = "[EVENT_BUS_NAME/]NAME";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations =
        Relations { identity: &["event_bus_name", "name"], part_of: &["event_bus_name"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: nightly
schedule_expression: cron(0 2 * * ? *)
";
    const UNSUPPORTED: Refused = &[("is_enabled", "Terraform deprecates it: write state")];

    type Update = RuleUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        match aws.batch("events:rules").load(ids, move |ids| fetch(handle, ids)).await {
            Ok(found) => {
                // Whoever imports may write the default bus: `default/NAME`.
                let id = |request: &ReadRequest| {
                    let (bus, name) = split(request.id.as_str());
                    joined(Some(bus), name)
                };
                let one = |request| complete(aws, request, found.get(id(request).as_str()));
                join_all(wanted.iter().map(one)).await
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = joined(wanted.event_bus_name.as_deref(), wanted.name.as_deref().unwrap_or_default());
        let Some(live) = one(aws, &id).await? else { return Ok(None) };
        let tags = tags(aws, live.arn.as_deref().unwrap_or_default()).await?;
        Ok(made_by(tags.as_ref(), recover.operation.id.as_str()).then_some(id))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = joined(want.event_bus_name.as_deref(), want.name.as_deref().unwrap_or_default());
        let exists = || CloudError::new(ErrorKind::AlreadyExists, format!("the rule {id} exists already"));
        // The call changes a rule that exists, and leaves its tags alone.
        match one(aws, &id).await {
            Ok(None) => {}
            Ok(Some(_)) => return Err(exists()),
            Err(mut error) => {
                if error.kind == ErrorKind::Ambiguous {
                    error.kind = ErrorKind::NotSent;
                }
                return Err(error);
            }
        }
        let reply = aws.send(want.fill(aws.write().eventbridge().put_rule())?).await?;
        // So it does with one that was made since. Tags that cannot be read yet, or by this role, say nothing.
        let arn = reply.rule_arn.unwrap_or_default();
        if let Ok(Some(tags)) = tags(aws, &arn).await {
            if made_by_another(&tags, operation.id.as_str()) {
                return Err(exists());
            }
            aws.memory::<TagsOfNew>().keep(&arn, tags);
        }
        Ok(id)
    }

    async fn update(aws: &Aws, call: RuleUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { want, prior, .. } = change;
        let events = aws.write().eventbridge();
        match call {
            // The call replaces everything but the tags.
            RuleUpdate::Put => aws.done(want.fill(events.put_rule())?.set_tags(None)).await,
            RuleUpdate::Tags => {
                let arn = prior.arn.as_deref().unwrap_or_default();
                aws.memory::<TagsOfNew>().take(arn);
                let set = |tags: Tags| async move {
                    aws.done(events.tag_resource().resource_arn(arn).set_tags(Some(tags.to_sdk()?))).await
                };
                let remove = |keys| aws.done(events.untag_resource().resource_arn(arn).set_tag_keys(Some(keys)));
                retag(prior.tags.all.as_ref(), want.tags.all.as_ref(), set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let (bus, name) = split(id.as_str());
        let request = aws.write().eventbridge().delete_rule().event_bus_name(bus).name(name);
        aws.gone(request.set_force(prior.force_destroy.filter(|force| *force))).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let absent = |name: &str| properties.get(name).is_none_or(Value::is_null);
        let mut problems = Vec::new();
        if absent("event_pattern") && absent("schedule_expression") {
            let message = "a rule needs an event_pattern, a schedule_expression or both";
            problems.push(problem("event_pattern", message));
        }
        let bus = properties.get("event_bus_name").and_then(Value::as_str).unwrap_or(DEFAULT_BUS);
        if !absent("schedule_expression") && bus.rsplit('/').next() != Some(DEFAULT_BUS) {
            problems.push(problem("schedule_expression", "only rules of the default event bus have a schedule"));
        }
        problems
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let bus = match properties.get("event_bus_name") {
            None | Some(Value::Null) => None,
            Some(bus) => Some(bus.as_str()?),
        };
        Some(joined(bus, properties.get("name")?.as_str()?))
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

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, request};

    #[test]
    fn the_default_bus_is_not_named() {
        assert_eq!(joined(Some("default"), "a").as_str(), "a");
        assert_eq!(split("a"), ("default", "a"));
        let arn = "arn:aws:events:eu-west-1:123456789012:event-bus/orders";
        let id = joined(Some(arn), "a");
        assert_eq!(split(id.as_str()), (arn, "a"));
    }

    #[test]
    fn a_rule_has_something_to_fire_for() {
        let wrong = |pairs: &[(&str, &str)]| {
            let map = pairs.iter().map(|(name, value)| (name.to_string(), Value::from(*value)));
            Rule::validate(&Value::Map(map.collect())).len()
        };
        assert_eq!(wrong(&[("name", "a")]), 1);
        assert_eq!(wrong(&[("schedule_expression", "rate(1 day)")]), 0);
        assert_eq!(wrong(&[("schedule_expression", "rate(1 day)"), ("event_bus_name", "orders")]), 1);
    }

    fn listed(names: &[&str]) -> Reply {
        let one =
            |name: &&str| json!({"Name": name, "Arn": format!("arn:aws:events:eu-west-1:123456789012:rule/{name}")});
        Reply::Json(json!({"Rules": names.iter().map(one).collect::<Vec<_>>()}))
    }

    #[tokio::test(start_paused = true)]
    async fn the_rules_of_a_bus_are_read_together() {
        let script = Replay::default().on("/", listed(&["a", "ab"])).on("/", listed(&["c"]));
        let wanted = ["a", "gone", "orders/c", "default/ab"].map(|id| request(id, &[]));
        let found = Rule::read(&script.aws(), &wanted).await;
        let names: Vec<Option<String>> =
            found.into_iter().map(|read| read.unwrap().and_then(|rule| rule.name)).collect();
        assert_eq!(names, [Some("a".to_string()), None, Some("c".to_string()), Some("ab".to_string())]);
        assert_eq!(script.finish().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rule_that_exists_is_not_taken_over() {
        let script = Replay::default()
            .on("/", listed(&["a"]))
            .on("/", listed(&[]))
            .on("/", Reply::Json(json!({"RuleArn": "arn:aws:events:eu-west-1:123456789012:rule/a"})))
            .on("/", Reply::Json(json!({"Tags": [{"Key": "wildfire:op", "Value": "01OTHER"}]})));
        let (aws, want) = (script.aws(), Rule { name: Some("a".into()), ..Rule::default() });
        for _ in 0..2 {
            let error = Rule::create(&aws, &want, &operation()).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::AlreadyExists);
        }
        script.finish();
    }
}
