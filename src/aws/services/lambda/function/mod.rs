//! `aws_lambda_function`

mod blocks;
pub(super) mod code;
#[cfg(test)]
mod recorded;
mod settings;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use aws_sdk_lambda::operation::create_function::builders::CreateFunctionFluentBuilder;
use aws_sdk_lambda::operation::get_function::GetFunctionOutput;
use aws_sdk_lambda::operation::update_function_configuration::builders::UpdateFunctionConfigurationFluentBuilder;

use self::blocks::{
    DeadLetter, Environment, EphemeralStorage, FileSystem, ImageSettings, Logging, SnapStart, Tracing, Vpc,
};
use super::prelude::*;

updates! {
    pub enum FunctionUpdate {
        Config => [UpdateFunctionConfiguration, PublishVersion],
        Code => [UpdateFunctionCode],
        CodeSigning => [PutFunctionCodeSigningConfig, DeleteFunctionCodeSigningConfig],
        Concurrency => [PutFunctionConcurrency, DeleteFunctionConcurrency],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = FunctionUpdate)]
#[sdk(from = sdk::FunctionConfiguration, create = CreateFunctionFluentBuilder)]
#[sdk(update(Config) = UpdateFunctionConfigurationFluentBuilder)]
pub struct Function {
    /// The instruction set: `arm64` or `x86_64`.
    #[field(update = Code, aws_default, filled, one_of = ["arm64", "x86_64"])]
    architectures: Option<Vec<String>>,
    /// The ARN.
    #[field(computed, sdk = function_arn)]
    arn: Option<String>,
    /// The SHA-256 of what runs, as Lambda tells it.
    #[field(computed, changed_by = ["Code"])]
    code_sha256: Option<String>,
    /// The configuration that says whose signatures code has to have.
    #[field(update = CodeSigning, read_by_hand, filled)]
    code_signing_config_arn: Option<String>,
    /// Where events go that could not be processed.
    #[field(update = Config)]
    dead_letter_config: Option<DeadLetter>,
    /// What the function is for.
    #[field(update = Config, length = 0..=256, filled)]
    description: Option<String>,
    /// Variables of the environment.
    #[field(update = Config)]
    environment: Option<Environment>,
    /// The size of `/tmp`.
    #[field(update = Config, aws_default)]
    ephemeral_storage: Option<EphemeralStorage>,
    /// A file system of EFS.
    #[field(update = Config, by_hand)]
    file_system_config: Option<FileSystem>,
    /// The file with the code: a ZIP archive of 50 MiB at most, relative to the folder of the project; `source_code_hash` says
    /// when it changed.
    #[field(local, needs = ["source_code_hash"], file = code::MOST_BYTES)]
    filename: Option<String>,
    /// The name, unique in the region.
    #[field(immutable, required, length = 1..=64, pattern = "[A-Za-z0-9_-]+")]
    function_name: Option<String>,
    /// What is called: `index.handler`.
    #[field(update = Config, length = 0..=128, filled)]
    handler: Option<String>,
    /// The name.
    #[field(computed, sdk = function_name)]
    id: Option<String>,
    /// What an image is started with.
    #[field(update = Config, sdk = image_config_response.image_config, sent_as = image_config)]
    image_config: Option<ImageSettings>,
    /// The image, in ECR.
    #[field(update = Code, by_hand)]
    image_uri: Option<String>,
    /// The ARN by which API Gateway calls it.
    #[field(computed, by_hand)]
    invoke_arn: Option<String>,
    /// The KMS key that encrypts the environment.
    #[field(update = Config, filled)]
    kms_key_arn: Option<String>,
    /// The moment of the last change.
    #[field(computed, changes_on_update)]
    last_modified: Option<String>,
    /// ARNs of versions of layers, of which later ones go over earlier ones.
    #[field(update = Config, read_by_hand, filled)]
    layers: Option<Vec<String>>,
    /// Where the entries of its log go, and which.
    #[field(update = Config, aws_default)]
    logging_config: Option<Logging>,
    /// Memory in megabytes, which decides the share of a processor too.
    #[field(update = Config, default = 128, range = 128..=32768)]
    memory_size: Option<i64>,
    /// How the code comes: as an archive (`Zip`) or as an image (`Image`).
    #[field(immutable, default = "Zip", one_of = ["Zip", "Image"])]
    package_type: Option<String>,
    /// Whether every change of code or settings becomes a version.
    #[field(local, default = false, sent_as = publish)]
    publish: Option<bool>,
    /// The ARN of the newest version.
    #[field(computed, by_hand, changed_by = ["Config when publish", "Code when publish"])]
    qualified_arn: Option<String>,
    /// The ARN by which API Gateway calls the newest version.
    #[field(computed, by_hand, changed_by = ["Config when publish", "Code when publish"])]
    qualified_invoke_arn: Option<String>,
    /// How many calls at most run at once; -1 is as many as the account has left, and 0 is none.
    #[field(update = Concurrency, after_create, default = -1, range = -1..=2147483647, by_hand)]
    reserved_concurrent_executions: Option<i64>,
    /// The ARN of the role that it runs with.
    #[field(update = Config, required)]
    role: Option<String>,
    /// The runtime: `python3.13`.
    #[field(update = Config, filled)]
    runtime: Option<String>,
    /// The bucket with the archive.
    #[field(update = Code, write_only, by_hand, needs = ["s3_key"])]
    s3_bucket: Option<String>,
    /// The key of the archive in the bucket.
    #[field(update = Code, write_only, by_hand, needs = ["s3_bucket"])]
    s3_key: Option<String>,
    /// The version of the archive in the bucket.
    #[field(update = Code, write_only, by_hand, needs = ["s3_key"])]
    s3_object_version: Option<String>,
    /// The ARN of the job that signed the code.
    #[field(computed, changed_by = ["Code"])]
    signing_job_arn: Option<String>,
    /// The profile that the code was signed with.
    #[field(computed, changed_by = ["Code"])]
    signing_profile_version_arn: Option<String>,
    /// Whether the function stays at AWS when it is deleted here.
    #[field(local, default = false)]
    skip_destroy: Option<bool>,
    /// Whether versions start from a snapshot of a function that has been started once.
    #[field(update = Config)]
    snap_start: Option<SnapStart>,
    /// The SHA-256 of the code in Base64, `${filebase64sha256('function.zip')}`: another one is sent.
    #[field(update = Code, aws_default, changed_by = ["Code"], sdk = code_sha256, sent_by_hand)]
    source_code_hash: Option<String>,
    /// The size of the code in bytes.
    #[field(computed, changed_by = ["Code"], sdk = code_size)]
    source_code_size: Option<i64>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
    /// After how many seconds a call is ended.
    #[field(update = Config, default = 3, range = 1..=900)]
    timeout: Option<i64>,
    /// Whether X-Ray traces calls.
    #[field(update = Config, aws_default)]
    tracing_config: Option<Tracing>,
    /// The newest version; `$LATEST` while there is none.
    #[field(computed, by_hand, changed_by = ["Config when publish", "Code when publish"])]
    version: Option<String>,
    /// The network from which it reaches a VPC.
    #[field(update = Config)]
    vpc_config: Option<Vpc>,
    /// AWS's word for the status, with the reason.
    #[field(computed)]
    _status: Option<String>,
}

/// Operations of which the settings are sent, and the version is not published yet: Lambda publishes none while it is at work
/// with a change.
#[derive(Default)]
struct Sent(Mutex<HashSet<String>>);

/// As Lambda describes it. No version is told here, nor whose signatures the code has to have.
fn function(aws: &Aws, live: GetFunctionOutput) -> Result<Option<Function>, CloudError> {
    let Some(settings) = live.configuration else { return Ok(None) };
    let words = [
        settings.state.as_ref().map(|state| state.as_str().to_string()),
        settings.last_update_status.as_ref().map(|status| status.as_str().to_string()),
        settings.state_reason.clone().or(settings.last_update_status_reason.clone()),
    ];
    let status = words.map(Option::unwrap_or_default).join(" ").trim().to_string();
    let first = settings.file_system_configs.clone().and_then(|systems| systems.into_iter().next());
    let layers = settings.layers.clone().unwrap_or_default().into_iter().filter_map(|layer| layer.arn).collect();
    let mut function = Function::from_sdk(settings)?;
    function.file_system_config = incoming(first, "file_system_config")?;
    function.layers = filled(Some(layers));
    function.image_uri = filled(live.code.and_then(|code| code.image_uri));
    function.invoke_arn = function.arn.as_deref().map(|arn| invoke_arn(aws, arn));
    function.reserved_concurrent_executions =
        Some(live.concurrency.and_then(|limit| limit.reserved_concurrent_executions).map_or(-1, i64::from));
    function.tags = Tags::from_sdk(live.tags.unwrap_or_default())?.into();
    function._status = Some(status);
    // What is off comes as an empty block.
    function.dead_letter_config = function.dead_letter_config.filter(|queue| queue.target_arn.is_some());
    function.environment = function.environment.filter(|environment| environment.variables.is_some());
    function.image_config = function.image_config.filter(|image| *image != ImageSettings::default());
    function.snap_start = function.snap_start.filter(|start| start.apply_on.as_deref() != Some("None"));
    function.vpc_config = function.vpc_config.filter(|vpc| vpc.subnet_ids.is_some());
    Ok(Some(function))
}

fn invoke_arn(aws: &Aws, arn: &str) -> String {
    let (partition, region) = (aws.partition(), aws.region());
    format!("arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations")
}

async fn describe(aws: &Aws, name: &str) -> Read<Function> {
    let reply = absent_is_none(aws.send(aws.read().lambda().get_function().function_name(name)).await)?;
    reply.map_or(Ok(None), |live| function(aws, live))
}

async fn read_one(aws: &Aws, request: &ReadRequest) -> Read<Function> {
    // One call tells settings, code, tags and concurrency, and none tells those of several.
    let name = request.id.as_str();
    let Some(mut function) = describe(aws, name).await? else { return Ok(None) };
    if asks_for(request, &["version", "qualified_arn", "qualified_invoke_arn"]) {
        let ask = aws.read().lambda().list_versions_by_function().function_name(name);
        let versions = absent_is_none(aws.pages(ask, |page| page.versions).await)?.unwrap_or_default();
        let number = |version: &sdk::FunctionConfiguration| version.version.as_deref()?.parse::<u64>().ok();
        let newest = versions.iter().filter_map(number).max();
        let version = newest.map_or_else(|| "$LATEST".to_string(), |number| number.to_string());
        let arn = function.arn.as_ref().map(|arn| format!("{arn}:{version}"));
        function.qualified_invoke_arn = arn.as_deref().map(|arn| invoke_arn(aws, arn));
        function.qualified_arn = arn;
        function.version = Some(version);
    }
    // Images are not signed so, and Lambda refuses to say it of them.
    if asks_for(request, &["code_signing_config_arn"]) && function.package_type.as_deref() != Some("Image") {
        let ask = aws.read().lambda().get_function_code_signing_config().function_name(name);
        function.code_signing_config_arn =
            absent_is_none(aws.send(ask).await)?.and_then(|reply| filled(Some(reply.code_signing_config_arn)));
    }
    Ok(Some(function))
}

/// Changes the settings, and publishes them where no change of the code follows, which does.
async fn configure(aws: &Aws, change: &Change<'_, Function>) -> Result<(), CloudError> {
    let &Change { id, want, prior, operation } = change;
    let lambda = aws.write().lambda();
    let sent = aws.memory::<Sent>();
    let known = || sent.0.lock().unwrap_or_else(PoisonError::into_inner);
    if !known().contains(operation.id.as_str()) {
        let request = want.fill(lambda.update_function_configuration().function_name(id.as_str()))?;
        aws.done(settings::with_what_is_off(want, request)?).await?;
        known().insert(operation.id.to_string());
    }
    if want.publish == Some(true) && !code::differs(want, prior) {
        // Refused until the settings are in force, and then asked for again.
        aws.done(lambda.publish_version().function_name(id.as_str())).await?;
    }
    known().remove(operation.id.as_str());
    Ok(())
}

#[async_trait]
impl Resource for Function {
    const TYPE: &'static str = "aws_lambda_function";
    const DOC: &'static str = "A function of Lambda.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateFunction];
    const DELETE_CALLS: Calls = calls![DeleteFunction];
    const LAGS: &'static [LagReply] = lags::FUNCTION;
    const IMPORT_ID: &'static str = "FUNCTION_NAME";
    const RELATIONS: Relations = Relations { identity: &["function_name"], ..Relations::NONE };
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["filename", "image_uri", "s3_bucket"]];
    const USUAL_SECONDS: u32 = 10;
    const EXAMPLE: &'static str = "\
function_name: resize
role: ${resize_role.arn}
runtime: python3.13
handler: resize.handler
architectures: [arm64]
s3_bucket: ${code.bucket}
s3_key: resize-1.4.0.zip
memory_size: 512
timeout: 30
environment:
  variables: {BUCKET: \"${images.bucket}\"}
";
    const UNSUPPORTED: Refused = &[
        ("replace_security_groups_on_destroy", "Lambda takes its interfaces away by itself"),
        ("replacement_security_group_ids", "Lambda takes its interfaces away by itself"),
    ];

    type Update = FunctionUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        join_all(wanted.iter().map(|request| read_one(aws, request))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let live = describe(aws, wanted.function_name.as_deref().unwrap_or_default()).await?;
        only_made_by(recover, live.map(|live| Candidate::new(live.id, live.tags.all)))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().lambda().create_function())?.code(code::code(aws.folder(), want).await?);
        let systems = settings::file_systems(want)?;
        let request = request.set_file_system_configs(filled(Some(systems)));
        name::taken(aws.made(request, |reply| reply.function_name).await)
    }

    async fn update(aws: &Aws, call: FunctionUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (lambda, function) = (aws.write().lambda(), id.as_str());
        match call {
            FunctionUpdate::Config => configure(aws, change).await,
            FunctionUpdate::Code => {
                aws.done(code::fill(aws.folder(), want, lambda.update_function_code().function_name(function)).await?)
                    .await
            }
            FunctionUpdate::CodeSigning => match filled(want.code_signing_config_arn.clone()) {
                Some(arn) => {
                    let request = lambda.put_function_code_signing_config().function_name(function);
                    aws.done(request.code_signing_config_arn(arn)).await
                }
                None => aws.gone(lambda.delete_function_code_signing_config().function_name(function)).await,
            },
            FunctionUpdate::Concurrency => match want.reserved_concurrent_executions {
                None | Some(-1) => aws.gone(lambda.delete_function_concurrency().function_name(function)).await,
                Some(limit) => {
                    let request = lambda.put_function_concurrency().function_name(function);
                    aws.done(request.reserved_concurrent_executions(int(limit))).await
                }
            },
            FunctionUpdate::Tags => {
                let arn = arn_to_tag(prior.arn.as_deref())?;
                let set = |tags: Tags| async move {
                    aws.done(lambda.tag_resource().resource(arn).set_tags(Some(tags.to_sdk()?))).await
                };
                let remove = |keys| aws.done(lambda.untag_resource().resource(arn).set_tag_keys(Some(keys)));
                retag(prior.tags.all.as_ref(), want.tags.all.as_ref(), set, remove).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        if prior.skip_destroy == Some(true) {
            return Ok(());
        }
        aws.gone(aws.write().lambda().delete_function().function_name(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        let status = self._status.as_deref().unwrap_or_default();
        let mut words = status.split(' ');
        match (words.next(), words.next()) {
            (Some("Pending"), _) | (_, Some("InProgress")) => Readiness::Pending(status.into()),
            (Some("Failed"), _) => Readiness::Failed(status.into()),
            (Some("Deleting"), _) => Readiness::Deleting,
            // An update that failed leaves the function as it was; what is not taken shows.
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        settings::problems(properties)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("function_name")?.as_str()?.into())
    }
}
