//! The blocks of Service Connect, and those of volumes that ECS makes for tasks.

use std::collections::BTreeMap;

use crate::services::ecs::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ServiceConnectConfiguration, into = sdk::ServiceConnectConfiguration)]
pub struct Connect {
    /// Whether the service takes part.
    #[field(required)]
    pub enabled: Option<bool>,
    /// Where the proxy logs to.
    #[field(optional)]
    pub log_configuration: Option<ConnectLog>,
    /// The namespace; without one, that of the cluster.
    #[field(aws_default, forms = Arn)]
    pub namespace: Option<String>,
    /// What the service offers to others.
    #[field(filled, sdk = services)]
    pub service: Option<Vec<Offer>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LogConfiguration, into = sdk::LogConfiguration)]
pub struct ConnectLog {
    /// The driver: `awslogs`.
    #[field(required)]
    pub log_driver: Option<String>,
    /// Options of the driver.
    #[field(aws_default, filled)]
    pub options: Option<BTreeMap<String, String>>,
    /// Options whose values are secrets.
    #[field(filled, sdk = secret_options)]
    pub secret_option: Option<Vec<SecretOption>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Secret, into = sdk::Secret)]
pub struct SecretOption {
    /// The name.
    #[field(required)]
    pub name: Option<String>,
    /// The ARN of the secret.
    #[field(required)]
    pub value_from: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ServiceConnectService)]
pub struct Offer {
    /// How others call it.
    #[field(optional, by_hand)]
    pub client_alias: Option<ClientAlias>,
    /// The name in Cloud Map; without one, that of the port.
    #[field(aws_default)]
    pub discovery_name: Option<String>,
    /// The port of the proxy.
    #[field(filled, range = 0..=65535)]
    pub ingress_port_override: Option<i64>,
    /// The name of the port in the task definition.
    #[field(required)]
    pub port_name: Option<String>,
    /// How long the proxy waits.
    #[field(optional)]
    pub timeout: Option<Timeout>,
    /// Encryption between services.
    #[field(optional)]
    pub tls: Option<Tls>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ServiceConnectClientAlias, into = sdk::ServiceConnectClientAlias)]
pub struct ClientAlias {
    /// The name; without one, discovery name and namespace.
    #[field(aws_default)]
    pub dns_name: Option<String>,
    /// The port.
    #[field(required, range = 1..=65535)]
    pub port: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TimeoutConfiguration, into = sdk::TimeoutConfiguration)]
pub struct Timeout {
    /// Seconds after which an idle connection ends; 0 is never.
    pub idle_timeout_seconds: Option<i64>,
    /// Seconds that a request may take; 0 is for ever.
    pub per_request_timeout_seconds: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ServiceConnectTlsConfiguration, into = sdk::ServiceConnectTlsConfiguration)]
pub struct Tls {
    /// Who issues the certificates.
    #[field(required, sdk = issuer_certificate_authority)]
    pub issuer_cert_authority: Option<Issuer>,
    /// The KMS key of the private keys.
    #[field(filled)]
    pub kms_key: Option<String>,
    /// The role that renews them.
    #[field(filled)]
    pub role_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ServiceConnectTlsCertificateAuthority, into = sdk::ServiceConnectTlsCertificateAuthority)]
pub struct Issuer {
    /// The ARN of the private authority.
    #[field(required)]
    pub aws_pca_authority_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ServiceVolumeConfiguration, into = sdk::ServiceVolumeConfiguration)]
pub struct VolumeSettings {
    /// The volume of EBS.
    #[field(required)]
    pub managed_ebs_volume: Option<Ebs>,
    /// The name of the volume in the task definition.
    #[field(required)]
    pub name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ServiceManagedEbsVolumeConfiguration, into = sdk::ServiceManagedEbsVolumeConfiguration)]
pub struct Ebs {
    /// Whether it is encrypted.
    #[field(aws_default)]
    pub encrypted: Option<bool>,
    /// The file system.
    #[field(default = "xfs", one_of = ["ext3", "ext4", "xfs", "ntfs"], sdk = filesystem_type)]
    pub file_system_type: Option<String>,
    /// Operations a second.
    #[field(aws_default)]
    pub iops: Option<i64>,
    /// The KMS key.
    #[field(filled)]
    pub kms_key_id: Option<String>,
    /// The role that makes the volume.
    #[field(required)]
    pub role_arn: Option<String>,
    /// The size in GiB.
    #[field(aws_default, sdk = size_in_gib)]
    pub size_in_gb: Option<i64>,
    /// The snapshot that it begins with.
    #[field(filled)]
    pub snapshot_id: Option<String>,
    /// Tags of the volume.
    #[field(filled)]
    pub tag_specifications: Option<Vec<EbsTags>>,
    /// MiB a second.
    #[field(aws_default, range = 0..=2000)]
    pub throughput: Option<i64>,
    /// MiB a second at which a snapshot is fetched.
    #[field(aws_default)]
    pub volume_initialization_rate: Option<i64>,
    /// The kind: `gp3`.
    #[field(aws_default)]
    pub volume_type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::EbsTagSpecification, into = sdk::EbsTagSpecification)]
pub struct EbsTags {
    /// Whose tags it gets too.
    #[field(aws_default, one_of = ["NONE", "SERVICE", "TASK_DEFINITION"])]
    pub propagate_tags: Option<String>,
    /// `volume`
    #[field(required, one_of = ["volume"])]
    pub resource_type: Option<String>,
    /// The tags.
    #[field(filled)]
    pub tags: Option<Tags>,
}

impl Offer {
    /// ECS has a list of aliases, with one at most.
    pub(super) fn alias(live: &sdk::ServiceConnectService) -> Result<Option<ClientAlias>, Unfit> {
        let first = live.client_aliases.as_ref().and_then(|aliases| aliases.first()).cloned();
        incoming(first, "client_alias")
    }
}

impl ToSdk<sdk::ServiceConnectService> for Offer {
    fn to_sdk(&self) -> Result<sdk::ServiceConnectService, Unfit> {
        let alias: Option<sdk::ServiceConnectClientAlias> = outgoing(&self.client_alias, "client_alias")?;
        sdk::ServiceConnectService::builder()
            .set_client_aliases(alias.map(|alias| vec![alias]))
            .set_discovery_name(self.discovery_name.clone())
            .set_ingress_port_override(outgoing(&filled(self.ingress_port_override), "ingress_port_override")?)
            .set_port_name(self.port_name.clone())
            .set_timeout(outgoing(&self.timeout, "timeout")?)
            .set_tls(outgoing(&self.tls, "tls")?)
            .build()
            .built()
    }
}

/// Service Connect as a deployment has it.
pub(super) fn connect(live: Option<sdk::ServiceConnectConfiguration>) -> Result<Option<Connect>, Unfit> {
    let aliases = live.iter().flat_map(|live| live.services.iter().flatten()).map(Offer::alias);
    let aliases = aliases.collect::<Result<Vec<_>, _>>()?;
    let mut connect: Option<Connect> = incoming(live, "service_connect_configuration")?;
    let offers = connect.iter_mut().flat_map(|connect| connect.service.iter_mut().flatten());
    for (offer, alias) in offers.zip(aliases) {
        offer.client_alias = alias;
    }
    // What is off is as good as absent, and so says ECS of a service that never took part.
    Ok(connect.filter(|connect| connect.enabled == Some(true)))
}
