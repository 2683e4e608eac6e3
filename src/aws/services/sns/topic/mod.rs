//! `aws_sns_topic`

mod attributes;

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_sns::types::Tag;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Recover, Relations, Value,
};

use self::attributes::changes;
use crate::Aws;
use crate::connection::call::{absent_is_none, gone_is_fine, missing};
use crate::kind::convert::{incomplete, problem};
use crate::kind::resource::{Change, Read, Resource, asks_for};
use crate::kind::tags::{Tags, made_by, tag_change};
use crate::services::sns::lags;
use crate::updates;

updates! {
    pub enum TopicUpdate {
        Attributes => ["sns:SetTopicAttributes"],
        Feedback => ["sns:SetTopicAttributes"],
        Tags => ["sns:TagResource", "sns:UntagResource"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = TopicUpdate)]
pub struct Topic {
    /// The role that logs failed deliveries to mobile applications.
    #[field(update = Feedback, after_create)]
    application_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to mobile applications.
    #[field(update = Feedback, after_create)]
    application_success_feedback_role_arn: Option<String>,
    /// Percent of deliveries to mobile applications that are logged.
    #[field(update = Feedback, after_create, range = 0..=100)]
    application_success_feedback_sample_rate: Option<i64>,
    /// For how long messages of a FIFO topic are kept for a replay.
    #[field(update = Attributes, json)]
    archive_policy: Option<String>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The earliest time to replay from.
    #[field(computed, changed_by = ["Attributes"])]
    beginning_archive_time: Option<String>,
    /// Whether messages of one content are one message.
    #[field(update = Attributes, default = false)]
    content_based_deduplication: Option<bool>,
    /// How deliveries are tried again.
    #[field(update = Attributes, json)]
    delivery_policy: Option<String>,
    /// The sender's name in text messages.
    #[field(update = Attributes)]
    display_name: Option<String>,
    /// Whether throughput is limited for the topic or for each message group.
    #[field(update = Attributes, aws_default, one_of = ["Topic", "MessageGroup"])]
    fifo_throughput_scope: Option<String>,
    /// Whether messages keep their order.
    #[field(immutable, default = false)]
    fifo_topic: Option<bool>,
    /// The role that logs failed deliveries to Firehose.
    #[field(update = Feedback, after_create)]
    firehose_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to Firehose.
    #[field(update = Feedback, after_create)]
    firehose_success_feedback_role_arn: Option<String>,
    /// Percent of deliveries to Firehose that are logged.
    #[field(update = Feedback, after_create, range = 0..=100)]
    firehose_success_feedback_sample_rate: Option<i64>,
    /// The role that logs failed deliveries by HTTP.
    #[field(update = Feedback, after_create)]
    http_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries by HTTP.
    #[field(update = Feedback, after_create)]
    http_success_feedback_role_arn: Option<String>,
    /// Percent of deliveries by HTTP that are logged.
    #[field(update = Feedback, after_create, range = 0..=100)]
    http_success_feedback_sample_rate: Option<i64>,
    /// The ARN.
    #[field(computed)]
    id: Option<String>,
    /// The KMS key that encrypts messages.
    #[field(update = Attributes)]
    kms_master_key_id: Option<String>,
    /// The role that logs failed deliveries to Lambda.
    #[field(update = Feedback, after_create)]
    lambda_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to Lambda.
    #[field(update = Feedback, after_create)]
    lambda_success_feedback_role_arn: Option<String>,
    /// Percent of deliveries to Lambda that are logged.
    #[field(update = Feedback, after_create, range = 0..=100)]
    lambda_success_feedback_sample_rate: Option<i64>,
    /// The topic's name.
    #[field(immutable, required)]
    name: Option<String>,
    /// The account that owns the topic.
    #[field(computed)]
    owner: Option<String>,
    /// Who may publish and subscribe; by default the account.
    #[field(update = Attributes, aws_default, policy)]
    policy: Option<String>,
    /// The version of the signatures on messages.
    #[field(update = Attributes, aws_default, range = 1..=2)]
    signature_version: Option<i64>,
    /// The role that logs failed deliveries to SQS.
    #[field(update = Feedback, after_create)]
    sqs_failure_feedback_role_arn: Option<String>,
    /// The role that logs deliveries to SQS.
    #[field(update = Feedback, after_create)]
    sqs_success_feedback_role_arn: Option<String>,
    /// Percent of deliveries to SQS that are logged.
    #[field(update = Feedback, after_create, range = 0..=100)]
    sqs_success_feedback_sample_rate: Option<i64>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// Whether X-Ray follows messages.
    #[field(update = Attributes, aws_default, one_of = ["PassThrough", "Active"])]
    tracing_config: Option<String>,
}

async fn tags(aws: &Aws, arn: &str) -> Result<Option<Tags>, CloudError> {
    let request = aws.read().sns().list_tags_for_resource().resource_arn(arn);
    let reply = absent_is_none(aws.call("sns:ListTagsForResource", request.send()).await)?;
    Ok(reply.map(|reply| reply.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect()))
}

async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Topic> {
    let arn = request.id.as_str();
    let ask = aws.read().sns().get_topic_attributes().topic_arn(arn);
    let Some(reply) = absent_is_none(aws.call("sns:GetTopicAttributes", ask.send()).await)? else { return Ok(None) };
    let mut topic = Topic::live(arn, reply.attributes.unwrap_or_default());
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tags(aws, arn).await? else { return Ok(None) };
        topic.tags_all = Some(tags);
    }
    Ok(Some(topic))
}

async fn arn_of(aws: &Aws, name: &str) -> Result<String, CloudError> {
    Ok(format!("arn:{}:sns:{}:{}:{name}", aws.partition(), aws.region(), aws.account().await?))
}

async fn set(aws: &Aws, arn: &str, changes: Vec<(&'static str, String)>) -> Result<(), CloudError> {
    // The API sets one attribute a call.
    for (name, value) in changes {
        let request = aws.write().sns().set_topic_attributes().topic_arn(arn);
        let request = request.attribute_name(name).attribute_value(value);
        aws.call("sns:SetTopicAttributes", request.send()).await?;
    }
    Ok(())
}

fn sdk_tags(tags: &Tags) -> Result<Vec<Tag>, CloudError> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build().map_err(incomplete)).collect()
}

#[async_trait]
impl Resource for Topic {
    const TYPE: &'static str = "aws_sns_topic";
    const DOC: &'static str = "A topic to publish to and to subscribe to.";
    const CREATE_ONCE: CreateOnce = CreateOnce::SameRequest;
    const CREATE_CALLS: &'static [&'static str] = &["sns:CreateTopic"];
    const DELETE_CALLS: &'static [&'static str] = &["sns:DeleteTopic"];
    const LAGS: &'static [LagReply] = lags::TOPIC;
    const IMPORT_ID: &'static str = "TOPIC_ARN";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: acme-test-alarms
kms_master_key_id: alias/aws/sns
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("name_prefix", "names are never made up; write name")];

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
        const CALL: &str = "sns:CreateTopic";
        let name = want.name.clone().unwrap_or_default();
        let exists = || CloudError::new(ErrorKind::AlreadyExists, format!("the topic {name} exists already"));
        // The call answers with a topic that exists, if only what was asked for is the same.
        let arn = arn_of(aws, &name).await?;
        let ask = aws.read().sns().get_topic_attributes().topic_arn(&arn);
        match absent_is_none(aws.call("sns:GetTopicAttributes", ask.send()).await) {
            Ok(Some(_)) => return Err(exists()),
            // A role that may not look learns from the tags, which must be the same too.
            Ok(None) => {}
            Err(error) if error.kind == ErrorKind::AccessDenied => {}
            Err(error) => return Err(error),
        }
        let mut attributes: HashMap<String, String> = want
            .attributes()
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_string(), value.filter(|value| !value.is_empty())?)))
            .collect();
        if want.fifo_topic == Some(true) {
            attributes.insert("FifoTopic".to_string(), "true".to_string());
        }
        let request = aws
            .write()
            .sns()
            .create_topic()
            .name(&name)
            .set_attributes(Some(attributes).filter(|attributes| !attributes.is_empty()))
            .set_tags(want.tags_all.as_ref().map(sdk_tags).transpose()?);
        let reply = aws
            .call(CALL, request.send())
            .await
            .map_err(|error| if error.message.contains("already exists") { exists() } else { error })?;
        Ok(reply.topic_arn.ok_or_else(|| missing(CALL, "TopicArn"))?.into())
    }

    async fn update(aws: &Aws, call: TopicUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let arn = id.as_str();
        match call {
            TopicUpdate::Attributes => set(aws, arn, changes(want.attributes(), prior.attributes())).await,
            TopicUpdate::Feedback => set(aws, arn, changes(want.feedback(), prior.feedback())).await,
            TopicUpdate::Tags => {
                let change = tag_change(prior.tags_all.as_ref(), want.tags_all.as_ref());
                if !change.set.is_empty() {
                    let tags = Some(sdk_tags(&change.set)?);
                    let request = aws.write().sns().tag_resource().resource_arn(arn).set_tags(tags);
                    aws.call("sns:TagResource", request.send()).await?;
                }
                if !change.remove.is_empty() {
                    let keys = Some(change.remove);
                    let request = aws.write().sns().untag_resource().resource_arn(arn).set_tag_keys(keys);
                    aws.call("sns:UntagResource", request.send()).await?;
                }
                Ok(())
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().sns().delete_topic().topic_arn(id.as_str());
        gone_is_fine(aws.call("sns:DeleteTopic", request.send()).await)
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
