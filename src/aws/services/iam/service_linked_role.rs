//! `aws_iam_service_linked_role`

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::prelude::*;
use super::role::Role;
use crate::connection::call::missing;
use crate::connection::operation::Operation as Named;

updates! {
    pub enum ServiceLinkedRoleUpdate {
        Description => [UpdateRole],
        Tags => [TagRole, UntagRole],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = ServiceLinkedRoleUpdate)]
pub struct ServiceLinkedRole {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The service that the role is for: `elasticbeanstalk.amazonaws.com`.
    #[field(immutable, required, length = 1..=128, pattern = "[^/]+\\.[^/]+")]
    aws_service_name: Option<String>,
    /// When it was created.
    #[field(computed, forms = Timestamp)]
    create_date: Option<String>,
    /// What the name ends with, of services that may have several roles. Some services choose it.
    #[field(immutable, aws_default, length = 1..=64, pattern = "[A-Za-z0-9+=,.@-]+")]
    custom_suffix: Option<String>,
    /// What the role is for.
    #[field(update = Description, length = 0..=1000)]
    description: Option<String>,
    /// The ARN.
    #[field(computed)]
    id: Option<String>,
    /// The role's name.
    #[field(computed)]
    name: Option<String>,
    /// The path before the name in the ARN.
    #[field(computed)]
    path: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, after_create)]
    tags: Tagged,
    /// AWS's id of the role.
    #[field(computed)]
    unique_id: Option<String>,
}

/// Service and role of an ARN that ends with `role/aws-service-role/SERVICE/NAME`.
fn split(arn: &str) -> Option<(&str, &str)> {
    arn.split_once(":role/aws-service-role/")?.1.split_once('/')
}

fn name(id: &PhysicalId) -> Result<&str, CloudError> {
    let malformed = || {
        let message = format!("{:?} is not the ARN of a service-linked role", id.as_str());
        CloudError::new(ErrorKind::Rejected, message)
    };
    split(id.as_str()).map(|(_, name)| name).ok_or_else(malformed)
}

/// The names end with a suffix after an underscore, and have no other.
fn suffix(name: &str) -> Option<String> {
    name.split_once('_').map(|(_, suffix)| suffix.to_string())
}

fn of_role(role: &Role, id: &PhysicalId) -> Option<ServiceLinkedRole> {
    let (service, name) = split(id.as_str())?;
    // A role of this name may have another path.
    (role.arn.as_deref() == Some(id.as_str())).then(|| ServiceLinkedRole {
        arn: role.arn.clone(),
        aws_service_name: Some(service.into()),
        create_date: role.create_date.clone(),
        custom_suffix: suffix(name),
        description: role.description.clone(),
        id: Some(id.to_string()),
        name: Some(name.into()),
        path: role.path.clone(),
        tags: role.tags.clone(),
        unique_id: role.unique_id.clone(),
    })
}

/// The deletions that this connection has asked for, by the names of their roles.
#[derive(Default)]
struct Deletions(Mutex<HashMap<String, String>>);

impl Deletions {
    fn of(&self, name: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    fn set(&self, name: &str, task: Option<&str>) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match task {
            Some(task) => tasks.insert(name.into(), task.into()),
            None => tasks.remove(name),
        };
    }
}

/// Asks for the deletion; nothing where there is no such role. The service is asked whether it still needs the role, which
/// takes a while.
async fn ask(aws: &Aws, name: &str) -> Result<Option<String>, CloudError> {
    let request = aws.write().iam().delete_service_linked_role().role_name(name);
    Ok(absent_is_none(aws.send(request).await)?.map(|reply| reply.deletion_task_id))
}

/// IAM says of a name that is taken that the input is wrong.
fn taken(mut error: CloudError) -> CloudError {
    if error.code.as_deref() == Some("InvalidInput") && error.message.contains("has been taken") {
        error.kind = ErrorKind::AlreadyExists;
    }
    error
}

/// Why a service keeps its role.
fn kept(name: &str, reason: Option<sdk::DeletionTaskFailureReasonType>) -> CloudError {
    let mut message = format!("the service still needs {name}");
    if let Some(reason) = reason {
        if let Some(text) = &reason.reason {
            message.push_str(&format!(": {text}"));
        }
        for usage in reason.role_usage_list.iter().flatten() {
            let region = usage.region.as_deref().unwrap_or("some region");
            message.push_str(&format!("; in {region}: {}", usage.resources().join(", ")));
        }
    }
    CloudError::new(ErrorKind::Rejected, message)
}

#[async_trait]
impl Resource for ServiceLinkedRole {
    const TYPE: &'static str = "aws_iam_service_linked_role";
    const DOC: &'static str = "A role that a service of AWS works with, and that it alone may assume.";
    const SCOPE: Scope = Scope::Account;
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateServiceLinkedRole];
    const DELETE_CALLS: Calls = calls![DeleteServiceLinkedRole];
    const LAGS: &'static [LagReply] = lags::SERVICE_LINKED_ROLE;
    // The account's details have none.
    const APART: &'static [&'static str] = &["description"];
    const IMPORT_ID: &'static str = "ARN";
    const RELATIONS: Relations = Relations { identity: &["aws_service_name", "custom_suffix"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
aws_service_name: elasticbeanstalk.amazonaws.com
description: For the environments of this account
";
    const CONSISTENCY_SECONDS: u32 = 15;

    type Update = ServiceLinkedRoleUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let key = |request: &ReadRequest| {
            let name = split(request.id.as_str())?.1.to_string();
            Some(if asks_for(request, &["description"]) { Key::Role(name) } else { Key::BareRole(name) })
        };
        let pick = |entity: &Entity, request: &ReadRequest| match entity {
            Entity::Role(role) => of_role(role, &request.id),
            _ => None,
        };
        account::load(aws, wanted, key, pick).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // The call takes no tags: what says the same, where there was nothing before, is what it made.
        let service = wanted.aws_service_name.as_deref().unwrap_or_default();
        let request = aws.read().iam().list_roles().path_prefix(format!("/aws-service-role/{service}/"));
        let roles = aws.pages(request, |page| Some(page.roles)).await?;
        // Some services choose a suffix. Of one that does not, the others have been asked for.
        let chosen = roles.iter().all(|role| suffix(&role.role_name).is_some());
        let same = |role: &sdk::Role| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            text(&role.description) == text(&wanted.description)
                && (suffix(&role.role_name) == wanted.custom_suffix || (wanted.custom_suffix.is_none() && chosen))
        };
        let mut found = roles.into_iter().filter(same);
        match (found.next(), found.next()) {
            (Some(role), None) => Ok(Some(role.arn.into())),
            // Which of several it is cannot be told.
            _ => Ok(None),
        }
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws.write().iam().create_service_linked_role();
        let request = request.set_aws_service_name(want.aws_service_name.clone());
        let request = request.set_custom_suffix(want.custom_suffix.clone()).set_description(want.description.clone());
        aws.made(request, |reply| reply.role.map(|role| role.arn)).await.map_err(taken)
    }

    async fn update(aws: &Aws, call: ServiceLinkedRoleUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (iam, name) = (aws.write().iam(), name(id)?);
        match call {
            ServiceLinkedRoleUpdate::Description => {
                // An absent description would leave the one that is there.
                let description = want.description.as_deref().unwrap_or_default();
                aws.done(iam.update_role().role_name(name).description(description)).await
            }
            ServiceLinkedRoleUpdate::Tags => {
                let set = |tags| iam.tag_role().role_name(name).set_tags(tags);
                let remove = |keys| iam.untag_role().role_name(name).set_tag_keys(keys);
                tagging::retag(aws, &prior.tags, &want.tags, set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (name, deletions) = (name(id)?, aws.memory::<Deletions>());
        let task = match deletions.of(name) {
            Some(task) => task,
            None => {
                let Some(task) = ask(aws, name).await? else { return Ok(()) };
                deletions.set(name, Some(&task));
                task
            }
        };
        let request = aws.read().iam().get_service_linked_role_deletion_status().deletion_task_id(task);
        let Some(reply) = absent_is_none(aws.send(request).await)? else {
            deletions.set(name, None);
            return Err(missing(<GetServiceLinkedRoleDeletionStatus as Named>::NAME, "task"));
        };
        match reply.status {
            sdk::DeletionTaskStatusType::InProgress | sdk::DeletionTaskStatusType::NotStarted => {
                return Err(CloudError::new(ErrorKind::Busy, format!("IAM asks the service whether it needs {name}")));
            }
            sdk::DeletionTaskStatusType::Failed => {
                deletions.set(name, None);
                return Err(kept(name, reply.reason));
            }
            _ => deletions.set(name, None),
        }
        Ok(())
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        let service = NaturalKey::of(Self::TYPE, properties, &["aws_service_name"]);
        Some(service.and_then(|key| key.and_optional(properties, "custom_suffix")).into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, result};

    const ARN: &str = "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/\
                       AWSServiceRoleForAutoScaling_web";

    fn role(suffix: &str) -> String {
        format!(
            "<Path>/aws-service-role/autoscaling.amazonaws.com/</Path>\
             <RoleName>AWSServiceRoleForAutoScaling{suffix}</RoleName><RoleId>AROA</RoleId>\
             <Arn>{}{suffix}</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate><Description>Scales</Description>\
             <AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument>",
            ARN.trim_end_matches("_web")
        )
    }

    fn want() -> ServiceLinkedRole {
        ServiceLinkedRole {
            aws_service_name: Some("autoscaling.amazonaws.com".into()),
            custom_suffix: Some("web".into()),
            description: Some("Scales".into()),
            ..ServiceLinkedRole::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_role_is_made_and_read() {
        let script = Replay::default()
            .on("CreateServiceLinkedRole", result(&format!("<Role>{}</Role>", role("_web"))))
            .on("GetRole", result(&format!("<Role>{}</Role>", role("_web"))))
            .on("GetRole", Reply::Error(404, "NoSuchEntity"));
        let aws = script.aws();
        let id = ServiceLinkedRole::create(&aws, &want(), &operation()).await.unwrap();
        assert_eq!(id.as_str(), ARN);
        let asked = [request(ARN, &["description"])];
        let live = ServiceLinkedRole::read(&aws, &asked).await.remove(0).unwrap().unwrap();
        assert_eq!(live.aws_service_name, want().aws_service_name);
        assert_eq!((live.custom_suffix, live.description), (want().custom_suffix, want().description));
        assert_eq!(ServiceLinkedRole::read(&aws, &asked).await.remove(0), Ok(None));
        let sent = script.finish();
        assert_eq!(sent[0].parameter("CustomSuffix"), Some("web"));
        assert_eq!(sent[1].parameter("RoleName"), Some("AWSServiceRoleForAutoScaling_web"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_role_that_says_the_same_is_found() {
        let listed = |roles: &[&str]| {
            let roles: String = roles.iter().map(|suffix| format!("<member>{}</member>", role(suffix))).collect();
            result(&format!("<IsTruncated>false</IsTruncated><Roles>{roles}</Roles>"))
        };
        let script = Replay::default().on("ListRoles", listed(&["", "_web"])).on("ListRoles", listed(&["", "_other"]));
        let (aws, recover) = (script.aws(), recover(json!({})));
        let find = async || ServiceLinkedRole::find(&aws, &recover, &want()).await;
        assert_eq!(find().await, Ok(Some(ARN.into())));
        assert_eq!(find().await, Ok(None));
        assert!(script.finish()[0].body.contains("autoscaling.amazonaws.com"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_deletion_is_followed_and_a_refusal_told() {
        let status = |status: &str, rest: &str| result(&format!("<Status>{status}</Status>{rest}"));
        let usage = "<Reason><Reason>it is in use</Reason><RoleUsageList><member><Region>eu-west-1</Region>\
                     <Resources><member>arn:of:group</member></Resources></member></RoleUsageList></Reason>";
        let script = Replay::default()
            .on("DeleteServiceLinkedRole", result("<DeletionTaskId>task/1</DeletionTaskId>"))
            .on("GetServiceLinkedRoleDeletionStatus", status("IN_PROGRESS", ""))
            .on("GetServiceLinkedRoleDeletionStatus", status("FAILED", usage))
            .on("DeleteServiceLinkedRole", result("<DeletionTaskId>task/2</DeletionTaskId>"))
            .on("GetServiceLinkedRoleDeletionStatus", status("SUCCEEDED", ""))
            .on("DeleteServiceLinkedRole", Reply::Error(404, "NoSuchEntity"));
        let (aws, id) = (script.aws(), ARN.into());
        let delete = async || ServiceLinkedRole::delete(&aws, &id, &want()).await;
        assert_eq!(delete().await.unwrap_err().kind, ErrorKind::Busy);
        let refused = delete().await.unwrap_err();
        assert!(refused.message.contains("it is in use; in eu-west-1: arn:of:group"), "{refused}");
        delete().await.unwrap();
        delete().await.unwrap();
        assert_eq!(script.finish().len(), 6);
    }

    #[test]
    fn a_name_that_is_taken_is_an_object_that_is_there() {
        let told = |message: &str| CloudError {
            code: Some("InvalidInput".into()),
            ..CloudError::new(ErrorKind::Rejected, message)
        };
        let message = "Service role name AWSServiceRoleForAutoScaling has been taken in this account";
        assert_eq!(taken(told(message)).kind, ErrorKind::AlreadyExists);
        assert_eq!(taken(told("no such service")).kind, ErrorKind::Rejected);
    }

    #[test]
    fn an_arn_tells_service_and_name() {
        assert_eq!(split(ARN), Some(("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling_web")));
        assert_eq!(split("arn:aws:iam::123456789012:role/nodes"), None);
        assert_eq!(suffix("AWSServiceRoleForAutoScaling"), None);
    }
}
