//! `aws_sqs_queue_policy`

use super::prelude::*;
use crate::kind::diff::same_document;

updates! {
    pub enum QueuePolicyUpdate {
        Policy => [SetQueueAttributes],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = QueuePolicyUpdate)]
pub struct QueuePolicy {
    /// The queue's URL.
    #[field(computed)]
    id: Option<String>,
    /// Who may do what with the queue.
    #[field(update = Policy, required, policy)]
    policy: Option<String>,
    /// The URL of the queue.
    #[field(immutable, required)]
    queue_url: Option<String>,
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<QueuePolicy> {
    // All of them: a queue always has some, so that an answer without any is none.
    let ask = aws.read().sqs().get_queue_attributes().queue_url(id.as_str()).attribute_names(Name::All);
    let attributes = absent_is_none(aws.send(ask).await)?.and_then(|reply| reply.attributes);
    let policy = filled(attributes.and_then(|mut attributes| attributes.remove(&Name::Policy)));
    let url = Some(id.to_string());
    Ok(policy.map(|policy| QueuePolicy { id: url.clone(), policy: Some(policy), queue_url: url }))
}

/// Sets the policy; an empty one takes it away.
async fn set(aws: &Aws, url: &str, policy: &str) -> Result<(), CloudError> {
    let request = aws.write().sqs().set_queue_attributes().queue_url(url);
    aws.done(request.attributes(Name::Policy, policy)).await
}

#[async_trait]
impl Resource for QueuePolicy {
    const TYPE: &'static str = "aws_sqs_queue_policy";
    const DOC: &'static str = "The policy of a queue.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![SetQueueAttributes];
    const DELETE_CALLS: Calls = calls![SetQueueAttributes];
    const LAGS: &'static [LagReply] = lags::QUEUE_POLICY;
    const IMPORT_ID: &'static str = "QUEUE_URL";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations { identity: &["queue_url"], part_of: &["queue_url"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
queue_url: ${jobs.url}
policy:
  Version: \"2012-10-17\"
  Statement:
    - Effect: Allow
      Principal: {Service: sns.amazonaws.com}
      Action: sqs:SendMessage
      Resource: ${jobs.arn}
      Condition: {ArnEquals: {\"aws:SourceArn\": \"${events.arn}\"}}
";
    // For a minute after a change a queue may answer with what was before.
    const CONSISTENCY_SECONDS: u32 = 60;

    type Update = QueuePolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(url) = wanted.queue_url.clone().map(PhysicalId::from) else { return Ok(None) };
        // Whatever else is there is replaced by the call that is sent again.
        let live = read_one(aws, &url).await?;
        let same = |live: QueuePolicy| same_document(live.policy.as_deref(), wanted.policy.as_deref());
        Ok(live.is_some_and(same).then_some(url))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let url = want.queue_url.as_deref().unwrap_or_default();
        set(aws, url, want.policy.as_deref().unwrap_or_default()).await?;
        Ok(url.into())
    }

    async fn update(aws: &Aws, call: QueuePolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            QueuePolicyUpdate::Policy => {
                set(aws, change.id.as_str(), change.want.policy.as_deref().unwrap_or_default()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        gone_is_fine(set(aws, id.as_str(), "").await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("queue_url")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply};

    const URL: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs";

    #[tokio::test(start_paused = true)]
    async fn a_queue_without_a_policy_has_none() {
        let script = Replay::default()
            .on("/", Reply::Json(json!({"Attributes": {"Policy": "{\"Version\":\"2012-10-17\"}"}})))
            .on("/", Reply::Json(json!({"Attributes": {"Policy": ""}})))
            .on("/", Reply::Json(json!({"Attributes": {"DelaySeconds": "0"}})))
            .on("/", Reply::Error(400, "QueueDoesNotExist"));
        let aws = script.aws();
        let mut found = Vec::new();
        for _ in 0..4 {
            found.push(read_one(&aws, &URL.into()).await.unwrap().is_some());
        }
        assert_eq!(found, [true, false, false, false]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn a_deletion_sets_an_empty_policy() {
        let script = Replay::default().on("/", Reply::Json(json!({})));
        QueuePolicy::delete(&script.aws(), &URL.into(), &QueuePolicy::default()).await.unwrap();
        assert!(script.finish()[0].body.contains(r#""Policy":"""#));
    }
}
