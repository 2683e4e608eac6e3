//! What a compiled stack keeps so that it can be evaluated: definitions, frames, instances.
//!
//! A *definition* is one body (the stack's, or a module's) however often it is used. A *frame* is a definition
//! in one place: one module call with one `for_each` key. An *instance* is one resource or data source in a frame.
//! Properties are never copied per instance: an instance is a frame, a declaration and an `each`.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use indexmap::IndexMap;

use super::files::FileTexts;
use super::placement::Surroundings;
use crate::compile::Facts;
use crate::compile::checks::Sensitive;
use crate::compile::declarations::Definition;
use crate::compile::graph::CallSites;
use crate::compile::ids::{DefinitionId, FrameId, InstanceId, Item};
use crate::compile::spend::Allowance;
use crate::config::Given;
use crate::model::{Address, Map, Origin, Placement, PropertyPath, Segment, Span, StackId, Unknown, Value};

/// Expressions and scopes of a compiled stack.
pub(in crate::compile) struct Program {
    pub stack: StackId,
    /// `stage`: name, account_id, region, values, tags.
    pub stage: Value,
    pub tags: Map,
    pub tag_places: HashMap<String, Span>,
    /// Values of the stage that were set from outside.
    pub given: IndexMap<Arc<str>, Given>,
    /// Values of the stage that are declared to be sensitive.
    pub secret_values: BTreeSet<Arc<str>>,
    pub facts: Facts,
    pub definitions: Vec<Definition>,
    pub sites: CallSites,
    pub frames: Vec<Frame>,
    pub resources: Vec<Instance>,
    pub data: Vec<Instance>,
    pub resource_at: HashMap<Address, InstanceId>,
    pub data_at: HashMap<Address, InstanceId>,
    pub sensitive: Sensitive,
    pub files: FileTexts,
    pub allowance: Allowance,
    /// The file of the stage, as [`crate::config::Stage`] names it.
    pub stage_file: Arc<str>,
    /// The folder of the files that stages share, if the stack has such files.
    pub shared: Option<Arc<str>>,
    /// Account and region of the stage.
    pub home: (Arc<str>, Arc<str>),
    /// Nothing outside is read: only what the files say is told.
    pub offline: bool,
}

/// A definition in one place.
pub(in crate::compile) struct Frame {
    pub definition: DefinitionId,
    /// The call path without keys, in [`CallSites`].
    pub site: usize,
    /// The calling frame and the position of the call in it.
    pub caller: Option<(FrameId, usize)>,
    /// `each` of the call: what the call's inputs see, and the body does not.
    pub each: Option<Arc<Each>>,
    /// Where it is, and what the names of places mean in it.
    pub surroundings: Arc<Surroundings>,
    pub prefix: Vec<Segment>,
    /// The module calls around, innermost first.
    pub via: Option<Arc<Origin>>,
    /// The same per input, at the place of the value that the call passes.
    pub input_via: Vec<Option<Arc<Origin>>>,
    /// Inputs whose value depends on no resource, computed once.
    pub constants: Vec<Option<Arc<Value>>>,
    /// The same of locals.
    pub local_constants: Vec<Option<Arc<Value>>>,
    pub resources: Vec<Instances>,
    pub data: Vec<Instances>,
    /// Frames of the bodies that are called.
    pub calls: Vec<Instances>,
}

/// What a declaration became.
pub(in crate::compile) enum Instances {
    /// Its `for_each` or `when` is not known, or is wrong.
    Missing(Unknown),
    /// Without `for_each`; `None` when `when` is false.
    Single(Option<usize>),
    Keyed(IndexMap<Arc<str>, usize>),
}

impl Frame {
    /// How many inputs there are.
    pub fn inputs(&self) -> usize {
        self.input_via.len()
    }
}

impl Instances {
    /// The ids, in the order of `for_each`.
    pub fn ids(&self) -> Vec<usize> {
        match self {
            Instances::Missing(_) | Instances::Single(None) => Vec::new(),
            Instances::Single(Some(id)) => vec![*id],
            Instances::Keyed(map) => map.values().copied().collect(),
        }
    }
}

/// `each.key`, `each.value`, `each.index`.
#[derive(Debug)]
pub(in crate::compile) struct Each {
    pub key: Arc<str>,
    pub index: i64,
    /// `None` when it holds unknowns: then it is computed again from the `for_each` of `owner`.
    pub value: Option<Value>,
    pub owner: (FrameId, Item),
}

/// One resource or data source.
pub(in crate::compile) struct Instance {
    pub frame: FrameId,
    pub item: usize,
    pub each: Option<Arc<Each>>,
    pub address: Address,
    /// As it is declared, whatever the scope of its type.
    pub place: Placement,
}

impl Program {
    pub fn definition(&self, frame: FrameId) -> &Definition {
        &self.definitions[self.frames[frame].definition]
    }

    /// True when there is a declaration of this name, through the module calls of its path.
    pub fn declares(&self, address: &Address) -> bool {
        let segments = address.segments();
        let Some((last, modules)) = segments.split_last() else { return false };
        let called = modules.iter().try_fold(0, |at, module| {
            let definition = self.definitions.get(at)?;
            let call = definition.body.modules.get_index_of(module.name.as_str())?;
            definition.calls.get(call)?.definition
        });
        let body = called.and_then(|at| self.definitions.get(at)).map(|definition| &definition.body);
        body.is_some_and(|body| body.resources.contains_key(last.name.as_str()))
    }

    /// Whether a data source is asked with something sensitive.
    pub fn asks_with_secret(&self, instance: &Instance) -> bool {
        !self.sensitive(instance.frame, Item::Data(instance.item)).is_empty()
    }

    /// Paths that are sensitive through references, for a declaration in a frame.
    pub fn sensitive(&self, frame: FrameId, item: Item) -> &Arc<BTreeSet<PropertyPath>> {
        let frame = &self.frames[frame];
        &self.sensitive.paths[self.sites.node(frame.site, item)]
    }

    /// `network.private["a"]`'s segments for a declaration in a frame.
    pub fn segments(&self, frame: FrameId, data: bool, name: &str, key: Option<&str>) -> Vec<Segment> {
        let mut segments = self.frames[frame].prefix.clone();
        if data {
            segments.push(Segment { name: "data".into(), key: None });
        }
        segments.push(Segment { name: name.into(), key: key.map(String::from) });
        segments
    }
}
