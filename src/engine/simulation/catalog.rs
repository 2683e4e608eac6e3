//! The simulated types as a catalog.

use super::types::{DATA, KINDS, kind};
use crate::model::{Batch, Catalog, DataSchema, Mutation, PhysicalId, Problem, TypeSchema, Value, key_part};

/// The simulated types.
#[derive(Clone, Copy, Debug, Default)]
pub struct SimCatalog;

impl Catalog for SimCatalog {
    fn schema(&self, type_name: &str) -> Option<&'static TypeSchema> {
        kind(type_name).map(|kind| kind.schema)
    }

    fn data_schema(&self, type_name: &str) -> Option<&'static DataSchema> {
        DATA.iter().find(|schema| schema.name == type_name)
    }

    fn types(&self) -> Vec<&'static TypeSchema> {
        KINDS.iter().map(|kind| kind.schema).collect()
    }

    fn data_types(&self) -> Vec<&'static DataSchema> {
        DATA.iter().collect()
    }

    fn validate(&self, _: &str, _: &Value) -> Vec<Problem> {
        Vec::new()
    }

    fn batch(&self, type_name: &str, call: &Mutation) -> Option<Batch> {
        let (names, most) = kind(type_name)?.together?;
        let parts: Vec<String> = names.iter().map(|name| key_part(call.properties().get(name))).collect();
        Some(Batch::of(parts.join(" "), most))
    }

    fn natural_id(&self, type_name: &str, properties: &Value) -> Option<PhysicalId> {
        kind(type_name)?.natural_id(properties.as_map()?).map(PhysicalId::from)
    }
}
