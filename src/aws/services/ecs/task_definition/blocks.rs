//! The blocks of a task definition.

use std::collections::BTreeMap;

use crate::services::ecs::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::EphemeralStorage, into = sdk::EphemeralStorage)]
pub struct EphemeralStorage {
    /// The size in GiB.
    #[field(required, range = 21..=200)]
    pub size_in_gib: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TaskDefinitionPlacementConstraint, into = sdk::TaskDefinitionPlacementConstraint)]
pub struct PlacementConstraint {
    /// The expression.
    #[field(filled)]
    pub expression: Option<String>,
    /// The kind.
    #[field(required, one_of = ["memberOf"])]
    pub r#type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Proxy {
    /// The container that is the proxy.
    #[field(required)]
    pub container_name: Option<String>,
    /// Its settings.
    #[field(optional)]
    pub properties: Option<BTreeMap<String, String>>,
    /// The kind.
    #[field(default = "APPMESH", one_of = ["APPMESH"])]
    pub r#type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::RuntimePlatform, into = sdk::RuntimePlatform)]
pub struct Platform {
    /// The instruction set.
    #[field(aws_default, one_of = ["X86_64", "ARM64"])]
    pub cpu_architecture: Option<String>,
    /// The operating system: `LINUX`.
    #[field(aws_default)]
    pub operating_system_family: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Volume)]
pub struct Volume {
    /// Whether a service or a task says what the volume is.
    #[field(aws_default, sdk = configured_at_launch)]
    pub configure_at_launch: Option<bool>,
    /// A volume that Docker makes.
    #[field(optional)]
    pub docker_volume_configuration: Option<Docker>,
    /// A file system of EFS.
    #[field(optional)]
    pub efs_volume_configuration: Option<Efs>,
    /// A file system of FSx for Windows.
    #[field(optional)]
    pub fsx_windows_file_server_volume_configuration: Option<Fsx>,
    /// The folder on the instance.
    #[field(filled, sdk = host.source_path)]
    pub host_path: Option<String>,
    /// The name, by which containers mount it.
    #[field(required)]
    pub name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::DockerVolumeConfiguration, into = sdk::DockerVolumeConfiguration)]
pub struct Docker {
    /// Whether a volume that is shared is made where there is none.
    #[field(aws_default)]
    pub autoprovision: Option<bool>,
    /// The driver.
    #[field(aws_default)]
    pub driver: Option<String>,
    /// Options of the driver.
    #[field(filled)]
    pub driver_opts: Option<BTreeMap<String, String>>,
    /// Labels of the volume.
    #[field(filled)]
    pub labels: Option<BTreeMap<String, String>>,
    /// Whether it goes with its task, or stays.
    #[field(aws_default, one_of = ["task", "shared"])]
    pub scope: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::EfsVolumeConfiguration, into = sdk::EfsVolumeConfiguration)]
pub struct Efs {
    /// Who may use it.
    #[field(optional)]
    pub authorization_config: Option<EfsAccess>,
    /// The file system.
    #[field(required)]
    pub file_system_id: Option<String>,
    /// The folder in it.
    #[field(default = "/", filled)]
    pub root_directory: Option<String>,
    /// Whether it is encrypted on the way.
    #[field(aws_default, one_of = ["ENABLED", "DISABLED"])]
    pub transit_encryption: Option<String>,
    /// The port of the encryption.
    #[field(filled, range = 0..=65535)]
    pub transit_encryption_port: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::EfsAuthorizationConfig, into = sdk::EfsAuthorizationConfig)]
pub struct EfsAccess {
    /// The access point.
    #[field(filled)]
    pub access_point_id: Option<String>,
    /// Whether the role of the task is asked for.
    #[field(aws_default, one_of = ["ENABLED", "DISABLED"])]
    pub iam: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::FSxWindowsFileServerVolumeConfiguration, into = sdk::FSxWindowsFileServerVolumeConfiguration)]
pub struct Fsx {
    /// Who may use it.
    #[field(required)]
    pub authorization_config: Option<FsxAccess>,
    /// The file system.
    #[field(required)]
    pub file_system_id: Option<String>,
    /// The folder in it.
    #[field(required)]
    pub root_directory: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::FSxWindowsFileServerAuthorizationConfig, into = sdk::FSxWindowsFileServerAuthorizationConfig)]
pub struct FsxAccess {
    /// The ARN of the secret or the parameter with the credentials.
    #[field(required)]
    pub credentials_parameter: Option<String>,
    /// The domain.
    #[field(required)]
    pub domain: Option<String>,
}

impl ToSdk<sdk::Volume> for Volume {
    fn to_sdk(&self) -> Result<sdk::Volume, Unfit> {
        let host = filled(self.host_path.clone());
        Ok(sdk::Volume::builder()
            .set_configured_at_launch(self.configure_at_launch)
            .set_docker_volume_configuration(outgoing(
                &self.docker_volume_configuration,
                "docker_volume_configuration",
            )?)
            .set_efs_volume_configuration(outgoing(&self.efs_volume_configuration, "efs_volume_configuration")?)
            .set_fsx_windows_file_server_volume_configuration(outgoing(
                &self.fsx_windows_file_server_volume_configuration,
                "fsx_windows_file_server_volume_configuration",
            )?)
            .set_host(host.map(|path| sdk::HostVolumeProperties::builder().source_path(path).build()))
            .set_name(self.name.clone())
            .build())
    }
}

impl FromSdk<sdk::ProxyConfiguration> for Proxy {
    fn from_sdk(live: sdk::ProxyConfiguration) -> Result<Self, Unfit> {
        let pair = |pair: sdk::KeyValuePair| Some((pair.name?, pair.value.unwrap_or_default()));
        Ok(Self {
            container_name: Some(live.container_name),
            properties: filled(
                live.properties.map(|pairs| pairs.into_iter().filter_map(pair).collect::<BTreeMap<_, _>>()),
            ),
            r#type: live.r#type.map(|kind| kind.as_str().to_string()),
        })
    }
}

impl ToSdk<sdk::ProxyConfiguration> for Proxy {
    fn to_sdk(&self) -> Result<sdk::ProxyConfiguration, Unfit> {
        let pair = |(name, value): (&String, &String)| sdk::KeyValuePair::builder().name(name).value(value).build();
        sdk::ProxyConfiguration::builder()
            .set_container_name(self.container_name.clone())
            .set_properties(self.properties.as_ref().map(|properties| properties.iter().map(pair).collect()))
            .set_type(outgoing(&self.r#type, "type")?)
            .build()
            .built()
    }
}
