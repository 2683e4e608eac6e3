//! `aws_iam_group_policy`

use super::inline::{self, InlinePolicy, joined, natural, parts};
use super::prelude::*;

updates! {
    pub enum GroupPolicyUpdate {
        Document => [PutGroupPolicy],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = GroupPolicyUpdate)]
pub struct GroupPolicy {
    /// The group and the name: `GROUP:NAME`.
    #[field(computed)]
    id: Option<String>,
    /// The name, unique in the group.
    #[field(immutable, generated)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=102)]
    name_prefix: Option<String>,
    /// What the policy allows and denies.
    #[field(update = Document, required, policy)]
    policy: Option<String>,
    /// The name of the group.
    #[field(immutable, required)]
    group: Option<String>,
}

async fn put(aws: &Aws, id: &PhysicalId, document: Option<&str>) -> Result<(), CloudError> {
    let (group, name) = parts(id, GroupPolicy::IMPORT_ID)?;
    let request = aws
        .write()
        .iam()
        .put_group_policy()
        .group_name(group)
        .policy_name(name)
        .policy_document(document.unwrap_or_default());
    aws.done(request).await
}

impl InlinePolicy for GroupPolicy {
    fn key(group: String, name: String) -> Key {
        Key::GroupInline(group, name)
    }

    fn live(id: &PhysicalId, group: String, name: String, document: String) -> Self {
        Self {
            id: Some(id.to_string()),
            name: Some(name),
            name_prefix: None,
            policy: Some(document),
            group: Some(group),
        }
    }

    fn document(&self) -> Option<&str> {
        self.policy.as_deref()
    }
}

#[async_trait]
impl Resource for GroupPolicy {
    const TYPE: &'static str = "aws_iam_group_policy";
    const DOC: &'static str = "A policy that is part of one group.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![PutGroupPolicy];
    const DELETE_CALLS: Calls = calls![DeleteGroupPolicy];
    const LAGS: &'static [LagReply] = lags::GROUP_POLICY;
    const IMPORT_ID: &'static str = "GROUP:NAME";
    const RELATIONS: Relations = Relations { identity: &["group", "name"], part_of: &["group"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
group: ${developers.name}
name: read
policy:
  Version: \"2012-10-17\"
  Statement:
    - {Effect: Allow, Action: \"logs:Get*\", Resource: \"*\"}
";

    type Update = GroupPolicyUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        inline::read(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        inline::find(aws, recover, wanted).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = joined(want.group.as_deref(), want.name.as_deref());
        put(aws, &id, want.policy.as_deref()).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: GroupPolicyUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            GroupPolicyUpdate::Document => put(aws, id, want.policy.as_deref()).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (group, name) = parts(id, Self::IMPORT_ID)?;
        let request = aws.write().iam().delete_group_policy().group_name(group).policy_name(name);
        aws.gone(request).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        name_problem(properties, 128).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        natural(properties, "group")
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
            "<GroupName>who</GroupName><PolicyName>read</PolicyName><PolicyDocument>{document}</PolicyDocument>"
        ))
    }

    fn want() -> GroupPolicy {
        GroupPolicy {
            group: Some("who".into()),
            name: Some("read".into()),
            policy: Some(DOCUMENT.into()),
            ..GroupPolicy::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_policy_is_put_read_and_deleted() {
        let script = Replay::default()
            .on("PutGroupPolicy", result(""))
            .on("GetGroupPolicy", live("%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D"))
            .on("GetGroupPolicy", Reply::Error(404, "NoSuchEntity"))
            .on("DeleteGroupPolicy", Reply::Error(404, "NoSuchEntity"));
        let aws = script.aws();
        let id = GroupPolicy::create(&aws, &want(), &operation()).await.unwrap();
        assert_eq!(id.as_str(), "who:read");
        let found = GroupPolicy::read(&aws, &[request("who:read", &[])]).await.remove(0).unwrap().unwrap();
        assert_eq!((found.group, found.name), (want().group, want().name));
        assert_eq!(found.policy, want().policy);
        assert!(GroupPolicy::read(&aws, &[request("who:read", &[])]).await.remove(0).unwrap().is_none());
        GroupPolicy::delete(&aws, &id, &want()).await.unwrap();
        let sent = script.finish();
        assert_eq!((sent[0].parameter("GroupName"), sent[0].parameter("PolicyName")), (Some("who"), Some("read")));
        assert_eq!(sent[3].parameter("PolicyName"), Some("read"));
    }

    #[tokio::test(start_paused = true)]
    async fn several_are_read_together() {
        let policy =
            format!("<member><PolicyName>read</PolicyName><PolicyDocument>{DOCUMENT}</PolicyDocument></member>");
        let list = format!(
            "<GroupDetailList><member><GroupName>who</GroupName><GroupPolicyList>{policy}</GroupPolicyList></member></GroupDetailList>\
             <IsTruncated>false</IsTruncated>"
        );
        let script = Replay::default()
            .on("GetAccountAuthorizationDetails", result(&list))
            .on("GetGroupPolicy", Reply::Error(404, "NoSuchEntity"))
            .on("GetGroupPolicy", Reply::Error(404, "NoSuchEntity"));
        let asked = ["who:read", "who:write", "nobody:read"].map(|id| request(id, &[]));
        let found = GroupPolicy::read(&script.aws(), &asked).await;
        let there: Vec<bool> = found.into_iter().map(|found| found.unwrap().is_some()).collect();
        assert_eq!(there, [true, false, false]);
        assert!(script.finish()[0].body.contains("=Group"));
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_was_sent_is_found() {
        let script = Replay::default().on("GetGroupPolicy", live(DOCUMENT)).on("GetGroupPolicy", live("{}"));
        let (aws, recover) = (script.aws(), recover(json!({"group": "who", "name": "read"})));
        assert_eq!(GroupPolicy::find(&aws, &recover, &want()).await, Ok(Some("who:read".into())));
        assert_eq!(GroupPolicy::find(&aws, &recover, &want()).await, Ok(None));
        script.finish();
    }
}
