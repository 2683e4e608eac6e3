//! Data sources of a compiled graph: when they can be read, and who needs them.

use std::collections::BTreeSet;

use super::evaluator::{Evaluator, Memo};
use super::sink::Sink;
use super::{DataRequest, DesiredGraph, Known, properties};
use crate::model::{Address, Value};

impl DesiredGraph {
    /// The data sources that a resource needs, directly or through other data sources.
    pub fn data_needed(&self, address: &Address) -> BTreeSet<Address> {
        let id = self.program.resource_at.get(address);
        let reach = id.and_then(|id| self.reach.resources.get(*id));
        reach.into_iter().flat_map(|reach| reach.data.iter()).map(|id| self.program.data[*id].address.clone()).collect()
    }

    /// The resources that a data source needs.
    pub fn data_dependencies(&self, address: &Address) -> BTreeSet<Address> {
        let id = self.program.data_at.get(address);
        let reach = id.and_then(|id| self.reach.data.get(*id));
        let resources = reach.into_iter().flat_map(|reach| reach.resources.iter());
        resources.map(|id| self.program.resources[*id].address.clone()).collect()
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
                    type_name: decl.type_name.value.clone(),
                    arguments: Value::Map(arguments),
                    origin: origin.clone(),
                });
            }
        }
        out
    }
}
