//! `aws_cloudwatch_log_resource_policy`

use std::collections::HashMap;

use super::prelude::*;
use crate::kind::diff::same_document;

updates! {
    pub enum LogResourcePolicyUpdate {
        Document => [PutResourcePolicy],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = LogResourcePolicyUpdate)]
#[sdk(from = sdk::ResourcePolicy)]
pub struct LogResourcePolicy {
    /// The policy's name.
    #[field(computed, sdk = policy_name)]
    id: Option<String>,
    /// Which services may write entries, and to which groups.
    #[field(update = Document, required, policy)]
    policy_document: Option<String>,
    /// The name, unique in the region.
    #[field(immutable, required, length = 1..=512)]
    policy_name: Option<String>,
}

/// The policies of the region, by name. The SDK has no paginator for them.
async fn fetch(aws: Aws) -> Result<HashMap<String, LogResourcePolicy>, CloudError> {
    let (mut token, mut found) = (None, HashMap::new());
    loop {
        let request = aws.read().cloudwatchlogs().describe_resource_policies().set_next_token(token);
        let page = aws.send(request).await?;
        for live in page.resource_policies.unwrap_or_default() {
            let policy = LogResourcePolicy::from_sdk(live)?;
            found.extend(policy.policy_name.clone().map(|name| (name, policy)));
        }
        token = filled(page.next_token);
        if token.is_none() {
            return Ok(found);
        }
    }
}

async fn put(aws: &Aws, want: &LogResourcePolicy) -> Result<(), CloudError> {
    let request = aws.write().cloudwatchlogs().put_resource_policy().set_policy_name(want.policy_name.clone());
    aws.done(request.set_policy_document(want.policy_document.clone())).await
}

#[async_trait]
impl Resource for LogResourcePolicy {
    const TYPE: &'static str = "aws_cloudwatch_log_resource_policy";
    const DOC: &'static str = "Which services may write to the log groups of the region.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutResourcePolicy];
    const DELETE_CALLS: Calls = calls![DeleteResourcePolicy];
    const LAGS: &'static [LagReply] = lags::RESOURCE_POLICY;
    const IMPORT_ID: &'static str = "POLICY_NAME";
    const RELATIONS: Relations = Relations { identity: &["policy_name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
policy_name: route53
policy_document:
  Version: \"2012-10-17\"
  Statement:
    - Effect: Allow
      Principal: {Service: route53.amazonaws.com}
      Action: [\"logs:CreateLogStream\", \"logs:PutLogEvents\"]
      Resource: arn:aws:logs:*:*:log-group:/aws/route53/*
";

    type Update = LogResourcePolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let names = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        match aws.batch("logs:resource_policies").load(names, move |_| fetch(handle)).await {
            Ok(found) => wanted.iter().map(|request| Ok(found.get(request.id.as_str()).cloned())).collect(),
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.policy_name.as_deref() else { return Ok(None) };
        // No tags here: what is under the name is ours if it is what was sent.
        let live = fetch(aws.clone()).await?.remove(name).and_then(|live| live.policy_document);
        let same = live.is_some() && same_document(live.as_deref(), wanted.policy_document.as_deref());
        Ok(same.then(|| name.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        put(aws, want).await?;
        Ok(want.policy_name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: LogResourcePolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            LogResourcePolicyUpdate::Document => put(aws, change.want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().cloudwatchlogs().delete_resource_policy().policy_name(id.as_str())).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        properties.get("policy_name")?.as_str().map(PhysicalId::from)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request};

    const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

    fn want() -> LogResourcePolicy {
        LogResourcePolicy {
            policy_document: Some(DOCUMENT.into()),
            policy_name: Some("dns".into()),
            ..LogResourcePolicy::default()
        }
    }

    fn page(name: &str, document: &str, next: Option<&str>) -> Reply {
        Reply::Json(json!({"resourcePolicies": [{"policyName": name, "policyDocument": document}], "nextToken": next}))
    }

    #[tokio::test(start_paused = true)]
    async fn policies_are_put_and_read_page_by_page() {
        let script = Replay::default()
            .on("/", Reply::Json(json!({})))
            .on("/", page("other", "{}", Some("more")))
            .on("/", page("dns", DOCUMENT, None))
            .on("/", Reply::Error(400, "ResourceNotFoundException"));
        let aws = script.aws();
        let id = LogResourcePolicy::create(&aws, &want(), &operation()).await.unwrap();
        let found = LogResourcePolicy::read(&aws, &[request("dns", &[]), request("gone", &[])]).await;
        assert_eq!(found, [Ok(Some(LogResourcePolicy { id: Some("dns".into()), ..want() })), Ok(None)]);
        LogResourcePolicy::delete(&aws, &id, &want()).await.unwrap();
        let sent = script.finish();
        assert_eq!((sent[0].member("/policyName"), sent[0].member("/policyDocument")), ("dns".into(), DOCUMENT.into()));
        assert_eq!(sent[2].member("/nextToken"), "more");
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_was_sent_is_found() {
        let spaced = DOCUMENT.replace(',', ", ");
        let script = Replay::default()
            .on("/", page("dns", &spaced, None))
            .on("/", page("dns", "{}", None))
            .on("/", page("a", "{}", None));
        let (aws, recover) = (script.aws(), recover(json!({"policy_name": "dns"})));
        let find = async || LogResourcePolicy::find(&aws, &recover, &want()).await;
        assert_eq!(find().await, Ok(Some("dns".into())));
        assert_eq!(find().await, Ok(None));
        assert_eq!(find().await, Ok(None));
        script.finish();
    }
}
