//! [`Places`] as the engine's cloud, and the registry as its catalog.

use std::time::Duration;

use async_trait::async_trait;
use wildfire_engine::model::{
    Batch, Catalog, Cloud, CloudError, Created, DataSchema, ErrorKind, Found, Identity, Mutation, NaturalKey,
    Operation, PhysicalId, Placement, Problem, ReadRequest, Readiness, Recover, ReservedTags, TypeSchema, Value,
};

use crate::connection::credentials::Access;
use crate::connection::region_problem;
use crate::kind::vocabulary;
use crate::registry::{self, DataKind, Kind};
use crate::services::iam;
use crate::{Aws, PlaceError, Places};

/// The types that wildfire knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct AwsCatalog;

impl Catalog for AwsCatalog {
    fn schema(&self, type_name: &str) -> Option<&'static TypeSchema> {
        registry::kind(type_name).map(Kind::schema)
    }

    fn data_schema(&self, type_name: &str) -> Option<&'static DataSchema> {
        registry::data_kind(type_name).map(|kind| kind.schema())
    }

    fn types(&self) -> Vec<&'static TypeSchema> {
        registry::kinds().map(Kind::schema).collect()
    }

    fn data_types(&self) -> Vec<&'static DataSchema> {
        registry::data_kinds().map(|kind| kind.schema()).collect()
    }

    fn reserved_tags(&self) -> &'static [ReservedTags] {
        vocabulary::RESERVED
    }

    fn is_unimplemented(&self, type_name: &str) -> bool {
        crate::UNIMPLEMENTED_TYPES.contains(&type_name)
    }

    fn validate(&self, type_name: &str, properties: &Value) -> Vec<Problem> {
        let Some(kind) = registry::kind(type_name) else { return Vec::new() };
        let mut found = kind.validate(properties);
        for field in kind.schema().fields.iter().filter(|field| field.policy) {
            if let Some(policy) = properties.get(field.name) {
                let holder = iam::PolicyHolder::of(type_name, field.name);
                found.extend(iam::policy_problems(&field.name.into(), policy, holder));
            }
        }
        found
    }

    fn region_problem(&self, name: &str) -> Option<(String, Option<String>)> {
        region_problem(name)
    }

    fn natural_id(&self, type_name: &str, properties: &Value) -> Option<PhysicalId> {
        registry::kind(type_name).and_then(|kind| kind.natural_id(properties))
    }

    fn batch(&self, type_name: &str, call: &Mutation) -> Option<Batch> {
        registry::kind(type_name).and_then(|kind| kind.batch(call))
    }

    fn major_parts(&self, type_name: &str, live: &Value) -> usize {
        let text = |name: &str| live.get(name).and_then(Value::as_str).unwrap_or_default();
        match ["aws_rds_", "aws_db_"].iter().any(|prefix| type_name.starts_with(prefix)) {
            true => major_parts(text("engine"), text("engine_version")),
            // Of Redis and Valkey the first part is, also before version 6, and EKS upgrades minor versions by itself at the end
            // of their support.
            false => 1,
        }
    }

    fn natural_keys(&self, type_name: &str, properties: &Value) -> Vec<NaturalKey> {
        registry::kind(type_name).map_or_else(Vec::new, |kind| kind.natural_keys(properties))
    }
}

impl Aws {
    /// Connects to an account and region. Makes no call, but for a session that needs an MFA code.
    ///
    /// # Errors
    /// A custom CA bundle (`AWS_CA_BUNDLE`) that cannot be read; a code that cannot be asked for, or that STS refuses.
    pub async fn connect(access: Access) -> Result<Self, String> {
        let folder = access.folder.clone();
        Ok(Self::new(access.config().await?, registry::lag, folder))
    }
}

/// How many parts of a version of RDS are the major version. Sources:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html> (5.7, 8.0, 8.4), the same of
/// MariaDB (10.6, 10.11, 11.4), `db2-major-version-support` (11.5), and of PostgreSQL (one part from 10 on).
fn major_parts(engine: &str, version: &str) -> usize {
    match engine {
        "mysql" | "mariadb" | "aurora-mysql" | "db2-se" | "db2-ae" => 2,
        "postgres" | "aurora-postgresql" if version.starts_with("9.") => 2,
        _ => 1,
    }
}

fn kind(type_name: &str) -> Result<&'static dyn Kind, CloudError> {
    registry::kind(type_name).ok_or_else(|| {
        let message = format!("this version of wildfire has no type {type_name}");
        CloudError::new(ErrorKind::Rejected, message)
    })
}

fn data_kind(type_name: &str) -> Result<&'static dyn DataKind, CloudError> {
    registry::data_kind(type_name).ok_or_else(|| {
        let message = format!("this version of wildfire has no data source {type_name}");
        CloudError::new(ErrorKind::Rejected, message)
    })
}

#[async_trait]
impl Cloud for Places {
    async fn identity(&self) -> Result<Identity, CloudError> {
        self.home().identity().await
    }

    async fn read(
        &self,
        place: &Placement,
        type_name: &str,
        wanted: &[ReadRequest],
    ) -> Vec<Result<Option<Value>, CloudError>> {
        let failed = |error: CloudError| wanted.iter().map(|_| Err(error.clone())).collect();
        match (kind(type_name), self.at(place).await) {
            (Ok(kind), Ok(aws)) => kind.read(&aws, wanted).await,
            (Err(error), _) => failed(error),
            (_, Err(error)) => failed(error.into()),
        }
    }

    async fn read_data(&self, place: &Placement, type_name: &str, arguments: &Value) -> Result<Value, CloudError> {
        data_kind(type_name)?.read(&self.at(place).await?, arguments).await
    }

    async fn reveal_data(&self, place: &Placement, type_name: &str, read: &Value) -> Result<Value, CloudError> {
        data_kind(type_name)?.reveal(&self.at(place).await?, read).await
    }

    async fn find(&self, type_name: &str, wanted: &Recover) -> Result<Option<Found>, CloudError> {
        kind(type_name)?.find(&self.at(&wanted.operation.place).await?, wanted).await
    }

    async fn check_no_lookalike(&self, type_name: &str, want: &Value, operation: &Operation) -> Result<(), CloudError> {
        kind(type_name)?.check_no_lookalike(&self.at(&operation.place).await?, want, operation).await
    }

    async fn create(&self, type_name: &str, want: &Value, operation: &Operation) -> Result<Created, CloudError> {
        kind(type_name)?.create(&self.sending(&operation.place).await?, want, operation).await
    }

    async fn update(
        &self,
        type_name: &str,
        id: &PhysicalId,
        call: &str,
        want: &Value,
        prior: &Value,
        operation: &Operation,
    ) -> Result<(), CloudError> {
        kind(type_name)?.update(&self.sending(&operation.place).await?, id, call, want, prior, operation).await
    }

    async fn delete(
        &self,
        place: &Placement,
        type_name: &str,
        id: &PhysicalId,
        prior: &Value,
    ) -> Result<(), CloudError> {
        kind(type_name)?.delete(&self.at(place).await?, id, prior).await
    }

    async fn send_together(
        &self,
        type_name: &str,
        calls: &[Mutation],
    ) -> Result<Vec<Result<Created, CloudError>>, CloudError> {
        let place = calls.first().map_or(&Placement::HOME, Mutation::place);
        let ids = kind(type_name)?.send_together(&self.sending(place).await?, calls).await?;
        Ok(ids.into_iter().map(|id| Ok(Created { id: id?, attributes: Value::Null })).collect())
    }

    fn readiness(&self, type_name: &str, live: &Value) -> Readiness {
        kind(type_name).map_or(Readiness::Ready, |kind| kind.readiness(live))
    }

    fn poll_interval(&self, type_name: &str) -> Duration {
        kind(type_name).map_or(Duration::from_secs(5), |kind| kind.poll_interval())
    }
}

impl Places {
    /// The connection for a call that changes something. Without one the request has certainly not left.
    async fn sending(&self, place: &Placement) -> Result<Aws, CloudError> {
        let unsent = |error: PlaceError| {
            let error = CloudError::from(error);
            match error.may_have_landed() {
                true => CloudError { kind: ErrorKind::NotSent, ..error },
                false => error,
            }
        };
        self.at(place).await.map_err(unsent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_counts_its_major_versions_in_its_own_way() {
        for (engine, version, parts) in [
            ("mysql", "8.4.3", 2),
            ("mariadb", "10.11.8", 2),
            ("aurora-mysql", "8.0.mysql_aurora.3.08.0", 2),
            ("postgres", "16.4", 1),
            ("postgres", "9.6.24", 2),
            ("aurora-postgresql", "16.4", 1),
            ("oracle-ee", "19.0.0.0.ru-2024-01.rur-2024-01.r1", 1),
            ("sqlserver-se", "15.00.4345.5.v1", 1),
            ("db2-se", "11.5.9.0.sb00000000.r1", 2),
        ] {
            assert_eq!(major_parts(engine, version), parts, "{engine} {version}");
        }
    }
}
