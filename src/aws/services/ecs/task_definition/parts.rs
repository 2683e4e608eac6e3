//! The parts of a container, as members of ECS's API.

use std::collections::BTreeMap;

use wildfire_engine::model::{Field, Ty};

use super::shape::{Part, camel_case, limited};
use crate::services::ecs::prelude::*;

macro_rules! parts {
    ($($(#[$meta:meta])* $name:ident = $sdk:ident { $($(#[$mark:meta])* $field:ident: $ty:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Sdk)]
        #[serde(default, deny_unknown_fields, rename_all = "camelCase")]
        #[sdk(from = sdk::$sdk, into = sdk::$sdk)]
        pub struct $name {
            $($(#[$mark])* pub $field: Option<$ty>,)*
        }

        impl Part for $name {
            fn ty() -> Ty {
                let field = |name: &str, ty: Ty| limited(stringify!($name), Field::new(camel_case(name), ty));
                Ty::Object(vec![$(field(stringify!($field), <$ty>::ty()),)*])
            }
        }
    )*};
}

parts! {
    Container = ContainerDefinition {
        command: Vec<String>,
        cpu: i64,
        credential_specs: Vec<String>,
        depends_on: Vec<Dependency>,
        disable_networking: bool,
        dns_search_domains: Vec<String>,
        dns_servers: Vec<String>,
        docker_labels: BTreeMap<String, String>,
        docker_security_options: Vec<String>,
        entry_point: Vec<String>,
        environment: Vec<Variable>,
        environment_files: Vec<EnvironmentFile>,
        essential: bool,
        extra_hosts: Vec<Host>,
        firelens_configuration: Firelens,
        health_check: HealthCheck,
        hostname: String,
        image: String,
        interactive: bool,
        links: Vec<String>,
        linux_parameters: Linux,
        log_configuration: Log,
        memory: i64,
        memory_reservation: i64,
        mount_points: Vec<MountPoint>,
        name: String,
        port_mappings: Vec<Port>,
        privileged: bool,
        pseudo_terminal: bool,
        readonly_root_filesystem: bool,
        repository_credentials: Credentials,
        resource_requirements: Vec<Requirement>,
        restart_policy: Restart,
        secrets: Vec<Secret>,
        start_timeout: i64,
        stop_timeout: i64,
        system_controls: Vec<SystemControl>,
        ulimits: Vec<Limit>,
        user: String,
        version_consistency: String,
        volumes_from: Vec<VolumesFrom>,
        working_directory: String,
    }
    Capabilities = KernelCapabilities {
        add: Vec<String>,
        drop: Vec<String>,
    }
    Credentials = RepositoryCredentials {
        credentials_parameter: String,
    }
    Dependency = ContainerDependency {
        condition: String,
        container_name: String,
    }
    Device = Device {
        container_path: String,
        host_path: String,
        permissions: Vec<String>,
    }
    EnvironmentFile = EnvironmentFile {
        r#type: String,
        value: String,
    }
    Firelens = FirelensConfiguration {
        options: BTreeMap<String, String>,
        r#type: String,
    }
    HealthCheck = HealthCheck {
        command: Vec<String>,
        interval: i64,
        retries: i64,
        start_period: i64,
        timeout: i64,
    }
    Host = HostEntry {
        hostname: String,
        ip_address: String,
    }
    Limit = Ulimit {
        hard_limit: i64,
        name: String,
        soft_limit: i64,
    }
    Linux = LinuxParameters {
        capabilities: Capabilities,
        devices: Vec<Device>,
        init_process_enabled: bool,
        max_swap: i64,
        shared_memory_size: i64,
        swappiness: i64,
        tmpfs: Vec<Tmpfs>,
    }
    Log = LogConfiguration {
        log_driver: String,
        options: BTreeMap<String, String>,
        secret_options: Vec<Secret>,
    }
    MountPoint = MountPoint {
        container_path: String,
        read_only: bool,
        source_volume: String,
    }
    Port = PortMapping {
        app_protocol: String,
        container_port: i64,
        container_port_range: String,
        host_port: i64,
        name: String,
        protocol: String,
    }
    Requirement = ResourceRequirement {
        r#type: String,
        value: String,
    }
    Restart = ContainerRestartPolicy {
        enabled: bool,
        ignored_exit_codes: Vec<i64>,
        restart_attempt_period: i64,
    }
    Secret = Secret {
        name: String,
        value_from: String,
    }
    SystemControl = SystemControl {
        namespace: String,
        value: String,
    }
    Tmpfs = Tmpfs {
        container_path: String,
        mount_options: Vec<String>,
        size: i64,
    }
    Variable = KeyValuePair {
        name: String,
        value: String,
    }
    VolumesFrom = VolumeFrom {
        read_only: bool,
        source_container: String,
    }
}
