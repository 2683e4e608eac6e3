//! `aws_sqs_queue`

use std::collections::HashMap;

use super::prelude::*;

updates! {
    pub enum QueueUpdate {
        Attributes => [SetQueueAttributes],
        Tags => [TagQueue, UntagQueue],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = QueueUpdate)]
#[sdk(attributes = Name)]
pub struct Queue {
    /// The ARN.
    #[field(computed, attribute = QueueArn)]
    arn: Option<String>,
    /// Whether messages of one content are one message.
    #[field(update = Attributes, default = false, attribute = ContentBasedDeduplication, sent_by_hand)]
    content_based_deduplication: Option<bool>,
    /// Whether duplicates are looked for in the queue or in a message group.
    #[field(update = Attributes, aws_default, one_of = ["queue", "messageGroup"], attribute = DeduplicationScope)]
    deduplication_scope: Option<String>,
    /// Seconds for which new messages stay hidden.
    #[field(update = Attributes, default = 0, range = 0..=900, attribute = DelaySeconds)]
    delay_seconds: Option<i64>,
    /// Whether messages keep their order.
    #[field(immutable, default = false, attribute = FifoQueue, sent_by_hand)]
    fifo_queue: Option<bool>,
    /// Whether throughput is limited for the queue or for each message group.
    #[field(update = Attributes, aws_default, one_of = ["perQueue", "perMessageGroupId"], attribute = FifoThroughputLimit)]
    fifo_throughput_limit: Option<String>,
    /// The queue's URL.
    #[field(computed)]
    id: Option<String>,
    /// Seconds for which a data key is used again, 60 to 86400.
    #[field(update = Attributes, aws_default, range = 60..=86400, changed_by = ["Attributes"], attribute = KmsDataKeyReusePeriodSeconds)]
    kms_data_key_reuse_period_seconds: Option<i64>,
    /// The KMS key that encrypts messages.
    #[field(update = Attributes, conflicts = ["sqs_managed_sse_enabled"], attribute = KmsMasterKeyId)]
    kms_master_key_id: Option<String>,
    /// Bytes that a message may have.
    #[field(update = Attributes, default = 262144, range = 1024..=1048576, attribute = MaximumMessageSize)]
    max_message_size: Option<i64>,
    /// Seconds for which a message is kept, 60 to 1209600.
    #[field(update = Attributes, default = 345600, range = 60..=1209600, attribute = MessageRetentionPeriod)]
    message_retention_seconds: Option<i64>,
    /// The queue's name.
    #[field(immutable, generated)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=54, ending = ".fifo when fifo_queue")]
    name_prefix: Option<String>,
    /// Who may do what with the queue.
    #[field(update = Attributes, aws_default, policy, attribute = Policy)]
    policy: Option<String>,
    /// Seconds that a receiver waits for a message, 0 to 20.
    #[field(update = Attributes, default = 0, range = 0..=20, attribute = ReceiveMessageWaitTimeSeconds)]
    receive_wait_time_seconds: Option<i64>,
    /// Which queues may use this one for their dead letters.
    #[field(update = Attributes, aws_default, json, attribute = RedriveAllowPolicy)]
    redrive_allow_policy: Option<String>,
    /// Where messages go that cannot be handled.
    #[field(update = Attributes, aws_default, json, attribute = RedrivePolicy)]
    redrive_policy: Option<String>,
    /// Whether a key of SQS's own encrypts messages.
    #[field(update = Attributes, aws_default, conflicts = ["kms_master_key_id"], changed_by = ["Attributes"], attribute = SqsManagedSseEnabled)]
    sqs_managed_sse_enabled: Option<bool>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
    /// The queue's URL.
    #[field(computed)]
    url: Option<String>,
    /// Seconds for which a received message stays hidden, 0 to 43200.
    #[field(update = Attributes, default = 30, range = 0..=43200, attribute = VisibilityTimeout)]
    visibility_timeout_seconds: Option<i64>,
}

type Attributes = HashMap<Name, String>;

impl Queue {
    /// What is declared, as SQS wants it: every value is text.
    fn attributes(&self) -> Attributes {
        let mut attributes = self.to_attributes();
        // Queues without order refuse the word.
        if let (Some(true), Some(by_content)) = (self.fifo_queue, self.content_based_deduplication) {
            attributes.insert(Name::ContentBasedDeduplication, by_content.to_string());
        }
        attributes
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

    fn live(url: &str, attributes: Attributes) -> Result<Self, Unfit> {
        let queue = Self::from_attributes(attributes)?;
        let name = queue.arn.as_deref().unwrap_or(url).rsplit([':', '/']).next().map(String::from);
        Ok(Self {
            content_based_deduplication: queue.content_based_deduplication.or(Some(false)),
            fifo_queue: queue.fifo_queue.or(Some(false)),
            id: Some(url.to_string()),
            name,
            url: Some(url.to_string()),
            ..queue
        })
    }
}

async fn url_of(aws: &Aws, name: &str) -> Result<Option<String>, CloudError> {
    let reply = absent_is_none(aws.send(aws.read().sqs().get_queue_url().queue_name(name)).await)?;
    Ok(reply.and_then(|reply| reply.queue_url))
}

async fn tags(aws: &Aws, url: &str) -> Result<Option<Tags>, CloudError> {
    let reply = absent_is_none(aws.send(aws.read().sqs().list_queue_tags().queue_url(url)).await)?;
    Ok(reply.map(|reply| reply.tags.unwrap_or_default().into_iter().collect()))
}

async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Queue> {
    let url = request.id.as_str();
    let ask = aws.read().sqs().get_queue_attributes().queue_url(url).attribute_names(Name::All);
    let Some(reply) = absent_is_none(aws.send(ask).await)? else { return Ok(None) };
    let mut queue = Queue::live(url, reply.attributes.unwrap_or_default())?;
    if asks_for(request, &["tags", "tags_all"]) {
        let tags = match aws.memory::<TagsOfNew>().take(url) {
            Some(tags) => Some(tags),
            None => tags(aws, url).await?,
        };
        let Some(tags) = tags else { return Ok(None) };
        queue.tags.all = Some(tags);
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
    const CREATE_CALLS: Calls = calls![CreateQueue];
    const DELETE_CALLS: Calls = calls![DeleteQueue];
    const LAGS: &'static [LagReply] = lags::QUEUE;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByArns;
    const IMPORT_ID: &'static str = "QUEUE_URL";
    const RELATIONS: Relations = Relations {
        identity: &["name"],
        inline: &[Inline { property: "policy", type_name: "aws_sqs_queue_policy", parent: "queue_url", only: None }],
        ..Relations::NONE
    };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: acme-test-jobs
visibility_timeout_seconds: 60
sqs_managed_sse_enabled: true
redrive_policy: {deadLetterTargetArn: \"${dead.arn}\", maxReceiveCount: 5}
";
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
        let name = want.name.clone().unwrap_or_default();
        let exists = || CloudError::new(ErrorKind::AlreadyExists, format!("the queue {name} exists already"));
        // The call answers with somebody else's queue if only its attributes are the same.
        if url_of(aws, &name).await?.is_some() {
            return Err(exists());
        }
        let request = aws.write().sqs().create_queue().queue_name(&name);
        let request = request.set_attributes(Some(want.first_attributes())).set_tags(sent_tags(&want.tags)?);
        let url = aws.made(request, |reply| reply.queue_url).await?;
        // So it does with one that was made since. Tags that cannot be read yet, or by this role, say nothing.
        if let Ok(Some(tags)) = tags(aws, url.as_str()).await {
            if made_by_another(&tags, operation.id.as_str()) {
                return Err(exists());
            }
            aws.memory::<TagsOfNew>().keep(url.as_str(), tags);
        }
        Ok(url)
    }

    async fn update(aws: &Aws, call: QueueUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let url = id.as_str();
        match call {
            QueueUpdate::Attributes => {
                let attributes = changed(want, prior);
                let request = aws.write().sqs().set_queue_attributes().queue_url(url).set_attributes(Some(attributes));
                aws.done(request).await
            }
            QueueUpdate::Tags => {
                aws.memory::<TagsOfNew>().take(url);
                let (sqs, prior, want) = (aws.write().sqs(), prior.tags.all.as_ref(), want.tags.all.as_ref());
                let set =
                    |tags: Tags| aws.done(sqs.tag_queue().queue_url(url).set_tags(Some(tags.into_iter().collect())));
                let remove = |keys| aws.done(sqs.untag_queue().queue_url(url).set_tag_keys(Some(keys)));
                retag(prior, want, set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().sqs().delete_queue().queue_url(id.as_str())).await
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
    use crate::connection::replay::{Replay, Reply, operation, request};

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
        let live = Queue::live("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", attributes).unwrap();
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

    #[tokio::test(start_paused = true)]
    async fn the_read_behind_a_create_does_not_ask_for_the_tags_again() {
        let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs";
        let attributes = || Reply::Json(json!({"Attributes": {"QueueArn": "arn:aws:sqs:eu-west-1:123456789012:jobs"}}));
        let script = Replay::default()
            .on("/", Reply::Error(400, "QueueDoesNotExist"))
            .on("/", Reply::Json(json!({"QueueUrl": url})))
            .on("/", Reply::Json(json!({"Tags": {"wildfire:op": "01OURS", "a": "1"}})))
            .on("/", attributes())
            .on("/", attributes())
            .on("/", Reply::Json(json!({"Tags": {"a": "2"}})));
        let aws = script.aws();
        Queue::create(&aws, &queue(), &operation()).await.unwrap();
        let request = request(url, &["tags"]);
        let mut seen = Vec::new();
        for _ in 0..2 {
            let read = read_one(&aws, &request).await.unwrap().unwrap();
            seen.push(read.tags.all.unwrap()["a"].clone());
        }
        assert_eq!(seen, ["1", "2"], "a second read asks");
        script.finish();
    }

    #[test]
    fn fifo_is_in_the_name() {
        let name = |name: &str| Value::from([("name", Value::from(name))]);
        assert!(Queue::validate(&name("jobs")).is_empty());
        assert_eq!(Queue::validate(&name("jobs.fifo")).len(), 1);
        assert_eq!(Queue::validate(&name("jobs!")).len(), 1);
    }
}
