//! Expansion: `for_each` and `when` become frames and instances, in the order of the static graph.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::dependencies::Dependencies;
use super::keys::Expanded;
use super::placement::Surroundings;
use super::program::{Each, Frame, Instance, Instances, Program};
use crate::compile::DataRequest;
use crate::compile::declarations::Target;
use crate::compile::ids::{FrameId, Item};
use crate::compile::sink::{Sink, failed, is_failed};
use crate::compile::values::{Evaluator, Memo, Nothing, properties};
use crate::config::PlaceDecl;
use crate::model::{Address, Origin, Segment, Span, Unknown, Value};

/// The work of one expansion.
pub(in crate::compile) struct Expansion<'a> {
    pub program: Program,
    pub memo: Memo,
    pub sink: &'a Sink,
    /// Nothing outside can be read: what waits for it is left out without an error.
    pub offline: bool,
    pub dependencies: Dependencies,
    pub wanted: Vec<DataRequest>,
    /// Frames of each site.
    frames: Vec<Vec<FrameId>>,
    /// Paths of data sources that can be read now.
    pub(super) pending: BTreeSet<String>,
    /// Instances of resources, data sources and calls so far.
    pub(super) count: Cell<u64>,
    /// The same by declaration.
    pub(super) counts: RefCell<HashMap<Span, u64>>,
}

/// What `for_each` and `when` give, and where each is.
enum Placed {
    Single(Option<Surroundings>),
    Keyed(Vec<(Arc<Each>, Surroundings)>),
}

/// Makes each instance, and keeps its index.
fn instances(
    placed: Result<Placed, Unknown>,
    mut make: impl FnMut(Option<Arc<Each>>, Surroundings) -> usize,
) -> Instances {
    match placed {
        Err(unknown) => Instances::Missing(unknown),
        Ok(Placed::Single(there)) => Instances::Single(there.map(|place| make(None, place))),
        Ok(Placed::Keyed(all)) => {
            Instances::Keyed(all.into_iter().map(|(each, place)| (each.key.clone(), make(Some(each), place))).collect())
        }
    }
}

impl<'a> Expansion<'a> {
    pub fn new(program: Program, stage: Surroundings, sink: &'a Sink, offline: bool) -> Self {
        let frames = vec![Vec::new(); program.sites.sites.len()];
        let mut all = Self {
            program,
            memo: Memo::default(),
            sink,
            offline,
            dependencies: Dependencies::default(),
            wanted: Vec::new(),
            frames,
            pending: BTreeSet::new(),
            count: Cell::new(0),
            counts: RefCell::default(),
        };
        if !all.program.sites.sites.is_empty() {
            all.frame(0, None, None, stage);
        }
        all
    }

    /// Expands everything. `order` is that of [`crate::compile::graph::CallSites::order`].
    pub fn run(&mut self, order: &[usize]) {
        for node in order {
            let (site, item) = self.program.sites.item(*node);
            let Some(item) = item else { continue };
            for at in 0..self.frames[site].len() {
                if self.memo.spent.stopped.get() {
                    return;
                }
                let frame = self.frames[site][at];
                match item {
                    Item::Resource(index) => self.resource(frame, index),
                    Item::Data(index) => self.data(frame, index),
                    Item::Call(index) => self.call(frame, index),
                    Item::Input(index) => {
                        self.evaluator().input(frame, index);
                        self.dependencies.input(&self.program, frame, index);
                    }
                    // Computed when something asks for it.
                    Item::Local(index) => self.dependencies.local(&self.program, frame, index),
                    Item::Output(index) => {
                        self.evaluator().output(frame, index);
                        self.dependencies.output(&self.program, frame, index);
                    }
                }
            }
        }
    }

    pub fn evaluator(&self) -> Evaluator<'_> {
        Evaluator { program: &self.program, known: &Nothing, memo: &self.memo, sink: self.sink }
    }

    fn frame(
        &mut self,
        site: usize,
        caller: Option<(FrameId, usize)>,
        each: Option<Arc<Each>>,
        surroundings: Surroundings,
    ) -> FrameId {
        let definition_id = self.program.sites.sites[site].definition;
        let definition = &self.program.definitions[definition_id];
        let missing = |count: usize| (0..count).map(|_| Instances::Missing(failed())).collect();
        let mut frame = Frame {
            definition: definition_id,
            site,
            caller,
            surroundings: Arc::new(surroundings),
            prefix: Vec::new(),
            via: None,
            input_via: vec![None; definition.inputs.len()],
            constants: vec![None; definition.inputs.len()],
            local_constants: vec![None; definition.locals.len()],
            resources: missing(definition.resources.len()),
            data: missing(definition.data.len()),
            calls: missing(definition.calls.len()),
            each,
        };
        if let Some((parent, call)) = caller {
            let outer = &self.program.frames[parent];
            let calling = self.program.definition(parent);
            let decl = &calling.body.modules[call];
            frame.prefix = outer.prefix.clone();
            frame.prefix.push(Segment {
                name: calling.name(Item::Call(call)),
                key: frame.each.as_ref().map(|each| each.key.to_string()),
            });
            frame.via = Some(Arc::new(Origin::via(decl.span.clone(), outer.via.clone())));
            for (index, name) in definition.inputs.keys().enumerate() {
                let Some((_, node)) = decl.inputs.get(name) else { continue };
                let uses = calling.calls[call].inputs.get(index).map(Vec::as_slice).unwrap_or_default();
                let passed = uses.iter().find_map(|one| match one.target {
                    Target::Input(outer_index) => outer.input_via.get(outer_index)?.clone(),
                    _ => None,
                });
                let via = passed.or_else(|| outer.via.clone());
                frame.input_via[index] = Some(Arc::new(Origin::via(node.span.clone(), via)));
            }
        }
        if let Some(via) = &frame.via {
            let parts = frame.inputs() + frame.resources.len() + frame.data.len() + frame.calls.len();
            let bytes = (parts * size_of::<Instances>()) as u64;
            self.program.allowance.bytes(bytes, &via.span, via.via.as_ref(), &self.memo, self.sink);
        }
        let id = self.program.frames.len();
        self.program.frames.push(frame);
        self.frames[site].push(id);
        id
    }

    fn resource(&mut self, frame: FrameId, index: usize) {
        let definition = self.program.definition(frame);
        let Some((name, decl)) = definition.body.resources.get_index(index) else { return };
        let known_type = definition.resources[index].schema.is_some();
        let name = name.clone();
        let expanded = self.expanded(frame, Item::Resource(index), decl.for_each.as_ref(), decl.when.as_ref());
        // A resource of no known type was told, and has no instance.
        let expanded = if known_type { expanded } else { Err(failed()) };
        let placed = self.placed(frame, Item::Resource(index), &decl.place, expanded);
        let instances = instances(placed, |each, place| self.add(frame, index, &name, (each, place), false));
        let ids = instances.ids();
        self.program.frames[frame].resources[index] = instances;
        self.dependencies.resources(&self.program, frame, index, &ids);
    }

    fn add(
        &mut self,
        frame: FrameId,
        item: usize,
        name: &str,
        (each, surroundings): (Option<Arc<Each>>, Surroundings),
        data: bool,
    ) -> usize {
        let key = each.as_ref().map(|each| each.key.as_ref());
        let segments = self.program.segments(frame, data, name, key);
        let address = Address::new(self.program.stack.clone(), &segments);
        let place = surroundings.placement(&self.program.home);
        let (all, index) = match data {
            true => (&mut self.program.data, &mut self.program.data_at),
            false => (&mut self.program.resources, &mut self.program.resource_at),
        };
        index.insert(address.clone(), all.len());
        all.push(Instance { frame, item, each, address, place });
        all.len() - 1
    }

    fn data(&mut self, frame: FrameId, index: usize) {
        let definition = self.program.definition(frame);
        let Some((name, decl)) = definition.body.data.get_index(index) else { return };
        let known_type = definition.data[index].schema.is_some();
        let name = name.clone();
        let expanded = self.expanded(frame, Item::Data(index), decl.for_each.as_ref(), decl.when.as_ref());
        let expanded = if known_type { expanded } else { Err(failed()) };
        let placed = self.placed(frame, Item::Data(index), &decl.place, expanded);
        let instances = instances(placed, |each, place| self.add(frame, index, &name, (each, place), true));
        let ids = instances.ids();
        self.program.frames[frame].data[index] = instances;
        self.dependencies.data(&self.program, frame, index, &ids);
        for id in ids {
            self.request(id);
        }
    }

    /// Asks for a data source whose arguments are known and whose result is not.
    fn request(&mut self, id: usize) {
        let arguments = properties::data(self.evaluator(), id);
        let program = &self.program;
        let instance = &program.data[id];
        let failed = arguments.values().any(|value| value.unknowns().iter().any(|unknown| is_failed(unknown)));
        let known = arguments.values().all(Value::is_known);
        if program.facts.data.contains_key(&instance.address) || failed || !known {
            return;
        }
        // What `depends_on` names may have to exist first; such a source is read when it does.
        if self.dependencies.waits(program, instance) {
            return;
        }
        let definition = program.definition(instance.frame);
        let decl = &definition.body.data[instance.item];
        self.pending.insert(instance.address.path().to_string());
        self.wanted.push(DataRequest {
            address: instance.address.clone(),
            place: instance.place.clone(),
            type_name: decl.type_name.value.clone(),
            arguments: Value::Map(arguments),
            of_secret: program.asks_with_secret(instance),
            origin: Origin::via(decl.span.clone(), program.frames[instance.frame].via.clone()),
        });
    }

    fn call(&mut self, frame: FrameId, index: usize) {
        let definition = self.program.definition(frame);
        let Some((_, decl)) = definition.body.modules.get_index(index) else { return };
        let expanded = self.expanded(frame, Item::Call(index), decl.for_each.as_ref(), decl.when.as_ref());
        let placed = self.placed(frame, Item::Call(index), &decl.place, expanded);
        self.dependencies.call(&self.program, frame, index);
        let site = self.program.frames[frame].site;
        let Some(child) = self.program.sites.sites[site].children[index] else { return };
        let enter = |each: Option<Arc<Each>>, place: Surroundings| {
            let key = each.as_ref().map(|each| each.key.clone());
            let inside = self.inside(child, (frame, index), &place);
            let id = self.frame(child, Some((frame, index)), each, inside);
            self.dependencies.frame(&self.program, id, frame, index, key.as_deref());
            id
        };
        self.program.frames[frame].calls[index] = instances(placed, enter);
    }

    /// Where each instance is.
    fn placed(
        &self,
        frame: FrameId,
        item: Item,
        decl: &PlaceDecl,
        expanded: Result<Expanded, Unknown>,
    ) -> Result<Placed, Unknown> {
        let place = |each: Option<&Each>| self.place(frame, item, decl, each);
        match expanded? {
            Expanded::Single(false) => Ok(Placed::Single(None)),
            Expanded::Single(true) => Ok(Placed::Single(Some(place(None)?))),
            Expanded::Keyed(all) => {
                let all = all.into_iter().map(|each| place(Some(&each)).map(|place| (each, place)));
                Ok(Placed::Keyed(all.collect::<Result<_, _>>()?))
            }
        }
    }
}
