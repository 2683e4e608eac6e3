//! `aws_launch_configuration`

mod devices;

#[cfg(test)]
mod recorded;

use std::collections::HashMap;

use aws_sdk_autoscaling::operation::create_launch_configuration::builders::CreateLaunchConfigurationFluentBuilder;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use self::devices::{EbsBlockDevice, EphemeralBlockDevice, RootBlockDevice};
use super::named::without_group;
use super::prelude::*;
use crate::kind::diff::same_set;

updates! {
    pub enum LaunchConfigurationUpdate {}
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = LaunchConfigurationUpdate)]
#[sdk(from = sdk::LaunchConfiguration, create = CreateLaunchConfigurationFluentBuilder)]
pub struct LaunchConfiguration {
    /// The ARN.
    #[field(computed, sdk = launch_configuration_arn)]
    arn: Option<String>,
    /// Whether instances get a public address.
    #[field(immutable, aws_default)]
    associate_public_ip_address: Option<bool>,
    /// Volumes besides that of the image's root.
    #[field(immutable, aws_default, set, by_hand)]
    ebs_block_device: Option<Vec<EbsBlockDevice>>,
    /// Whether instances have bandwidth of their own for volumes.
    #[field(immutable, aws_default)]
    ebs_optimized: Option<bool>,
    /// Whether instances are measured every minute.
    #[field(immutable, default = true, by_hand)]
    enable_monitoring: Option<bool>,
    /// Disks of the machine, and devices of the image that are left out.
    #[field(immutable, set, by_hand)]
    ephemeral_block_device: Option<Vec<EphemeralBlockDevice>>,
    /// The instance profile, by its name or its ARN.
    #[field(immutable, filled, length = 1..=1600)]
    iam_instance_profile: Option<String>,
    /// The name.
    #[field(computed, sdk = launch_configuration_name)]
    id: Option<String>,
    /// The image.
    #[field(immutable, required, length = 1..=255)]
    image_id: Option<String>,
    /// The kind of machine: `t3.micro`.
    #[field(immutable, required, length = 1..=255)]
    instance_type: Option<String>,
    /// The key pair.
    #[field(immutable, aws_default, filled, length = 1..=255)]
    key_name: Option<String>,
    /// The service that tells an instance about itself.
    #[field(immutable, aws_default)]
    metadata_options: Option<MetadataOptions>,
    /// The name, unique in the region.
    #[field(immutable, generated, length = 1..=255, sdk = launch_configuration_name)]
    name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "name", conflicts = ["name"], length = 1..=229)]
    name_prefix: Option<String>,
    /// Whether the machines are shared.
    #[field(immutable, filled, one_of = ["dedicated", "default"])]
    placement_tenancy: Option<String>,
    /// The volume that the image starts from.
    #[field(immutable, aws_default, by_hand)]
    root_block_device: Option<RootBlockDevice>,
    /// The security groups.
    #[field(immutable, set, filled)]
    security_groups: Option<Vec<String>>,
    /// The most that is paid for an hour of a spot instance.
    #[field(immutable, filled, forms = Number)]
    spot_price: Option<String>,
    /// What instances run at their first start.
    #[field(immutable, by_hand, length = 1..=16384, conflicts = ["user_data_base64"])]
    user_data: Option<String>,
    /// The same in Base64, for what is no text.
    #[field(immutable, forms = Base64, by_hand, conflicts = ["user_data"])]
    user_data_base64: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::InstanceMetadataOptions, into = sdk::InstanceMetadataOptions)]
pub struct MetadataOptions {
    /// Whether the service answers at all.
    #[field(aws_default, one_of = ["disabled", "enabled"])]
    http_endpoint: Option<String>,
    /// How many hops its answers may take.
    #[field(aws_default, range = 1..=64)]
    http_put_response_hop_limit: Option<i64>,
    /// Whether it answers with a token only.
    #[field(aws_default, one_of = ["optional", "required"])]
    http_tokens: Option<String>,
}

impl LaunchConfiguration {
    /// User data as the API takes them.
    fn sent_data(&self) -> Option<String> {
        let text = filled(self.user_data.clone()).map(|text| STANDARD.encode(text));
        text.or_else(|| filled(self.user_data_base64.clone()))
    }

    /// The bytes of the user data, however they are written.
    fn data(&self) -> Option<Vec<u8>> {
        let text: String = self.sent_data()?.split_ascii_whitespace().collect();
        STANDARD.decode(text).ok()
    }

    /// Whether a call that was sent for `want` makes this.
    fn is_what_was_sent(&self, want: &Self) -> bool {
        let scalars = |of: &Self| {
            let texts = [&of.image_id, &of.instance_type, &of.iam_instance_profile, &of.placement_tenancy];
            (texts.map(Clone::clone), of.enable_monitoring.unwrap_or(true), of.data())
        };
        let price = |of: &Self| of.spot_price.as_ref().and_then(|price| price.parse::<f64>().ok());
        let root = want.root_block_device.as_ref();
        scalars(self) == scalars(want)
            && same_set(&self.security_groups, &want.security_groups)
            && (want.key_name.is_none() || want.key_name == self.key_name)
            && price(self) == price(want)
            && root.is_none_or(|root| self.root_block_device.as_ref().is_some_and(|live| live.has(root)))
            && devices::names(want) == devices::names(self)
    }
}

/// As EC2 Auto Scaling describes it. `root` is what the image calls the device that it starts from.
fn configuration(
    live: sdk::LaunchConfiguration,
    root: Option<&str>,
    as_base64: bool,
) -> Result<LaunchConfiguration, CloudError> {
    let mappings = live.block_device_mappings.clone().unwrap_or_default();
    let monitoring = live.instance_monitoring.as_ref().and_then(|monitoring| monitoring.enabled);
    let data = filled(live.user_data.clone());
    let mut found = LaunchConfiguration::from_sdk(live)?;
    found.enable_monitoring = Some(monitoring.unwrap_or(false));
    // One of the two says it: of what nobody asks for, text where it is one.
    let bytes = data.as_ref().and_then(|data| STANDARD.decode(data.trim()).ok());
    found.user_data = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|_| !as_base64);
    found.user_data_base64 = data.filter(|_| found.user_data.is_none());
    devices::read(&mut found, mappings, root)?;
    Ok(found)
}

/// How many names a call takes.
const PAGE: usize = 50;

/// The configurations of those names; what does not exist is left out.
async fn fetch(aws: Aws, names: Vec<String>) -> Result<HashMap<String, sdk::LaunchConfiguration>, CloudError> {
    let chunk = async |names: &[String]| {
        let request = aws.read().autoscaling().describe_launch_configurations().max_records(100);
        aws.pages(request.set_launch_configuration_names(Some(names.to_vec())), |page| page.launch_configurations).await
    };
    let mut found = HashMap::new();
    for configurations in join_all(names.chunks(PAGE).map(chunk)).await {
        let named = |live: sdk::LaunchConfiguration| Some((live.launch_configuration_name.clone()?, live));
        found.extend(configurations?.into_iter().filter_map(named));
    }
    Ok(found)
}

async fn load(aws: &Aws, wanted: &[ReadRequest]) -> Result<Vec<Read<LaunchConfiguration>>, CloudError> {
    let (names, handle) = (wanted.iter().map(|request| request.id.to_string()), aws.clone());
    let found = aws.batch("autoscaling:configurations").load(names, move |names| fetch(handle, names)).await?;
    let live: Vec<_> = wanted.iter().map(|request| found.get(request.id.as_str()).cloned()).collect();
    let with_devices = live.iter().flatten().filter(|live| !live.block_device_mappings().is_empty());
    let roots = devices::roots(aws, with_devices.filter_map(|live| live.image_id.clone())).await?;
    let one = |(live, request): (Option<sdk::LaunchConfiguration>, &ReadRequest)| {
        let Some(live) = live else { return Ok(None) };
        let root = live.image_id.as_ref().and_then(|image| roots.get(image)).cloned();
        configuration(live, root.as_deref(), asks_for(request, &["user_data_base64"])).map(Some)
    };
    Ok(live.into_iter().zip(wanted).map(one).collect())
}

#[async_trait]
impl Resource for LaunchConfiguration {
    const TYPE: &'static str = "aws_launch_configuration";
    const DOC: &'static str = "What a group launches instances from, where that is no launch template. AWS keeps it for old \
                               accounts, and has templates for all others.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateLaunchConfiguration];
    const DELETE_CALLS: Calls = calls![DeleteLaunchConfiguration];
    const LAGS: &'static [LagReply] = lags::LAUNCH_CONFIGURATION;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations {
        identity: &["name"],
        held_by: &[("aws_autoscaling_group", "launch_configuration")],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
name_prefix: front-
image_id: ami-0123456789abcdef0
instance_type: t3.micro
security_groups: [\"${web.id}\"]
metadata_options: {http_tokens: required}
root_block_device: {volume_size: 20, volume_type: gp3}
";
    const UNSUPPORTED: Refused =
        &[("ebs_block_device.no_device", "a device that is left out is no volume: write an ephemeral_block_device")];

    type Update = LaunchConfigurationUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        load(aws, wanted).await.unwrap_or_else(|error| all_failed(wanted, &error))
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // It takes no tags: it is ours when it has the name, and is what was sent.
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = load(aws, &[ReadRequest::new(id.clone(), Vec::new())]).await?.pop().transpose()?.flatten();
        Ok(live.filter(|live| live.is_what_was_sent(wanted)).map(|_| id))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let monitoring = sdk::InstanceMonitoring::builder().enabled(want.enable_monitoring.unwrap_or(true)).build();
        let request = want
            .fill(aws.write().autoscaling().create_launch_configuration())?
            .instance_monitoring(monitoring)
            .set_block_device_mappings(devices::sent(aws, want).await?)
            .set_user_data(want.sent_data());
        aws.done(request).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(_aws: &Aws, call: LaunchConfigurationUpdate, _change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().autoscaling().delete_launch_configuration();
        // What is gone is a validation error like any other.
        without_group(aws.send(request.launch_configuration_name(id.as_str())).await).map(drop)
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let data = properties.get("user_data_base64").and_then(Value::as_str);
        let bytes = |text: &str| STANDARD.decode(text.split_ascii_whitespace().collect::<String>());
        let wrong = data.is_some_and(|data| bytes(data).is_err());
        let message = "this is not in Base64: write user_data for text";
        wrong.then(|| problem("user_data_base64", message)).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("name")?.as_str()?.into())
    }
}
