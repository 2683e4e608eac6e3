//! `aws_ecr_lifecycle_policy`

use super::documents::natural;
use super::prelude::*;

updates! {
    pub enum LifecyclePolicyUpdate {
        Policy => [PutLifecyclePolicy],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = LifecyclePolicyUpdate)]
pub struct LifecyclePolicy {
    /// The repository's name.
    #[field(computed)]
    id: Option<String>,
    /// The rules, each with what it selects and what happens to it.
    #[field(update = Policy, required, json)]
    policy: Option<String>,
    /// The account of the registry.
    #[field(computed)]
    registry_id: Option<String>,
    /// The name of the repository.
    #[field(immutable, required)]
    repository: Option<String>,
}

#[async_trait]
impl Document for LifecyclePolicy {
    fn repository(&self) -> Option<&str> {
        self.repository.as_deref()
    }

    fn text(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    async fn get(aws: &Aws, repository: &str) -> Read<Self> {
        let request = aws.read().ecr().get_lifecycle_policy().repository_name(repository);
        let Some(reply) = absent_is_none(aws.send(request).await)? else { return Ok(None) };
        let repository = Some(repository.to_string());
        let policy = filled(reply.lifecycle_policy_text);
        Ok(policy.map(|policy| Self {
            id: repository.clone(),
            policy: Some(policy),
            registry_id: reply.registry_id,
            repository,
        }))
    }

    async fn put(aws: &Aws, repository: &str, text: &str) -> Result<(), CloudError> {
        let request = aws.write().ecr().put_lifecycle_policy().repository_name(repository);
        aws.done(request.lifecycle_policy_text(text)).await
    }
}

#[async_trait]
impl Resource for LifecyclePolicy {
    const TYPE: &'static str = "aws_ecr_lifecycle_policy";
    const DOC: &'static str = "Which images of a repository go, and when.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutLifecyclePolicy];
    const DELETE_CALLS: Calls = calls![DeleteLifecyclePolicy];
    const LAGS: &'static [LagReply] = lags::LIFECYCLE_POLICY;
    const IMPORT_ID: &'static str = "REPOSITORY_NAME";
    const RELATIONS: Relations = Relations { identity: &["repository"], part_of: &["repository"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
repository: ${api.name}
policy:
  rules:
    - rulePriority: 1
      description: The last 30 images
      selection: {tagStatus: any, countType: imageCountMoreThan, countNumber: 30}
      action: {type: expire}
";

    type Update = LifecyclePolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_documents(aws, wanted).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_document(aws, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        create_document(aws, want).await
    }

    async fn update(aws: &Aws, call: LifecyclePolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            LifecyclePolicyUpdate::Policy => {
                Self::put(aws, change.id.as_str(), change.want.text().unwrap_or_default()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ecr().delete_lifecycle_policy().repository_name(id.as_str())).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, recover};

    fn live(number: i64) -> Reply {
        let text = json!({"rules": [{"rulePriority": number}]}).to_string();
        Reply::Json(json!({"registryId": "123456789012", "repositoryName": "api", "lifecyclePolicyText": text}))
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_was_sent_is_found() {
        let script = Replay::default()
            .on("/", live(1))
            .on("/", live(2))
            .on("/", Reply::Error(400, "LifecyclePolicyNotFoundException"));
        let aws = script.aws();
        let want = LifecyclePolicy {
            policy: Some(r#"{ "rules": [ {"rulePriority": 1} ] }"#.into()),
            repository: Some("api".into()),
            ..LifecyclePolicy::default()
        };
        let mut found = Vec::new();
        for _ in 0..3 {
            found.push(LifecyclePolicy::find(&aws, &recover(json!({})), &want).await.unwrap());
        }
        assert_eq!(found, [Some("api".into()), None, None]);
        script.finish();
    }
}
