//! The simulated types as a catalog.

use super::types::{TYPES, kind};
use crate::model::{Batch, Catalog, DataSchema, Mutation, PhysicalId, Problem, TypeSchema, Value, key_part};

/// The simulated types.
#[derive(Clone, Copy, Debug, Default)]
pub struct SimCatalog;

impl Catalog for SimCatalog {
    fn schema(&self, type_name: &str) -> Option<&'static TypeSchema> {
        TYPES.schema(type_name)
    }

    fn data_schema(&self, type_name: &str) -> Option<&'static DataSchema> {
        TYPES.data_schema(type_name)
    }

    fn types(&self) -> Vec<&'static TypeSchema> {
        TYPES.types()
    }

    fn data_types(&self) -> Vec<&'static DataSchema> {
        TYPES.data_types()
    }

    fn validate(&self, type_name: &str, properties: &Value) -> Vec<Problem> {
        TYPES.validate(type_name, properties)
    }

    fn batch(&self, type_name: &str, call: &Mutation) -> Option<Batch> {
        let (names, most) = kind(type_name)?.together?;
        let parts: Vec<String> = names.iter().map(|name| key_part(call.properties().get(name))).collect();
        Some(Batch::of(parts.join(" "), most))
    }

    fn natural_id(&self, type_name: &str, properties: &Value) -> Option<PhysicalId> {
        TYPES.natural_id(type_name, properties)
    }
}
