//! A few types with every kind of mark.

use crate::model::{
    Catalog, Cause, Change, CreateOnce, DataSchema, Field, Literal, PhysicalId, Problem, Relations, Scope, Ty,
    TypeSchema, Value,
};

/// A property that a call changes.
pub(in crate::plan) const FIELD: Field = Field { change: Change::Update("Modify"), ..Field::NONE };
/// A field of a block.
pub(in crate::plan) const INNER: Field = Field { change: Change::Inherit, ..FIELD };

const ID: Field = Field { name: "id", change: Change::Computed, ..FIELD };
const TAGS: Field = Field { name: "tags", ty: Ty::Map(&Ty::String), change: Change::Update("Tag"), ..FIELD };
const TAGS_ALL: Field = Field { name: "tags_all", ty: Ty::Map(&Ty::String), change: Change::Computed, ..FIELD };

const MODIFIED: Cause = Cause { call: "Modify", when: None };
const MODIFIED_LATEST: Cause = Cause { call: "Modify", when: Some("latest") };

pub(in crate::plan) const TYPE: TypeSchema = TypeSchema {
    name: "",
    doc: "",
    fields: &[],
    create_once: CreateOnce::OpTag,
    create_calls: &["test:Create"],
    delete_calls: &["test:Delete"],
    update_calls: &[("Modify", &["test:Modify"]), ("Tag", &["test:Tag"])],
    unsupported: &[],
    exactly_one: &[],
    scope: Scope::Region,
    relations: Relations::NONE,
    import_id: "ID",
    waits_for_deletion: false,
    usual_seconds: 4,
    consistency_seconds: 0,
    lags: &[],
    terraform_version: 0,
    example: "",
};

static TYPES: [TypeSchema; 9] = [
    TypeSchema {
        name: "test_net",
        fields: &[
            ID,
            Field { name: "arn", change: Change::Computed, changes_on_update: true, ..FIELD },
            Field { name: "range", change: Change::Immutable, ..FIELD },
            Field { name: "dns", ty: Ty::Bool, default: Some(Literal::Bool(false)), after_create: true, ..FIELD },
            Field { name: "size", ty: Ty::Int, ..FIELD },
            TAGS,
            TAGS_ALL,
        ],
        ..TYPE
    },
    TypeSchema {
        name: "test_sub",
        fields: &[ID, Field { name: "net", change: Change::Immutable, ..FIELD }, Field { name: "link", ..FIELD }],
        ..TYPE
    },
    TypeSchema {
        name: "test_db",
        fields: &[
            ID,
            Field { name: "name", change: Change::Immutable, ..FIELD },
            Field { name: "engine", change: Change::Immutable, ..FIELD },
            Field { name: "link", ..FIELD },
            Field { name: "password", sensitive: true, write_only: true, ..FIELD },
            Field { name: "deletion_protection", ty: Ty::Bool, ..FIELD },
            Field {
                name: "skip_snapshot",
                ty: Ty::Bool,
                change: Change::Local,
                default: Some(Literal::Bool(false)),
                ..FIELD
            },
        ],
        create_once: CreateOnce::NaturalName,
        relations: Relations { identity: &["name"], ..Relations::NONE },
        ..TYPE
    },
    // What has a name, what uses it, and what is a part of it.
    TypeSchema {
        name: "test_group",
        fields: &[
            ID,
            Field { name: "name", change: Change::Immutable, ..FIELD },
            Field { name: "note", change: Change::Immutable, ..FIELD },
            Field { name: "version", change: Change::Computed, changed_by: &[MODIFIED], ..FIELD },
        ],
        relations: Relations { identity: &["name"], held_by: &[("test_user", "group")], ..Relations::NONE },
        ..TYPE
    },
    TypeSchema {
        name: "test_user",
        fields: &[
            ID,
            Field { name: "group", ..FIELD },
            Field { name: "latest", ty: Ty::Bool, ..FIELD },
            Field { name: "current", ty: Ty::Int, aws_default: true, changed_by: &[MODIFIED_LATEST], ..FIELD },
            Field { name: "serial", ty: Ty::Int, change: Change::Computed, changed_by: &[MODIFIED], ..FIELD },
            TAGS,
            TAGS_ALL,
        ],
        ..TYPE
    },
    TypeSchema {
        name: "test_rule",
        fields: &[
            ID,
            Field { name: "group", change: Change::Immutable, ..FIELD },
            Field { name: "port", ty: Ty::Int, change: Change::Immutable, ..FIELD },
        ],
        relations: Relations { identity: &["group", "port"], part_of: &["group"], ..Relations::NONE },
        ..TYPE
    },
    TypeSchema {
        name: "test_profile",
        fields: &[ID, Field { name: "name", change: Change::Immutable, ..FIELD }, Field { name: "group", ..FIELD }],
        relations: Relations { identity: &["name"], part_of: &["group"], ..Relations::NONE },
        ..TYPE
    },
    TypeSchema {
        name: "test_engine",
        fields: &[
            ID,
            Field { name: "zone", change: Change::Immutable, ..FIELD },
            Field { name: "size", ty: Ty::Int, ..FIELD },
            Field { name: "version", ty: Ty::Version, aws_default: true, ..FIELD },
        ],
        ..TYPE
    },
    TypeSchema { name: "test_other", fields: &[ID, Field { name: "range", ..FIELD }], ..TYPE },
];

static DATA: [DataSchema; 1] = [DataSchema {
    secret: &[],
    name: "test_lookup",
    doc: "",
    fields: &[
        Field { name: "of", change: Change::Immutable, ..FIELD },
        Field { name: "result", change: Change::Computed, ..FIELD },
    ],
    read_calls: &["test:Lookup"],
    example: "",
}];

pub(in crate::plan) struct TestCatalog;

impl Catalog for TestCatalog {
    fn schema(&self, type_name: &str) -> Option<&'static TypeSchema> {
        TYPES.iter().find(|schema| schema.name == type_name)
    }

    fn data_schema(&self, type_name: &str) -> Option<&'static DataSchema> {
        DATA.iter().find(|schema| schema.name == type_name)
    }

    fn types(&self) -> Vec<&'static TypeSchema> {
        TYPES.iter().collect()
    }

    fn data_types(&self) -> Vec<&'static DataSchema> {
        DATA.iter().collect()
    }

    fn validate(&self, _: &str, _: &Value) -> Vec<Problem> {
        Vec::new()
    }

    fn natural_id(&self, type_name: &str, properties: &Value) -> Option<PhysicalId> {
        let name =
            properties.get("name").and_then(Value::as_str).filter(|_| matches!(type_name, "test_db" | "test_group"))?;
        Some(PhysicalId::from(name))
    }
}
