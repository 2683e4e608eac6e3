//! `aws_ecs_task_definition`

mod blocks;
mod container;
mod parts;
#[cfg(test)]
mod recorded;
mod shape;

use aws_sdk_ecs::operation::describe_task_definition::DescribeTaskDefinitionOutput;
use aws_sdk_ecs::operation::register_task_definition::builders::RegisterTaskDefinitionFluentBuilder;

use self::blocks::{EphemeralStorage, PlacementConstraint, Platform, Proxy, Volume};
use super::prelude::*;
use crate::kind::vocabulary::reserved_tag;

updates! {
    pub enum TaskDefinitionUpdate {
        Revision => [RegisterTaskDefinition],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = TaskDefinitionUpdate)]
#[sdk(from = sdk::TaskDefinition, create = RegisterTaskDefinitionFluentBuilder)]
pub struct TaskDefinition {
    /// The ARN of the newest revision.
    #[field(computed, changed_by = ["Revision"], sdk = task_definition_arn)]
    arn: Option<String>,
    /// The ARN of the family, which stands for its newest revision.
    #[field(computed, by_hand)]
    arn_without_revision: Option<String>,
    /// The containers: a list of maps with the keys of ECS's API.
    #[field(update = Revision, required, json, by_hand)]
    #[field(shape = container::containers, normal = container::normal)]
    container_definitions: Option<String>,
    /// Units of a processor, of which 1,024 are a whole one; Fargate needs it.
    #[field(update = Revision, filled, pattern = "[0-9]+")]
    cpu: Option<String>,
    /// Whether faults may be injected into the tasks.
    #[field(update = Revision, aws_default)]
    enable_fault_injection: Option<bool>,
    /// The disk of a task on Fargate.
    #[field(update = Revision)]
    ephemeral_storage: Option<EphemeralStorage>,
    /// The role with which ECS pulls images and writes logs.
    #[field(update = Revision, filled)]
    execution_role_arn: Option<String>,
    /// The name that its revisions share.
    #[field(immutable, required, length = 1..=255, pattern = "[A-Za-z0-9_-]+")]
    family: Option<String>,
    /// The family.
    #[field(computed, sdk = family)]
    id: Option<String>,
    /// What the containers share of shared memory and semaphores.
    #[field(update = Revision, one_of = ["host", "none", "task"])]
    ipc_mode: Option<String>,
    /// Memory in MiB; Fargate needs it.
    #[field(update = Revision, filled, pattern = "[0-9]+")]
    memory: Option<String>,
    /// The network of the containers; Fargate has `awsvpc`.
    #[field(update = Revision, aws_default, one_of = ["none", "bridge", "awsvpc", "host"])]
    network_mode: Option<String>,
    /// What the containers see of each other's processes.
    #[field(update = Revision, one_of = ["host", "task"])]
    pid_mode: Option<String>,
    /// Which instances may take the task.
    #[field(update = Revision, set, filled)]
    placement_constraints: Option<Vec<PlacementConstraint>>,
    /// The container through which all traffic goes.
    #[field(update = Revision)]
    proxy_configuration: Option<Proxy>,
    /// Where the task may run: `FARGATE`, `EC2`, `EXTERNAL`.
    #[field(update = Revision, set, filled)]
    requires_compatibilities: Option<Vec<String>>,
    /// The number of the newest revision.
    #[field(computed, changed_by = ["Revision"])]
    revision: Option<i64>,
    /// Processor and operating system of Fargate.
    #[field(update = Revision)]
    runtime_platform: Option<Platform>,
    /// Whether the revisions stay in use when the resource is deleted here.
    #[field(local, default = false)]
    skip_destroy: Option<bool>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// The role that the containers have.
    #[field(update = Revision, filled)]
    task_role_arn: Option<String>,
    /// Volumes that containers mount.
    #[field(update = Revision, set, filled, sdk = volumes)]
    volume: Option<Vec<Volume>>,
}

/// The family of an id: that, or the ARN of a revision.
fn family(id: &str) -> &str {
    let name = id.rsplit('/').next().unwrap_or(id);
    name.split(':').next().unwrap_or(name)
}

/// Whether a task has a network address of its own, or that of its instance.
fn own_address(mode: Option<&str>) -> bool {
    matches!(mode, Some("awsvpc" | "host"))
}

fn revision(live: DescribeTaskDefinitionOutput) -> Result<Option<TaskDefinition>, CloudError> {
    let active = |live: &sdk::TaskDefinition| live.status == Some(sdk::TaskDefinitionStatus::Active);
    let Some(mut definition) = live.task_definition.filter(active) else { return Ok(None) };
    let containers = definition.container_definitions.take().unwrap_or_default();
    let own = own_address(definition.network_mode.as_ref().map(sdk::NetworkMode::as_str));
    let containers = container::document(containers, own)?;
    let mut task = TaskDefinition::from_sdk(definition)?;
    task.arn_without_revision = task.arn.as_deref().and_then(|arn| Some(arn.rsplit_once(':')?.0.to_string()));
    task.container_definitions = Some(containers);
    task.tags = Tags::from_sdk(live.tags.unwrap_or_default())?.into();
    Ok(Some(task))
}

/// The newest revision of a family that is in use.
async fn newest(aws: &Aws, family: &str) -> Read<TaskDefinition> {
    let request = aws.read().ecs().describe_task_definition().task_definition(family);
    match aws.send(request.include(sdk::TaskDefinitionField::Tags)).await {
        Ok(live) => revision(live),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// ECS has no code of its own for it.
fn is_absence(error: &CloudError) -> bool {
    const WORDS: [&str; 2] = ["Unable to describe task definition", "task definition does not exist"];
    error.kind == ErrorKind::NotFound
        || (error.code.as_deref() == Some("ClientException") && WORDS.iter().any(|words| error.message.contains(words)))
}

fn request(
    want: &TaskDefinition,
    request: RegisterTaskDefinitionFluentBuilder,
) -> Result<RegisterTaskDefinitionFluentBuilder, CloudError> {
    let containers = container::to_sdk(want.container_definitions.as_deref())?;
    Ok(want.fill(request)?.set_container_definitions(Some(containers)))
}

/// The tags of the next revision: those that are wanted, and our own, which say whose the family is.
fn tags_of_next(want: &TaskDefinition, prior: &TaskDefinition) -> Tagged {
    let own = prior.tags.all.iter().flatten().filter(|(key, _)| reserved_tag(key) && !key.starts_with("aws:"));
    let mut all: Tags = own.map(|(key, value)| (key.clone(), value.clone())).collect();
    all.extend(want.tags.all.clone().unwrap_or_default());
    all.into()
}

#[async_trait]
impl Resource for TaskDefinition {
    const TYPE: &'static str = "aws_ecs_task_definition";
    const DOC: &'static str =
        "What a task runs: a family, of which every change makes a new revision and keeps the old ones.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![RegisterTaskDefinition];
    const DELETE_CALLS: Calls = calls![DeregisterTaskDefinition];
    const LAGS: &'static [LagReply] = lags::TASK_DEFINITION;
    const IMPORT_ID: &'static str = "TASK_DEFINITION_ARN";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations { identity: &["family"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
family: web
requires_compatibilities: [FARGATE]
network_mode: awsvpc
cpu: \"256\"
memory: \"512\"
execution_role_arn: ${pulls.arn}
runtime_platform: {cpu_architecture: ARM64}
container_definitions:
  - name: web
    image: ${images.repository_url}:1.4.0
    portMappings: [{containerPort: 8080}]
    environment: [{name: STAGE, value: \"${stage.name}\"}]
";
    const TERRAFORM_DEFAULTS: &'static [(&'static str, Literal)] = &[("track_latest", Literal::Bool(false))];
    const UNSUPPORTED: Refused = &[
        ("inference_accelerator", "AWS has ended Elastic Inference"),
        ("track_latest", "the newest revision of the family is what counts, always"),
    ];

    type Update = TaskDefinitionUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        // ECS describes one a call.
        join_all(wanted.iter().map(|request| newest(aws, family(request.id.as_str())))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let live = newest(aws, wanted.family.as_deref().unwrap_or_default()).await?;
        only_made_by(recover, live.map(|live| Candidate::new(live.id, live.tags.all)))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let family = want.family.clone().unwrap_or_default();
        // ECS adds a revision to whatever family there is.
        match newest(aws, &family).await {
            Ok(None) => {}
            Ok(Some(_)) => {
                let message = format!("the family {family} exists already: import it, or choose another name");
                return Err(CloudError::new(ErrorKind::AlreadyExists, message));
            }
            Err(mut error) => {
                if error.kind == ErrorKind::Ambiguous {
                    error.kind = ErrorKind::NotSent;
                }
                return Err(error);
            }
        }
        aws.done(request(want, aws.write().ecs().register_task_definition())?).await?;
        Ok(family.into())
    }

    async fn update(aws: &Aws, call: TaskDefinitionUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { want, prior, .. } = change;
        match call {
            TaskDefinitionUpdate::Revision => {
                let request = request(want, aws.write().ecs().register_task_definition())?;
                aws.done(request.set_tags(sent_tags(&tags_of_next(want, prior))?)).await
            }
            TaskDefinitionUpdate::Tags => {
                tagging::update(aws, prior.arn.as_deref(), prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        if prior.skip_destroy == Some(true) {
            return Ok(());
        }
        let family = family(id.as_str());
        let listed = aws.read().ecs().list_task_definitions().family_prefix(family);
        let listed = listed.status(sdk::TaskDefinitionStatus::Active).sort(sdk::SortOrder::Asc);
        let revisions = aws.pages(listed, |page| page.task_definition_arns).await?;
        // The newest one last: as long as there is one, the rest can be found again.
        for arn in revisions.iter().filter(|arn| self::family(arn) == family) {
            aws.gone(aws.write().ecs().deregister_task_definition().task_definition(arn)).await?;
        }
        Ok(())
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mode = properties.get("network_mode").and_then(Value::as_str);
        container::problems(properties.get("container_definitions"), own_address(mode))
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("family")?.as_str()?.into())
    }
}
