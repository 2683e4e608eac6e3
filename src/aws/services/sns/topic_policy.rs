//! `aws_sns_topic_policy`

use serde_json::json;

use super::prelude::*;
use crate::kind::diff::same_document;

updates! {
    pub enum TopicPolicyUpdate {
        Policy => [SetTopicAttributes],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = TopicPolicyUpdate)]
#[sdk(attributes = String)]
pub struct TopicPolicy {
    /// The ARN of the topic.
    #[field(immutable, required)]
    arn: Option<String>,
    /// The ARN of the topic.
    #[field(computed)]
    id: Option<String>,
    /// The account that owns the topic.
    #[field(computed, attribute = "Owner")]
    owner: Option<String>,
    /// Who may publish and subscribe.
    #[field(update = Policy, required, policy, attribute = "Policy")]
    policy: Option<String>,
}

/// The policy that SNS gives to a new topic. A topic is never without one, so this is what a deletion leaves.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>
fn of_a_new_topic(arn: &str) -> String {
    let actions = [
        "GetTopicAttributes",
        "SetTopicAttributes",
        "AddPermission",
        "RemovePermission",
        "DeleteTopic",
        "Subscribe",
        "ListSubscriptionsByTopic",
        "Publish",
    ];
    let owner = arn.split(':').nth(4).unwrap_or_default();
    let statement = json!({
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": actions.map(|action| format!("SNS:{action}")),
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": owner}},
    });
    json!({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}).to_string()
}

async fn read_one(aws: &Aws, id: &PhysicalId) -> Read<TopicPolicy> {
    let ask = aws.read().sns().get_topic_attributes().topic_arn(id.as_str());
    let Some(reply) = absent_is_none(aws.send(ask).await)? else { return Ok(None) };
    let live = TopicPolicy::from_attributes(reply.attributes.unwrap_or_default())?;
    let arn = Some(id.to_string());
    Ok(live.policy.is_some().then(|| TopicPolicy { id: arn.clone(), arn, ..live }))
}

async fn set(aws: &Aws, arn: &str, policy: impl Into<String>) -> Result<(), CloudError> {
    let request = aws.write().sns().set_topic_attributes().topic_arn(arn);
    aws.done(request.attribute_name("Policy").attribute_value(policy)).await
}

#[async_trait]
impl Resource for TopicPolicy {
    const TYPE: &'static str = "aws_sns_topic_policy";
    const DOC: &'static str = "The policy of a topic.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![SetTopicAttributes];
    const DELETE_CALLS: Calls = calls![SetTopicAttributes];
    const LAGS: &'static [LagReply] = lags::TOPIC_POLICY;
    const IMPORT_ID: &'static str = "TOPIC_ARN";
    const RELATIONS: Relations = Relations { identity: &["arn"], part_of: &["arn"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
arn: ${alarms.arn}
policy:
  Version: \"2012-10-17\"
  Statement:
    - Effect: Allow
      Principal: {Service: cloudwatch.amazonaws.com}
      Action: sns:Publish
      Resource: ${alarms.arn}
";

    type Update = TopicPolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, &request.id))).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(arn) = wanted.arn.clone().map(PhysicalId::from) else { return Ok(None) };
        // Whatever else is there is replaced by the call that is sent again.
        let live = read_one(aws, &arn).await?;
        let same = |live: TopicPolicy| same_document(live.policy.as_deref(), wanted.policy.as_deref());
        Ok(live.is_some_and(same).then_some(arn))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let arn = want.arn.as_deref().unwrap_or_default();
        set(aws, arn, want.policy.as_deref().unwrap_or_default()).await?;
        Ok(arn.into())
    }

    async fn update(aws: &Aws, call: TopicPolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            TopicPolicyUpdate::Policy => {
                set(aws, change.id.as_str(), change.want.policy.as_deref().unwrap_or_default()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        gone_is_fine(set(aws, id.as_str(), of_a_new_topic(id.as_str())).await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("arn")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, result};

    #[tokio::test(start_paused = true)]
    async fn a_deletion_puts_back_the_policy_of_a_new_topic() {
        let arn = "arn:aws:sns:eu-west-1:123456789012:alarms";
        let policy: serde_json::Value = serde_json::from_str(&of_a_new_topic(arn)).unwrap();
        let statement = &policy["Statement"][0];
        assert_eq!(statement["Condition"]["StringEquals"]["AWS:SourceOwner"], "123456789012");
        assert_eq!(statement["Action"][7], "SNS:Publish");
        let script = Replay::default().on("SetTopicAttributes", result(""));
        TopicPolicy::delete(&script.aws(), &arn.into(), &TopicPolicy::default()).await.unwrap();
        assert!(script.finish()[0].body.contains("__default_policy_ID"));
    }
}
