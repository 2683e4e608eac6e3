//! Every property of every type against the vocabulary: Terraform's schema of the AWS provider 5.100.

use serde_json::Value as Json;
use wildfire_aws::registry;
use wildfire_engine::model::{Change, Field, Ty, TypeSchema};

fn facts() -> Json {
    serde_json::from_str(include_str!("facts/aws-types.json")).expect("the facts are JSON")
}

/// What the vocabulary says of one attribute: `"set<string> optional,computed,deprecated"`.
struct Attribute<'a> {
    ty: &'a str,
    optional: bool,
    required: bool,
    computed: bool,
    sensitive: bool,
}

fn attribute(text: &str) -> Attribute<'_> {
    let (ty, flags) = text.rsplit_once(' ').unwrap_or((text, ""));
    let has = |flag: &str| flags.split(',').any(|word| word == flag);
    Attribute {
        ty,
        optional: has("optional"),
        required: has("required"),
        computed: has("computed"),
        sensitive: has("sensitive"),
    }
}

/// Where ours is stricter or says more, and why.
const DELIBERATE: &[(&[&str], &str)] = &[
    (
        &["aws_cloudwatch_event_target.target_id", "aws_lambda_permission.statement_id"],
        "without an id Terraform makes up a random one, and an id is what finds a target again after a crash",
    ),
    (
        &[
            "aws_dynamodb_table.hash_key",
            "aws_s3_bucket_lifecycle_configuration.rule",
            "aws_vpc_ipv4_cidr_block_association.cidr_block",
        ],
        "AWS refuses a new one without it",
    ),
    (
        &["aws_cloudfront_response_headers_policy.etag", "aws_rds_cluster.cluster_members", "aws_ssm_parameter.arn"],
        "AWS has no call that sets it",
    ),
];

fn deliberate(path: &str) -> bool {
    DELIBERATE.iter().any(|(paths, reason)| !reason.is_empty() && paths.contains(&path))
}

struct Checker<'a> {
    schema: &'static TypeSchema,
    problems: &'a mut Vec<String>,
}

impl Checker<'_> {
    fn say(&mut self, path: &str, text: impl std::fmt::Display) {
        let place = format!("{}.{path}", self.schema.name);
        if !deliberate(&place) {
            self.problems.push(format!("{place}: {text}"));
        }
    }

    fn unsupported(&self, path: &str) -> bool {
        self.schema.unsupported.iter().any(|(name, _)| *name == path)
    }

    fn block(&mut self, prefix: &str, facts: &Json, fields: &'static [Field]) {
        let facts = facts.as_object().expect("a block is an object");
        for (name, fact) in facts {
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            if path == "timeouts" {
                continue;
            }
            let field = fields.iter().find(|field| field.name == name);
            match (field, self.unsupported(&path)) {
                (Some(_), true) => self.say(&path, "is supported and refused at once"),
                (Some(field), false) => self.field(&path, fact, field),
                (None, true) => {}
                (None, false) => self.say(&path, "is missing, and not refused by name"),
            }
        }
        for field in fields {
            let path = format!("{prefix}.{}", field.name);
            match (facts.contains_key(field.name), field.ours) {
                (false, false) => self.say(&path, "is not in the vocabulary"),
                (true, true) => self.say(&path, "is in the vocabulary, and marked as ours"),
                _ => {}
            }
        }
    }

    fn field(&mut self, path: &str, fact: &Json, field: &'static Field) {
        match fact {
            Json::String(text) => self.attribute(path, &attribute(text), field),
            block => self.nested(path, block, field),
        }
    }

    fn attribute(&mut self, path: &str, fact: &Attribute, field: &'static Field) {
        let only_computed = fact.computed && !fact.optional && !fact.required;
        if only_computed != (field.change == Change::Computed) && path != "id" && path != "tags_all" {
            self.say(path, format!("computed in the vocabulary: {only_computed}; ours: {:?}", field.change));
        }
        if fact.required && !field.required {
            self.say(path, "is required in the vocabulary");
        }
        if field.required && !fact.required {
            self.say(path, "is not required in the vocabulary");
        }
        if fact.sensitive && !field.sensitive {
            self.say(path, "is sensitive in the vocabulary");
        }
        let fits = match fact.ty {
            "string" => matches!(field.ty, Ty::String | Ty::Version | Ty::Any),
            "bool" => matches!(field.ty, Ty::Bool),
            "number" => matches!(field.ty, Ty::Int | Ty::Float | Ty::Number),
            ty if ty.starts_with("list") => matches!(field.ty, Ty::List(_) | Ty::Set(_)),
            ty if ty.starts_with("set") => field.is_set() || (matches!(field.ty, Ty::List(_)) && only_computed),
            ty if ty.starts_with("map") => matches!(field.ty, Ty::Map(_) | Ty::Any),
            _ => true,
        };
        if !fits {
            self.say(path, format!("is {} in the vocabulary, ours is {:?}", fact.ty, field.ty));
        }
    }

    fn nested(&mut self, path: &str, fact: &Json, field: &'static Field) {
        let Some(fields) = field.block() else {
            self.say(path, "is a block in the vocabulary");
            return;
        };
        let max = fact["max"].as_u64().unwrap_or(0);
        let single = max == 1 || fact["nesting"] == "single";
        if single != matches!(field.ty, Ty::Object(_)) {
            self.say(path, format!("a map: {single} in the vocabulary, ours is {}", matches!(field.ty, Ty::Object(_))));
        }
        if fact["nesting"] == "set" && !single && !field.is_set() {
            self.say(path, "is a set in the vocabulary");
        }
        if (fact["min"].as_u64().unwrap_or(0) > 0) != field.required {
            self.say(path, format!("required: ours is {}", field.required));
        }
        self.block(path, &fact["block"], fields);
    }
}

#[test]
fn every_property_is_that_of_the_vocabulary() {
    let facts = facts();
    let mut problems = Vec::new();
    for kind in registry::kinds() {
        let schema = kind.schema();
        match facts.get(schema.name) {
            Some(fact) => Checker { schema, problems: &mut problems }.block("", fact, &schema.fields),
            None => problems.push(format!("{} is not in the vocabulary", schema.name)),
        }
        for (name, reason) in &schema.unsupported {
            if reason.trim().is_empty() {
                problems.push(format!("{}.{name} is refused without a reason", schema.name));
            }
        }
    }
    assert!(problems.is_empty(), "{} differences:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn every_type_of_the_vocabulary_is_there_or_known_to_be_missing() {
    let facts = facts();
    let facts = facts.as_object().expect("types by name");
    let ours = |name: &str| wildfire_engine::model::Catalog::schema(&wildfire_aws::AwsCatalog, name).is_some();
    let unknown: Vec<_> = facts
        .keys()
        .filter(|name| !ours(name) && !wildfire_aws::UNIMPLEMENTED_TYPES.contains(&name.as_str()))
        .collect();
    assert!(unknown.is_empty(), "neither in the registry nor in the list of unimplemented types: {unknown:?}");
    let invented: Vec<_> =
        wildfire_aws::UNIMPLEMENTED_TYPES.iter().filter(|name| !facts.contains_key(**name)).collect();
    assert!(invented.is_empty(), "no types of the vocabulary: {invented:?}");
}

/// A state that is given back names the version of each type's schema; Terraform refuses to show one with another.
#[test]
fn every_type_has_the_schema_version_of_the_vocabulary() {
    let versions: Json = serde_json::from_str(include_str!("facts/schema-versions.json")).expect("the facts are JSON");
    for kind in registry::kinds() {
        let schema = kind.schema();
        assert_eq!(Some(u64::from(schema.terraform_version)), versions[schema.name].as_u64(), "{}", schema.name);
    }
}
