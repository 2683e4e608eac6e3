//! `aws_ecr_repository`

use std::collections::HashMap;

use aws_sdk_ecr::operation::create_repository::builders::CreateRepositoryFluentBuilder;
use aws_sdk_ecr::operation::put_image_scanning_configuration::builders::PutImageScanningConfigurationFluentBuilder;
use aws_sdk_ecr::operation::put_image_tag_mutability::builders::PutImageTagMutabilityFluentBuilder;

use super::prelude::*;

updates! {
    pub enum RepositoryUpdate {
        Mutability => [PutImageTagMutability],
        Scanning => [PutImageScanningConfiguration],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = RepositoryUpdate)]
#[sdk(
    from = sdk::Repository,
    create = CreateRepositoryFluentBuilder,
    update(Mutability) = PutImageTagMutabilityFluentBuilder,
    update(Scanning) = PutImageScanningConfigurationFluentBuilder
)]
pub struct Repository {
    /// The ARN.
    #[field(computed, sdk = repository_arn)]
    arn: Option<String>,
    /// How images are encrypted.
    #[field(immutable, aws_default, single)]
    encryption_configuration: Option<Vec<Encryption>>,
    /// Whether a deletion also deletes the images.
    #[field(local, default = false)]
    force_delete: Option<bool>,
    /// The repository's name.
    #[field(computed, sdk = repository_name)]
    id: Option<String>,
    /// Whether images are looked through for weak spots.
    #[field(update = Scanning, aws_default)]
    image_scanning_configuration: Option<Scanning>,
    /// Whether a tag can be put on another image.
    #[field(update = Mutability, default = "MUTABLE", one_of = ["MUTABLE", "IMMUTABLE"])]
    image_tag_mutability: Option<String>,
    /// The repository's name.
    #[field(immutable, required, length = 2..=256, pattern = "[a-z0-9]+([._/-]+[a-z0-9]+)*", sdk = repository_name)]
    name: Option<String>,
    /// The account of the registry.
    #[field(computed)]
    registry_id: Option<String>,
    /// Where images are pushed to and pulled from.
    #[field(computed, sdk = repository_uri)]
    repository_url: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::EncryptionConfiguration, into = sdk::EncryptionConfiguration)]
pub struct Encryption {
    /// The kind of encryption.
    #[field(default = "AES256", one_of = ["AES256", "KMS", "KMS_DSSE"])]
    encryption_type: Option<String>,
    /// The KMS key; without one, AWS's key for ECR.
    #[field(aws_default, forms = KmsKey, filled)]
    kms_key: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ImageScanningConfiguration, into = sdk::ImageScanningConfiguration)]
pub struct Scanning {
    /// Whether each image is, when it is pushed.
    #[field(required)]
    scan_on_push: Option<bool>,
}

type Found = HashMap<String, Repository>;

/// One repository by its name, several from the list of all: the call for many names fails when one of them is unknown.
async fn fetch(aws: Aws, names: Vec<String>) -> Result<Found, CloudError> {
    let request = aws.read().ecr().describe_repositories();
    let request = match &names[..] {
        [one] => request.repository_names(one),
        _ => request.max_results(1000),
    };
    let live = absent_is_none(aws.pages(request, |page| page.repositories).await)?.unwrap_or_default();
    let mut found = Found::new();
    for repository in live {
        let repository = Repository::from_sdk(repository)?;
        found.extend(repository.name.clone().map(|name| (name, repository)));
    }
    Ok(found)
}

async fn tags(aws: &Aws, repository: &Repository) -> Result<Option<Tags>, CloudError> {
    let arn = repository.arn.as_deref().unwrap_or_default();
    let reply = absent_is_none(aws.send(aws.read().ecr().list_tags_for_resource().resource_arn(arn)).await)?;
    Ok(reply.map(|reply| Tags::from_sdk(reply.tags.unwrap_or_default())).transpose()?)
}

async fn complete(aws: &Aws, request: &ReadRequest, found: Option<&Repository>) -> Read<Repository> {
    let Some(mut repository) = found.cloned() else { return Ok(None) };
    if asks_for(request, &["tags", "tags_all"]) {
        let Some(tags) = tags(aws, &repository).await? else { return Ok(None) };
        repository.tags.all = Some(tags);
    }
    Ok(Some(repository))
}

#[async_trait]
impl Resource for Repository {
    const TYPE: &'static str = "aws_ecr_repository";
    const DOC: &'static str = "A repository of container images.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateRepository];
    const DELETE_CALLS: Calls = calls![DeleteRepository];
    const LAGS: &'static [LagReply] = lags::REPOSITORY;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: acme/api
image_tag_mutability: IMMUTABLE
image_scanning_configuration: {scan_on_push: true}
";

    type Update = RepositoryUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let names = wanted.iter().map(|request| request.id.to_string());
        let handle = aws.clone();
        match aws.batch("ecr:repositories").load(names, move |names| fetch(handle, names)).await {
            Ok(found) => {
                let one = |request| complete(aws, request, found.get(request.id.as_str()));
                join_all(wanted.iter().map(one)).await
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let name = wanted.name.clone().unwrap_or_default();
        let found = fetch(aws.clone(), vec![name.clone()]).await?;
        let Some(live) = found.get(&name) else { return Ok(None) };
        let tags = tags(aws, live).await?;
        Ok(made_by(tags.as_ref(), recover.operation.id.as_str()).then(|| name.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ecr().create_repository())?;
        aws.made(request, |reply| reply.repository?.repository_name).await
    }

    async fn update(aws: &Aws, call: RepositoryUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (ecr, name) = (aws.write().ecr(), id.as_str());
        match call {
            RepositoryUpdate::Mutability => {
                aws.done(want.fill(ecr.put_image_tag_mutability().repository_name(name))?).await
            }
            RepositoryUpdate::Scanning => {
                aws.done(want.fill(ecr.put_image_scanning_configuration().repository_name(name))?).await
            }
            RepositoryUpdate::Tags => {
                let arn = prior.arn.as_deref().unwrap_or_default();
                let set = |tags: Tags| async move {
                    aws.done(ecr.tag_resource().resource_arn(arn).set_tags(Some(tags.to_sdk()?))).await
                };
                let remove = |keys| aws.done(ecr.untag_resource().resource_arn(arn).set_tag_keys(Some(keys)));
                retag(prior.tags.all.as_ref(), want.tags.all.as_ref(), set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().ecr().delete_repository().repository_name(id.as_str());
        let force = prior.force_delete.filter(|force| *force);
        aws.gone(request.set_force(force)).await.map_err(|mut error| {
            if error.code.as_deref() == Some("RepositoryNotEmptyException") {
                error.message = format!("the repository {id} has images: set force_delete to true and apply");
            }
            error
        })
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("name")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, recover, request};

    fn listed(names: &[&str]) -> Reply {
        let one = |name: &&str| {
            json!({"repositoryName": name, "repositoryArn": format!("arn:aws:ecr:eu-west-1:123456789012:repository/{name}"),
                "imageTagMutability": "MUTABLE", "encryptionConfiguration": {"encryptionType": "AES256"}})
        };
        Reply::Json(json!({"repositories": names.iter().map(one).collect::<Vec<_>>()}))
    }

    #[tokio::test(start_paused = true)]
    async fn many_are_read_from_the_list_of_all() {
        let script = Replay::default().on("/", listed(&["a", "b"]));
        let found = Repository::read(&script.aws(), &[request("a", &[]), request("gone", &[])]).await;
        let first = found[0].as_ref().unwrap().as_ref().unwrap();
        assert_eq!(first.encryption_configuration.as_ref().unwrap()[0].encryption_type.as_deref(), Some("AES256"));
        assert!(found[1].as_ref().unwrap().is_none());
        assert_eq!(script.finish()[0].member("/repositoryNames"), json!(null));
    }

    #[tokio::test(start_paused = true)]
    async fn our_tag_proves_a_repository() {
        let tags = |op: &str| Reply::Json(json!({"tags": [{"Key": "wildfire:op", "Value": op}]}));
        let script = Replay::default()
            .on("/", listed(&["a"]))
            .on("/", tags("01OURS"))
            .on("/", listed(&["a"]))
            .on("/", tags("01OTHER"))
            .on("/", Reply::Error(400, "RepositoryNotFoundException"));
        let (aws, want) = (script.aws(), Repository { name: Some("a".into()), ..Repository::default() });
        let mut found = Vec::new();
        for _ in 0..3 {
            found.push(Repository::find(&aws, &recover(json!({})), &want).await.unwrap());
        }
        assert_eq!(found, [Some("a".into()), None, None]);
        script.finish();
    }
}
