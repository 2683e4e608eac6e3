//! `aws_sqs_queue`

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_sqs::types::QueueAttributeName as Name;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Recover, Relations, Value,
};

use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine, missing};
use crate::kind::convert::problem;
use crate::kind::resource::{Change, Read, Resource, asks_for};
use crate::kind::tags::{Tags, made_by, made_by_another, tag_change};
use crate::services::sqs::lags;
use crate::updates;

updates! {
    pub enum QueueUpdate {
        Attributes => ["sqs:SetQueueAttributes"],
        Tags => ["sqs:TagQueue", "sqs:UntagQueue"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = QueueUpdate)]
pub struct Queue {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// Whether messages of one content are one message.
    #[field(update = Attributes, default = false)]
    content_based_deduplication: Option<bool>,
    /// Whether duplicates are looked for in the queue or in a message group.
    #[field(update = Attributes, aws_default, one_of = ["queue", "messageGroup"])]
    deduplication_scope: Option<String>,
    /// Seconds for which new messages stay hidden.
    #[field(update = Attributes, default = 0, range = 0..=900)]
    delay_seconds: Option<i64>,
    /// Whether messages keep their order.
    #[field(immutable, default = false)]
    fifo_queue: Option<bool>,
    /// Whether throughput is limited for the queue or for each message group.
    #[field(update = Attributes, aws_default, one_of = ["perQueue", "perMessageGroupId"])]
    fifo_throughput_limit: Option<String>,
    /// The queue's URL.
    #[field(computed)]
    id: Option<String>,
    /// Seconds for which a data key is used again, 60 to 86400.
    #[field(update = Attributes, aws_default, range = 60..=86400, changed_by = ["Attributes"])]
    kms_data_key_reuse_period_seconds: Option<i64>,
    /// The KMS key that encrypts messages.
    #[field(update = Attributes, conflicts = ["sqs_managed_sse_enabled"])]
    kms_master_key_id: Option<String>,
    /// Bytes that a message may have.
    #[field(update = Attributes, default = 262144, range = 1024..=1048576)]
    max_message_size: Option<i64>,
    /// Seconds for which a message is kept, 60 to 1209600.
    #[field(update = Attributes, default = 345600, range = 60..=1209600)]
    message_retention_seconds: Option<i64>,
    /// The queue's name.
    #[field(immutable, required)]
    name: Option<String>,
    /// Who may do what with the queue.
    #[field(update = Attributes, aws_default, policy)]
    policy: Option<String>,
    /// Seconds that a receiver waits for a message, 0 to 20.
    #[field(update = Attributes, default = 0, range = 0..=20)]
    receive_wait_time_seconds: Option<i64>,
    /// Which queues may use this one for their dead letters.
    #[field(update = Attributes, aws_default, json)]
    redrive_allow_policy: Option<String>,
    /// Where messages go that cannot be handled.
    #[field(update = Attributes, aws_default, json)]
    redrive_policy: Option<String>,
    /// Whether a key of SQS's own encrypts messages.
    #[field(update = Attributes, aws_default, conflicts = ["kms_master_key_id"], changed_by = ["Attributes"])]
    sqs_managed_sse_enabled: Option<bool>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// The queue's URL.
    #[field(computed)]
    url: Option<String>,
    /// Seconds for which a received message stays hidden, 0 to 43200.
    #[field(update = Attributes, default = 30, range = 0..=43200)]
    visibility_timeout_seconds: Option<i64>,
}

type Attributes = HashMap<Name, String>;

impl Queue {
    /// What is declared, as SQS wants it: every value is text.
    fn attributes(&self) -> Attributes {
        let fifo = self.fifo_queue == Some(true);
        let text = |value: &Option<String>| value.clone();
        let number = |value: Option<i64>| value.map(|number| number.to_string());
        let flag = |value: Option<bool>| value.map(|flag| flag.to_string());
        let pairs = [
            // Queues without order refuse the word.
            (Name::ContentBasedDeduplication, flag(self.content_based_deduplication).filter(|_| fifo)),
            (Name::DeduplicationScope, text(&self.deduplication_scope)),
            (Name::DelaySeconds, number(self.delay_seconds)),
            (Name::FifoThroughputLimit, text(&self.fifo_throughput_limit)),
            (Name::KmsDataKeyReusePeriodSeconds, number(self.kms_data_key_reuse_period_seconds)),
            (Name::KmsMasterKeyId, text(&self.kms_master_key_id)),
            (Name::MaximumMessageSize, number(self.max_message_size)),
            (Name::MessageRetentionPeriod, number(self.message_retention_seconds)),
            (Name::Policy, text(&self.policy)),
            (Name::ReceiveMessageWaitTimeSeconds, number(self.receive_wait_time_seconds)),
            (Name::RedriveAllowPolicy, text(&self.redrive_allow_policy)),
            (Name::RedrivePolicy, text(&self.redrive_policy)),
            (Name::SqsManagedSseEnabled, flag(self.sqs_managed_sse_enabled)),
            (Name::VisibilityTimeout, number(self.visibility_timeout_seconds)),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Those of a create call: nothing is there that an empty value would remove.
    fn first_attributes(&self) -> Attributes {
        let mut attributes = self.attributes();
        attributes.retain(|_, value| !value.is_empty());
        if self.fifo_queue == Some(true) {
            attributes.insert(Name::FifoQueue, "true".to_string());
        }
        attributes
    }

    fn live(url: &str, mut attributes: Attributes) -> Self {
        let mut text = |name: Name| attributes.remove(&name).filter(|value| !value.is_empty());
        let number = |value: Option<String>| value.and_then(|value| value.parse().ok());
        let flag = |value: Option<String>| value.map(|value| value == "true");
        let arn = text(Name::QueueArn);
        let name = arn.as_deref().unwrap_or(url).rsplit([':', '/']).next().map(String::from);
        Self {
            arn,
            content_based_deduplication: Some(flag(text(Name::ContentBasedDeduplication)).unwrap_or(false)),
            deduplication_scope: text(Name::DeduplicationScope),
            delay_seconds: number(text(Name::DelaySeconds)),
            fifo_queue: Some(flag(text(Name::FifoQueue)).unwrap_or(false)),
            fifo_throughput_limit: text(Name::FifoThroughputLimit),
            id: Some(url.to_string()),
            kms_data_key_reuse_period_seconds: number(text(Name::KmsDataKeyReusePeriodSeconds)),
            kms_master_key_id: text(Name::KmsMasterKeyId),
            max_message_size: number(text(Name::MaximumMessageSize)),
            message_retention_seconds: number(text(Name::MessageRetentionPeriod)),
            name,
            policy: text(Name::Policy),
            receive_wait_time_seconds: number(text(Name::ReceiveMessageWaitTimeSeconds)),
            redrive_allow_policy: text(Name::RedriveAllowPolicy),
            redrive_policy: text(Name::RedrivePolicy),
            sqs_managed_sse_enabled: flag(text(Name::SqsManagedSseEnabled)),
            tags: None,
            tags_all: None,
            url: Some(url.to_string()),
            visibility_timeout_seconds: number(text(Name::VisibilityTimeout)),
        }
    }
}

async fn url_of(aws: &Aws, name: &str) -> Result<Option<String>, CloudError> {
    let request = aws.read().sqs().get_queue_url().queue_name(name);
    let reply = absent_is_none(aws.call("sqs:GetQueueUrl", request.send()).await)?;
    Ok(reply.and_then(|reply| reply.queue_url))
}

async fn tags(aws: &Aws, url: &str) -> Result<Option<Tags>, CloudError> {
    let request = aws.read().sqs().list_queue_tags().queue_url(url);
    let reply = absent_is_none(aws.call("sqs:ListQueueTags", request.send()).await)?;
    Ok(reply.map(|reply| reply.tags.unwrap_or_default().into_iter().collect()))
}

async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Queue> {
    let url = request.id.as_str();
    let ask = aws.read().sqs().get_queue_attributes().queue_url(url).attribute_names(Name::All);
    let Some(reply) = absent_is_none(aws.call("sqs:GetQueueAttributes", ask.send()).await)? else { return Ok(None) };
    let mut queue = Queue::live(url, reply.attributes.unwrap_or_default());
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tags(aws, url).await? else { return Ok(None) };
        queue.tags_all = Some(tags);
    }
    Ok(Some(queue))
}

/// What an update sends: everything that is declared, and nothing for the key that is no longer.
fn changed(want: &Queue, prior: &Queue) -> Attributes {
    let mut attributes = want.attributes();
    let no_key = want.kms_master_key_id.as_ref().is_none_or(String::is_empty);
    let had_key = prior.kms_master_key_id.as_ref().is_some_and(|key| !key.is_empty());
    if no_key && had_key {
        attributes.insert(Name::KmsMasterKeyId, String::new());
    } else if no_key {
        attributes.remove(&Name::KmsMasterKeyId);
    }
    attributes
}

#[async_trait]
impl Resource for Queue {
    const TYPE: &'static str = "aws_sqs_queue";
    const DOC: &'static str = "A queue of messages.";
    const CREATE_ONCE: CreateOnce = CreateOnce::SameRequest;
    const CREATE_CALLS: &'static [&'static str] = &["sqs:CreateQueue"];
    const DELETE_CALLS: &'static [&'static str] = &["sqs:DeleteQueue"];
    const LAGS: &'static [LagReply] = lags::QUEUE;
    const IMPORT_ID: &'static str = "QUEUE_URL";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: acme-test-jobs
visibility_timeout_seconds: 60
sqs_managed_sse_enabled: true
redrive_policy: {deadLetterTargetArn: \"${dead.arn}\", maxReceiveCount: 5}
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("name_prefix", "names are never made up; write name")];
    // For a minute after a change a queue may answer with what was before.
    const CONSISTENCY_SECONDS: u32 = 60;

    type Update = QueueUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, request))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(url) = url_of(aws, wanted.name.as_deref().unwrap_or_default()).await? else { return Ok(None) };
        let tags = tags(aws, &url).await?;
        Ok(made_by(tags.as_ref(), recover.operation.id.as_str()).then(|| url.into()))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        const CALL: &str = "sqs:CreateQueue";
        let name = want.name.clone().unwrap_or_default();
        let exists = || CloudError::new(ErrorKind::AlreadyExists, format!("the queue {name} exists already"));
        // The call answers with somebody else's queue if only its attributes are the same.
        if url_of(aws, &name).await?.is_some() {
            return Err(exists());
        }
        let ours = want.tags_all.iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect();
        let request = aws
            .write()
            .sqs()
            .create_queue()
            .queue_name(&name)
            .set_attributes(Some(want.first_attributes()))
            .set_tags(Some(ours).filter(|tags: &HashMap<String, String>| !tags.is_empty()));
        let reply = aws.call(CALL, request.send()).await?;
        let url = reply.queue_url.ok_or_else(|| missing(CALL, "QueueUrl"))?;
        // So it does with one that was made since. Tags that cannot be read yet, or by this role, say nothing.
        let tags = tags(aws, &url).await.ok().flatten();
        match tags.as_ref().is_some_and(|tags| made_by_another(tags, operation.id.as_str())) {
            true => Err(exists()),
            false => Ok(url.into()),
        }
    }

    async fn update(aws: &Aws, call: QueueUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let url = id.as_str();
        match call {
            QueueUpdate::Attributes => {
                let attributes = changed(want, prior);
                let request = aws.write().sqs().set_queue_attributes().queue_url(url).set_attributes(Some(attributes));
                aws.call("sqs:SetQueueAttributes", request.send()).await.map(|_| ())
            }
            QueueUpdate::Tags => {
                let change = tag_change(prior.tags_all.as_ref(), want.tags_all.as_ref());
                if !change.set.is_empty() {
                    let tags = change.set.into_iter().collect();
                    let request = aws.write().sqs().tag_queue().queue_url(url).set_tags(Some(tags));
                    aws.call("sqs:TagQueue", request.send()).await?;
                }
                if !change.remove.is_empty() {
                    let request = aws.write().sqs().untag_queue().queue_url(url).set_tag_keys(Some(change.remove));
                    aws.call("sqs:UntagQueue", request.send()).await?;
                }
                Ok(())
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().sqs().delete_queue().queue_url(id.as_str());
        gone_is_fine(aws.call("sqs:DeleteQueue", request.send()).await)
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        let fifo = match properties.get("fifo_queue") {
            None | Some(Value::Null) => Some(false),
            Some(fifo) => fifo.as_bool(),
        };
        let name = properties.get("name").and_then(Value::as_str);
        if let (Some(fifo), Some(name)) = (fifo, name) {
            if fifo != name.ends_with(".fifo") {
                problems.push(problem("name", "the names of FIFO queues, and only theirs, end with .fifo"));
            }
            let stem = name.strip_suffix(".fifo").unwrap_or(name);
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if name.is_empty() || name.len() > 80 || !stem.chars().all(allowed) {
                problems.push(problem("name", "a queue's name has 1 to 80 letters, digits, hyphens and underscores"));
            }
        }
        if fifo == Some(false) && properties.get("content_based_deduplication").and_then(Value::as_bool) == Some(true) {
            problems.push(problem("content_based_deduplication", "only FIFO queues look for duplicates"));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation};

    fn queue() -> Queue {
        Queue {
            name: Some("jobs".into()),
            delay_seconds: Some(5),
            content_based_deduplication: Some(false),
            redrive_policy: Some(String::new()),
            kms_master_key_id: Some("alias/state".into()),
            ..Queue::default()
        }
    }

    #[test]
    fn what_is_sent_comes_back() {
        let mut attributes = queue().first_attributes();
        assert!(!attributes.contains_key(&Name::RedrivePolicy), "a new queue has nothing to remove");
        assert!(!attributes.contains_key(&Name::ContentBasedDeduplication));
        attributes.insert(Name::QueueArn, "arn:aws:sqs:eu-west-1:123456789012:jobs".into());
        let live = Queue::live("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", attributes);
        assert_eq!(live.name.as_deref(), Some("jobs"));
        assert_eq!(live.delay_seconds, Some(5));
        assert_eq!(live.kms_master_key_id.as_deref(), Some("alias/state"));
        assert_eq!(live.redrive_policy, None);
    }

    #[test]
    fn a_key_that_is_no_longer_declared_is_removed() {
        let want = Queue { kms_master_key_id: None, ..queue() };
        assert_eq!(changed(&want, &queue()).get(&Name::KmsMasterKeyId), Some(&String::new()));
        assert_eq!(changed(&want, &want).get(&Name::KmsMasterKeyId), None);
        assert_eq!(changed(&want, &want).get(&Name::RedrivePolicy), Some(&String::new()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_queue_that_somebody_else_made_in_between_is_not_adopted() {
        let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs";
        let made = async |op: &str| {
            let script = Replay::default()
                .on("/", Reply::Error(400, "QueueDoesNotExist"))
                .on("/", Reply::Json(json!({"QueueUrl": url})))
                .on("/", Reply::Json(json!({"Tags": {"wildfire:op": op}})));
            let made = Queue::create(&script.aws(), &queue(), &operation()).await;
            script.finish();
            made.map_err(|error| error.kind)
        };
        assert_eq!(made("01OURS").await, Ok(url.into()));
        assert_eq!(made("01OTHER").await, Err(ErrorKind::AlreadyExists));
    }

    #[test]
    fn fifo_is_in_the_name() {
        let name = |name: &str| Value::from([("name", Value::from(name))]);
        assert!(Queue::validate(&name("jobs")).is_empty());
        assert_eq!(Queue::validate(&name("jobs.fifo")).len(), 1);
        assert_eq!(Queue::validate(&name("jobs!")).len(), 1);
    }
}
