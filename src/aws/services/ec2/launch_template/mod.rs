//! `aws_launch_template`

mod blocks;
mod devices;
mod interfaces;
mod purchase;
mod requirements;
mod versions;

use aws_sdk_ec2::types::{RequestLaunchTemplateData, ResponseLaunchTemplateData};
use futures::future::try_join;

use super::arn::arn;
use super::prelude::*;
use super::tagging;
use super::{checks, describe};
use crate::kind::convert::{ToSdk, Unfit, live_tags};
use crate::kind::ownership::Candidate;
use crate::kind::resource::all_failed;

updates! {
    pub enum LaunchTemplateUpdate {
        Version => [CreateLaunchTemplateVersion, ModifyLaunchTemplate],
        DefaultVersion => [ModifyLaunchTemplate],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = LaunchTemplateUpdate)]
#[sdk(from = ResponseLaunchTemplateData, into = RequestLaunchTemplateData, filled)]
pub struct LaunchTemplate {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The volumes, besides or instead of those of the image.
    #[field(update = Version)]
    block_device_mappings: Option<Vec<devices::BlockDeviceMapping>>,
    /// Which reserved capacity instances use.
    #[field(update = Version)]
    capacity_reservation_specification: Option<purchase::CapacityReservation>,
    /// The processor's cores and threads.
    #[field(update = Version)]
    cpu_options: Option<blocks::CpuOptions>,
    /// How instances with CPU credits use them up.
    #[field(update = Version)]
    credit_specification: Option<blocks::CreditSpecification>,
    /// The version that is used where none is named.
    #[field(update = DefaultVersion, aws_default, by_hand, conflicts = ["update_default_version"], range = 1..=9223372036854775807, changed_by = ["Version when update_default_version", "DefaultVersion when update_default_version"])]
    default_version: Option<i64>,
    /// What the version is for.
    #[field(update = Version, by_hand)]
    description: Option<String>,
    /// Whether instances are protected from being stopped.
    #[field(update = Version)]
    disable_api_stop: Option<bool>,
    /// Whether instances are protected from being terminated.
    #[field(update = Version)]
    disable_api_termination: Option<bool>,
    /// Whether instances have bandwidth of their own to EBS: `true` or `false`.
    #[field(update = Version, forms = Flag, one_of = ["", "true", "false"])]
    ebs_optimized: Option<String>,
    /// Nitro Enclaves.
    #[field(update = Version)]
    enclave_options: Option<blocks::EnclaveOptions>,
    /// Hibernation.
    #[field(update = Version)]
    hibernation_options: Option<blocks::HibernationOptions>,
    /// The role of instances, through its instance profile.
    #[field(update = Version)]
    iam_instance_profile: Option<blocks::IamInstanceProfile>,
    /// The launch template's id.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The image; `resolve:ssm:NAME` looks it up at every launch.
    #[field(update = Version)]
    image_id: Option<String>,
    /// What a shutdown from inside does.
    #[field(update = Version, one_of = ["", "stop", "terminate"])]
    instance_initiated_shutdown_behavior: Option<String>,
    /// How instances are bought.
    #[field(update = Version)]
    instance_market_options: Option<purchase::InstanceMarketOptions>,
    /// What instance types have to have, in place of one type.
    #[field(update = Version, conflicts = ["instance_type"])]
    instance_requirements: Option<requirements::InstanceRequirements>,
    /// The instance type.
    #[field(update = Version)]
    instance_type: Option<String>,
    /// The kernel.
    #[field(update = Version)]
    kernel_id: Option<String>,
    /// The key pair.
    #[field(update = Version)]
    key_name: Option<String>,
    /// The newest version.
    #[field(computed, by_hand, changed_by = ["Version"])]
    latest_version: Option<i64>,
    /// The licenses that instances count against.
    #[field(update = Version, set, sdk = license_specifications)]
    license_specification: Option<Vec<blocks::LicenseSpecification>>,
    /// What happens when a machine fails.
    #[field(update = Version)]
    maintenance_options: Option<blocks::MaintenanceOptions>,
    /// The metadata service of instances.
    #[field(update = Version, aws_default)]
    metadata_options: Option<blocks::MetadataOptions>,
    /// Detailed monitoring.
    #[field(update = Version)]
    monitoring: Option<blocks::Monitoring>,
    /// The name.
    #[field(immutable, generated, by_hand)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=102)]
    name_prefix: Option<String>,
    /// The network interfaces.
    #[field(update = Version)]
    network_interfaces: Option<Vec<interfaces::NetworkInterface>>,
    /// Where instances run.
    #[field(update = Version)]
    placement: Option<blocks::Placement>,
    /// How instances are named in DNS.
    #[field(update = Version)]
    private_dns_name_options: Option<blocks::PrivateDnsNameOptions>,
    /// The RAM disk.
    #[field(update = Version)]
    ram_disk_id: Option<String>,
    /// Names of security groups, in a default VPC.
    #[field(update = Version, set, sdk = security_groups, conflicts = ["vpc_security_group_ids"])]
    security_group_names: Option<Vec<String>>,
    /// Tags of what instances are made of.
    #[field(update = Version)]
    tag_specifications: Option<Vec<blocks::TagSpecification>>,
    #[serde(flatten)]
    #[field(tags = Tags, by_hand)]
    tags: Tagged,
    /// Whether every new version becomes the default one.
    #[field(update = DefaultVersion, write_only, by_hand, conflicts = ["default_version"])]
    update_default_version: Option<bool>,
    /// What instances run at their first start, in base64.
    #[field(update = Version, forms = Base64)]
    user_data: Option<String>,
    /// The security groups.
    #[field(update = Version, set, sdk = security_group_ids, conflicts = ["security_group_names"])]
    vpc_security_group_ids: Option<Vec<String>>,
}

impl LaunchTemplate {
    /// What a version says.
    fn of_version(mut data: ResponseLaunchTemplateData) -> Result<Self, Unfit> {
        // Tags of the template itself are no data of a version: they are the property `tags`.
        if let Some(tags) = &mut data.tag_specifications {
            tags.retain(|tags| tags.resource_type != Some(ResourceType::LaunchTemplate));
        }
        let interfaces = data.network_interfaces.clone().unwrap_or_default();
        let mut template = Self::from_sdk(data)?;
        for (interface, live) in template.network_interfaces.iter_mut().flatten().zip(&interfaces) {
            interface.take_addresses(live);
        }
        Ok(template)
    }
}

async fn load(aws: &Aws, wanted: &[ReadRequest]) -> Result<Vec<LaunchTemplate>, CloudError> {
    let ids = describe::ids(wanted);
    let (templates, mut versions) = try_join(versions::templates(aws, &ids), versions::latest(aws, &ids)).await?;
    let mut found = Vec::new();
    for template in templates {
        let Some(id) = template.launch_template_id else { continue };
        // Deleted between the two calls.
        let Some(version) = versions.remove(&id) else { continue };
        let data = version.launch_template_data.unwrap_or_else(|| ResponseLaunchTemplateData::builder().build());
        found.push(LaunchTemplate {
            arn: Some(arn(aws, None, "launch-template", &id).await?),
            default_version: template.default_version_number,
            description: filled(version.version_description),
            id: Some(id),
            latest_version: template.latest_version_number,
            name: template.launch_template_name,
            tags: live_tags(template.tags)?,
            ..LaunchTemplate::of_version(data)?
        });
    }
    Ok(found)
}

/// True for text that base64 could be.
fn looks_like_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - body.len() <= 2
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
}

#[async_trait]
impl Resource for LaunchTemplate {
    const TYPE: &'static str = "aws_launch_template";
    const DOC: &'static str = "How instances are started; every change makes a new version.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateLaunchTemplate];
    const DELETE_CALLS: Calls = calls![DeleteLaunchTemplate];
    const LAGS: &'static [LagReply] = lags::LAUNCH_TEMPLATE;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "LAUNCH_TEMPLATE_ID";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: workers
image_id: ami-0123456789abcdef0
instance_type: m7g.large
vpc_security_group_ids: [\"${workers.id}\"]
metadata_options: {http_tokens: required}
block_device_mappings:
  - device_name: /dev/xvda
    ebs: {volume_size: 50, volume_type: gp3, encrypted: true}
";
    const UNSUPPORTED: Refused = &[
        ("elastic_gpu_specifications", "AWS ended Elastic Graphics in January 2024"),
        ("elastic_inference_accelerator", "AWS ended Elastic Inference in April 2024"),
    ];

    type Update = LaunchTemplateUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        match load(aws, wanted).await {
            Ok(found) => tagging::in_order(wanted, found, |template| template.id.as_deref()),
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let candidate = |template: sdk::LaunchTemplate| {
            Candidate::new(template.launch_template_id, tagging::from_sdk(template.tags))
        };
        tagging::find(recover, |filters| versions::described(aws, None, Some(filters)), candidate).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws
            .write()
            .ec2()
            .create_launch_template()
            .client_token(operation.id.as_str())
            .set_launch_template_name(want.name.clone())
            .set_version_description(want.description.clone())
            .launch_template_data(want.to_sdk()?)
            .set_tag_specifications(tagging::specification(ResourceType::LaunchTemplate, want.tags.all.as_ref()));
        aws.made(request, |reply| reply.launch_template?.launch_template_id).await
    }

    async fn update(aws: &Aws, call: LaunchTemplateUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, operation } = change;
        match call {
            LaunchTemplateUpdate::Version => versions::create(aws, id, want, operation).await,
            LaunchTemplateUpdate::DefaultVersion => versions::choose_default(aws, id, want).await,
            LaunchTemplateUpdate::Tags => {
                tagging::update(aws, id, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().delete_launch_template().launch_template_id(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut found = Vec::new();
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let allowed = |c: char| c.is_ascii_alphanumeric() || "().-/_".contains(c);
        if text("name").is_some_and(|name| !(3..=128).contains(&name.len()) || !name.chars().all(allowed)) {
            let help = Some("3 to 128 letters, digits and ( ) . - / _".to_string());
            found.push(checks::problem("name", "not a name of a launch template", help));
        }
        if text("user_data").is_some_and(|data| !looks_like_base64(data)) {
            let help = Some("user_data: ${base64encode(...)}".to_string());
            found.push(checks::problem("user_data", "user_data is base64", help));
        }
        let given = |name: &str| properties.get(name).is_some_and(|value| !value.is_empty());
        if given("network_interfaces") && given("vpc_security_group_ids") {
            let help = Some("write security_groups inside network_interfaces".to_string());
            let message = "AWS takes security groups from the interfaces where there are any";
            found.push(checks::problem("vpc_security_group_ids", message, help));
        }
        found
    }
}

#[cfg(test)]
mod tests;
