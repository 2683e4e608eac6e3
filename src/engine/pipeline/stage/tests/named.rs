//! The simulated types, with the names under which there is one object at most.

use crate::model::{Catalog, DataSchema, NaturalKey, PhysicalId, Problem, TypeSchema, Value};
use crate::simulation::SimCatalog;

pub(super) struct NamedTypes;

impl Catalog for NamedTypes {
    fn schema(&self, type_name: &str) -> Option<&'static TypeSchema> {
        SimCatalog.schema(type_name)
    }

    fn data_schema(&self, type_name: &str) -> Option<&'static DataSchema> {
        SimCatalog.data_schema(type_name)
    }

    fn types(&self) -> Vec<&'static TypeSchema> {
        SimCatalog.types()
    }

    fn data_types(&self) -> Vec<&'static DataSchema> {
        SimCatalog.data_types()
    }

    fn validate(&self, type_name: &str, properties: &Value) -> Vec<Problem> {
        SimCatalog.validate(type_name, properties)
    }

    fn natural_id(&self, type_name: &str, properties: &Value) -> Option<PhysicalId> {
        SimCatalog.natural_id(type_name, properties)
    }

    fn natural_keys(&self, type_name: &str, properties: &Value) -> Vec<NaturalKey> {
        let (kind, name) = match type_name {
            "aws_s3_bucket" => ("aws_s3_bucket", "bucket"),
            "aws_sqs_queue" => ("aws_sqs_queue", "name"),
            _ => return Vec::new(),
        };
        NaturalKey::of(kind, properties, &[name]).into_iter().collect()
    }
}
