//! `aws_iam_policy_attachment`

use futures::{StreamExt, stream};

use super::prelude::*;
use crate::kind::convert::{filled, problem};

updates! {
    pub enum PolicyAttachmentUpdate {
        Groups => [AttachGroupPolicy, DetachGroupPolicy],
        Roles => [AttachRolePolicy, DetachRolePolicy],
        Users => [AttachUserPolicy, DetachUserPolicy],
    }
}

/// IAM publishes no rate; more at a time only gets throttled.
const AT_ONCE: usize = 10;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = PolicyAttachmentUpdate)]
pub struct PolicyAttachment {
    /// The names of all groups that have the policy.
    #[field(update = Groups, set)]
    groups: Option<Vec<String>>,
    /// The name.
    #[field(computed)]
    id: Option<String>,
    /// What the attachment is called here; AWS has no name for it.
    #[field(immutable, required, length = 1..=512)]
    name: Option<String>,
    /// The ARN of the managed policy.
    #[field(immutable, required)]
    policy_arn: Option<String>,
    /// The names of all roles that have the policy.
    #[field(update = Roles, set)]
    roles: Option<Vec<String>>,
    /// The names of all users that have the policy.
    #[field(update = Users, set)]
    users: Option<Vec<String>>,
}

/// Who may have a policy.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Holder {
    Group,
    Role,
    User,
}

const HOLDERS: [Holder; 3] = [Holder::Group, Holder::Role, Holder::User];

impl PolicyAttachment {
    fn of(&self, holder: Holder) -> &[String] {
        let names = match holder {
            Holder::Group => &self.groups,
            Holder::Role => &self.roles,
            Holder::User => &self.users,
        };
        names.as_deref().unwrap_or_default()
    }
}

/// Name and policy. An ARN begins after the first slash that one follows.
fn split(id: &PhysicalId) -> Option<(&str, &str)> {
    let at = id.as_str().find("/arn:")?;
    Some((&id.as_str()[..at], &id.as_str()[at + 1..]))
}

/// Whoever has the policy; nothing where nobody has it, or where it is gone.
async fn entities(aws: &Aws, id: &PhysicalId) -> Read<PolicyAttachment> {
    let Some((name, arn)) = split(id) else { return Ok(None) };
    let request = aws.read().iam().list_entities_for_policy().policy_arn(arn);
    let Some(pages) = absent_is_none(aws.pages(request, |page| Some(vec![page])).await)? else { return Ok(None) };
    let (mut groups, mut roles, mut users) = (Vec::new(), Vec::new(), Vec::new());
    for page in pages {
        groups.extend(page.policy_groups.into_iter().flatten().filter_map(|group| group.group_name));
        roles.extend(page.policy_roles.into_iter().flatten().filter_map(|role| role.role_name));
        users.extend(page.policy_users.into_iter().flatten().filter_map(|user| user.user_name));
    }
    let nobody = groups.is_empty() && roles.is_empty() && users.is_empty();
    Ok((!nobody).then(|| PolicyAttachment {
        groups: filled(Some(groups)),
        id: Some(name.into()),
        name: Some(name.into()),
        policy_arn: Some(arn.into()),
        roles: filled(Some(roles)),
        users: filled(Some(users)),
    }))
}

/// Gives the policy to everybody that is wanted. Whoever has it already keeps it.
async fn attach(aws: &Aws, arn: &str, holder: Holder, want: &PolicyAttachment) -> Result<(), CloudError> {
    let iam = aws.write().iam();
    for name in want.of(holder) {
        match holder {
            Holder::Group => aws.done(iam.attach_group_policy().group_name(name).policy_arn(arn)).await?,
            Holder::Role => aws.done(iam.attach_role_policy().role_name(name).policy_arn(arn)).await?,
            Holder::User => aws.done(iam.attach_user_policy().user_name(name).policy_arn(arn)).await?,
        }
    }
    Ok(())
}

/// Takes the policy from those that have it and shall not.
async fn detach(
    aws: &Aws,
    arn: &str,
    holder: Holder,
    prior: &PolicyAttachment,
    keep: &[String],
) -> Result<(), CloudError> {
    let iam = aws.write().iam();
    for name in prior.of(holder).iter().filter(|name| !keep.contains(name)) {
        match holder {
            Holder::Group => aws.gone(iam.detach_group_policy().group_name(name).policy_arn(arn)).await?,
            Holder::Role => aws.gone(iam.detach_role_policy().role_name(name).policy_arn(arn)).await?,
            Holder::User => aws.gone(iam.detach_user_policy().user_name(name).policy_arn(arn)).await?,
        }
    }
    Ok(())
}

fn joined(want: &PolicyAttachment) -> PhysicalId {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    format!("{}/{}", text(&want.name), text(&want.policy_arn)).into()
}

#[async_trait]
impl Resource for PolicyAttachment {
    const TYPE: &'static str = "aws_iam_policy_attachment";
    const DOC: &'static str = "A managed policy, and everybody who has it in the account.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![AttachGroupPolicy, AttachRolePolicy, AttachUserPolicy];
    const DELETE_CALLS: Calls = calls![DetachGroupPolicy, DetachRolePolicy, DetachUserPolicy];
    const LAGS: &'static [LagReply] = lags::POLICY_ATTACHMENT;
    const IMPORT_ID: &'static str = "NAME/POLICY_ARN";
    const RELATIONS: Relations = Relations {
        identity: &["policy_arn"],
        part_of: &["policy_arn", "groups", "roles", "users"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
name: readers
policy_arn: ${read_images.arn}
roles: [\"${api.name}\"]
groups: [\"${developers.name}\"]
";
    const CONSISTENCY_SECONDS: u32 = 15;

    type Update = PolicyAttachmentUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        // No call tells of several policies who has them.
        let ids: Vec<PhysicalId> = wanted.iter().map(|request| request.id.clone()).collect();
        stream::iter(ids).map(|id| async move { entities(aws, &id).await }).buffered(AT_ONCE).collect().await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let id = joined(wanted);
        // Only what is whole is found; otherwise it is sent again.
        let whole = |live: &Self| {
            HOLDERS.iter().all(|holder| wanted.of(*holder).iter().all(|name| live.of(*holder).contains(name)))
        };
        Ok(entities(aws, &id).await?.filter(whole).map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        for holder in HOLDERS {
            attach(aws, want.policy_arn.as_deref().unwrap_or_default(), holder, want).await?;
        }
        Ok(joined(want))
    }

    async fn update(aws: &Aws, call: PolicyAttachmentUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let Some((_, arn)) = split(id) else { return Ok(()) };
        let holder = match call {
            PolicyAttachmentUpdate::Groups => Holder::Group,
            PolicyAttachmentUpdate::Roles => Holder::Role,
            PolicyAttachmentUpdate::Users => Holder::User,
        };
        // All of them: one that was replaced has lost the policy since it was read.
        attach(aws, arn, holder, want).await?;
        detach(aws, arn, holder, prior, want.of(holder)).await
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let Some((_, arn)) = split(id) else { return Ok(()) };
        for holder in HOLDERS {
            detach(aws, arn, holder, prior, &[]).await?;
        }
        Ok(())
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let no_arn = text("policy_arn").filter(|arn| !arn.starts_with("arn:"));
        let no_arn = no_arn.map(|_| Problem {
            help: Some("policies of AWS are named arn:aws:iam::aws:policy/NAME".into()),
            ..problem("policy_arn", "this is not an ARN")
        });
        let an_arn = text("name").filter(|name| name.contains("/arn:"));
        let an_arn = an_arn.map(|_| problem("name", "a name has no ARN in it"));
        let written = |name: &str| match properties.get(name) {
            None | Some(Value::Null) => false,
            Some(Value::List(names)) => !names.is_empty(),
            Some(_) => true,
        };
        let nobody = !["groups", "roles", "users"].into_iter().any(written);
        let nobody = nobody.then(|| problem("roles", "nobody has the policy: write `groups`, `roles` or `users`"));
        [no_arn, an_arn, nobody].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

    const ID: &str = "readers/arn:aws:iam::123456789012:policy/team/read";

    fn list(kind: &str, names: &[&str]) -> String {
        let member = |name: &&str| format!("<member><{kind}Name>{name}</{kind}Name></member>");
        let members: String = names.iter().map(member).collect();
        format!("<Policy{kind}s>{members}</Policy{kind}s>")
    }

    fn live(roles: &[&str], users: &[&str]) -> Reply {
        let lists = [list("Group", &[]), list("Role", roles), list("User", users)].concat();
        result(&format!("{lists}<IsTruncated>false</IsTruncated>"))
    }

    fn want(roles: &[&str], users: &[&str]) -> PolicyAttachment {
        let names = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());
        PolicyAttachment {
            name: Some("readers".into()),
            policy_arn: Some("arn:aws:iam::123456789012:policy/team/read".into()),
            roles: names(roles),
            users: names(users),
            ..PolicyAttachment::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn holders_come_and_go() {
        let script = Replay::default()
            .on("AttachRolePolicy", result(""))
            .on("AttachUserPolicy", result(""))
            .on("ListEntitiesForPolicy", live(&["api"], &["ann"]))
            .on("ListEntitiesForPolicy", live(&[], &[]))
            .on("ListEntitiesForPolicy", Reply::Error(404, "NoSuchEntity"))
            .on("AttachRolePolicy", result(""))
            .on("DetachRolePolicy", result(""))
            .on("DetachRolePolicy", Reply::Error(404, "NoSuchEntity"))
            .on("DetachUserPolicy", result(""));
        let aws = script.aws();
        let id = PolicyAttachment::create(&aws, &want(&["api"], &["ann"]), &operation()).await.unwrap();
        assert_eq!(id.as_str(), ID);
        let read = async || PolicyAttachment::read(&aws, &[request(ID, &[])]).await.remove(0);
        let first = read().await.unwrap().unwrap();
        assert_eq!(
            (first.id.as_deref(), first.of(Holder::Role), first.of(Holder::User)),
            (Some("readers"), ["api".to_string()].as_slice(), ["ann".to_string()].as_slice())
        );
        assert_eq!(read().await, Ok(None), "nobody has it");
        assert_eq!(read().await, Ok(None), "the policy is gone");
        let change = Change { id: &id, want: &want(&["job"], &["ann"]), prior: &first, operation: &operation() };
        PolicyAttachment::update(&aws, PolicyAttachmentUpdate::Roles, &change).await.unwrap();
        PolicyAttachment::delete(&aws, &id, &want(&["job"], &["ann"])).await.unwrap();
        let sent = script.finish();
        let roles: Vec<_> = sent.iter().filter_map(|sent| sent.parameter("RoleName")).collect();
        assert_eq!(roles, ["api", "job", "api", "job"]);
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_is_whole_is_found() {
        let script = Replay::default()
            .on("ListEntitiesForPolicy", live(&["api"], &[]))
            .on("ListEntitiesForPolicy", live(&["api", "other"], &["ann"]));
        let (aws, recover) = (script.aws(), recover(json!({})));
        let find = async || PolicyAttachment::find(&aws, &recover, &want(&["api"], &["ann"])).await;
        assert_eq!(find().await, Ok(None));
        assert_eq!(find().await, Ok(Some(ID.into())));
        script.finish();
    }

    #[test]
    fn somebody_has_the_policy() {
        let problems = |properties: serde_json::Value| PolicyAttachment::validate(&Value::from_json(properties)).len();
        let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        assert_eq!(problems(json!({"name": "a", "policy_arn": arn, "roles": ["api"]})), 0);
        assert_eq!(problems(json!({"name": "a", "policy_arn": arn, "roles": []})), 1);
        assert_eq!(problems(json!({"name": "a/arn:b", "policy_arn": "ReadOnlyAccess"})), 3);
    }
}
