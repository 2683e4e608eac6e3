//! `aws_elasticache_user_group`

use aws_sdk_elasticache::operation::create_user_group::builders::CreateUserGroupFluentBuilder;

use super::described::{self, Described};
use super::prelude::*;
use crate::kind::diff::added;

updates! {
    pub enum UserGroupUpdate {
        Users => [ModifyUserGroup],
        Engine => [ModifyUserGroup],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = UserGroupUpdate)]
#[sdk(from = sdk::UserGroup, create = CreateUserGroupFluentBuilder)]
pub struct UserGroup {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The engine; from Redis to Valkey in place.
    #[field(update = Engine, required, forms = Case, pattern = "(?i:redis|valkey)")]
    engine: Option<String>,
    /// The group's id.
    #[field(computed, sdk = user_group_id)]
    id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// The id, unique in the region.
    #[field(immutable, required, forms = Case, pattern = "[a-zA-Z][a-zA-Z0-9-]*")]
    user_group_id: Option<String>,
    /// The ids of the users; of Redis one with the name `default` is among them.
    #[field(update = Users, set, filled)]
    user_ids: Option<Vec<String>>,
    /// AWS's word for the status.
    #[field(computed, sdk = status)]
    _status: Option<String>,
}

/// As AWS describes it; users that come or go already count as there or gone.
fn group(mut live: sdk::UserGroup) -> Result<UserGroup, CloudError> {
    if let Some(pending) = live.pending_changes.take() {
        let gone = pending.user_ids_to_remove.unwrap_or_default();
        let there = live.user_ids.take().unwrap_or_default().into_iter().filter(|user| !gone.contains(user));
        let mut users: Vec<String> = there.chain(pending.user_ids_to_add.unwrap_or_default()).collect();
        users.sort();
        users.dedup();
        live.user_ids = Some(users);
    }
    Ok(UserGroup::from_sdk(live)?)
}

#[async_trait]
impl Described for UserGroup {
    fn name(&self) -> Option<&str> {
        self.user_group_id.as_deref()
    }

    fn arn(&self) -> Option<&str> {
        self.arn.as_deref()
    }

    fn tagged(&mut self) -> &mut Tagged {
        &mut self.tags
    }

    async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<Self>, CloudError> {
        let request = aws.read().elasticache().describe_user_groups();
        let request = request.set_max_records(name.is_none().then_some(100)).set_user_group_id(name);
        aws.pages(request, |page| page.user_groups).await?.into_iter().map(group).collect()
    }
}

#[async_trait]
impl Resource for UserGroup {
    const TYPE: &'static str = "aws_elasticache_user_group";
    const DOC: &'static str = "The users that may connect to a cache.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateUserGroup];
    const DELETE_CALLS: Calls = calls![DeleteUserGroup];
    const LAGS: &'static [LagReply] = lags::USER_GROUP;
    const IMPORT_ID: &'static str = "USER_GROUP_ID";
    const RELATIONS: Relations = Relations {
        identity: &["user_group_id"],
        held_by: &[("aws_elasticache_replication_group", "user_group_ids")],
        ..Relations::NONE
    };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
user_group_id: shop
engine: valkey
user_ids: [\"${shop.user_id}\"]
";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 30;

    type Update = UserGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        described::read(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        described::find::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().elasticache().create_user_group())?;
        aws.made(request, |reply| reply.user_group_id).await
    }

    async fn update(aws: &Aws, call: UserGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let request = aws.write().elasticache().modify_user_group().user_group_id(id.as_str());
        match call {
            UserGroupUpdate::Users => {
                // An earlier attempt may have done some of it, which AWS refuses to do again.
                let live = described::one::<Self>(aws, id.as_str()).await?.unwrap_or_default();
                let (come, go) = (added(&want.user_ids, &live.user_ids), added(&live.user_ids, &want.user_ids));
                if come.is_none() && go.is_none() {
                    return Ok(());
                }
                aws.done(request.set_user_ids_to_add(come).set_user_ids_to_remove(go)).await
            }
            UserGroupUpdate::Engine => aws.done(request.set_engine(want.engine.clone())).await,
            UserGroupUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().elasticache().delete_user_group().user_group_id(id.as_str())).await
    }

    /// The words are those of <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_UserGroup.html>.
    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            None | Some("active") => Readiness::Ready,
            Some("deleting") => Readiness::Deleting,
            Some(word) => Readiness::Pending(word.into()),
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "user_group_id")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, operation, result};

    #[tokio::test(start_paused = true)]
    async fn users_that_are_on_their_way_are_not_sent_again() {
        let live = "<UserGroups><member><UserGroupId>shop</UserGroupId><Status>modifying</Status>\
                    <UserIds><member>old</member><member>stays</member></UserIds><PendingChanges>\
                    <UserIdsToRemove><member>old</member></UserIdsToRemove>\
                    <UserIdsToAdd><member>new</member></UserIdsToAdd></PendingChanges></member></UserGroups>";
        let script = Replay::default()
            .on("DescribeUserGroups", result(live))
            .on("DescribeUserGroups", result(live))
            .on("ModifyUserGroup", result(""));
        let aws = script.aws();
        let with = |users: &[&str]| UserGroup {
            user_ids: Some(users.iter().map(ToString::to_string).collect()),
            ..UserGroup::default()
        };
        let (id, operation, prior) = ("shop".into(), operation(), with(&["old", "stays"]));
        for want in [with(&["stays", "new"]), with(&["new", "more"])] {
            let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
            UserGroup::update(&aws, UserGroupUpdate::Users, &change).await.unwrap();
        }
        let sent = script.finish();
        assert_eq!(sent[2].parameter("UserIdsToAdd.member.1"), Some("more"));
        assert_eq!(sent[2].parameter("UserIdsToRemove.member.1"), Some("stays"));
        assert_eq!(sent[2].parameter("UserIdsToRemove.member.2"), None);
    }
}
