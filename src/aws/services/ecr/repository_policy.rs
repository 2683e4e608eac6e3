//! `aws_ecr_repository_policy`

use super::documents::natural;
use super::prelude::*;

updates! {
    pub enum RepositoryPolicyUpdate {
        Policy => [SetRepositoryPolicy],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = RepositoryPolicyUpdate)]
pub struct RepositoryPolicy {
    /// The repository's name.
    #[field(computed)]
    id: Option<String>,
    /// Who may pull and push.
    #[field(update = Policy, required, policy)]
    policy: Option<String>,
    /// The account of the registry.
    #[field(computed)]
    registry_id: Option<String>,
    /// The name of the repository.
    #[field(immutable, required)]
    repository: Option<String>,
}

#[async_trait]
impl Document for RepositoryPolicy {
    fn repository(&self) -> Option<&str> {
        self.repository.as_deref()
    }

    fn text(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    async fn get(aws: &Aws, repository: &str) -> Read<Self> {
        let request = aws.read().ecr().get_repository_policy().repository_name(repository);
        let Some(reply) = absent_is_none(aws.send(request).await)? else { return Ok(None) };
        let repository = Some(repository.to_string());
        let policy = filled(reply.policy_text);
        Ok(policy.map(|policy| Self {
            id: repository.clone(),
            policy: Some(policy),
            registry_id: reply.registry_id,
            repository,
        }))
    }

    async fn put(aws: &Aws, repository: &str, text: &str) -> Result<(), CloudError> {
        let request = aws.write().ecr().set_repository_policy().repository_name(repository);
        aws.done(request.policy_text(text)).await
    }
}

#[async_trait]
impl Resource for RepositoryPolicy {
    const TYPE: &'static str = "aws_ecr_repository_policy";
    const DOC: &'static str = "Who may do what with a repository.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![SetRepositoryPolicy];
    const DELETE_CALLS: Calls = calls![DeleteRepositoryPolicy];
    const LAGS: &'static [LagReply] = lags::REPOSITORY_POLICY;
    const IMPORT_ID: &'static str = "REPOSITORY_NAME";
    const RELATIONS: Relations = Relations { identity: &["repository"], part_of: &["repository"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
repository: ${api.name}
policy:
  Version: \"2012-10-17\"
  Statement:
    - Effect: Allow
      Principal: {AWS: \"arn:aws:iam::210987654321:root\"}
      Action: [\"ecr:BatchGetImage\", \"ecr:GetDownloadUrlForLayer\"]
";

    type Update = RepositoryPolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_documents(aws, wanted).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_document(aws, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        create_document(aws, want).await
    }

    async fn update(aws: &Aws, call: RepositoryPolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            RepositoryPolicyUpdate::Policy => {
                Self::put(aws, change.id.as_str(), change.want.text().unwrap_or_default()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ecr().delete_repository_policy().repository_name(id.as_str())).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties)
    }
}
