//! The metadata of resource types: what a property is, and what a change of it does.
//!
//! Metadata binds behaviour and never encodes it: which call changes a property is a fact; the call
//! itself is written by hand in the type's file.

use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

use indexmap::IndexMap;
use regex::Regex;

use super::{Form, LagReply, PropertyPath, Relations, Scope, Value};

/// What a change of a property does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// AWS cannot change it: the resource is replaced.
    Immutable,
    /// The named call of the type changes it in place: `ModifyVpcAttribute:EnableDnsSupport`.
    Update(&'static str),
    /// Only AWS sets it.
    Computed,
    /// A setting of ours, which AWS never sees (`force_destroy`); kept in state.
    Local,
    /// A field of a nested block: as its block says.
    Inherit,
}

/// The type of a property.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ty {
    String,
    /// A version, of which users write as many parts as they care for: `16` is met by `16.6`. What the cloud has upgraded
    /// by itself within the major version is no difference: see [`standing`](super::standing).
    Version,
    Int,
    Float,
    Bool,
    /// Any value: a JSON document, or what has no fixed shape.
    Any,
    List(&'static Ty),
    Map(&'static Ty),
    /// A block with at most one occurrence, written as a map; or an element of a list of blocks.
    Object(&'static [Field]),
}

/// A default that the provider, not AWS, puts in for an absent property.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal {
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(&'static str),
}

impl From<Literal> for Value {
    fn from(literal: Literal) -> Self {
        match literal {
            Literal::Bool(b) => Value::Bool(b),
            Literal::Int(i) => Value::Int(i),
            Literal::Float(f) => Value::Float(f),
            Literal::Str(s) => Value::from(s),
        }
    }
}

/// One property or attribute of a type, or of a block of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    pub name: &'static str,
    pub ty: Ty,
    /// First sentence of the field's documentation.
    pub doc: &'static str,
    pub change: Change,
    /// The user has to write it.
    pub required: bool,
    /// AWS puts a value in when the user writes none: an absent property is never a diff.
    pub aws_default: bool,
    /// What an absent property means, where that is not "nothing".
    pub default: Option<Literal>,
    /// Never shown, never written to plan or state in the clear.
    pub sensitive: bool,
    /// Sent to AWS and never returned by it: compared with what state remembers (a digest when sensitive).
    pub write_only: bool,
    /// The create call does not take it: its update call follows the create.
    pub after_create: bool,
    /// A JSON document: a YAML map or a JSON string, compared by meaning.
    pub json: bool,
    /// The JSON document is a policy in the language of IAM, in which every value is text.
    pub policy: bool,
    /// A list whose order has no meaning.
    pub set: bool,
    /// A list of blocks in the vocabulary, and one block at most at AWS. A block without values is as good as none.
    pub single: bool,
    /// The spellings that are one value. Nothing else makes two texts equal.
    pub forms: &'static [Form],
    /// The numbers that AWS allows; none: what 32 bits hold, as most numbers of its API do.
    pub range: Option<(i64, i64)>,
    /// The characters that a text may have, at least and at most.
    pub length: Option<(u32, u32)>,
    /// A regular expression that the whole of a text matches.
    pub pattern: Option<&'static str>,
    /// Properties of which at least one has to be written with this one.
    pub needs: &'static [&'static str],
    /// A computed attribute that an update may change: unknown in the plan of an update.
    pub changes_on_update: bool,
    /// The update calls that change it as well, though they are about other properties. Where nothing is written for it, it
    /// is unknown in a plan that makes one of them.
    pub changed_by: &'static [Cause],
    /// Other properties that must not be written together with this one.
    pub conflicts: &'static [&'static str],
    /// The only values AWS accepts; empty: any.
    pub one_of: &'static [&'static str],
}

/// An update call that changes what it is not about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    pub call: &'static str,
    /// Only while this property is on.
    pub when: Option<&'static str>,
}

impl Field {
    /// A text of which nothing is known, to start a field from.
    pub const NONE: Field = Field {
        name: "",
        ty: Ty::String,
        doc: "",
        change: Change::Inherit,
        required: false,
        aws_default: false,
        default: None,
        sensitive: false,
        write_only: false,
        after_create: false,
        json: false,
        policy: false,
        set: false,
        single: false,
        forms: &[],
        range: None,
        length: None,
        pattern: None,
        needs: &[],
        changes_on_update: false,
        changed_by: &[],
        conflicts: &[],
        one_of: &[],
    };

    /// True when the user may write it.
    pub fn is_property(&self) -> bool {
        !matches!(self.change, Change::Computed)
    }

    /// True when two texts are one value of this field: equal, or equal in a form that it has. `want` is what is written.
    pub fn same_text(&self, want: &str, have: &str) -> bool {
        let version = matches!(self.ty, Ty::Version) && Form::Version.same(want, have);
        want == have || version || self.forms.iter().any(|form| form.same(want, have))
    }

    /// A text in the one spelling that stands for all that the field declares: see [`Form::normal`].
    pub fn normal(&self, text: &str) -> String {
        self.forms.iter().fold(text.to_string(), |text, form| form.normal(&text))
    }

    /// What AWS takes instead, where it cannot be sent the value (a number or a text). Whatever passes fits the member of
    /// the request, so that nothing has to be left out of it.
    pub fn refuses(&self, value: &Value) -> Option<String> {
        match value {
            Value::Int(number) => {
                let (least, most) = self.range.unwrap_or((i32::MIN.into(), i32::MAX.into()));
                (!(least..=most).contains(number)).then(|| format!("AWS allows {least} to {most}"))
            }
            Value::String(text) => {
                if let Some(expected) = self.forms.iter().find_map(|form| form.refuses(text)) {
                    return Some(format!("AWS takes {expected}"));
                }
                self.refuses_text(text)
            }
            _ => None,
        }
    }

    fn refuses_text(&self, text: &str) -> Option<String> {
        if let Some((least, most)) = self.length {
            let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            if !(least..=most).contains(&characters) {
                return Some(format!("AWS takes {least} to {most} characters, and these are {characters}"));
            }
        }
        let pattern = self.pattern?;
        (!matches(pattern, text)).then(|| format!("AWS takes what matches `{pattern}`"))
    }

    /// A secret that can be set at any time, and that AWS never returns.
    pub fn is_password(&self) -> bool {
        self.sensitive && self.write_only && matches!(self.change, Change::Update(_))
    }

    /// The fields of the block or blocks that this field holds.
    pub fn block(&self) -> Option<&'static [Field]> {
        match self.ty {
            Ty::Object(fields) => Some(fields),
            Ty::List(Ty::Object(fields)) | Ty::Map(Ty::Object(fields)) => Some(fields),
            _ => None,
        }
    }
}

/// Whether the whole of a text matches. A pattern is compiled once; a test over all types says that each can be.
fn matches(pattern: &'static str, text: &str) -> bool {
    static COMPILED: LazyLock<Mutex<HashMap<&'static str, Option<Regex>>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = compiled.entry(pattern).or_insert_with(|| Regex::new(&format!("^(?:{pattern})$")).ok());
    regex.as_ref().is_none_or(|regex| regex.is_match(text))
}

/// The first property of a type or block that cannot be sent as it is, and what AWS takes instead: see [`Field::refuses`].
pub fn refused(fields: &[Field], value: &Value) -> Option<(PropertyPath, String)> {
    let inside = |field: &Field, path: PropertyPath| refused_in(field, value.get(field.name)?, path);
    let mut properties = fields.iter().filter(|field| field.is_property() && !field.json);
    properties.find_map(|field| inside(field, PropertyPath::from(field.name)))
}

fn refused_in(field: &Field, value: &Value, path: PropertyPath) -> Option<(PropertyPath, String)> {
    match (value, field.block()) {
        (Value::List(items), _) => {
            items.iter().enumerate().find_map(|(index, item)| refused_in(field, item, path.index(index)))
        }
        (Value::Map(_), Some(fields)) if !matches!(field.ty, Ty::Map(_)) => {
            let (inner, why) = refused(fields, value)?;
            Some((PropertyPath(path.0.into_iter().chain(inner.0).collect()), why))
        }
        (Value::Map(_), _) => None,
        (scalar, _) => Some((path, field.refuses(scalar)?)),
    }
}

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

/// The metadata of a resource type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TypeSchema {
    /// `aws_subnet`
    pub name: &'static str,
    /// What the type is, in a sentence.
    pub doc: &'static str,
    pub fields: &'static [Field],
    pub create_once: CreateOnce,
    /// The AWS operations of a create, as `service:Operation`; shown in plans and documentation.
    pub create_calls: &'static [&'static str],
    pub delete_calls: &'static [&'static str],
    /// AWS operations per update call name, in the order in which the calls are made.
    pub update_calls: &'static [(&'static str, &'static [&'static str])],
    /// Properties of the vocabulary that this type refuses, with the reason.
    pub unsupported: &'static [(&'static str, &'static str)],
    /// Sets of properties of which exactly one must be written.
    pub exactly_one: &'static [&'static [&'static str]],
    /// What tells objects of the type apart, and what they are to others.
    pub relations: Relations,
    /// How far its services reach.
    pub scope: Scope,
    /// The form of the import id: `ROUTE_TABLE_ID_DESTINATION`.
    pub import_id: &'static str,
    /// A deletion takes time at AWS: wait until the resource is gone.
    pub waits_for_deletion: bool,
    /// Usual seconds from the create call until the resource is ready; orders the ready queue.
    pub usual_seconds: u32,
    /// Seconds for which a new resource may be invisible to reads.
    pub consistency_seconds: u32,
    /// What the service answers while something that the type's calls refer to lags; empty: nothing is known to.
    pub lags: &'static [LagReply],
    /// The version of the type's schema in the vocabulary: Terraform's AWS provider 5.100.
    pub terraform_version: u32,
    /// A complete example of the type's properties in YAML.
    pub example: &'static str,
}

impl TypeSchema {
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// True when AWS keeps tags on it.
    pub fn taggable(&self) -> bool {
        self.field("tags_all").is_some()
    }

    /// The AWS operations that the update call `call` makes.
    pub fn calls_of_update(&self, call: &str) -> &'static [&'static str] {
        self.update_calls.iter().find(|(name, _)| *name == call).map_or(&[], |(_, operations)| *operations)
    }
}

/// The metadata of a data source: arguments are properties, results computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DataSchema {
    pub name: &'static str,
    pub doc: &'static str,
    pub fields: &'static [Field],
    /// The AWS operations of a read.
    pub read_calls: &'static [&'static str],
    pub example: &'static str,
    /// Attributes that a plan never reads, whatever the arguments are; see [`super::secret_version`].
    pub secret: &'static [&'static str],
}

impl DataSchema {
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Implemented by `#[derive(Fields)]` for the struct of a type or of a block.
pub trait Fields {
    const FIELDS: &'static [Field];
}

/// The language's type of a Rust type.
pub trait FieldType {
    const TY: Ty;
}

macro_rules! field_types {
    ($($rust:ty => $ty:expr),* $(,)?) => { $(impl FieldType for $rust { const TY: Ty = $ty; })* };
}

field_types! {
    String => Ty::String,
    bool => Ty::Bool,
    i64 => Ty::Int,
    i32 => Ty::Int,
    f64 => Ty::Float,
    Value => Ty::Any,
    serde_json::Value => Ty::Any,
}

impl<T: FieldType> FieldType for Option<T> {
    const TY: Ty = T::TY;
}

impl<T: FieldType> FieldType for Vec<T> {
    const TY: Ty = Ty::List(&T::TY);
}

impl<T: FieldType> FieldType for IndexMap<String, T> {
    const TY: Ty = Ty::Map(&T::TY);
}

impl<T: FieldType> FieldType for BTreeMap<String, T> {
    const TY: Ty = Ty::Map(&T::TY);
}

impl<T: FieldType> FieldType for Box<T> {
    const TY: Ty = T::TY;
}

/// True for the tags that wildfire itself puts on resources.
pub fn is_own_tag(key: &str) -> bool {
    key.starts_with("wildfire:")
}

/// True for tags that are never a diff: our own, and those that AWS reserves.
pub fn reserved_tag(key: &str) -> bool {
    is_own_tag(key) || key.starts_with("aws:")
}
