//! A catalog of schemas that were made while the program runs.

use super::{Catalog, DataSchema, PhysicalId, Problem, ReservedTags, TypeSchema, Value};

/// Types and data sources. They live as long as the process: whoever makes a catalog makes it once.
#[derive(Clone, Copy, Debug)]
pub struct Types {
    types: &'static [TypeSchema],
    data: &'static [DataSchema],
    validate: fn(&str, &Value) -> Vec<Problem>,
    natural_id: fn(&str, &Value) -> Option<PhysicalId>,
    reserved: &'static [ReservedTags],
    major_parts: fn(&str, &Value) -> usize,
}

impl Types {
    /// A catalog without types.
    pub const NONE: Self = Self {
        types: &[],
        data: &[],
        validate: |_, _| Vec::new(),
        natural_id: |_, _| None,
        reserved: &[],
        major_parts: |_, _| 1,
    };

    pub fn new(types: Vec<TypeSchema>, data: Vec<DataSchema>) -> Self {
        Self { types: Vec::leak(types), data: Vec::leak(data), ..Self::NONE }
    }

    /// With checks beyond the schemas.
    #[must_use]
    pub fn validated(self, validate: fn(&str, &Value) -> Vec<Problem>) -> Self {
        Self { validate, ..self }
    }

    /// With tags that a stage cannot give to its resources.
    #[must_use]
    pub fn reserving(self, reserved: &'static [ReservedTags]) -> Self {
        Self { reserved, ..self }
    }

    /// With ids that properties tell.
    #[must_use]
    pub fn named(self, natural_id: fn(&str, &Value) -> Option<PhysicalId>) -> Self {
        Self { natural_id, ..self }
    }

    /// With versions whose major part is longer than one number.
    #[must_use]
    pub fn versioned(self, major_parts: fn(&str, &Value) -> usize) -> Self {
        Self { major_parts, ..self }
    }
}

impl Catalog for Types {
    fn schema(&self, type_name: &str) -> Option<&'static TypeSchema> {
        self.types.iter().find(|schema| schema.name == type_name)
    }

    fn data_schema(&self, type_name: &str) -> Option<&'static DataSchema> {
        self.data.iter().find(|schema| schema.name == type_name)
    }

    fn types(&self) -> Vec<&'static TypeSchema> {
        self.types.iter().collect()
    }

    fn data_types(&self) -> Vec<&'static DataSchema> {
        self.data.iter().collect()
    }

    fn reserved_tags(&self) -> &'static [ReservedTags] {
        self.reserved
    }

    fn validate(&self, type_name: &str, properties: &Value) -> Vec<Problem> {
        (self.validate)(type_name, properties)
    }

    fn natural_id(&self, type_name: &str, properties: &Value) -> Option<PhysicalId> {
        (self.natural_id)(type_name, properties)
    }

    fn major_parts(&self, type_name: &str, live: &Value) -> usize {
        (self.major_parts)(type_name, live)
    }
}
