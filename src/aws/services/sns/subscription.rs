//! `aws_sns_topic_subscription`

use std::collections::HashMap;

use super::attributes::{Attributes, changes};
use super::prelude::*;

updates! {
    pub enum SubscriptionUpdate {
        Attributes => [SetSubscriptionAttributes],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = SubscriptionUpdate)]
#[sdk(attributes = String)]
pub struct Subscription {
    /// The ARN.
    #[field(computed, attribute = "SubscriptionArn")]
    arn: Option<String>,
    /// Whether the confirmation was made with credentials of the topic's owner.
    #[field(computed, attribute = "ConfirmationWasAuthenticated")]
    confirmation_was_authenticated: Option<bool>,
    /// How deliveries by HTTP are tried again.
    #[field(update = Attributes, json, attribute = "DeliveryPolicy")]
    delivery_policy: Option<String>,
    /// Where messages go: an ARN, a URL, an address or a telephone number.
    #[field(immutable, required, attribute = "Endpoint")]
    endpoint: Option<String>,
    /// Which messages are delivered.
    #[field(update = Attributes, json, attribute = "FilterPolicy")]
    filter_policy: Option<String>,
    /// Whether the filter looks at the attributes of messages, or into their bodies.
    #[field(update = Attributes, aws_default, one_of = ["MessageAttributes", "MessageBody"])]
    #[field(attribute = "FilterPolicyScope", changed_by = ["Attributes"])]
    filter_policy_scope: Option<String>,
    /// The ARN.
    #[field(computed)]
    id: Option<String>,
    /// The account that made the subscription.
    #[field(computed, attribute = "Owner")]
    owner_id: Option<String>,
    /// Whether the endpoint has not confirmed yet that it wants the messages.
    #[field(computed, attribute = "PendingConfirmation")]
    pending_confirmation: Option<bool>,
    /// The kind of the endpoint.
    #[field(immutable, required, attribute = "Protocol")]
    #[field(one_of = ["application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"])]
    protocol: Option<String>,
    /// Whether messages come without the JSON around them.
    #[field(update = Attributes, default = false, attribute = "RawMessageDelivery")]
    raw_message_delivery: Option<bool>,
    /// Where messages go that cannot be delivered.
    #[field(update = Attributes, json, attribute = "RedrivePolicy")]
    redrive_policy: Option<String>,
    /// Which archived messages of a FIFO topic are delivered again.
    #[field(update = Attributes, json, attribute = "ReplayPolicy")]
    replay_policy: Option<String>,
    /// The role that writes to Firehose.
    #[field(update = Attributes, attribute = "SubscriptionRoleArn")]
    subscription_role_arn: Option<String>,
    /// The ARN of the topic.
    #[field(immutable, required, attribute = "TopicArn")]
    topic_arn: Option<String>,
}

/// What makes a subscription; the rest are its settings.
const PLACE: [&str; 3] = ["Endpoint", "Protocol", "TopicArn"];

impl Subscription {
    fn settings(&self) -> Attributes {
        self.to_attributes().into_iter().filter(|(name, _)| !PLACE.contains(&name.as_str())).collect()
    }

    fn live(arn: &str, attributes: HashMap<String, String>) -> Result<Self, Unfit> {
        let live = Self::from_attributes(attributes)?;
        Ok(Self {
            arn: Some(arn.to_string()),
            filter_policy: live.filter_policy.filter(|policy| policy != "{}"),
            id: Some(arn.to_string()),
            raw_message_delivery: live.raw_message_delivery.or(Some(false)),
            ..live
        })
    }

    /// What an update sets, in an order in which each step is allowed: a filter that looks into bodies may have a shape
    /// that one on attributes may not, so the wider scope comes before its filter and goes after it.
    fn steps(&self, prior: &Self) -> Vec<(String, String)> {
        let mut steps = changes(self.settings(), prior.settings());
        if self.filter_policy_scope.as_deref() == Some("MessageBody") {
            steps.sort_by_key(|(name, _)| name != "FilterPolicyScope");
        }
        steps
    }
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<Subscription> {
    let ask = aws.read().sns().get_subscription_attributes().subscription_arn(id.as_str());
    let Some(reply) = absent_is_none(aws.send(ask).await)? else { return Ok(None) };
    Ok(Some(Subscription::live(id.as_str(), reply.attributes.unwrap_or_default())?))
}

/// True of `https://user:password@host`.
fn has_password(endpoint: &str) -> bool {
    let authority = endpoint.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or(rest));
    authority.and_then(|authority| authority.rsplit_once('@')).is_some_and(|(user, _)| user.contains(':'))
}

#[async_trait]
impl Resource for Subscription {
    const TYPE: &'static str = "aws_sns_topic_subscription";
    const DOC: &'static str = "A subscription of a topic: where its messages go.";
    const CREATE_ONCE: CreateOnce = CreateOnce::SameRequest;
    const CREATE_CALLS: Calls = calls![Subscribe];
    const DELETE_CALLS: Calls = calls![Unsubscribe];
    const LAGS: &'static [LagReply] = lags::SUBSCRIPTION;
    const IMPORT_ID: &'static str = "SUBSCRIPTION_ARN";
    const RELATIONS: Relations =
        Relations { identity: &["topic_arn", "protocol", "endpoint"], part_of: &["topic_arn"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
topic_arn: ${events.arn}
protocol: sqs
endpoint: ${jobs.arn}
raw_message_delivery: true
filter_policy: {kind: [order, refund]}
";
    const TERRAFORM_DEFAULTS: &'static [(&'static str, Literal)] =
        &[("confirmation_timeout_in_minutes", Literal::Int(1)), ("endpoint_auto_confirms", Literal::Bool(false))];
    const UNSUPPORTED: Refused = &[
        ("confirmation_timeout_in_minutes", "an apply does not wait for confirmations; see pending_confirmation"),
        ("endpoint_auto_confirms", "an apply does not wait for confirmations; see pending_confirmation"),
    ];

    type Update = SubscriptionUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let request = aws.read().sns().list_subscriptions_by_topic().set_topic_arn(wanted.topic_arn.clone());
        let found = absent_is_none(aws.pages(request, |page| page.subscriptions).await)?.unwrap_or_default();
        let ours = found.into_iter().find(|one| one.protocol == wanted.protocol && one.endpoint == wanted.endpoint);
        // One that waits for its confirmation is listed without its ARN; the call that is sent again returns it.
        let arn = ours.and_then(|one| one.subscription_arn).filter(|arn| arn.starts_with("arn:"));
        Ok(arn.map(PhysicalId::from))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let settings = want.settings().into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let request = aws
            .write()
            .sns()
            .subscribe()
            .set_topic_arn(want.topic_arn.clone())
            .set_protocol(want.protocol.clone())
            .set_endpoint(want.endpoint.clone())
            .set_attributes(filled(Some(settings)))
            .return_subscription_arn(true);
        aws.made(request, |reply| reply.subscription_arn).await
    }

    async fn update(aws: &Aws, call: SubscriptionUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            SubscriptionUpdate::Attributes => {
                // The API sets one attribute a call.
                for (name, value) in change.want.steps(change.prior) {
                    let request = aws.write().sns().set_subscription_attributes();
                    let request = request.subscription_arn(change.id.as_str()).attribute_name(name);
                    aws.done(request.attribute_value(value)).await?;
                }
                Ok(())
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        match aws.gone(aws.write().sns().unsubscribe().subscription_arn(id.as_str())).await {
            // AWS deletes by itself what nobody confirms, and refuses to do it earlier.
            // https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html
            Err(error) if error.message.contains("pending confirmation") => Ok(()),
            result => result,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        if properties.get("endpoint").and_then(Value::as_str).is_some_and(has_password) {
            let message = "SNS does not show the password in a URL, so that nobody can tell whether it is the same";
            problems.push(problem("endpoint", message));
        }
        let firehose = properties.get("protocol").and_then(Value::as_str) == Some("firehose");
        if firehose && properties.get("subscription_role_arn").is_none_or(Value::is_null) {
            problems.push(problem("subscription_role_arn", "the protocol firehose needs a role that writes to it"));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, Reply, recover, result};

    const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:events";

    fn subscription(scope: &str, filter: &str) -> Subscription {
        Subscription {
            endpoint: Some("https://example.com/hook".into()),
            filter_policy: Some(filter.into()),
            filter_policy_scope: Some(scope.into()),
            protocol: Some("https".into()),
            raw_message_delivery: Some(false),
            topic_arn: Some(TOPIC.into()),
            ..Subscription::default()
        }
    }

    #[test]
    fn the_wider_scope_comes_before_its_filter_and_goes_after_it() {
        let (flat, deep) =
            (subscription("MessageAttributes", r#"{"a":["b"]}"#), subscription("MessageBody", r#"{"a":{"b":["c"]}}"#));
        let names = |want: &Subscription, prior: &Subscription| -> Vec<String> {
            want.steps(prior).into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(&deep, &flat), ["FilterPolicyScope", "FilterPolicy"]);
        assert_eq!(names(&flat, &deep), ["FilterPolicy", "FilterPolicyScope"]);
        let none = Subscription { filter_policy: None, filter_policy_scope: None, ..flat.clone() };
        assert_eq!(none.steps(&flat), [("FilterPolicy".to_string(), "{}".to_string())]);
    }

    #[test]
    fn what_is_set_comes_back() {
        let want = subscription("MessageBody", "{}");
        let mut all = want.to_attributes();
        all.insert("PendingConfirmation".into(), "true".into());
        let live = Subscription::live("arn:aws:sns:eu-west-1:123456789012:events:1", all).unwrap();
        assert_eq!(live.settings().get("RawMessageDelivery").map(String::as_str), Some("false"));
        assert_eq!(live.pending_confirmation, Some(true));
        assert_eq!((live.filter_policy, live.endpoint), (None, want.endpoint));
    }

    fn listed(arn: &str) -> Reply {
        let place = "<Endpoint>https://example.com/hook</Endpoint><Protocol>https</Protocol>";
        result(&format!(
            "<Subscriptions><member><SubscriptionArn>{arn}</SubscriptionArn>{place}</member></Subscriptions>"
        ))
    }

    #[tokio::test(start_paused = true)]
    async fn a_subscription_is_known_by_its_place() {
        let script = Replay::default()
            .on("ListSubscriptionsByTopic", listed("arn:aws:sns:eu-west-1:123456789012:events:1"))
            .on("ListSubscriptionsByTopic", listed("PendingConfirmation"))
            .on("ListSubscriptionsByTopic", Reply::Error(404, "NotFound"));
        let (aws, want) = (script.aws(), subscription("MessageBody", "{}"));
        let recover = recover(serde_json::json!({}));
        let mut found = Vec::new();
        for _ in 0..3 {
            found.push(Subscription::find(&aws, &recover, &want).await.unwrap());
        }
        assert_eq!(found, [Some("arn:aws:sns:eu-west-1:123456789012:events:1".into()), None, None]);
        script.finish();
    }

    #[test]
    fn a_password_in_a_url_is_refused() {
        assert!(has_password("https://user:secret@example.com/x"));
        assert!(!has_password("https://example.com/a:b@c"));
        assert!(!has_password("arn:aws:sqs:eu-west-1:123456789012:jobs"));
    }
}
