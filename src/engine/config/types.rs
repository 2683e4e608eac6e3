//! What a project consists of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use regex::Regex;

use super::{Given, Key, Node, Pin, Remote, Spending, Upstream};
use crate::model::{Address, Diagnostics, Severity, Sources, Span, Value};

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

/// A project: one stage in full, and the modules that its stacks use.
#[derive(Debug)]
pub struct Project {
    /// The folder with `wildfire.yaml`.
    pub root: PathBuf,
    pub name: String,
    /// A version requirement such as `>=0.1`.
    pub required_version: Option<Spanned<String>>,
    pub stage: Stage,
    /// The types of values, those of the project under those of the stage: what may be set from outside.
    pub value_types: IndexMap<Arc<str>, Input>,
    /// What was set from outside, in its type.
    pub given: IndexMap<Arc<str>, Given>,
    /// Every stage's name, for "did you mean" and cross-stage references.
    pub stage_names: Vec<String>,
    /// The heads (without stacks) of the other stages that references name.
    pub other_stages: BTreeMap<String, Stage>,
    /// By the folder of `module.yaml`, relative to the root, with `/`.
    pub modules: BTreeMap<Arc<str>, Module>,
    /// The modules from elsewhere that calls name, and what `wildfire.lock` pins of them.
    pub remotes: BTreeMap<Upstream, Option<Pin>>,
    pub sources: Sources,
    /// What is wrong with the files; a project with errors is complete as far as it could be read.
    pub diagnostics: Diagnostics,
    /// What was spent on the files in this run.
    pub spending: Arc<Spending>,
}

/// `stage.yaml`, and the stacks in the folders beside it.
#[derive(Clone, Debug)]
pub struct Stage {
    pub name: Arc<str>,
    pub file: Arc<str>,
    /// 12 digits.
    pub account_id: Spanned<String>,
    pub region: Spanned<String>,
    pub credentials: Credentials,
    /// Further regions, by the names that declarations use.
    pub regions: IndexMap<Arc<str>, Spanned<String>>,
    /// Further accounts, by the names that declarations use.
    pub accounts: IndexMap<Arc<str>, Account>,
    pub state: Option<StateConfig>,
    /// `tags`, unevaluated; may use `stage.name` and `stage.values`.
    pub tags: Option<Node>,
    pub values: Option<Node>,
    /// Stacks whose files stand in `stacks/`, where other stages find them too: the folder's name, by the stack's.
    pub shared: IndexMap<Arc<str>, Spanned<Arc<str>>>,
    pub value_types: IndexMap<Arc<str>, Input>,
    /// By name.
    pub stacks: BTreeMap<Arc<str>, Stack>,
}

/// An account beside the stage's own.
#[derive(Clone, Debug)]
pub struct Account {
    /// 12 digits.
    pub account_id: Spanned<String>,
    pub credentials: Credentials,
    /// Where `credentials` are written.
    pub named: Option<Span>,
}

/// `region` and `account` of a declaration: a name, or an expression that gives one. Absent: as what is around it.
#[derive(Clone, Debug, Default)]
pub struct PlaceDecl {
    pub region: Option<Node>,
    pub account: Option<Node>,
}

impl PlaceDecl {
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.region.iter().chain(&self.account)
    }
}

/// `regions` and `accounts` of a module call: by the name inside of the module, the name around it.
#[derive(Clone, Debug, Default)]
pub struct Passed {
    pub regions: IndexMap<Arc<str>, (Span, Spanned<Arc<str>>)>,
    pub accounts: IndexMap<Arc<str>, (Span, Spanned<Arc<str>>)>,
}

/// `regions` and `accounts` of a module: names that its callers give a meaning, and where they are written.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    pub regions: IndexMap<Arc<str>, Span>,
    pub accounts: IndexMap<Arc<str>, Span>,
}

#[derive(Clone, Debug, Default)]
pub struct Credentials {
    pub profile: Option<String>,
    pub assume_role: Option<AssumeRole>,
}

#[derive(Clone, Debug)]
pub struct AssumeRole {
    pub role_arn: String,
    pub external_id: Option<String>,
    pub mfa_serial: Option<String>,
    pub session_name: Option<String>,
    pub duration: Option<Duration>,
}

#[derive(Clone, Debug)]
pub struct StateConfig {
    pub bucket: Spanned<String>,
    pub lock_table: Spanned<String>,
    /// A key id, ARN or alias.
    pub kms_key: Option<String>,
    /// Default: the stage's region.
    pub region: Option<Spanned<String>>,
}

/// A stack: all YAML files of its folders as one namespace.
#[derive(Clone, Debug)]
pub struct Stack {
    pub name: Arc<str>,
    /// `stages/test/main`
    pub folder: Arc<str>,
    /// `stacks/shop`, where the files stand that other stages use as well.
    pub shared: Option<Arc<str>>,
    pub body: Body,
}

/// `module.yaml`.
#[derive(Clone, Debug)]
pub struct Module {
    /// `modules/vpc`
    pub folder: Arc<str>,
    pub description: Option<String>,
    pub inputs: IndexMap<Arc<str>, Input>,
    pub expected: Expected,
    pub body: Body,
}

/// What a stack and a module have in common.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pub resources: IndexMap<Arc<str>, ResourceDecl>,
    pub data: IndexMap<Arc<str>, DataDecl>,
    pub modules: IndexMap<Arc<str>, ModuleCall>,
    pub locals: IndexMap<Arc<str>, LocalDecl>,
    pub outputs: IndexMap<Arc<str>, OutputDecl>,
    pub checks: Vec<CheckDecl>,
    /// Stacks only: tags of every resource, over those of the stage.
    pub tags: Vec<(Key, Node)>,
    /// Stacks only.
    pub moved: Vec<MovedDecl>,
    pub removed: Vec<RemovedDecl>,
    pub imports: Vec<ImportDecl>,
    /// Names of declarations that could not be read, which was told: a reference to one is no further mistake.
    pub lost: BTreeSet<Arc<str>>,
    /// A file could not be read, which was told: any name may be declared in it.
    pub incomplete: bool,
}

impl Body {
    /// Whether a declaration of this name may be among those that could not be read.
    pub fn may_have(&self, name: &str) -> bool {
        self.incomplete || self.lost.contains(name)
    }
}

#[derive(Clone, Debug)]
pub enum InputType {
    String,
    Int,
    Number,
    Bool,
    /// With the type of the elements.
    List(Box<InputType>),
    /// With the type of the values.
    Map(Box<InputType>),
    /// A map with these keys, and no others.
    Object(IndexMap<Arc<str>, Input>),
    Any,
}

/// An input of a module, a value of the stage that may be set from outside, or a field of one; required when it has no
/// default.
#[derive(Clone, Debug)]
pub struct Input {
    pub ty: InputType,
    /// A constant.
    pub default: Option<Value>,
    pub description: Option<String>,
    pub sensitive: bool,
    /// False: never null. True: null is a value like any other. None: null is the default, where there is one.
    pub nullable: Option<bool>,
    pub pattern: Option<Regex>,
    pub one_of: Vec<Value>,
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    pub validation: Vec<CheckDecl>,
    pub span: Span,
}

/// A condition that has to hold: `{assert: …, message: …, severity: error}`.
#[derive(Clone, Debug)]
pub struct CheckDecl {
    pub assert: Node,
    /// Text, which may hold expressions.
    pub message: Node,
    pub severity: Severity,
    pub span: Span,
}

/// `for_each`: an expression, a list of strings or a map.
#[derive(Clone, Debug)]
pub struct ForEach(pub Node);

#[derive(Clone, Debug)]
pub struct ResourceDecl {
    pub type_name: Spanned<Arc<str>>,
    pub for_each: Option<ForEach>,
    pub when: Option<Node>,
    pub place: PlaceDecl,
    /// A map node, or none.
    pub properties: Option<Node>,
    /// A key of it means nothing, or its properties are no map, which was told: what is missing may stand there.
    pub broken: bool,
    /// Names in the same body: `logs`, `network`, `data.zones`.
    pub depends_on: Vec<Spanned<Arc<str>>>,
    pub lifecycle: Lifecycle,
    pub timeouts: Timeouts,
    /// Conditions over its properties and attributes.
    pub checks: Vec<CheckDecl>,
    /// The place of the resource's name.
    pub span: Span,
}

#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// A bool or an expression. None: nothing is said, which takes back nothing that an earlier apply has recorded before
    /// this one has.
    pub prevent_destroy: Option<Node>,
    pub create_before_destroy: Option<Node>,
    /// Property names, or `["all"]`.
    pub ignore_changes: Vec<Spanned<Arc<str>>>,
    /// References: names, or `name.attribute`.
    pub replace_triggered_by: Vec<Spanned<Arc<str>>>,
    pub span: Option<Span>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    pub create: Option<Duration>,
    pub update: Option<Duration>,
    pub delete: Option<Duration>,
}

#[derive(Clone, Debug)]
pub struct DataDecl {
    pub type_name: Spanned<Arc<str>>,
    pub for_each: Option<ForEach>,
    pub when: Option<Node>,
    pub place: PlaceDecl,
    pub properties: Option<Node>,
    pub depends_on: Vec<Spanned<Arc<str>>>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct ModuleCall {
    /// As written: `vpc` or `./vpc`; of a module from elsewhere its address.
    pub source: Spanned<Arc<str>>,
    /// A module from elsewhere.
    pub remote: Option<Remote>,
    /// The key in [`Project::modules`]; `None` when there is no such module (a diagnostic says so).
    pub module: Option<Arc<str>>,
    pub for_each: Option<ForEach>,
    pub when: Option<Node>,
    /// Where everything inside is that says nothing else.
    pub place: PlaceDecl,
    pub passed: Passed,
    /// In the order written.
    pub inputs: IndexMap<Arc<str>, (Span, Node)>,
    pub depends_on: Vec<Spanned<Arc<str>>>,
    pub span: Span,
}

/// A value with a name, computed when something asks for it.
#[derive(Clone, Debug)]
pub struct LocalDecl {
    pub value: Node,
    /// The place of the name.
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct OutputDecl {
    pub value: Node,
    pub description: Option<String>,
    pub sensitive: bool,
    pub span: Span,
}

/// `moved: [{from: old, to: network.new}]`
#[derive(Clone, Debug)]
pub struct MovedDecl {
    /// A path within the stack, of a resource or of a module.
    pub from: Spanned<Address>,
    pub to: Spanned<Address>,
}

/// `removed: [{from: old, destroy: false}]`
#[derive(Clone, Debug)]
pub struct RemovedDecl {
    pub from: Spanned<Address>,
    pub destroy: bool,
}

/// `import: [{to: logs, id: my-bucket}]`
#[derive(Clone, Debug)]
pub struct ImportDecl {
    pub to: Spanned<Address>,
    /// May hold expressions.
    pub id: Node,
}
