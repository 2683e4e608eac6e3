//! Data sources of a compiled graph: when they can be read, and who needs them. And what expressions read of resources.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::program::Program;
use crate::compile::declarations::{Read, Target, Use};
use crate::compile::ids::DefinitionId;
use crate::compile::sink::Sink;
use crate::compile::values::{Evaluator, Memo, properties};
use crate::compile::{DataRequest, DesiredGraph, Known};
use crate::model::{Address, Placement, Value};

/// The attributes of resources that the expressions of a stack read, outputs and branches never taken included.
/// Told by declaration: what one expression reads of one instance counts as read of all.
pub struct AttributesRead<'g> {
    program: &'g Program,
    whole: HashSet<(DefinitionId, usize)>,
    attributes: HashMap<(DefinitionId, usize), HashSet<&'g str>>,
}

impl<'g> AttributesRead<'g> {
    fn new(program: &'g Program) -> Self {
        let mut out = Self { program, whole: HashSet::new(), attributes: HashMap::new() };
        for (id, definition) in program.definitions.iter().enumerate() {
            let resources = definition.resources.iter();
            out.add(id, resources.clone().flat_map(|resource| &resource.triggers));
            let calls = definition.calls.iter();
            let checks = definition.checks.iter().flat_map(|check| [&check.uses, &check.message]);
            let uses = resources
                .flat_map(|resource| [&resource.uses, &resource.lifecycle])
                .chain(definition.data.iter().map(|data| &data.uses))
                .chain(calls.flat_map(|call| std::iter::once(&call.uses).chain(&call.inputs)))
                .chain(checks)
                .chain(&definition.locals)
                .chain(&definition.outputs);
            out.add(id, uses.flatten().map(|one: &Use| &one.target));
        }
        out
    }

    fn add(&mut self, definition: DefinitionId, targets: impl Iterator<Item = &'g Target>) {
        for target in targets {
            match target {
                Target::Resource { index, read: Read::Whole, .. } => drop(self.whole.insert((definition, *index))),
                Target::Resource { index, read: Read::Attribute(name), .. } => {
                    self.attributes.entry((definition, *index)).or_default().insert(name);
                }
                _ => {}
            }
        }
    }

    /// Whether an expression may read an attribute of the resource, by the attribute's name.
    pub fn of(&self, address: &Address) -> impl Fn(&str) -> bool {
        let instance = self.program.resource_at.get(address).map(|id| &self.program.resources[*id]);
        let declaration = instance.map(|instance| (self.program.frames[instance.frame].definition, instance.item));
        let whole = declaration.is_some_and(|declaration| self.whole.contains(&declaration));
        let attributes = declaration.and_then(|declaration| self.attributes.get(&declaration));
        move |name| whole || attributes.is_some_and(|attributes| attributes.contains(name))
    }
}

impl DesiredGraph {
    /// What the expressions of the stack read of its resources. Linear in the size of the configuration files.
    pub fn attributes_read(&self) -> AttributesRead<'_> {
        AttributesRead::new(&self.program)
    }

    /// The data sources that a resource needs, directly or through other data sources.
    pub fn data_needed(&self, address: &Address) -> BTreeSet<Address> {
        let id = self.program.resource_at.get(address);
        let reach = id.and_then(|id| self.reach.resources.get(*id));
        reach.into_iter().flat_map(|reach| reach.data.iter()).map(|id| self.program.data[*id].address.clone()).collect()
    }

    /// Where a resource or a data source is declared to be.
    pub fn place(&self, address: &Address) -> Placement {
        if let Some(desired) = self.resources.get(address) {
            return desired.place.clone();
        }
        let data = self.program.data_at.get(address);
        data.map(|id| self.program.data[*id].place.clone()).unwrap_or_default()
    }

    /// What was read of a data source before the compilation.
    pub fn data_read(&self, address: &Address) -> Option<&Value> {
        self.program.facts.data.get(address)
    }

    /// The resources that a data source needs.
    pub fn data_dependencies(&self, address: &Address) -> BTreeSet<Address> {
        let id = self.program.data_at.get(address);
        let reach = id.and_then(|id| self.reach.data.get(*id));
        let resources = reach.into_iter().flat_map(|reach| reach.resources.iter());
        resources.map(|id| self.program.resources[*id].address.clone()).collect()
    }

    /// Whether a data source is asked with something sensitive.
    pub fn asks_with_secret(&self, address: &Address) -> bool {
        let at = self.program.data_at.get(address);
        at.is_some_and(|id| self.program.asks_with_secret(&self.program.data[*id]))
    }

    /// Data sources without a result whose arguments are known with `known`, and of whose dependencies all are
    /// known. A caller that knows resources from state reads these before it plans, so that what depends on an
    /// existing resource is not unknown again in every plan.
    pub fn readable_data(&self, known: &dyn Known) -> Vec<DataRequest> {
        let (sink, memo) = (Sink::default(), Memo::default());
        let program = &self.program;
        let evaluator = Evaluator { program, known, memo: &memo, sink: &sink };
        let mut out = Vec::new();
        for (address, (_, origin)) in &self.data {
            let Some(id) = program.data_at.get(address) else { continue };
            let ready = self.reach.data.get(*id).is_none_or(|reach| {
                reach.resources.iter().all(|id| known.attributes(&program.resources[*id].address).is_some())
            });
            if !ready || program.facts.data.contains_key(address) || known.attributes(address).is_some() {
                continue;
            }
            let arguments = properties::data(evaluator, *id);
            if arguments.values().all(Value::is_known) {
                let instance = &program.data[*id];
                let decl = &program.definition(instance.frame).body.data[instance.item];
                out.push(DataRequest {
                    address: address.clone(),
                    place: instance.place.clone(),
                    type_name: decl.type_name.value.clone(),
                    arguments: Value::Map(arguments),
                    of_secret: program.asks_with_secret(instance),
                    origin: origin.clone(),
                });
            }
        }
        out
    }
}
