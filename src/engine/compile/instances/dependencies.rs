//! What each instance needs, through inputs, outputs, data sources, `depends_on` and expansions.
//!
//! Filled in the order of the static graph, so that everything a node needs is there already.

use std::collections::HashMap;
use std::sync::Arc;

use super::program::{Instance, Instances, Program};
use crate::compile::declarations::{Key, Target, Use, UsePart};
use crate::compile::ids::{FrameId, InstanceId, Item};

/// Resources and data sources, each sorted.
#[derive(Clone, Default)]
pub(in crate::compile) struct Reach {
    pub resources: Arc<[InstanceId]>,
    pub data: Arc<[InstanceId]>,
}

/// What everything needs.
#[derive(Default)]
pub(in crate::compile) struct Dependencies {
    /// By resource instance.
    pub resources: Vec<Reach>,
    /// By data instance.
    pub data: Vec<Reach>,
    /// Of calls, inputs, outputs, and declarations of data sources.
    nodes: HashMap<(FrameId, Item), Reach>,
    /// What being in a frame needs: `for_each`, `when` and `depends_on` of the calls around.
    frames: HashMap<FrameId, Reach>,
    /// The same of `depends_on` alone.
    explicit: HashMap<FrameId, bool>,
}

#[derive(Default)]
struct Collector {
    resources: Vec<InstanceId>,
    data: Vec<InstanceId>,
}

impl Collector {
    fn add(&mut self, reach: Option<&Reach>) {
        if let Some(reach) = reach {
            self.resources.extend(reach.resources.iter());
            self.data.extend(reach.data.iter());
        }
    }

    fn finish(mut self) -> Reach {
        self.resources.sort_unstable();
        self.resources.dedup();
        self.data.sort_unstable();
        self.data.dedup();
        Reach { resources: self.resources.into(), data: self.data.into() }
    }
}

impl Dependencies {
    pub fn resources(&mut self, program: &Program, frame: FrameId, index: usize, ids: &[InstanceId]) {
        let uses = &program.definition(frame).resources[index].uses;
        self.instances(program, frame, uses, ids, false);
    }

    pub fn data(&mut self, program: &Program, frame: FrameId, index: usize, ids: &[InstanceId]) {
        let uses = &program.definition(frame).data[index].uses;
        let mut all = Collector::default();
        self.uses(program, frame, None, uses, &mut all);
        all.add(self.frames.get(&frame));
        self.nodes.insert((frame, Item::Data(index)), all.finish());
        self.instances(program, frame, uses, ids, true);
    }

    fn instances(&mut self, program: &Program, frame: FrameId, uses: &[Use], ids: &[InstanceId], data: bool) {
        let by_key = |one: &&Use| match &one.target {
            Target::Resource { key, .. }
            | Target::Data { key, .. }
            | Target::Module { key, .. }
            | Target::Output { key, .. } => *key == Key::Each,
            _ => false,
        };
        let (own, shared): (Vec<&Use>, Vec<&Use>) = uses.iter().partition(by_key);
        let mut common = Collector::default();
        self.uses(program, frame, None, shared, &mut common);
        common.add(self.frames.get(&frame));
        let common = common.finish();
        for id in ids {
            let reach = if own.is_empty() {
                common.clone()
            } else {
                let all = if data { &program.data } else { &program.resources };
                let key = all[*id].each.as_ref().map(|each| each.key.as_ref());
                let mut mine = Collector::default();
                self.uses(program, frame, key, own.iter().copied(), &mut mine);
                mine.add(Some(&common));
                mine.finish()
            };
            let list = if data { &mut self.data } else { &mut self.resources };
            if list.len() <= *id {
                list.resize(*id + 1, Reach::default());
            }
            list[*id] = reach;
        }
    }

    pub fn call(&mut self, program: &Program, frame: FrameId, index: usize) {
        let mut all = Collector::default();
        self.uses(program, frame, None, &program.definition(frame).calls[index].uses, &mut all);
        self.nodes.insert((frame, Item::Call(index)), all.finish());
    }

    /// A frame that a call in `caller` made.
    pub fn frame(&mut self, program: &Program, frame: FrameId, caller: FrameId, call: usize, key: Option<&str>) {
        let uses = &program.definition(caller).calls[call].uses;
        let mut all = Collector::default();
        self.uses(program, caller, key, uses, &mut all);
        all.add(self.frames.get(&caller));
        self.frames.insert(frame, all.finish());
        let explicit =
            self.explicit.get(&caller).copied().unwrap_or(false) || self.names_resources(program, caller, uses);
        self.explicit.insert(frame, explicit);
    }

    pub fn input(&mut self, program: &Program, frame: FrameId, index: usize) {
        let here = &program.frames[frame];
        let Some((caller, call)) = here.caller else { return };
        let info = &program.definition(caller).calls[call];
        let Some(uses) = info.inputs.get(index) else { return };
        let key = here.each.as_ref().map(|each| each.key.as_ref());
        let mut all = Collector::default();
        self.uses(program, caller, key, uses, &mut all);
        if uses.iter().any(|one| one.target == Target::Each) {
            let for_each = info.uses.iter().filter(|one| one.part == UsePart::Each);
            self.uses(program, caller, key, for_each, &mut all);
        }
        self.nodes.insert((frame, Item::Input(index)), all.finish());
    }

    pub fn output(&mut self, program: &Program, frame: FrameId, index: usize) {
        let mut all = Collector::default();
        self.uses(program, frame, None, &program.definition(frame).outputs[index], &mut all);
        all.add(self.frames.get(&frame));
        self.nodes.insert((frame, Item::Output(index)), all.finish());
    }

    pub fn local(&mut self, program: &Program, frame: FrameId, index: usize) {
        let mut all = Collector::default();
        self.uses(program, frame, None, &program.definition(frame).locals[index], &mut all);
        self.nodes.insert((frame, Item::Local(index)), all.finish());
    }

    /// Whether `depends_on` of a data source, or of a module around it, names something that is managed.
    pub fn waits(&self, program: &Program, instance: &Instance) -> bool {
        let uses = &program.definition(instance.frame).data[instance.item].uses;
        self.explicit.get(&instance.frame).copied().unwrap_or(false)
            || self.names_resources(program, instance.frame, uses)
    }

    fn names_resources(&self, program: &Program, frame: FrameId, uses: &[Use]) -> bool {
        let mut all = Collector::default();
        self.uses(program, frame, None, uses.iter().filter(|one| one.part == UsePart::DependsOn), &mut all);
        !all.resources.is_empty()
    }

    fn uses<'u>(
        &self,
        program: &Program,
        frame: FrameId,
        each: Option<&str>,
        uses: impl IntoIterator<Item = &'u Use>,
        out: &mut Collector,
    ) {
        let here = &program.frames[frame];
        for one in uses {
            match &one.target {
                Target::Each | Target::Secret | Target::Foreign { .. } => {}
                Target::Resource { index, key, .. } => {
                    out.resources.extend(pick(&here.resources[*index], key, each));
                }
                Target::Data { index, key, .. } => {
                    out.data.extend(pick(&here.data[*index], key, each));
                    out.add(self.nodes.get(&(frame, Item::Data(*index))));
                }
                Target::Input(index) => out.add(self.nodes.get(&(frame, Item::Input(*index)))),
                Target::Local(index) => out.add(self.nodes.get(&(frame, Item::Local(*index)))),
                Target::Keys { call } => out.add(self.nodes.get(&(frame, Item::Call(*call)))),
                Target::Inside { call } => {
                    out.add(self.nodes.get(&(frame, Item::Call(*call))));
                    inside(program, &here.calls[*call], out);
                }
                Target::Output { call, key, output } => {
                    out.add(self.nodes.get(&(frame, Item::Call(*call))));
                    for child in pick(&here.calls[*call], key, each) {
                        out.add(self.nodes.get(&(child, Item::Output(*output))));
                    }
                }
                Target::Module { call, key } => {
                    out.add(self.nodes.get(&(frame, Item::Call(*call))));
                    for child in pick(&here.calls[*call], key, each) {
                        for output in 0..program.definition(child).outputs.len() {
                            out.add(self.nodes.get(&(child, Item::Output(output))));
                        }
                    }
                }
            }
        }
    }
}

/// The instances that a key names.
pub(in crate::compile) fn pick(instances: &Instances, key: &Key, each: Option<&str>) -> Vec<usize> {
    let one = |name: &str| match instances {
        Instances::Keyed(map) => map.get(name).copied().into_iter().collect(),
        other => other.ids(),
    };
    match (key, each) {
        (Key::One(name), _) => one(name),
        (Key::Each, Some(name)) => one(name),
        (Key::All, _) | (Key::Each, None) => instances.ids(),
    }
}

/// All resources inside of module frames.
fn inside(program: &Program, frames: &Instances, out: &mut Collector) {
    for frame in frames.ids() {
        let frame = &program.frames[frame];
        frame.resources.iter().for_each(|instances| out.resources.extend(instances.ids()));
        frame.calls.iter().for_each(|calls| inside(program, calls, out));
    }
}
