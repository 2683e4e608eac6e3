//! `aws_lb_listener_rule`

mod conditions;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_elasticloadbalancingv2::operation::create_rule::builders::CreateRuleFluentBuilder;
use aws_sdk_elasticloadbalancingv2::operation::modify_rule::builders::ModifyRuleFluentBuilder;
use aws_sdk_elasticloadbalancingv2::types::RulePriorityPair;

use self::conditions::Condition;
use super::actions::{self, Action};
use super::arn::listener_of;
use super::prelude::*;
use crate::kind::convert::int;

updates! {
    pub enum ListenerRuleUpdate {
        Rule => [ModifyRule],
        Priority => [SetRulePriorities],
        Tags => [AddTags, RemoveTags],
    }
}

/// The last place that a rule can have.
const LAST: i64 = 50_000;

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ListenerRuleUpdate)]
#[sdk(from = sdk::Rule, create = CreateRuleFluentBuilder, update(Rule) = ModifyRuleFluentBuilder)]
pub struct ListenerRule {
    /// What is done, in the order in which it is done.
    #[field(update = Rule, required, by_hand)]
    action: Option<Vec<Action>>,
    /// The ARN.
    #[field(computed, sdk = rule_arn)]
    arn: Option<String>,
    /// What a request has to be like; all of it.
    #[field(update = Rule, required, set, sdk = conditions)]
    condition: Option<Vec<Condition>>,
    /// The ARN.
    #[field(computed, sdk = rule_arn)]
    id: Option<String>,
    /// The listener.
    #[field(immutable, required, read_by_hand)]
    listener_arn: Option<String>,
    /// The place among the rules of the listener, the lowest number first; by default after all others.
    #[field(update = Priority, aws_default, range = 1..=50000, by_hand)]
    priority: Option<i64>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
}

impl ListenerRule {
    fn live(live: sdk::Rule) -> Result<Self, Unfit> {
        let actions = actions::from_sdk(live.actions.clone(), "action")?;
        // The rule of the listener itself has the word `default`.
        let priority = live.priority.as_deref().and_then(|priority| priority.parse().ok());
        let rule = Self::from_sdk(live)?;
        let listener = rule.arn.as_deref().and_then(listener_of);
        Ok(Self { action: actions, listener_arn: listener, priority, ..rule })
    }
}

/// The rules of a listener, or one.
async fn list(aws: &Aws, listener: &str, arns: &[String]) -> Result<Vec<ListenerRule>, CloudError> {
    let request = aws.read().elasticloadbalancingv2().describe_rules();
    let request = match arns {
        [one] => request.rule_arns(one),
        _ => request.listener_arn(listener).page_size(400),
    };
    let live = absent_is_none(aws.pages(request, |page| page.rules).await)?.unwrap_or_default();
    Ok(live.into_iter().map(ListenerRule::live).collect::<Result<_, _>>()?)
}

/// A call for each listener.
async fn fetch(aws: Aws, arns: Vec<String>) -> Result<HashMap<String, ListenerRule>, CloudError> {
    let mut listeners: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for arn in arns {
        listeners.entry(listener_of(&arn).unwrap_or_default()).or_default().push(arn);
    }
    // What is no ARN of a rule is asked for by itself: AWS says what is wrong.
    let strange = listeners.remove("").unwrap_or_default();
    let alone = strange.into_iter().map(|arn| (String::new(), vec![arn]));
    let asked: Vec<(String, Vec<String>)> = listeners.into_iter().chain(alone).collect();
    let mut found = HashMap::new();
    for rules in join_all(asked.iter().map(|(listener, arns)| list(&aws, listener, arns))).await {
        found.extend(rules?.into_iter().filter_map(|rule| Some((rule.arn.clone()?, rule))));
    }
    Ok(found)
}

async fn complete(aws: &Aws, request: &ReadRequest, found: Option<&ListenerRule>) -> Read<ListenerRule> {
    let Some(mut rule) = found.cloned() else { return Ok(None) };
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tagging::of(aws, request.id.as_str()).await? else { return Ok(None) };
        rule.tags.all = Some(tags);
    }
    Ok(Some(rule))
}

/// The place after all others.
fn next(taken: &BTreeSet<i64>) -> Result<i64, CloudError> {
    let full =
        || CloudError::new(ErrorKind::Rejected, format!("the listener has a rule of the priority {LAST}: write one"));
    match taken.last().copied().unwrap_or(0) {
        last if last < LAST => Ok(last + 1),
        _ => Err(full()),
    }
}

#[async_trait]
impl Resource for ListenerRule {
    const TYPE: &'static str = "aws_lb_listener_rule";
    const DOC: &'static str = "What a listener does with some of the requests.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![CreateRule];
    const DELETE_CALLS: Calls = calls![DeleteRule];
    const LAGS: &'static [LagReply] = lags::LISTENER_RULE;
    const IMPORT_ID: &'static str = "RULE_ARN";
    const RELATIONS: Relations =
        Relations { identity: &["listener_arn", "priority"], part_of: &["listener_arn"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
listener_arn: ${https.arn}
priority: 10
condition:
  - {path_pattern: {values: [/api/*]}}
action:
  - {type: forward, target_group_arn: \"${api.arn}\"}
";

    type Update = ListenerRuleUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let arns = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        match aws.batch("elasticloadbalancing:rules").load(arns, move |arns| fetch(handle, arns)).await {
            Ok(found) => {
                let one = |request| complete(aws, request, found.get(request.id.as_str()));
                join_all(wanted.iter().map(one)).await
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let listener = wanted.listener_arn.as_deref().unwrap_or_default();
        let arns = list(aws, listener, &[]).await?.into_iter().filter_map(|rule| rule.arn).collect();
        only_made_by(recover, tagging::candidates(aws, arns).await?)
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let listener = want.listener_arn.as_deref().unwrap_or_default();
        let priority = match want.priority {
            Some(priority) => priority,
            None => {
                let there = list(aws, listener, &[]).await.map_err(tagging::before_sending)?;
                next(&there.into_iter().filter_map(|rule| rule.priority).collect())?
            }
        };
        let request = want.fill(aws.write().elasticloadbalancingv2().create_rule())?.priority(int(priority));
        let request = request.set_actions(actions::to_sdk(&want.action, "action")?);
        let made = aws.made(request, |reply| reply.rules?.pop()?.rule_arn).await;
        made.map_err(|mut error| {
            if error.code.as_deref() == Some("PriorityInUse") {
                // Another rule took the place that was free a moment ago: the next try finds another one.
                error.kind = match want.priority {
                    Some(_) => ErrorKind::AlreadyExists,
                    None => ErrorKind::Busy,
                };
            }
            error
        })
    }

    async fn update(aws: &Aws, call: ListenerRuleUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (balancing, arn) = (aws.write().elasticloadbalancingv2(), id.as_str());
        match call {
            ListenerRuleUpdate::Rule => {
                let request = want.fill(balancing.modify_rule().rule_arn(arn))?;
                aws.done(request.set_actions(actions::to_sdk(&want.action, "action")?)).await
            }
            ListenerRuleUpdate::Priority => {
                let Some(priority) = want.priority else { return Ok(()) };
                let pair = RulePriorityPair::builder().rule_arn(arn).priority(int(priority)).build();
                aws.done(balancing.set_rule_priorities().rule_priorities(pair)).await
            }
            ListenerRuleUpdate::Tags => tagging::update(aws, arn, &prior.tags, &want.tags).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().elasticloadbalancingv2().delete_rule().rule_arn(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems = actions::problems(properties, "action");
        problems.extend(conditions::problems(properties));
        problems
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, request, result};

    const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/50dc/f2f7";
    const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/web/50dc/f2f7/";

    fn listed(rules: &[(&str, &str)]) -> Reply {
        let one = |(id, priority): &(&str, &str)| {
            format!("<member><RuleArn>{RULE}{id}</RuleArn><Priority>{priority}</Priority></member>")
        };
        result(&format!("<Rules>{}</Rules>", rules.iter().map(one).collect::<String>()))
    }

    fn want() -> ListenerRule {
        ListenerRule { listener_arn: Some(LISTENER.into()), ..ListenerRule::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn the_rules_of_a_listener_are_read_together() {
        let script = Replay::default().on("DescribeRules", listed(&[("a", "7"), ("b", "default")]));
        let ids = ["a", "b", "gone"].map(|id| request(&format!("{RULE}{id}"), &["priority"]));
        let found = ListenerRule::read(&script.aws(), &ids).await;
        let rules: Vec<_> = found.into_iter().map(|read| read.unwrap()).collect();
        assert_eq!(rules[0].as_ref().unwrap().priority, Some(7));
        assert_eq!(rules[1].as_ref().unwrap().priority, None);
        assert_eq!(rules[0].as_ref().unwrap().listener_arn.as_deref(), Some(LISTENER));
        assert!(rules[2].is_none());
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn a_rule_without_a_priority_comes_last() {
        let script = Replay::default()
            .on("DescribeRules", listed(&[("a", "7"), ("b", "default")]))
            .on("CreateRule", listed(&[("c", "8")]));
        let made = ListenerRule::create(&script.aws(), &want(), &operation()).await.unwrap();
        assert_eq!(made.as_str(), format!("{RULE}c"));
        assert_eq!(script.finish()[1].parameter("Priority"), Some("8"));
        assert!(next(&BTreeSet::from([LAST])).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_is_taken_is_an_error_only_where_it_was_asked_for() {
        let taken = || Reply::Error(400, "PriorityInUse");
        let script =
            Replay::default().on("DescribeRules", listed(&[])).on("CreateRule", taken()).on("CreateRule", taken());
        let kind =
            async |want: ListenerRule| ListenerRule::create(&script.aws(), &want, &operation()).await.unwrap_err().kind;
        assert_eq!(kind(want()).await, ErrorKind::Busy);
        assert_eq!(kind(ListenerRule { priority: Some(1), ..want() }).await, ErrorKind::AlreadyExists);
        script.finish();
    }

    #[test]
    fn a_condition_and_an_action_are_looked_at() {
        let json = json!({"condition": [{}], "action": [{"type": "redirect"}]});
        assert_eq!(ListenerRule::validate(&Value::from_json(json)).len(), 2);
    }
}
