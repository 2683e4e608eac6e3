//! What names say in the vocabulary of AWS, whatever the type: facts that the engine is told with the schemas.

use wildfire_engine::model::{Field, Form, LastSnapshot, ReservedTags, TagRule, Ty, TypeSchema};

/// The provider whose vocabulary it is.
const PROVIDER: &str = "registry.terraform.io/hashicorp/aws";

/// The tags that AWS keeps for itself.
pub(crate) const RESERVED: &[ReservedTags] = &[ReservedTags { prefix: "aws:", owner: "AWS" }];

/// Where the types keep their tags.
pub(crate) const TAGS: TagRule = TagRule { own: "tags", all: "tags_all", index: Some("arn"), reserved: RESERVED };

/// True for tags that are never a difference: our own, and those that AWS reserves.
pub(crate) fn reserved_tag(key: &str) -> bool {
    TAGS.reserves(key)
}

/// Properties that hold ranges of addresses.
const CIDRS: [&str; 13] = [
    "cidr",
    "cidr_block",
    "cidr_blocks",
    "cidr_ipv4",
    "cidr_ipv6",
    "client_cidr_block",
    "destination_cidr_block",
    "destination_ipv6_cidr_block",
    "ipv6_cidr_block",
    "ipv6_cidr_blocks",
    "public_access_cidrs",
    "service_ipv4_cidr",
    "target_network_cidr",
];

/// Properties by which AWS names an object, whatever the type.
const NAMES: [&str; 20] = [
    "name",
    "name_prefix",
    "path",
    "url",
    "bucket",
    "bucket_prefix",
    "identifier",
    "identifier_prefix",
    "cluster_identifier",
    "cluster_identifier_prefix",
    "cluster_name",
    "node_group_name",
    "node_group_name_prefix",
    "replication_group_id",
    "role",
    "policy_arn",
    "set_identifier",
    "zone_id",
    "destination_cidr_block",
    "cidr_block",
];

/// Properties by which a resource refuses to be deleted.
const PROTECTIONS: [&str; 3] = ["deletion_protection", "deletion_protection_enabled", "enable_deletion_protection"];

const LAST_SNAPSHOT: LastSnapshot = LastSnapshot { skip: "skip_final_snapshot", name: "final_snapshot_identifier" };

/// A schema with what its names say.
pub(crate) fn told(mut schema: TypeSchema) -> TypeSchema {
    schema.fields.iter_mut().for_each(field);
    schema.fields.iter_mut().for_each(|field| field.names = NAMES.contains(&field.name));
    let has = |name: &str| schema.field(name).is_some();
    if has(LAST_SNAPSHOT.skip) && has(LAST_SNAPSHOT.name) {
        schema = schema.last_snapshot(LAST_SNAPSHOT);
    }
    TypeSchema { provider: PROVIDER, ..schema.tagged(TAGS) }
}

fn field(field: &mut Field) {
    field.cidr = CIDRS.contains(&field.name);
    field.protection = PROTECTIONS.contains(&field.name);
    if field.policy {
        field.forms.push(Form::Account);
    }
    match &mut field.ty {
        Ty::Object(fields) => fields.iter_mut().for_each(self::field),
        Ty::List(inner) | Ty::Set(inner) | Ty::Map(inner) => {
            if let Ty::Object(fields) = &mut **inner {
                fields.iter_mut().for_each(self::field);
            }
        }
        _ => {}
    }
}
