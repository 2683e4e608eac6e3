//! `aws_s3_bucket_notification`

use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput;

use super::prelude::*;
use crate::connection::call::gone_is_fine;
use crate::kind::convert::Built;

updates! {
    pub enum BucketNotificationUpdate {
        Notifications => [PutBucketNotificationConfiguration],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = BucketNotificationUpdate)]
#[sdk(from = GetBucketNotificationConfigurationOutput, into = sdk::NotificationConfiguration)]
pub struct BucketNotification {
    /// The bucket.
    #[field(immutable, required, by_hand)]
    bucket: Option<String>,
    /// Whether every event goes to EventBridge.
    #[field(update = Notifications, default = false, by_hand)]
    eventbridge: Option<bool>,
    /// The bucket's name.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// Functions that are called.
    #[field(update = Notifications, filled, sdk = lambda_function_configurations)]
    lambda_function: Option<Vec<ToFunction>>,
    /// Queues that get messages.
    #[field(update = Notifications, filled, sdk = queue_configurations)]
    queue: Option<Vec<ToQueue>>,
    /// Topics to which messages are published.
    #[field(update = Notifications, filled, sdk = topic_configurations)]
    topic: Option<Vec<ToTopic>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct ToFunction {
    /// What has to happen: `s3:ObjectCreated:*`.
    #[field(required, set)]
    events: Option<Vec<String>>,
    /// What the key begins with.
    #[field(filled)]
    filter_prefix: Option<String>,
    /// What the key ends with.
    #[field(filled)]
    filter_suffix: Option<String>,
    /// A name for the rule; AWS makes one up.
    #[field(aws_default)]
    id: Option<String>,
    /// The ARN of the function.
    #[field(optional)]
    lambda_function_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct ToQueue {
    /// What has to happen: `s3:ObjectCreated:*`.
    #[field(required, set)]
    events: Option<Vec<String>>,
    /// What the key begins with.
    #[field(filled)]
    filter_prefix: Option<String>,
    /// What the key ends with.
    #[field(filled)]
    filter_suffix: Option<String>,
    /// A name for the rule; AWS makes one up.
    #[field(aws_default)]
    id: Option<String>,
    /// The ARN of the queue.
    #[field(required)]
    queue_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct ToTopic {
    /// What has to happen: `s3:ObjectCreated:*`.
    #[field(required, set)]
    events: Option<Vec<String>>,
    /// What the key begins with.
    #[field(filled)]
    filter_prefix: Option<String>,
    /// What the key ends with.
    #[field(filled)]
    filter_suffix: Option<String>,
    /// A name for the rule; AWS makes one up.
    #[field(aws_default)]
    id: Option<String>,
    /// The ARN of the topic.
    #[field(required)]
    topic_arn: Option<String>,
}

fn to_filter(prefix: &Option<String>, suffix: &Option<String>) -> Option<sdk::NotificationConfigurationFilter> {
    let rule = |name: sdk::FilterRuleName, value: &Option<String>| {
        let value = value.clone().filter(|value| !value.is_empty())?;
        Some(sdk::FilterRule::builder().name(name).value(value).build())
    };
    let rules = [rule(sdk::FilterRuleName::Prefix, prefix), rule(sdk::FilterRuleName::Suffix, suffix)];
    let rules = filled(Some(rules.into_iter().flatten().collect::<Vec<_>>()))?;
    let key = sdk::S3KeyFilter::builder().set_filter_rules(Some(rules)).build();
    Some(sdk::NotificationConfigurationFilter::builder().key(key).build())
}

/// The value of the rule `name`; S3 returns the names with a capital letter.
fn of_filter(filter: &Option<sdk::NotificationConfigurationFilter>, name: &str) -> Option<String> {
    let rules = filter.as_ref()?.key.as_ref()?.filter_rules.as_deref()?;
    let named =
        |rule: &&sdk::FilterRule| rule.name.as_ref().is_some_and(|known| known.as_str().eq_ignore_ascii_case(name));
    filled(rules.iter().find(named)?.value.clone())
}

/// The way between a block and the SDK's type, which differ in the name of the target alone.
macro_rules! target {
    ($block:ident, $sdk:ident, $arn:ident, $set:ident) => {
        impl FromSdk<sdk::$sdk> for $block {
            fn from_sdk(live: sdk::$sdk) -> Result<Self, Unfit> {
                Ok(Self {
                    events: incoming(Some(live.events), "events")?,
                    filter_prefix: of_filter(&live.filter, "prefix"),
                    filter_suffix: of_filter(&live.filter, "suffix"),
                    id: live.id,
                    $arn: Some(live.$arn),
                })
            }
        }

        impl ToSdk<sdk::$sdk> for $block {
            fn to_sdk(&self) -> Result<sdk::$sdk, Unfit> {
                sdk::$sdk::builder()
                    .set_id(filled(self.id.clone()))
                    .set_events(outgoing(&self.events, "events")?)
                    .set_filter(to_filter(&self.filter_prefix, &self.filter_suffix))
                    .$set(self.$arn.clone())
                    .build()
                    .built()
            }
        }
    };
}

target!(ToFunction, LambdaFunctionConfiguration, lambda_function_arn, set_lambda_function_arn);
target!(ToQueue, QueueConfiguration, queue_arn, set_queue_arn);
target!(ToTopic, TopicConfiguration, topic_arn, set_topic_arn);

async fn replace(aws: &Aws, bucket: &str, with: sdk::NotificationConfiguration) -> Result<(), CloudError> {
    let request = aws.write().s3().put_bucket_notification_configuration().bucket(bucket);
    aws.done(request.notification_configuration(with)).await
}

impl BucketNotification {
    fn is_empty(&self) -> bool {
        let lists = [
            self.lambda_function.as_ref().map_or(0, Vec::len),
            self.queue.as_ref().map_or(0, Vec::len),
            self.topic.as_ref().map_or(0, Vec::len),
        ];
        lists.iter().all(|length| *length == 0) && self.eventbridge != Some(true)
    }

    /// Without the names that AWS makes up.
    fn nameless(&self) -> Self {
        let mut bare = Self { bucket: None, id: None, ..self.clone() };
        bare.eventbridge = Some(self.eventbridge.unwrap_or(false));
        bare.lambda_function.iter_mut().flatten().for_each(|rule| rule.id = None);
        bare.queue.iter_mut().flatten().for_each(|rule| rule.id = None);
        bare.topic.iter_mut().flatten().for_each(|rule| rule.id = None);
        bare
    }
}

#[async_trait]
impl Setting for BucketNotification {
    fn key(&self) -> BucketKey {
        BucketKey::new(self.bucket.as_deref(), None)
    }

    async fn get(aws: &Aws, key: &BucketKey) -> Read<Self> {
        let request = aws.read().s3().get_bucket_notification_configuration().bucket(&key.bucket);
        let Some(reply) = absent_is_none(aws.send(request).await)? else { return Ok(None) };
        let (bucket, eventbridge) = (Some(key.bucket.clone()), Some(reply.event_bridge_configuration.is_some()));
        let live = Self { id: bucket.clone(), bucket, eventbridge, ..Self::from_sdk(reply)? };
        // A bucket without notifications answers with an empty list.
        Ok((!live.is_empty()).then_some(live))
    }

    async fn put(aws: &Aws, key: &BucketKey, want: &Self, _prior: Option<&Self>) -> Result<(), CloudError> {
        let mut sent: sdk::NotificationConfiguration = want.to_sdk()?;
        let to_bus = want.eventbridge == Some(true);
        sent.event_bridge_configuration = to_bus.then(|| sdk::EventBridgeConfiguration::builder().build());
        replace(aws, &key.bucket, sent).await
    }

    fn same(live: &Self, want: &Self) -> Result<bool, CloudError> {
        let sent = |of: &Self| ToSdk::<sdk::NotificationConfiguration>::to_sdk(&of.nameless());
        Ok(live.nameless().eventbridge == want.nameless().eventbridge && sent(live)? == sent(want)?)
    }
}

#[async_trait]
impl Resource for BucketNotification {
    const TYPE: &'static str = "aws_s3_bucket_notification";
    const DOC: &'static str = "Who is told of what happens in a bucket.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutBucketNotificationConfiguration];
    const DELETE_CALLS: Calls = calls![PutBucketNotificationConfiguration];
    const LAGS: &'static [LagReply] = lags::NOTIFICATION;
    const IMPORT_ID: &'static str = "BUCKET";
    const RELATIONS: Relations = Relations { identity: &["bucket"], part_of: &["bucket"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
bucket: ${uploads.id}
queue:
  - queue_arn: ${jobs.arn}
    events: [\"s3:ObjectCreated:*\"]
    filter_prefix: incoming/
";

    type Update = BucketNotificationUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_settings(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_setting(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        create_setting(aws, want).await
    }

    async fn update(aws: &Aws, call: BucketNotificationUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            BucketNotificationUpdate::Notifications => {
                Self::put(aws, &BucketKey::parse(change.id), change.want, None).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        gone_is_fine(replace(aws, id.as_str(), sdk::NotificationConfiguration::builder().build()).await)
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let absent = |name: &str| match properties.get(name) {
            None | Some(Value::Null) => true,
            Some(value) => value.as_list().is_some_and(<[Value]>::is_empty) || value.as_bool() == Some(false),
        };
        let empty = ["eventbridge", "lambda_function", "queue", "topic"].iter().all(|name| absent(name));
        let message = "nobody is told anything: write lambda_function, queue, topic or eventbridge: true";
        empty.then(|| problem("bucket", message)).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        BucketKey::natural(properties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to_queue(id: Option<&str>) -> ToQueue {
        ToQueue {
            events: Some(vec!["s3:ObjectCreated:*".into()]),
            filter_prefix: Some("incoming/".into()),
            filter_suffix: None,
            id: id.map(String::from),
            queue_arn: Some("arn:aws:sqs:eu-west-1:123456789012:jobs".into()),
        }
    }

    #[test]
    fn what_is_sent_comes_back() {
        let want = to_queue(Some("jobs"));
        assert_eq!(ToQueue::from_sdk(want.to_sdk().unwrap()), Ok(want));
    }

    #[test]
    fn names_that_aws_makes_up_are_no_difference() {
        let live = BucketNotification { queue: Some(vec![to_queue(Some("tf-1"))]), ..BucketNotification::default() };
        let want = BucketNotification { queue: Some(vec![to_queue(None)]), ..BucketNotification::default() };
        assert!(BucketNotification::same(&live, &want).unwrap());
        let other = BucketNotification { eventbridge: Some(true), ..want.clone() };
        assert!(!BucketNotification::same(&live, &other).unwrap());
    }

    #[test]
    fn the_names_of_rules_may_have_a_capital_letter() {
        let rule = sdk::FilterRule::builder().name("Suffix".into()).value(".jpg").build();
        let key = sdk::S3KeyFilter::builder().filter_rules(rule).build();
        let filter = Some(sdk::NotificationConfigurationFilter::builder().key(key).build());
        assert_eq!(of_filter(&filter, "suffix").as_deref(), Some(".jpg"));
        assert_eq!(of_filter(&filter, "prefix"), None);
    }

    #[test]
    fn a_notification_tells_somebody() {
        let bucket = ("bucket", Value::from("uploads"));
        assert_eq!(BucketNotification::validate(&Value::from([bucket.clone()])).len(), 1);
        let to_bus = Value::from([bucket, ("eventbridge", Value::from(true))]);
        assert!(BucketNotification::validate(&to_bus).is_empty());
    }
}
