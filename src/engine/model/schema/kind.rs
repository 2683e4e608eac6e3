//! The metadata of resource types and of data sources.

use std::borrow::Cow;

use super::{Change, Field, Literal, text, texts};
use crate::model::{Decided, LagReply, Map, Relations, Scope};

/// How a type makes sure that a create happens once; `facts` of AWS, per type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateOnce {
    /// A token of ours in the create call; AWS answers a repeated token with the first result.
    ClientToken,
    /// The `wildfire:op` tag, set by the create call itself; found again by that tag.
    OpTag,
    /// AWS refuses a second resource of the same name.
    NaturalName,
    /// The call sets a value under a natural key; repeating it changes nothing.
    Upsert,
    /// AWS answers the same request with the existing resource.
    SameRequest,
}

/// The properties that decide about the last snapshot of what is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastSnapshot {
    /// No snapshot is taken while this is true.
    pub skip: &'static str,
    /// The name of the snapshot.
    pub name: &'static str,
}

/// Tags that nobody but the cloud can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReservedTags {
    /// `aws:`
    pub prefix: &'static str,
    /// Whose they are, in messages: `AWS`.
    pub owner: &'static str,
}

/// True for the tags that wildfire itself puts on resources.
pub fn is_own_tag(key: &str) -> bool {
    key.starts_with("wildfire:")
}

/// Where a type keeps its tags, or labels, and which of them are none of the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagRule {
    /// The property that users write.
    pub own: &'static str,
    /// The property with all tags of the resource: those of the stage, and those of wildfire.
    pub all: &'static str,
    /// The attribute under which an index of all tags knows a resource; none where there is no index.
    pub index: Option<&'static str>,
    /// How the keys begin that the cloud keeps for itself.
    pub reserved: &'static [ReservedTags],
}

impl TagRule {
    /// True for the two properties.
    pub fn is(&self, name: &str) -> bool {
        name == self.own || name == self.all
    }

    /// True for tags that are never a difference: our own, and those that the cloud reserves.
    pub fn reserves(&self, key: &str) -> bool {
        is_own_tag(key) || self.reserved.iter().any(|kept| key.starts_with(kept.prefix))
    }

    /// Tags without those that are none of the user's.
    pub fn of_user(&self, tags: &Map) -> Map {
        tags.iter().filter(|(key, _)| !self.reserves(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

/// The metadata of a resource type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeSchema {
    /// `aws_subnet`
    pub name: &'static str,
    /// What the type is, in a sentence.
    pub doc: &'static str,
    pub fields: Vec<Field>,
    pub create_once: CreateOnce,
    /// Who decides in what a resource differs from what is declared.
    pub decided: Decided,
    /// The AWS operations of a create, as `service:Operation`; shown in plans and documentation.
    pub create_calls: Vec<&'static str>,
    pub delete_calls: Vec<&'static str>,
    /// AWS operations per update call name, in the order in which the calls are made.
    pub update_calls: Vec<(&'static str, Vec<&'static str>)>,
    /// Properties of the vocabulary that this type refuses, with the reason.
    pub unsupported: Vec<(&'static str, &'static str)>,
    /// Sets of properties of which exactly one must be written.
    pub exactly_one: Vec<Vec<&'static str>>,
    /// What tells objects of the type apart, and what they are to others.
    pub relations: Relations,
    /// How far its services reach.
    pub scope: Scope,
    /// A deletion takes a last snapshot, unless it is told not to.
    pub last_snapshot: Option<LastSnapshot>,
    /// Where its tags are; none where it has none.
    pub tags: Option<TagRule>,
    /// Properties and attributes for which a read makes calls of their own. After a step nobody asks for those that are known.
    pub apart: Vec<&'static str>,
    /// The form of the import id: `ROUTE_TABLE_ID_DESTINATION`.
    pub import_id: &'static str,
    /// No cloud holds it: what state remembers is all there is.
    pub in_state: bool,
    /// The provider that Terraform has for it: `registry.terraform.io/hashicorp/aws`.
    pub provider: &'static str,
    /// A deletion takes time at AWS: wait until the resource is gone.
    pub waits_for_deletion: bool,
    /// Usual seconds from the create call until the resource is ready; orders the ready queue.
    pub usual_seconds: u32,
    /// Seconds for which a new resource may be invisible to reads.
    pub consistency_seconds: u32,
    /// What the service answers while something that the type's calls refer to lags; empty: nothing is known to.
    pub lags: Vec<LagReply>,
    /// The version of the type's schema in the vocabulary: Terraform's AWS provider 5.100.
    pub terraform_version: u32,
    /// Arguments that Terraform's provider keeps in state alone and that the type lacks, with their defaults: in a document for
    /// Terraform their absence would be a change.
    pub terraform_defaults: Vec<(&'static str, Literal)>,
    /// A complete example of the type's properties in YAML.
    pub example: &'static str,
}

impl TypeSchema {
    /// A type of which only name and fields are known.
    pub fn new(name: impl Into<Cow<'static, str>>, fields: Vec<Field>) -> Self {
        Self {
            name: text(name),
            doc: "",
            fields,
            create_once: CreateOnce::OpTag,
            decided: Decided::ByMarks,
            create_calls: Vec::new(),
            delete_calls: Vec::new(),
            update_calls: Vec::new(),
            unsupported: Vec::new(),
            exactly_one: Vec::new(),
            relations: Relations::NONE,
            scope: Scope::Region,
            last_snapshot: None,
            tags: None,
            apart: Vec::new(),
            import_id: "ID",
            in_state: false,
            provider: "",
            waits_for_deletion: false,
            usual_seconds: 1,
            consistency_seconds: 0,
            lags: Vec::new(),
            terraform_version: 0,
            terraform_defaults: Vec::new(),
            example: "",
        }
    }

    #[must_use]
    pub fn doc(self, doc: impl Into<Cow<'static, str>>) -> Self {
        Self { doc: text(doc), ..self }
    }

    #[must_use]
    pub fn create_once(self, create_once: CreateOnce) -> Self {
        Self { create_once, ..self }
    }

    #[must_use]
    pub fn decided(self, decided: Decided) -> Self {
        Self { decided, ..self }
    }

    #[must_use]
    pub fn relations(self, relations: Relations) -> Self {
        Self { relations, ..self }
    }

    #[must_use]
    pub fn scope(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    #[must_use]
    pub fn create_calls<T: Into<Cow<'static, str>>>(self, calls: impl IntoIterator<Item = T>) -> Self {
        Self { create_calls: texts(calls), ..self }
    }

    #[must_use]
    pub fn delete_calls<T: Into<Cow<'static, str>>>(self, calls: impl IntoIterator<Item = T>) -> Self {
        Self { delete_calls: texts(calls), ..self }
    }

    /// With one more update call, made after those before it.
    #[must_use]
    pub fn update_call<T: Into<Cow<'static, str>>>(
        mut self,
        name: impl Into<Cow<'static, str>>,
        operations: impl IntoIterator<Item = T>,
    ) -> Self {
        self.update_calls.push((text(name), texts(operations)));
        self
    }

    /// Deletions take time, and creations usually that many seconds.
    #[must_use]
    pub fn slow(self, usual_seconds: u32) -> Self {
        Self { waits_for_deletion: true, usual_seconds, ..self }
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    #[must_use]
    pub fn last_snapshot(self, last_snapshot: LastSnapshot) -> Self {
        Self { last_snapshot: Some(last_snapshot), ..self }
    }

    /// With tags, where the fields have both properties of the rule.
    #[must_use]
    pub fn tagged(mut self, rule: TagRule) -> Self {
        if let Some(all) = self.fields.iter_mut().find(|field| field.name == rule.all) {
            all.all_tags = true;
            self.tags = Some(rule);
        }
        self
    }

    /// With properties and attributes that are read by calls of their own.
    #[must_use]
    pub fn apart<T: Into<Cow<'static, str>>>(self, names: impl IntoIterator<Item = T>) -> Self {
        Self { apart: texts(names), ..self }
    }

    /// How tags are sent and changed: the one of the two fields that says so.
    pub fn tag_field(&self) -> Option<&Field> {
        let rule = self.tags?;
        let says = |field: &&Field| matches!(field.change, Change::Update(_) | Change::Immutable);
        [rule.all, rule.own].into_iter().filter_map(|name| self.field(name)).find(says)
    }

    /// True when the cloud keeps tags on it.
    pub fn taggable(&self) -> bool {
        self.tags.is_some()
    }

    /// The AWS operations that the update call `call` makes.
    pub fn calls_of_update(&self, call: &str) -> &[&'static str] {
        self.update_calls.iter().find(|(name, _)| *name == call).map_or(&[], |(_, operations)| operations)
    }
}

/// The metadata of a data source: arguments are properties, results computed.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSchema {
    pub name: &'static str,
    pub doc: &'static str,
    pub fields: Vec<Field>,
    /// The AWS operations of a read.
    pub read_calls: Vec<&'static str>,
    pub example: &'static str,
    /// Attributes that a plan never reads, whatever the arguments are; see [`secret_version`](crate::model::secret_version).
    pub secret: Vec<&'static str>,
}

impl DataSchema {
    /// A data source of which only name and fields are known.
    pub fn new(name: impl Into<Cow<'static, str>>, fields: Vec<Field>) -> Self {
        Self { name: text(name), doc: "", fields, read_calls: Vec::new(), example: "", secret: Vec::new() }
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
