//! Decisions: what happens to each resource, and why.
//!
//! Owns: actions, reasons, changes, drift, and what forbids an action. Leaves out: steps and their order.

mod ahead;
mod change;
mod decision;
mod declared;
mod imported;
mod protect;
mod restore;
mod shown;
mod undeclared;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub(super) use decision::{Decision, Restore};
pub use protect::protection_of;
use shown::without_digests;

use super::differ::{Verdict, differ};
use super::pattern::Patterns;
use super::planned::{Outlook, unknown};
use super::prior::{Prior, PriorResource};
use super::select::Selection;
use super::{DriftItem, Mode, Options, Unread};
use crate::compile::{DesiredGraph, Known};
use crate::model::{
    Address, Answers, Catalog, Code, Diagnostic, Diagnostics, DigestKey, ErrorKind, Origin, PhysicalId, Placement,
    Question, SecretPaths, TypeSchema, Value,
};
use crate::read::{Live, LiveSet};

/// What a plan is made from.
#[derive(Clone, Copy)]
pub(super) struct Inputs<'a> {
    pub graph: &'a DesiredGraph,
    pub catalog: &'a dyn Catalog,
    pub prior: &'a Prior<'a>,
    pub live: &'a LiveSet,
    pub options: &'a Options,
    pub selection: &'a Selection,
    pub key: &'a DigestKey,
    /// What clouds that decide by themselves have said.
    pub answers: &'a Answers,
}

/// Attributes of resources and data sources as the plan foresees them.
#[derive(Debug, Default)]
pub(super) struct Attributes(pub HashMap<Address, Arc<Value>>);

impl Known for Attributes {
    fn attributes(&self, address: &Address) -> Option<Arc<Value>> {
        self.0.get(address).cloned()
    }
}

/// All decisions of a plan.
pub(super) struct Decisions {
    /// In the order of the files, then by path.
    pub list: Vec<Decision>,
    pub drift: Vec<DriftItem>,
    /// What could not be read; none of the list is about it.
    pub unread: Vec<Unread>,
    pub known: Attributes,
    /// What may not be shown of the known attributes.
    pub secrets: HashMap<Address, (&'static TypeSchema, SecretPaths)>,
    /// Without an answer to these the decisions are not worth anything.
    pub asked: Vec<Question>,
    /// Nor without the ids of these.
    pub open_imports: Vec<Diagnostic>,
}

/// Makes decisions one after the other; what comes later sees what was decided before.
pub(super) struct Decider<'a> {
    inputs: Inputs<'a>,
    made: HashMap<Address, Decision>,
    deposed: Vec<Decision>,
    drift: BTreeMap<Address, DriftItem>,
    unread: Vec<Unread>,
    known: Attributes,
    secrets: HashMap<Address, (&'static TypeSchema, SecretPaths)>,
    asked: RefCell<Vec<Question>>,
    open_imports: Vec<Diagnostic>,
    /// The `removed` entries.
    removed: Patterns,
    diagnostics: &'a mut Diagnostics,
}

/// What AWS said about an object.
enum LiveAnswer {
    Found(Arc<Value>),
    Absent,
    /// Nobody knows; why is in the list of what could not be read.
    Unclear,
}

pub(super) fn decide(inputs: Inputs<'_>, diagnostics: &mut Diagnostics) -> Decisions {
    let decider = Decider {
        inputs,
        made: HashMap::new(),
        deposed: Vec::new(),
        drift: BTreeMap::new(),
        unread: Vec::new(),
        known: Attributes::default(),
        secrets: HashMap::new(),
        asked: RefCell::default(),
        open_imports: Vec::new(),
        removed: Patterns::new(inputs.graph.removed.iter().map(|entry| &entry.from)),
        diagnostics,
    };
    decider.run()
}

impl Decider<'_> {
    fn run(mut self) -> Decisions {
        let inputs = self.inputs;
        for (address, (schema, _)) in &inputs.graph.data {
            let fields =
                schema.fields.iter().map(|field| (field.name.to_string(), unknown(address.path(), field.name)));
            self.known.0.insert(address.clone(), Arc::new(Value::Map(fields.collect())));
        }
        let declared = |address: &Address| inputs.graph.resources.contains_key(address);
        match inputs.options.mode {
            Mode::Normal => {
                self.declared_resources();
                let families = inputs.graph.resources.keys().map(Address::without_key).collect();
                inputs.prior.resources.iter().filter(|(address, _)| !declared(address)).for_each(|(address, prior)| {
                    self.undeclared(address, prior, &families);
                });
            }
            Mode::Destroy => self.destroy(),
            Mode::RefreshOnly => self.refresh(),
        }
        self.deposed_objects();
        self.list()
    }

    /// In the order of the files; what only state knows by path; deposed objects after the current one.
    fn list(mut self) -> Decisions {
        let graph = self.inputs.graph;
        let mut list: Vec<Decision> = self.made.into_values().chain(self.deposed).collect();
        list.sort_by_cached_key(|decision| {
            let address = &decision.change.address;
            let order = graph.resources.get_index_of(address).unwrap_or(usize::MAX);
            (order, address.clone(), decision.deposed.clone())
        });
        let paths: HashMap<&str, &Address> = graph.data.keys().map(|address| (address.path(), address)).collect();
        let data = |name: &str| owners(name).find_map(|path| paths.get(path)).map(|address| Address::clone(address));
        for decision in &mut list {
            // Through a data source that is read during apply, whatever the graph says about what is behind it.
            for unknown in decision.want.unknowns() {
                decision.needs.extend(unknown.waits_for.iter().filter_map(|name| data(name)));
            }
        }
        let drift = std::mem::take(&mut self.drift).into_values().collect();
        Decisions {
            list,
            drift,
            unread: self.unread,
            known: self.known,
            secrets: self.secrets,
            asked: self.asked.into_inner(),
            open_imports: self.open_imports,
        }
    }

    /// Keeps a question, once.
    fn ask(&self, question: Question) {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&question) {
            asked.push(question);
        }
    }

    /// The attributes that a resource will have; unknown where they are to be asked for first.
    fn attributes(&self, outlook: &Outlook<'_>) -> Value {
        match differ(outlook.schema, self.inputs.answers).attributes(outlook) {
            Verdict::Decided(attributes) => attributes,
            Verdict::Ask(question) => {
                self.ask(*question);
                let fields = outlook.schema.fields.iter();
                let fields = fields.map(|field| (field.name.to_string(), unknown(outlook.address.path(), field.name)));
                Value::Map(fields.collect())
            }
        }
    }

    fn add(&mut self, decision: Decision) {
        self.made.insert(decision.change.address.clone(), decision);
    }

    fn look(
        &mut self,
        type_name: &str,
        (place, id): (&Placement, &PhysicalId),
        address: &Address,
        origin: Option<&Origin>,
    ) -> LiveAnswer {
        let located = |diagnostic: Diagnostic| match origin {
            Some(origin) => diagnostic.address(address.clone()).at(origin.clone()),
            None => diagnostic.address(address.clone()),
        };
        match self.inputs.live.get(place, type_name, id) {
            Some(Live::Found(live)) => return LiveAnswer::Found(live.clone()),
            Some(Live::Absent) => return LiveAnswer::Absent,
            Some(Live::Failed(error)) => {
                let code = match error.kind {
                    ErrorKind::AccessDenied => Code::AccessDenied,
                    ErrorKind::NoCredentials => Code::NoCredentials,
                    ErrorKind::Throttled => Code::Throttled,
                    _ => Code::AwsError,
                };
                let message = format!("{type_name} {id}{} could not be read: {}", place.suffix(), error.message);
                let mut diagnostic = Diagnostic::error(code, message);
                diagnostic.call = error.call.clone().map(Box::new);
                diagnostic.help = error.help_if_denied();
                let problem =
                    located(diagnostic.note("a resource that cannot be read may exist, so nothing is planned for it"));
                self.unread.push(Unread {
                    address: address.clone(),
                    type_name: type_name.to_string(),
                    id: Some(id.clone()),
                    problem,
                    waiting: Vec::new(),
                });
            }
            None => {
                let message = format!("{type_name} {id} was not read before planning");
                self.diagnostics.push(located(Diagnostic::error(Code::Internal, message)));
            }
        }
        LiveAnswer::Unclear
    }

    /// The type of an object in state.
    fn schema_of(&mut self, type_name: &str, address: &Address) -> Option<&'static TypeSchema> {
        let schema = self.inputs.catalog.schema(type_name);
        if schema.is_none() {
            self.diagnostics.push(
                Diagnostic::error(Code::UnknownType, format!("state holds a {type_name}, which is not a known type"))
                    .address(address.clone())
                    .help("use the version of wildfire that wrote the state, or a later one"),
            );
        }
        schema
    }

    fn note_gone(&mut self, address: &Address, type_name: &str, id: &PhysicalId) {
        let item = DriftItem {
            address: address.clone(),
            type_name: type_name.to_string(),
            id: id.clone(),
            gone: true,
            changes: Vec::new(),
        };
        self.drift.insert(address.clone(), item);
    }

    /// Remembers what dependants may use of a resource that stays as it is.
    fn remember(
        &mut self,
        address: &Address,
        schema: &'static TypeSchema,
        secrets: SecretPaths,
        attributes: impl Into<Arc<Value>>,
    ) {
        self.known.0.insert(address.clone(), attributes.into());
        self.secrets.insert(address.clone(), (schema, secrets));
    }

    /// Remembers that nothing is known of a resource.
    fn remember_nothing(&mut self, address: &Address, schema: &'static TypeSchema) {
        let fields = schema.fields.iter().map(|field| (field.name.to_string(), unknown(address.path(), field.name)));
        self.remember(address, schema, SecretPaths::default(), Value::Map(fields.collect()));
    }

    /// What state says about a resource that the plan is not about.
    fn remember_prior(&mut self, address: &Address, prior: &PriorResource<'_>) {
        if let Some(schema) = self.inputs.catalog.schema(&prior.state.type_name) {
            let mut attributes = without_digests(&prior.state.attributes, address.path());
            if let Value::Map(map) = &mut attributes {
                if map.get("id").is_none_or(Value::is_null) {
                    map.insert("id".into(), Value::from(prior.state.id.as_str()));
                }
                // Of what no run has read yet, state knows what was sent. The rest is not absent.
                if prior.state.unread {
                    for field in schema.fields.iter().filter(|field| !field.is_property() || field.aws_default) {
                        let value = map.entry(field.name.to_string()).or_default();
                        if value.is_null() {
                            *value = unknown(address.path(), field.name);
                        }
                    }
                }
            }
            self.remember(address, schema, SecretPaths::default(), attributes);
        }
    }
}

/// The paths of resources and data sources that an unknown of this name may be an attribute of, shortest first.
pub(super) fn owners(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('.').map(|(end, _)| &name[..end])
}
