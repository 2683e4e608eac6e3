//! `aws_sns_topic`

use std::collections::HashMap;

use super::attributes::{Attributes, changes};
use super::prelude::*;

updates! {
    pub enum TopicUpdate {
        Attributes => [SetTopicAttributes],
        Feedback => [SetTopicAttributes],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = TopicUpdate)]
#[sdk(attributes = String)]
pub struct Topic {
    /// The role that logs failed deliveries to mobile applications.
    #[field(update = Feedback, after_create, attribute = "ApplicationFailureFeedbackRoleArn")]
    application_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to mobile applications.
    #[field(update = Feedback, after_create, attribute = "ApplicationSuccessFeedbackRoleArn")]
    application_success_feedback_role_arn: Option<String>,
    /// Percent of deliveries to mobile applications that are logged.
    #[field(update = Feedback, after_create, range = 0..=100, attribute = "ApplicationSuccessFeedbackSampleRate")]
    application_success_feedback_sample_rate: Option<i64>,
    /// For how long messages of a FIFO topic are kept for a replay.
    #[field(update = Attributes, json, attribute = "ArchivePolicy", sent_by_hand)]
    archive_policy: Option<String>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The earliest time to replay from.
    #[field(computed, changed_by = ["Attributes"], attribute = "BeginningArchiveTime")]
    beginning_archive_time: Option<String>,
    /// Whether messages of one content are one message.
    #[field(update = Attributes, default = false, attribute = "ContentBasedDeduplication", sent_by_hand)]
    content_based_deduplication: Option<bool>,
    /// How deliveries are tried again.
    #[field(update = Attributes, json, attribute = "DeliveryPolicy")]
    delivery_policy: Option<String>,
    /// The sender's name in text messages.
    #[field(update = Attributes, attribute = "DisplayName")]
    display_name: Option<String>,
    /// Whether throughput is limited for the topic or for each message group.
    #[field(update = Attributes, aws_default, one_of = ["Topic", "MessageGroup"], attribute = "FifoThroughputScope")]
    fifo_throughput_scope: Option<String>,
    /// Whether messages keep their order.
    #[field(immutable, default = false, attribute = "FifoTopic", sent_by_hand)]
    fifo_topic: Option<bool>,
    /// The role that logs failed deliveries to Firehose.
    #[field(update = Feedback, after_create, attribute = "FirehoseFailureFeedbackRoleArn")]
    firehose_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to Firehose.
    #[field(update = Feedback, after_create, attribute = "FirehoseSuccessFeedbackRoleArn")]
    firehose_success_feedback_role_arn: Option<String>,
    /// Percent of deliveries to Firehose that are logged.
    #[field(update = Feedback, after_create, range = 0..=100, attribute = "FirehoseSuccessFeedbackSampleRate")]
    firehose_success_feedback_sample_rate: Option<i64>,
    /// The role that logs failed deliveries by HTTP.
    #[field(update = Feedback, after_create, attribute = "HTTPFailureFeedbackRoleArn")]
    http_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries by HTTP.
    #[field(update = Feedback, after_create, attribute = "HTTPSuccessFeedbackRoleArn")]
    http_success_feedback_role_arn: Option<String>,
    /// Percent of deliveries by HTTP that are logged.
    #[field(update = Feedback, after_create, range = 0..=100, attribute = "HTTPSuccessFeedbackSampleRate")]
    http_success_feedback_sample_rate: Option<i64>,
    /// The ARN.
    #[field(computed)]
    id: Option<String>,
    /// The KMS key that encrypts messages.
    #[field(update = Attributes, attribute = "KmsMasterKeyId")]
    kms_master_key_id: Option<String>,
    /// The role that logs failed deliveries to Lambda.
    #[field(update = Feedback, after_create, attribute = "LambdaFailureFeedbackRoleArn")]
    lambda_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to Lambda.
    #[field(update = Feedback, after_create, attribute = "LambdaSuccessFeedbackRoleArn")]
    lambda_success_feedback_role_arn: Option<String>,
    /// Percent of deliveries to Lambda that are logged.
    #[field(update = Feedback, after_create, range = 0..=100, attribute = "LambdaSuccessFeedbackSampleRate")]
    lambda_success_feedback_sample_rate: Option<i64>,
    /// The topic's name.
    #[field(immutable, generated)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=230, ending = ".fifo when fifo_topic")]
    name_prefix: Option<String>,
    /// The account that owns the topic.
    #[field(computed, attribute = "Owner")]
    owner: Option<String>,
    /// Who may publish and subscribe; by default the account.
    #[field(update = Attributes, aws_default, policy, attribute = "Policy")]
    policy: Option<String>,
    /// The version of the signatures on messages.
    #[field(update = Attributes, aws_default, range = 1..=2, attribute = "SignatureVersion")]
    signature_version: Option<i64>,
    /// The role that logs failed deliveries to SQS.
    #[field(update = Feedback, after_create, attribute = "SQSFailureFeedbackRoleArn")]
    sqs_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to SQS.
    #[field(update = Feedback, after_create, attribute = "SQSSuccessFeedbackRoleArn")]
    sqs_success_feedback_role_arn: Option<String>,
    /// Percent of deliveries to SQS that are logged.
    #[field(update = Feedback, after_create, range = 0..=100, attribute = "SQSSuccessFeedbackSampleRate")]
    sqs_success_feedback_sample_rate: Option<i64>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
    /// Whether X-Ray follows messages.
    #[field(update = Attributes, aws_default, one_of = ["PassThrough", "Active"], attribute = "TracingConfig")]
    tracing_config: Option<String>,
}

fn is_feedback(name: &str) -> bool {
    name.contains("Feedback")
}

impl Topic {
    /// What a create call takes.
    fn attributes(&self) -> Attributes {
        let mut attributes: Attributes =
            self.to_attributes().into_iter().filter(|(name, _)| !is_feedback(name)).collect();
        if self.fifo_topic == Some(true) {
            let by_content = self.content_based_deduplication.map(|flag| flag.to_string());
            attributes.extend(by_content.map(|flag| ("ContentBasedDeduplication".to_string(), flag)));
            attributes.extend(self.archive_policy.clone().map(|policy| ("ArchivePolicy".to_string(), policy)));
        }
        attributes
    }

    /// What is logged of deliveries; the create call takes none of it.
    fn feedback(&self) -> Attributes {
        self.to_attributes().into_iter().filter(|(name, _)| is_feedback(name)).collect()
    }

    /// A topic from what the API tells about it.
    fn live(arn: &str, attributes: HashMap<String, String>) -> Result<Self, Unfit> {
        let topic = Self::from_attributes(attributes)?;
        Ok(Self {
            archive_policy: topic.archive_policy.filter(|policy| policy != "{}"),
            arn: Some(arn.to_string()),
            content_based_deduplication: topic.content_based_deduplication.or(Some(false)),
            fifo_topic: topic.fifo_topic.or(Some(false)),
            id: Some(arn.to_string()),
            name: arn.rsplit(':').next().map(String::from),
            ..topic
        })
    }
}

async fn tags(aws: &Aws, arn: &str) -> Result<Option<Tags>, CloudError> {
    let reply = absent_is_none(aws.send(aws.read().sns().list_tags_for_resource().resource_arn(arn)).await)?;
    Ok(reply.map(|reply| Tags::from_sdk(reply.tags.unwrap_or_default())).transpose()?)
}

async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Topic> {
    let arn = request.id.as_str();
    let ask = aws.read().sns().get_topic_attributes().topic_arn(arn);
    let Some(reply) = absent_is_none(aws.send(ask).await)? else { return Ok(None) };
    let mut topic = Topic::live(arn, reply.attributes.unwrap_or_default())?;
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tags(aws, arn).await? else { return Ok(None) };
        topic.tags.all = Some(tags);
    }
    Ok(Some(topic))
}

async fn arn_of(aws: &Aws, name: &str) -> Result<String, CloudError> {
    Ok(format!("arn:{}:sns:{}:{}:{name}", aws.partition(), aws.region(), aws.account().await?))
}

async fn set(aws: &Aws, arn: &str, changes: Vec<(String, String)>) -> Result<(), CloudError> {
    // The API sets one attribute a call.
    for (name, value) in changes {
        let request = aws.write().sns().set_topic_attributes().topic_arn(arn);
        aws.done(request.attribute_name(name).attribute_value(value)).await?;
    }
    Ok(())
}

#[async_trait]
impl Resource for Topic {
    const TYPE: &'static str = "aws_sns_topic";
    const DOC: &'static str = "A topic to publish to and to subscribe to.";
    const CREATE_ONCE: CreateOnce = CreateOnce::SameRequest;
    const CREATE_CALLS: Calls = calls![CreateTopic];
    const DELETE_CALLS: Calls = calls![DeleteTopic];
    const LAGS: &'static [LagReply] = lags::TOPIC;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByArns;
    const IMPORT_ID: &'static str = "TOPIC_ARN";
    const RELATIONS: Relations = Relations {
        identity: &["name"],
        inline: &[Inline { property: "policy", type_name: "aws_sns_topic_policy", parent: "arn", only: None }],
        ..Relations::NONE
    };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: acme-test-alarms
kms_master_key_id: alias/aws/sns
";

    type Update = TopicUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, request))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let arn = arn_of(aws, wanted.name.as_deref().unwrap_or_default()).await?;
        let tags = tags(aws, &arn).await?;
        Ok(made_by(tags.as_ref(), recover.operation.id.as_str()).then(|| arn.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let name = want.name.clone().unwrap_or_default();
        let exists = || CloudError::new(ErrorKind::AlreadyExists, format!("the topic {name} exists already"));
        // The call answers with a topic that exists, if only what was asked for is the same.
        let arn = arn_of(aws, &name).await?;
        let ask = aws.read().sns().get_topic_attributes().topic_arn(&arn);
        match absent_is_none(aws.send(ask).await) {
            Ok(Some(_)) => return Err(exists()),
            // A role that may not look learns from the tags, which must be the same too.
            Ok(None) => {}
            Err(error) if error.kind == ErrorKind::AccessDenied => {}
            Err(error) => return Err(error),
        }
        let mut attributes = want.attributes();
        attributes.retain(|_, value| !value.is_empty());
        if want.fifo_topic == Some(true) {
            attributes.insert("FifoTopic".to_string(), "true".to_string());
        }
        let attributes = filled(Some(attributes)).map(|attributes| attributes.into_iter().collect());
        let request = aws.write().sns().create_topic().name(&name).set_attributes(attributes);
        let made = aws.made(request.set_tags(sent_tags(&want.tags)?), |reply| reply.topic_arn).await;
        made.map_err(|error| if error.message.contains("already exists") { exists() } else { error })
    }

    async fn update(aws: &Aws, call: TopicUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let arn = id.as_str();
        match call {
            TopicUpdate::Attributes => set(aws, arn, changes(want.attributes(), prior.attributes())).await,
            TopicUpdate::Feedback => set(aws, arn, changes(want.feedback(), prior.feedback())).await,
            TopicUpdate::Tags => {
                let (sns, prior, want) = (aws.write().sns(), prior.tags.all.as_ref(), want.tags.all.as_ref());
                let set = |tags: Tags| async move {
                    aws.done(sns.tag_resource().resource_arn(arn).set_tags(Some(tags.to_sdk()?))).await
                };
                let remove = |keys| aws.done(sns.untag_resource().resource_arn(arn).set_tag_keys(Some(keys)));
                retag(prior, want, set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().sns().delete_topic().topic_arn(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        let fifo = match properties.get("fifo_topic") {
            None | Some(Value::Null) => Some(false),
            Some(fifo) => fifo.as_bool(),
        };
        if let (Some(fifo), Some(name)) = (fifo, properties.get("name").and_then(Value::as_str))
            && fifo != name.ends_with(".fifo")
        {
            problems.push(problem("name", "the names of FIFO topics, and only theirs, end with .fifo"));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_set() {
        let prior = Topic {
            display_name: Some("Acme".into()),
            kms_master_key_id: Some("alias/old".into()),
            policy: Some("{}".into()),
            tracing_config: Some("PassThrough".into()),
            ..Topic::default()
        };
        let want =
            Topic { display_name: Some("Acme".into()), tracing_config: Some("Active".into()), ..Topic::default() };
        let expected = [("KmsMasterKeyId", ""), ("TracingConfig", "Active")];
        let expected = expected.map(|(name, value)| (name.to_string(), value.to_string()));
        assert_eq!(changes(want.attributes(), prior.attributes()), expected);
    }

    #[test]
    fn what_is_set_comes_back() {
        let want = Topic {
            http_success_feedback_sample_rate: Some(50),
            sqs_failure_feedback_role_arn: Some("arn:aws:iam::123456789012:role/feedback".into()),
            display_name: Some("Acme".into()),
            ..Topic::default()
        };
        let all = want.attributes().into_iter().chain(want.feedback());
        let live = Topic::live("arn:aws:sns:eu-west-1:123456789012:alarms", all.collect()).unwrap();
        assert_eq!(live.feedback(), want.feedback());
        assert_eq!(live.display_name, want.display_name);
        assert_eq!(live.name.as_deref(), Some("alarms"));
    }
}
