//! A few types with every kind of mark.

use std::sync::LazyLock;

use crate::model::{
    CreateOnce, DataSchema, Decided, Field, Literal, PhysicalId, Relations, ReservedTags, TagRule, Ty, TypeSchema,
    Types, Value,
};

pub(in crate::plan) const TAGS: TagRule = TagRule {
    own: "tags",
    all: "tags_all",
    index: Some("arn"),
    reserved: &[ReservedTags { prefix: "aws:", owner: "AWS" }],
};

/// A property that a call changes.
pub(in crate::plan) fn field(name: &'static str, ty: Ty) -> Field {
    Field::new(name, ty).updated_by("Modify")
}

fn text(name: &'static str) -> Field {
    field(name, Ty::String)
}

fn computed(name: &'static str) -> Field {
    text(name).computed()
}

fn tagged(mut fields: Vec<Field>) -> Vec<Field> {
    fields.push(field("tags", Ty::map(Ty::String)).updated_by("Tag"));
    fields.push(field("tags_all", Ty::map(Ty::String)).computed());
    fields
}

pub(in crate::plan) fn schema(name: &'static str, fields: Vec<Field>) -> TypeSchema {
    let schema = TypeSchema::new(name, fields)
        .create_calls(["test:Create"])
        .delete_calls(["test:Delete"])
        .update_call("Modify", ["test:Modify"])
        .update_call("Tag", ["test:Tag"]);
    TypeSchema { usual_seconds: 4, ..schema }.tagged(TAGS)
}

fn types() -> Vec<TypeSchema> {
    let id = || computed("id");
    let named = |relations: Relations| Relations { identity: &["name"], ..relations };
    vec![
        schema(
            "test_net",
            tagged(vec![
                id(),
                computed("arn").changes_on_update(),
                text("range").immutable(),
                field("dns", Ty::Bool).default(Literal::Bool(false)).after_create(),
                field("size", Ty::Int),
            ]),
        ),
        schema("test_sub", vec![id(), text("net").immutable(), text("link")]),
        schema(
            "test_db",
            vec![
                id(),
                text("name").immutable(),
                text("engine").immutable(),
                text("link"),
                text("password").sensitive().write_only(),
                field("deletion_protection", Ty::Bool).protection(),
                field("skip_snapshot", Ty::Bool).local().default(Literal::Bool(false)),
            ],
        )
        .create_once(CreateOnce::NaturalName)
        .relations(named(Relations::NONE)),
        // What has a name, what uses it, and what is a part of it.
        schema(
            "test_group",
            vec![id(), text("name").immutable(), text("note").immutable(), computed("version").changed_by("Modify")],
        )
        .relations(named(Relations { held_by: &[("test_user", "group")], ..Relations::NONE })),
        schema(
            "test_user",
            tagged(vec![
                id(),
                text("group"),
                field("latest", Ty::Bool),
                field("current", Ty::Int).aws_default().changed_by_when("Modify", "latest"),
                field("serial", Ty::Int).computed().changed_by("Modify"),
            ]),
        ),
        schema("test_rule", vec![id(), text("group").immutable(), field("port", Ty::Int).immutable()])
            .relations(Relations { identity: &["group", "port"], part_of: &["group"], ..Relations::NONE }),
        schema("test_profile", vec![id(), text("name").immutable(), text("group")])
            .relations(named(Relations { part_of: &["group"], ..Relations::NONE })),
        schema(
            "test_engine",
            vec![id(), text("zone").immutable(), field("size", Ty::Int), field("version", Ty::Version).aws_default()],
        ),
        schema("test_other", vec![id(), text("range")]),
        schema("test_foreign", vec![id(), text("size"), text("secret").sensitive(), computed("serial")])
            .decided(Decided::ByCloud),
    ]
}

fn natural_id(type_name: &str, properties: &Value) -> Option<PhysicalId> {
    let name = properties.get("name").and_then(Value::as_str);
    name.filter(|_| matches!(type_name, "test_db" | "test_group")).map(PhysicalId::from)
}

/// The types of these tests.
pub(in crate::plan) static CATALOG: LazyLock<Types> = LazyLock::new(|| {
    let lookup = vec![text("of").immutable(), computed("result")];
    let lookup = DataSchema { read_calls: vec!["test:Lookup"], ..DataSchema::new("test_lookup", lookup) };
    let major_parts = |_: &str, live: &Value| match live.get("zone").and_then(Value::as_str) {
        Some("two-parts") => 2,
        _ => 1,
    };
    Types::new(types(), vec![lookup]).named(natural_id).versioned(major_parts)
});
