//! `aws_iam_group_membership`

use super::prelude::*;
use crate::kind::convert::problem;

updates! {
    pub enum GroupMembershipUpdate {
        Users => [AddUserToGroup, RemoveUserFromGroup],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = GroupMembershipUpdate)]
pub struct GroupMembership {
    /// The name of the group.
    #[field(immutable, required)]
    group: Option<String>,
    /// The name.
    #[field(computed)]
    id: Option<String>,
    /// What the membership is called here; AWS has no name for it.
    #[field(immutable, required, length = 1..=512)]
    name: Option<String>,
    /// The names of all users of the group.
    #[field(update = Users, required, set)]
    users: Option<Vec<String>>,
}

/// Group and name; a group's name has no colon.
fn split(id: &PhysicalId) -> Option<(&str, &str)> {
    id.as_str().split_once(':')
}

/// Puts every user into the group. Whoever is in it already stays.
async fn join(aws: &Aws, group: &str, users: Option<&[String]>) -> Result<(), CloudError> {
    for user in users.unwrap_or_default() {
        aws.done(aws.write().iam().add_user_to_group().group_name(group).user_name(user)).await?;
    }
    Ok(())
}

async fn leave(aws: &Aws, group: &str, users: impl Iterator<Item = &String> + Send) -> Result<(), CloudError> {
    for user in users {
        aws.gone(aws.write().iam().remove_user_from_group().group_name(group).user_name(user)).await?;
    }
    Ok(())
}

#[async_trait]
impl Resource for GroupMembership {
    const TYPE: &'static str = "aws_iam_group_membership";
    const DOC: &'static str = "All users of a group.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![AddUserToGroup];
    const DELETE_CALLS: Calls = calls![RemoveUserFromGroup];
    const LAGS: &'static [LagReply] = lags::GROUP_MEMBERSHIP;
    const IMPORT_ID: &'static str = "GROUP:NAME";
    const RELATIONS: Relations = Relations { identity: &["group"], part_of: &["group", "users"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: developers
group: ${developers.name}
users: [\"${ann.name}\", \"${ben.name}\"]
";
    const CONSISTENCY_SECONDS: u32 = 15;

    type Update = GroupMembershipUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let key = |request: &ReadRequest| split(&request.id).map(|(group, _)| Key::Members(group.to_string()));
        let pick = |entity: &Entity, request: &ReadRequest| {
            let (group, name) = split(&request.id)?;
            let Entity::Members(users) = entity else { return None };
            // A group that nobody is in has no members.
            (!users.is_empty()).then(|| GroupMembership {
                group: Some(group.into()),
                id: Some(name.into()),
                name: Some(name.into()),
                users: Some(users.clone()),
            })
        };
        account::load(aws, wanted, key, pick).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let (Some(group), Some(name), Some(users)) = (&wanted.group, &wanted.name, &wanted.users) else {
            return Ok(None);
        };
        // Only what is whole is found; otherwise it is sent again.
        match absent_is_none(account::one(aws, Key::Members(group.clone())).await)? {
            Some(Entity::Members(live)) if !users.is_empty() && users.iter().all(|user| live.contains(user)) => {
                Ok(Some(format!("{group}:{name}").into()))
            }
            _ => Ok(None),
        }
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let (group, name) = (want.group.as_deref().unwrap_or_default(), want.name.as_deref().unwrap_or_default());
        join(aws, group, want.users.as_deref()).await?;
        Ok(format!("{group}:{name}").into())
    }

    async fn update(aws: &Aws, call: GroupMembershipUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            GroupMembershipUpdate::Users => {
                let Some((group, _)) = split(id) else { return Ok(()) };
                // All of them: one that was replaced has left the group since it was read.
                join(aws, group, want.users.as_deref()).await?;
                let wanted = want.users.as_deref().unwrap_or_default();
                leave(aws, group, prior.users.iter().flatten().filter(|user| !wanted.contains(user))).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let Some((group, _)) = split(id) else { return Ok(()) };
        leave(aws, group, prior.users.iter().flatten()).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let nobody = properties.get("users").and_then(Value::as_list).is_some_and(|users| users.is_empty());
        nobody.then(|| problem("users", "a group without users has no members to declare")).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

    fn group(users: &[&str]) -> Reply {
        let user = |name: &&str| {
            format!(
                "<member><Path>/</Path><UserName>{name}</UserName><UserId>AID</UserId>\
                 <Arn>arn:aws:iam::123456789012:user/{name}</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate></member>"
            )
        };
        let users: String = users.iter().map(user).collect();
        result(&format!(
            "<Group><Path>/</Path><GroupName>team</GroupName><GroupId>AGP</GroupId>\
             <Arn>arn:aws:iam::123456789012:group/team</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate></Group>\
             <Users>{users}</Users><IsTruncated>false</IsTruncated>"
        ))
    }

    fn want(users: &[&str]) -> GroupMembership {
        GroupMembership {
            group: Some("team".into()),
            name: Some("all".into()),
            users: Some(users.iter().map(ToString::to_string).collect()),
            ..GroupMembership::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn users_come_and_go() {
        let script = Replay::default()
            .on("AddUserToGroup", result(""))
            .on("AddUserToGroup", result(""))
            .on("GetGroup", group(&["ann", "ben"]))
            .on("GetGroup", group(&[]))
            .on("AddUserToGroup", result(""))
            .on("RemoveUserFromGroup", result(""))
            .on("RemoveUserFromGroup", Reply::Error(404, "NoSuchEntity"));
        let aws = script.aws();
        let id = GroupMembership::create(&aws, &want(&["ann", "ben"]), &operation()).await.unwrap();
        assert_eq!(id.as_str(), "team:all");
        let live = GroupMembership::read(&aws, &[request("team:all", &[])]).await.remove(0).unwrap().unwrap();
        assert_eq!(live, GroupMembership { id: Some("all".into()), ..want(&["ann", "ben"]) });
        assert_eq!(GroupMembership::read(&aws, &[request("team:all", &[])]).await, [Ok(None)]);
        let change = Change { id: &id, want: &want(&["ben"]), prior: &live, operation: &operation() };
        GroupMembership::update(&aws, GroupMembershipUpdate::Users, &change).await.unwrap();
        GroupMembership::delete(&aws, &id, &want(&["ben"])).await.unwrap();
        let sent = script.finish();
        let names: Vec<_> = sent[4..].iter().map(|sent| (sent.what.as_str(), sent.parameter("UserName"))).collect();
        let leaves = "RemoveUserFromGroup";
        assert_eq!(names, [("AddUserToGroup", Some("ben")), (leaves, Some("ann")), (leaves, Some("ben"))]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_members_of_several_groups_are_those_that_say_so() {
        let user = |name: &str, group: &str| {
            format!("<member><UserName>{name}</UserName><GroupList><member>{group}</member></GroupList></member>")
        };
        let groups: String = ["team", "ops", "idle"]
            .iter()
            .map(|name| format!("<member><GroupName>{name}</GroupName></member>"))
            .collect();
        let list = format!(
            "<UserDetailList>{}{}</UserDetailList><GroupDetailList>{groups}</GroupDetailList>\
             <IsTruncated>false</IsTruncated>",
            user("ann", "team"),
            user("ben", "ops")
        );
        let script = Replay::default().on("GetAccountAuthorizationDetails", result(&list));
        let asked = ["team:all", "ops:all", "idle:all"].map(|id| request(id, &[]));
        let found = GroupMembership::read(&script.aws(), &asked).await;
        let users: Vec<_> = found.into_iter().map(|found| found.unwrap().and_then(|live| live.users)).collect();
        assert_eq!(users, [Some(vec!["ann".into()]), Some(vec!["ben".into()]), None]);
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_is_whole_is_found() {
        let script = Replay::default().on("GetGroup", group(&["ann"])).on("GetGroup", group(&["ann", "ben", "eve"]));
        let (aws, recover) = (script.aws(), recover(json!({})));
        let find = async || GroupMembership::find(&aws, &recover, &want(&["ben", "ann"])).await;
        assert_eq!(find().await, Ok(None));
        assert_eq!(find().await, Ok(Some("team:all".into())));
        script.finish();
    }
}
