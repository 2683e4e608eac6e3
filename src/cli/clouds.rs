//! The clouds of this program: AWS, and the generated values that no cloud holds.

use std::sync::{Arc, LazyLock};

use wildfire_aws::{AwsCatalog, Places};
use wildfire_engine::clouds::{Catalogs, Clouds};
use wildfire_engine::local::{self, Local};
use wildfire_engine::model::{
    Batch, Catalog, DataSchema, Mutation, NaturalKey, PhysicalId, Problem, ReservedTags, TypeSchema, Value,
};

static ALL: LazyLock<Catalogs> = LazyLock::new(|| {
    let generated: Arc<dyn Catalog> = Arc::new(*local::CATALOG);
    Catalogs::new([Arc::new(AwsCatalog), generated])
});

/// The types of all clouds.
#[derive(Clone, Copy, Debug, Default)]
pub struct AllTypes;

/// All clouds, with AWS as it is connected.
pub fn clouds(aws: Places) -> Clouds {
    Clouds::new(ALL.clone(), vec![Arc::new(aws), Arc::new(Local::default())])
}

impl Catalog for AllTypes {
    fn schema(&self, type_name: &str) -> Option<&'static TypeSchema> {
        ALL.schema(type_name)
    }

    fn data_schema(&self, type_name: &str) -> Option<&'static DataSchema> {
        ALL.data_schema(type_name)
    }

    fn types(&self) -> Vec<&'static TypeSchema> {
        ALL.types()
    }

    fn data_types(&self) -> Vec<&'static DataSchema> {
        ALL.data_types()
    }

    fn region_problem(&self, name: &str) -> Option<(String, Option<String>)> {
        ALL.region_problem(name)
    }

    fn reserved_tags(&self) -> &'static [ReservedTags] {
        ALL.reserved_tags()
    }

    fn is_unimplemented(&self, type_name: &str) -> bool {
        ALL.is_unimplemented(type_name)
    }

    fn validate(&self, type_name: &str, properties: &Value) -> Vec<Problem> {
        ALL.validate(type_name, properties)
    }

    fn major_parts(&self, type_name: &str, live: &Value) -> usize {
        ALL.major_parts(type_name, live)
    }

    fn batch(&self, type_name: &str, call: &Mutation) -> Option<Batch> {
        ALL.batch(type_name, call)
    }

    fn natural_id(&self, type_name: &str, properties: &Value) -> Option<PhysicalId> {
        ALL.natural_id(type_name, properties)
    }

    fn natural_keys(&self, type_name: &str, properties: &Value) -> Vec<NaturalKey> {
        ALL.natural_keys(type_name, properties)
    }
}
