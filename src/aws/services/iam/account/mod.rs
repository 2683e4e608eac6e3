//! Reading IAM: one paged call for roles, users, groups, inline policies, attachments, profiles and customer policies.
//!
//! `GetAccountAuthorizationDetails` answers for all of them at once. What it does not tell (a role's description and
//! session duration) comes from `ListRoles`, when somebody asks about it; what it does not list is asked for by itself,
//! so that an incomplete list is never an absence. Without the permission for it, and for one or two things, everything is asked for by itself.

mod key;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_sdk_iam::types::{self as sdk, EntityType};
use futures::{StreamExt, stream};
use wildfire_engine::model::{CloudError, ErrorKind, ReadRequest};

pub(super) use self::key::Key;
use super::document::decoded;
use super::group::Group;
use super::instance_profile::InstanceProfile;
use super::policy::{self, Policy};
use super::role::Role;
use super::user::User;
use crate::Aws;
use crate::connection::call::absent_is_none;
use crate::kind::convert::FromSdk;
use crate::kind::resource::Read;

/// Up to this many things are read one by one.
const LIST_ABOVE: usize = 2;
/// IAM publishes no rate; more at a time only gets throttled.
const AT_ONCE: usize = 10;
const PAGE: i32 = 1000;

/// The answer to a [`Key`].
#[derive(Clone, Debug)]
pub(super) enum Entity {
    Role(Box<Role>),
    /// The document.
    Inline(String),
    /// The ARNs.
    Attached(Vec<String>),
    Profile(Box<InstanceProfile>),
    Policy(Box<Policy>),
    User(Box<User>),
    Group(Box<Group>),
    /// The names of the users.
    Members(Vec<String>),
}

type Answers = HashMap<String, Result<Entity, CloudError>>;

/// One answer per request. `key` says what to read for it, and nothing where its id is malformed.
pub(super) async fn load<T: Send>(
    aws: &Aws,
    wanted: &[ReadRequest],
    key: fn(&ReadRequest) -> Option<Key>,
    pick: fn(&Entity, &ReadRequest) -> Option<T>,
) -> Vec<Read<T>> {
    let keys: Vec<Option<String>> = wanted.iter().map(|request| key(request).map(|key| key.to_text())).collect();
    let handle = aws.clone();
    let fetch = move |keys| async move { Ok(fetch(&handle, keys).await) };
    let answers: Result<Arc<Answers>, CloudError> = aws.batch("iam").load(keys.iter().flatten().cloned(), fetch).await;
    let answer = |key: &Option<String>, request: &ReadRequest| {
        let Some(key) = key else { return Ok(None) };
        match answers.as_ref().map_err(CloudError::clone)?.get(key) {
            Some(Ok(entity)) => Ok(pick(entity, request)),
            Some(Err(error)) => Err(error.clone()),
            None => Ok(None),
        }
    };
    keys.iter().zip(wanted).map(|(key, request)| answer(key, request)).collect()
}

async fn fetch(aws: &Aws, keys: Vec<String>) -> Answers {
    let mut answers = Answers::new();
    if keys.len() > LIST_ABOVE {
        match list(aws, &keys).await {
            Ok(mut listed) => answers.extend(keys.iter().filter_map(|key| listed.remove_entry(key))),
            Err(error) if error.kind == ErrorKind::AccessDenied => {
                tracing::debug!("iam:GetAccountAuthorizationDetails is denied: reading one by one");
            }
            Err(error) => return keys.into_iter().map(|key| (key, Err(error.clone()))).collect(),
        }
    }
    let missing: Vec<String> = keys.into_iter().filter(|key| !answers.contains_key(key)).collect();
    let singly = stream::iter(missing)
        .map(|key| async move {
            let answer = match Key::from_text(&key) {
                Some(parsed) => absent_is_none(one(aws, parsed).await).transpose(),
                None => None,
            };
            answer.map(|answer| (key, answer))
        })
        .buffer_unordered(AT_ONCE)
        .filter_map(|answer| async move { answer });
    answers.extend(singly.collect::<Vec<_>>().await);
    answers
}

/// What there is of the kinds that are asked for. Whole roles are there if asked for, and unless `ListRoles` is denied.
async fn list(aws: &Aws, keys: &[String]) -> Result<Answers, CloudError> {
    let asked =
        |kinds: &[&str]| keys.iter().filter_map(|key| key.split_once('/')).any(|(kind, _)| kinds.contains(&kind));
    let whole_roles = asked(&["role"]);
    // Who has roles and policies alone makes the same call as ever.
    let mut kinds = vec![EntityType::Role, EntityType::LocalManagedPolicy];
    // A group's users are those that say so.
    kinds.extend(asked(&["user", "user-inline", "user-attached", "members"]).then_some(EntityType::User));
    kinds.extend(asked(&["group", "group-inline", "group-attached", "members"]).then_some(EntityType::Group));
    let details = async {
        match whole_roles {
            true => list_roles(aws).await.map(Some),
            false => Ok(None),
        }
    };
    let (details, authorization) = futures::join!(details, authorization_details(aws, kinds));
    let details = match details {
        Err(error) if error.kind == ErrorKind::AccessDenied => None,
        other => other?,
    };
    let Account { roles, policies, users, groups } = authorization?;
    let mut answers = Answers::new();
    let mut add = |key: Key, entity| answers.insert(key.to_text(), Ok(entity));
    for role in roles {
        let Some(name) = role.role_name.clone() else { continue };
        for (policy, document) in inline(role.role_policy_list.as_deref()) {
            add(Key::Inline(name.clone(), policy), document);
        }
        add(Key::Attached(name.clone()), Entity::Attached(arns(role.attached_managed_policies.as_deref())));
        for profile in role.instance_profile_list.iter().flatten() {
            // Lists may leave tags out; a profile of ours always has some.
            if profile.tags.as_ref().is_some_and(|tags| !tags.is_empty()) {
                let key = Key::Profile(profile.instance_profile_name.clone());
                add(key, Entity::Profile(Box::new(InstanceProfile::from_live(profile.clone())?)));
            }
        }
        if let Some(listed) = details.as_ref().and_then(|details| details.get(&name)) {
            add(Key::Role(name.clone()), Entity::Role(Box::new(Role::from_details(role.clone(), Some(listed))?)));
        }
        add(Key::BareRole(name), Entity::Role(Box::new(Role::from_details(role, None)?)));
    }
    let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for user in users {
        let Some(name) = user.user_name.clone() else { continue };
        for group in user.group_list.iter().flatten() {
            members.entry(group.clone()).or_default().push(name.clone());
        }
        for (policy, document) in inline(user.user_policy_list.as_deref()) {
            add(Key::UserInline(name.clone(), policy), document);
        }
        add(Key::UserAttached(name.clone()), Entity::Attached(arns(user.attached_managed_policies.as_deref())));
        // Lists may leave tags out; a user of ours always has some.
        if user.tags.as_ref().is_some_and(|tags| !tags.is_empty()) {
            add(Key::User(name), Entity::User(Box::new(User::from_sdk(user)?)));
        }
    }
    for group in groups {
        let Some(name) = group.group_name.clone() else { continue };
        for (policy, document) in inline(group.group_policy_list.as_deref()) {
            add(Key::GroupInline(name.clone(), policy), document);
        }
        add(Key::GroupAttached(name.clone()), Entity::Attached(arns(group.attached_managed_policies.as_deref())));
        add(Key::Members(name.clone()), Entity::Members(members.remove(&name).unwrap_or_default()));
        add(Key::Group(name), Entity::Group(Box::new(Group::from_sdk(group)?)));
    }
    for policy in policies {
        if let Some(arn) = policy.arn.clone() {
            add(Key::Policy(arn), Entity::Policy(Box::new(Policy::from_details(policy)?)));
        }
    }
    Ok(answers)
}

/// Names and documents.
fn inline(policies: Option<&[sdk::PolicyDetail]>) -> Vec<(String, Entity)> {
    let one = |policy: &sdk::PolicyDetail| {
        Some((policy.policy_name.clone()?, Entity::Inline(decoded(policy.policy_document.as_deref()?))))
    };
    policies.unwrap_or_default().iter().filter_map(one).collect()
}

fn arns(attached: Option<&[sdk::AttachedPolicy]>) -> Vec<String> {
    attached.unwrap_or_default().iter().filter_map(|policy| policy.policy_arn.clone()).collect()
}

/// What the account has, of the kinds that were asked for.
#[derive(Default)]
struct Account {
    roles: Vec<sdk::RoleDetail>,
    policies: Vec<sdk::ManagedPolicyDetail>,
    users: Vec<sdk::UserDetail>,
    groups: Vec<sdk::GroupDetail>,
}

async fn authorization_details(aws: &Aws, kinds: Vec<EntityType>) -> Result<Account, CloudError> {
    let mut found = Account::default();
    let mut marker = None;
    loop {
        let request = aws.read().iam().get_account_authorization_details().set_filter(Some(kinds.clone()));
        let page = aws.send(request.max_items(PAGE).set_marker(marker)).await?;
        found.roles.extend(page.role_detail_list.unwrap_or_default());
        found.policies.extend(page.policies.unwrap_or_default());
        found.users.extend(page.user_detail_list.unwrap_or_default());
        found.groups.extend(page.group_detail_list.unwrap_or_default());
        marker = page.marker.filter(|marker| page.is_truncated && !marker.is_empty());
        if marker.is_none() {
            return Ok(found);
        }
    }
}

/// Every role by name, without tags and boundaries.
async fn list_roles(aws: &Aws) -> Result<HashMap<String, sdk::Role>, CloudError> {
    let roles = aws.pages(aws.read().iam().list_roles().max_items(PAGE), |page| Some(page.roles)).await?;
    Ok(roles.into_iter().map(|role| (role.role_name.clone(), role)).collect())
}

/// Reads one thing by itself; that it does not exist is a `NotFound` error.
pub(super) async fn one(aws: &Aws, key: Key) -> Result<Entity, CloudError> {
    let not_found = |what: &str| CloudError::new(ErrorKind::NotFound, format!("IAM returned no {what}"));
    let iam = aws.read().iam();
    match key {
        Key::Role(name) | Key::BareRole(name) => {
            let reply = aws.send(iam.get_role().role_name(name)).await?;
            let role = reply.role.ok_or_else(|| not_found("role"))?;
            Ok(Entity::Role(Box::new(Role::from_role(role)?)))
        }
        Key::Inline(role, name) => {
            let request = iam.get_role_policy().role_name(role).policy_name(name);
            let reply = aws.send(request).await?;
            Ok(Entity::Inline(decoded(&reply.policy_document)))
        }
        Key::Attached(role) => attached(aws, &role).await.map(Entity::Attached),
        Key::User(name) => {
            let reply = aws.send(iam.get_user().user_name(name)).await?;
            let user = reply.user.ok_or_else(|| not_found("user"))?;
            Ok(Entity::User(Box::new(User::from_sdk(user)?)))
        }
        Key::UserInline(user, name) => {
            let reply = aws.send(iam.get_user_policy().user_name(user).policy_name(name)).await?;
            Ok(Entity::Inline(decoded(&reply.policy_document)))
        }
        Key::UserAttached(user) => {
            let attached = aws.pages(iam.list_attached_user_policies().user_name(user), |page| page.attached_policies);
            Ok(Entity::Attached(arns(Some(&attached.await?))))
        }
        Key::Group(name) => {
            let reply = aws.send(iam.get_group().group_name(name).max_items(1)).await?;
            let group = reply.group.ok_or_else(|| not_found("group"))?;
            Ok(Entity::Group(Box::new(Group::from_sdk(group)?)))
        }
        Key::GroupInline(group, name) => {
            let reply = aws.send(iam.get_group_policy().group_name(group).policy_name(name)).await?;
            Ok(Entity::Inline(decoded(&reply.policy_document)))
        }
        Key::GroupAttached(group) => {
            let request = iam.list_attached_group_policies().group_name(group);
            let attached = aws.pages(request, |page| page.attached_policies);
            Ok(Entity::Attached(arns(Some(&attached.await?))))
        }
        Key::Members(group) => {
            let users = aws.pages(iam.get_group().group_name(group), |page| Some(page.users)).await?;
            Ok(Entity::Members(users.into_iter().map(|user| user.user_name).collect()))
        }
        Key::Profile(name) => {
            let request = iam.get_instance_profile().instance_profile_name(name);
            let reply = aws.send(request).await?;
            let profile = reply.instance_profile.ok_or_else(|| not_found("instance profile"))?;
            Ok(Entity::Profile(Box::new(InstanceProfile::from_live(profile)?)))
        }
        Key::Policy(arn) => {
            let policy = policy::get(aws, &arn).await?;
            let version = policy.default_version_id.clone().ok_or_else(|| not_found("default version"))?;
            let request = iam.get_policy_version().policy_arn(&arn).version_id(version);
            let reply = aws.send(request).await?;
            let document = reply.policy_version.and_then(|version| version.document);
            Ok(Entity::Policy(Box::new(Policy::from_policy(policy, document.as_deref())?)))
        }
    }
}

/// The ARNs of the managed policies of a role.
pub(super) async fn attached(aws: &Aws, role: &str) -> Result<Vec<String>, CloudError> {
    let request = aws.read().iam().list_attached_role_policies().role_name(role);
    let attached = aws.pages(request, |page| page.attached_policies).await?;
    Ok(attached.into_iter().filter_map(|policy| policy.policy_arn).collect())
}
