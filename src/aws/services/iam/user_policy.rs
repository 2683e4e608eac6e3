//! `aws_iam_user_policy`

use super::inline::{self, InlinePolicy, joined, natural, parts};
use super::prelude::*;

updates! {
    pub enum UserPolicyUpdate {
        Document => [PutUserPolicy],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = UserPolicyUpdate)]
pub struct UserPolicy {
    /// The user and the name: `USER:NAME`.
    #[field(computed)]
    id: Option<String>,
    /// The name, unique in the user.
    #[field(immutable, generated)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=102)]
    name_prefix: Option<String>,
    /// What the policy allows and denies.
    #[field(update = Document, required, policy)]
    policy: Option<String>,
    /// The name of the user.
    #[field(immutable, required)]
    user: Option<String>,
}

async fn put(aws: &Aws, id: &PhysicalId, document: Option<&str>) -> Result<(), CloudError> {
    let (user, name) = parts(id, UserPolicy::IMPORT_ID)?;
    let request = aws
        .write()
        .iam()
        .put_user_policy()
        .user_name(user)
        .policy_name(name)
        .policy_document(document.unwrap_or_default());
    aws.done(request).await
}

impl InlinePolicy for UserPolicy {
    fn key(user: String, name: String) -> Key {
        Key::UserInline(user, name)
    }

    fn live(id: &PhysicalId, user: String, name: String, document: String) -> Self {
        Self { id: Some(id.to_string()), name: Some(name), name_prefix: None, policy: Some(document), user: Some(user) }
    }

    fn document(&self) -> Option<&str> {
        self.policy.as_deref()
    }
}

#[async_trait]
impl Resource for UserPolicy {
    const TYPE: &'static str = "aws_iam_user_policy";
    const DOC: &'static str = "A policy that is part of one user.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutUserPolicy];
    const DELETE_CALLS: Calls = calls![DeleteUserPolicy];
    const LAGS: &'static [LagReply] = lags::USER_POLICY;
    const IMPORT_ID: &'static str = "USER:NAME";
    const RELATIONS: Relations = Relations { identity: &["user", "name"], part_of: &["user"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
user: ${ci.name}
name: deploy
policy:
  Version: \"2012-10-17\"
  Statement:
    - {Effect: Allow, Action: \"ecs:UpdateService\", Resource: \"*\"}
";

    type Update = UserPolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        inline::read(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        inline::find(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = joined(want.user.as_deref(), want.name.as_deref());
        put(aws, &id, want.policy.as_deref()).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: UserPolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            UserPolicyUpdate::Document => put(aws, id, want.policy.as_deref()).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (user, name) = parts(id, Self::IMPORT_ID)?;
        let request = aws.write().iam().delete_user_policy().user_name(user).policy_name(name);
        aws.gone(request).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        name_problem(properties, 128).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties, "user")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

    const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

    fn live(document: &str) -> Reply {
        result(&format!(
            "<UserName>who</UserName><PolicyName>read</PolicyName><PolicyDocument>{document}</PolicyDocument>"
        ))
    }

    fn want() -> UserPolicy {
        UserPolicy {
            user: Some("who".into()),
            name: Some("read".into()),
            policy: Some(DOCUMENT.into()),
            ..UserPolicy::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_policy_is_put_read_and_deleted() {
        let script = Replay::default()
            .on("PutUserPolicy", result(""))
            .on("GetUserPolicy", live("%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D"))
            .on("GetUserPolicy", Reply::Error(404, "NoSuchEntity"))
            .on("DeleteUserPolicy", Reply::Error(404, "NoSuchEntity"));
        let aws = script.aws();
        let id = UserPolicy::create(&aws, &want(), &operation()).await.unwrap();
        assert_eq!(id.as_str(), "who:read");
        let found = UserPolicy::read(&aws, &[request("who:read", &[])]).await.remove(0).unwrap().unwrap();
        assert_eq!((found.user, found.name), (want().user, want().name));
        assert_eq!(found.policy, want().policy);
        assert!(UserPolicy::read(&aws, &[request("who:read", &[])]).await.remove(0).unwrap().is_none());
        UserPolicy::delete(&aws, &id, &want()).await.unwrap();
        let sent = script.finish();
        assert_eq!((sent[0].parameter("UserName"), sent[0].parameter("PolicyName")), (Some("who"), Some("read")));
        assert_eq!(sent[3].parameter("PolicyName"), Some("read"));
    }

    #[tokio::test(start_paused = true)]
    async fn several_are_read_together() {
        let policy =
            format!("<member><PolicyName>read</PolicyName><PolicyDocument>{DOCUMENT}</PolicyDocument></member>");
        let list = format!(
            "<UserDetailList><member><UserName>who</UserName><UserPolicyList>{policy}</UserPolicyList></member></UserDetailList>\
             <IsTruncated>false</IsTruncated>"
        );
        let script = Replay::default()
            .on("GetAccountAuthorizationDetails", result(&list))
            .on("GetUserPolicy", Reply::Error(404, "NoSuchEntity"))
            .on("GetUserPolicy", Reply::Error(404, "NoSuchEntity"));
        let asked = ["who:read", "who:write", "nobody:read"].map(|id| request(id, &[]));
        let found = UserPolicy::read(&script.aws(), &asked).await;
        let there: Vec<bool> = found.into_iter().map(|found| found.unwrap().is_some()).collect();
        assert_eq!(there, [true, false, false]);
        assert!(script.finish()[0].body.contains("=User"));
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_was_sent_is_found() {
        let script = Replay::default().on("GetUserPolicy", live(DOCUMENT)).on("GetUserPolicy", live("{}"));
        let (aws, recover) = (script.aws(), recover(json!({"user": "who", "name": "read"})));
        assert_eq!(UserPolicy::find(&aws, &recover, &want()).await, Ok(Some("who:read".into())));
        assert_eq!(UserPolicy::find(&aws, &recover, &want()).await, Ok(None));
        script.finish();
    }
}
