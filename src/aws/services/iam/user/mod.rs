//! `aws_iam_user`

mod leaving;

use aws_sdk_iam::operation::create_user::builders::CreateUserFluentBuilder;

use super::prelude::*;

updates! {
    pub enum UserUpdate {
        Path => [UpdateUser],
        Boundary => [PutUserPermissionsBoundary, DeleteUserPermissionsBoundary],
        Tags => [TagUser, UntagUser],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = UserUpdate)]
#[sdk(from = sdk::User, from = sdk::UserDetail, create = CreateUserFluentBuilder)]
pub struct User {
    /// The ARN.
    #[field(computed, changed_by = ["Path"])]
    arn: Option<String>,
    /// Whether a deletion first deletes the keys, the password and the devices that others gave to the user.
    #[field(local, default = false)]
    force_destroy: Option<bool>,
    /// The user's name.
    #[field(computed, sdk = user_name)]
    id: Option<String>,
    /// The name, unique in the account.
    #[field(immutable, required, sdk = user_name)]
    name: Option<String>,
    /// The path before the name in the ARN.
    #[field(update = Path, default = "/")]
    path: Option<String>,
    /// The ARN of the policy that bounds what the user may be granted.
    #[field(update = Boundary)]
    #[field(sdk = permissions_boundary.permissions_boundary_arn, sent_as = permissions_boundary)]
    permissions_boundary: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
    /// AWS's id of the user, which a new user of the same name does not share.
    #[field(computed, sdk = user_id)]
    unique_id: Option<String>,
}

#[async_trait]
impl Resource for User {
    const TYPE: &'static str = "aws_iam_user";
    const DOC: &'static str = "An identity with credentials of its own.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateUser];
    const DELETE_CALLS: Calls = leaving::CALLS;
    const LAGS: &'static [LagReply] = lags::USER;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: ci
path: /machines/
";
    const CONSISTENCY_SECONDS: u32 = 15;

    type Update = UserUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let key = |request: &ReadRequest| Some(Key::User(request.id.to_string()));
        let pick = |entity: &Entity, _: &ReadRequest| match entity {
            Entity::User(user) => Some(user.as_ref().clone()),
            _ => None,
        };
        account::load(aws, wanted, key, pick).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.name.clone() else { return Ok(None) };
        match absent_is_none(account::one(aws, Key::User(name.clone())).await)? {
            Some(Entity::User(user)) if made_by(user.tags.all.as_ref(), recover.operation.id.as_str()) => {
                Ok(Some(name.into()))
            }
            _ => Ok(None),
        }
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        aws.done(want.fill(aws.write().iam().create_user())?).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: UserUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (iam, name) = (aws.write().iam(), id.as_str());
        match call {
            UserUpdate::Path => {
                let path = want.path.as_deref().unwrap_or("/");
                aws.done(iam.update_user().user_name(name).new_path(path)).await
            }
            UserUpdate::Boundary => match &want.permissions_boundary {
                Some(arn) => {
                    aws.done(iam.put_user_permissions_boundary().user_name(name).permissions_boundary(arn)).await
                }
                None => aws.gone(iam.delete_user_permissions_boundary().user_name(name)).await,
            },
            UserUpdate::Tags => {
                let set = |tags| iam.tag_user().user_name(name).set_tags(tags);
                let remove = |keys| iam.untag_user().user_name(name).set_tag_keys(keys);
                tagging::retag(aws, &prior.tags, &want.tags, set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        leaving::leave_groups(aws, id.as_str()).await?;
        if prior.force_destroy == Some(true) {
            leaving::strip(aws, id.as_str()).await?;
        }
        aws.gone(aws.write().iam().delete_user().user_name(id.as_str())).await.map_err(|mut error| {
            if error.code.as_deref() == Some("DeleteConflict") && prior.force_destroy != Some(true) {
                error.message.push_str(". To delete what others gave to the user, set force_destroy to true and apply");
            }
            error
        })
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        name_problem(properties, 64).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        properties.get("name")?.as_str().map(PhysicalId::from)
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(NaturalKey::of(Self::TYPE, properties, &["name"]).map(NaturalKey::any_case).into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, Reply, result};

    fn list(name: &str, members: &str) -> Reply {
        result(&format!("<IsTruncated>false</IsTruncated><{name}>{members}</{name}>"))
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_leaves_its_groups_and_keeps_what_others_gave_it() {
        let group = "<member><Path>/</Path><GroupName>team</GroupName><GroupId>AGP</GroupId>\
                     <Arn>arn:aws:iam::123456789012:group/team</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate></member>";
        let script = Replay::default()
            .on("ListGroupsForUser", list("Groups", group))
            .on("RemoveUserFromGroup", result(""))
            .on("DeleteUser", Reply::Error(409, "DeleteConflict"));
        let error = User::delete(&script.aws(), &"ci".into(), &User::default()).await.unwrap_err();
        assert!(error.message.contains("force_destroy"));
        assert_eq!(script.finish()[1].parameter("GroupName"), Some("team"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_is_stripped_on_demand() {
        let key = "<member><UserName>ci</UserName><AccessKeyId>AKIA1</AccessKeyId><Status>Active</Status></member>";
        let device = "<member><UserName>ci</UserName><SerialNumber>arn:aws:iam::123456789012:mfa/ci</SerialNumber>\
                      <EnableDate>2024-01-01T00:00:00Z</EnableDate></member>";
        let script = Replay::default()
            .on("ListGroupsForUser", list("Groups", ""))
            .on("ListAccessKeys", list("AccessKeyMetadata", key))
            .on("DeleteAccessKey", result(""))
            .on("ListMFADevices", list("MFADevices", device))
            .on("DeactivateMFADevice", result(""))
            .on("DeleteVirtualMFADevice", result(""))
            .on("ListSSHPublicKeys", list("SSHPublicKeys", ""))
            .on("ListSigningCertificates", list("Certificates", ""))
            .on("ListServiceSpecificCredentials", list("ServiceSpecificCredentials", ""))
            .on("DeleteLoginProfile", Reply::Error(404, "NoSuchEntity"))
            .on("ListAttachedUserPolicies", list("AttachedPolicies", ""))
            .on("ListUserPolicies", list("PolicyNames", "<member>inline</member>"))
            .on("DeleteUserPolicy", result(""))
            .on("DeleteUser", result(""));
        let prior = User { force_destroy: Some(true), ..User::default() };
        User::delete(&script.aws(), &"ci".into(), &prior).await.unwrap();
        let sent = script.finish();
        assert!(sent.iter().any(|sent| sent.parameter("AccessKeyId") == Some("AKIA1")));
        assert_eq!(sent.last().map(|sent| sent.what.as_str()), Some("DeleteUser"));
    }
}
