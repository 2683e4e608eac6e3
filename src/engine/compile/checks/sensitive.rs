//! Which values came through something sensitive; static, along references.
//!
//! What is sensitive is hidden where it is a value. Where it would become something that is shown and kept everywhere (a
//! name that AWS makes ids of, a key, or whether something exists) it is refused.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::compile::Facts;
use crate::compile::declarations::{Definition, Read, Target, Use, UsePart};
use crate::compile::graph::CallSites;
use crate::compile::ids::Item;
use crate::compile::sink::Sink;
use crate::expr::RefSegment;
use crate::model::{Code, Diagnostic, Origin, PropertyPath, Span, Step, TypeSchema};

type Paths = Arc<BTreeSet<PropertyPath>>;

/// What is sensitive in a stack.
#[derive(Default)]
pub(in crate::compile) struct Sensitive {
    /// By node: the sensitive paths of a resource or data source. For an input or output the set is not empty when it
    /// is sensitive.
    pub paths: Vec<Paths>,
    /// The values whose expressions read something sensitive: what goes wrong in them is told without them.
    pub places: HashSet<Span>,
}

pub(in crate::compile) fn sensitive(
    sites: &CallSites,
    definitions: &[Definition],
    facts: &Facts,
    order: &[usize],
    sink: &Sink,
) -> Sensitive {
    let mut places = HashSet::new();
    let mut out: Vec<Paths> = vec![Paths::default(); sites.len()];
    for node in order {
        let (site, Some(item)) = sites.item(*node) else { continue };
        let definition = &definitions[sites.sites[site].definition];
        let marks = Marks { sites, definitions, facts, out: &out };
        marks.refuse(site, item, sink);
        marks.places(site, item, &mut places);
        let paths = marks.paths(site, item, definition);
        if !paths.is_empty() {
            out[*node] = Arc::new(paths);
        }
    }
    let marks = Marks { sites, definitions, facts, out: &out };
    marks.imports(&mut places, sink);
    marks.checks(&mut places, sink);
    Sensitive { paths: out, places }
}

pub(super) struct Marks<'a> {
    pub(super) sites: &'a CallSites,
    definitions: &'a [Definition],
    facts: &'a Facts,
    out: &'a [Paths],
}

impl Marks<'_> {
    pub(super) fn definition(&self, site: usize) -> &Definition {
        &self.definitions[self.sites.sites[site].definition]
    }

    /// What of a declaration is sensitive.
    fn paths(&self, site: usize, item: Item, definition: &Definition) -> BTreeSet<PropertyPath> {
        let whole = |sensitive: bool| match sensitive {
            true => BTreeSet::from([PropertyPath::default()]),
            false => BTreeSet::new(),
        };
        let uses = definition.uses(item);
        match item {
            Item::Resource(_) | Item::Data(_) => {
                let tags = match item {
                    Item::Resource(index) => definition.resources[index].schema.and_then(|schema| schema.tags),
                    _ => None,
                };
                let mut paths = BTreeSet::new();
                for one in uses {
                    if let UsePart::Value(path) = &one.part
                        && self.reads(site, uses, one)
                    {
                        if let Some(rule) = tags.filter(|rule| path.first() == Some(rule.own)) {
                            let mut all = path.clone();
                            all.0[0] = Step::Key(rule.all.into());
                            paths.insert(all);
                        }
                        paths.insert(path.clone());
                    }
                }
                paths
            }
            Item::Call(_) => whole(uses.iter().any(|one| one.part == UsePart::Each && self.reads(site, uses, one))),
            Item::Input(index) => {
                let declared = definition.inputs.get_index(index).is_some_and(|(_, input)| input.sensitive);
                whole(declared || self.passed(site, index))
            }
            // By part: who reads another part of it reads nothing sensitive.
            Item::Local(_) => {
                let read = uses.iter().filter(|one| self.reads(site, uses, one));
                read.filter_map(|one| match &one.part {
                    UsePart::Value(path) => Some(path.clone()),
                    _ => None,
                })
                .collect()
            }
            Item::Output(index) => {
                let declared = definition.body.outputs.get_index(index).is_some_and(|(_, output)| output.sensitive);
                whole(declared || uses.iter().any(|one| self.reads(site, uses, one)))
            }
        }
    }

    /// Whether the call passes something sensitive to an input.
    fn passed(&self, site: usize, index: usize) -> bool {
        self.sites.sites[site].caller.is_some_and(|(caller, call)| {
            let calling = self.definition(caller);
            let call_uses = calling.uses(Item::Call(call));
            let uses = calling.calls[call].inputs.get(index).map(Vec::as_slice).unwrap_or_default();
            uses.iter().any(|one| self.reads(caller, call_uses, one))
        })
    }

    /// The values of a declaration that read something sensitive.
    fn places(&self, site: usize, item: Item, out: &mut HashSet<Span>) {
        let definition = self.definition(site);
        let uses = definition.uses(item);
        let passed = match item {
            Item::Call(call) => definition.calls[call].inputs.as_slice(),
            _ => &[],
        };
        // Of other stacks no value of a sensitive output is known, so none can be repeated.
        let here = |one: &&Use| !matches!(one.target, Target::Foreign { .. });
        let all = uses.iter().chain(passed.iter().flatten()).filter(here);
        out.extend(all.filter(|one| self.reads(site, uses, one)).map(|one| one.within.clone()));
    }

    /// Tells of conditions whose message would show something sensitive, and notes those that read some.
    fn checks(&self, places: &mut HashSet<Span>, sink: &Sink) {
        for site in 0..self.sites.sites.len() {
            let definition = self.definition(site);
            for check in &definition.checks {
                let around = check.owner.map_or(&[][..], |index| &definition.resources[index].uses);
                let secret = |one: &&Use| self.reads(site, around, one);
                places.extend(check.uses.iter().filter(secret).map(|one| one.within.clone()));
                for one in check.message.iter().filter(secret) {
                    places.insert(one.within.clone());
                    let message = "the message of a check uses something sensitive";
                    let fault = Diagnostic::error(Code::InvalidValue, message).at(Origin::at(one.place.clone()));
                    sink.push_static(fault.help("messages are shown: say what is wrong without the value"));
                }
            }
            for (index, info) in definition.resources.iter().enumerate() {
                for one in info.lifecycle.iter().filter(|one| self.reads(site, &info.uses, one)) {
                    let message =
                        format!("`lifecycle` of `{}` uses something sensitive", definition.name(Item::Resource(index)));
                    let fault = Diagnostic::error(Code::InvalidValue, message).at(Origin::at(one.place.clone()));
                    sink.push_static(fault.help("what protects it is shown: let something decide that may be shown"));
                }
            }
        }
    }

    /// Tells of imports whose id came through something sensitive. Only a stack has imports.
    fn imports(&self, places: &mut HashSet<Span>, sink: &Sink) {
        let Some(definition) = self.definitions.first().filter(|_| !self.sites.sites.is_empty()) else { return };
        for one in definition.imports.iter().filter(|one| self.reads(0, &[], one)) {
            places.insert(one.within.clone());
            let message = "the id of an import uses something sensitive";
            let fault = Diagnostic::error(Code::InvalidValue, message).at(Origin::at(one.place.clone()));
            sink.push_static(fault.help("ids are shown and kept: write it, or use something that may be shown"));
        }
    }

    /// Tells where something sensitive would be shown.
    fn refuse(&self, site: usize, item: Item, sink: &Sink) {
        let definition = self.definition(site);
        let uses = definition.uses(item);
        let schema = match item {
            Item::Resource(index) => definition.resources[index].schema,
            _ => None,
        };
        let name = || definition.name(item);
        let told = |one: &Use, message: String, help: &str| {
            let fault = Diagnostic::error(Code::InvalidValue, message).at(Origin::at(one.place.clone()));
            sink.push_static(fault.help(help));
            // What would be wrong with its value is the same mistake, and must not be told of a secret.
            sink.mark_broken(&one.within);
        };
        let keyed = |one: &Use| one.part == UsePart::Each && !instances(one) && self.reads(site, uses, one);
        let each_refused = uses.iter().any(keyed);
        // A value that names two secrets, or one twice, is one mistake.
        let mut values: HashSet<(&Span, String)> = HashSet::new();
        for one in uses.iter().filter(|one| !(each_refused && matches!(one.target, Target::Each))) {
            let (message, help) = match &one.part {
                // The keys are in addresses, and those are shown everywhere.
                UsePart::Each if !instances(one) => (
                    format!("`for_each` of `{}` uses something sensitive", name()),
                    "its keys become names: use `keys(…)`, or something that may be shown",
                ),
                UsePart::When => (
                    format!("`when` of `{}` uses something sensitive", name()),
                    "whether it exists is shown everywhere: let an input that may be shown decide",
                ),
                UsePart::Place => (
                    format!("the region or account of `{}` uses something sensitive", name()),
                    "where it is is shown everywhere: use something that may be shown",
                ),
                UsePart::Value(path) if schema.is_some_and(|schema| identifies(schema, path)) => (
                    format!("`{path}` of `{}` uses something sensitive", name()),
                    match schema.is_some_and(|schema| schema.in_state) {
                        true => {
                            "the value that is made of it is shown, and kept in state: use something that may be shown"
                        }
                        false => {
                            "AWS makes ids and ARNs of it, which are shown and kept: use something that may be shown"
                        }
                    },
                ),
                _ if one.as_key => (
                    "something sensitive becomes a key of a map".to_string(),
                    "keys are shown: let it be a value, under a key that may be shown",
                ),
                _ => continue,
            };
            if self.reads(site, uses, one) && values.insert((&one.within, message.clone())) {
                told(one, message, help);
            }
        }
        // What a call passes is told once for the call, whatever becomes of it inside.
        let Item::Call(call) = item else { return };
        for one in definition.calls[call].inputs.iter().flatten().filter(|one| one.as_key) {
            if self.reads(site, uses, one) {
                told(
                    one,
                    "something sensitive becomes a key of a map".to_string(),
                    "keys are shown: let it be a value, under a key that may be shown",
                );
            }
        }
    }

    /// Whether `one` reads something sensitive. `uses`: those of the declaration, for its `each`.
    fn reads(&self, site: usize, uses: &[Use], one: &Use) -> bool {
        let at = |site: usize, item: Item| &self.out[self.sites.node(site, item)];
        let child = |call: usize| self.sites.sites[site].children[call];
        let sensitive = match &one.target {
            Target::Each => {
                one.part != UsePart::Each
                    && uses.iter().any(|other| other.part == UsePart::Each && self.reads(site, uses, other))
            }
            Target::Resource { index, read, sensitive, .. } => {
                let paths = at(site, Item::Resource(*index));
                *sensitive
                    || match read {
                        Read::Attribute(name) => paths.iter().any(|path| path.first() == Some(name)),
                        Read::Whole => !paths.is_empty(),
                        Read::Keys => false,
                    }
            }
            // What AWS answers may repeat what it was asked for.
            Target::Data { index, sensitive, .. } => *sensitive || !at(site, Item::Data(*index)).is_empty(),
            Target::Input(index) => !at(site, Item::Input(*index)).is_empty(),
            Target::Local(index) => {
                let below = one.path.get(2..).unwrap_or_default();
                at(site, Item::Local(*index)).iter().any(|path| touches(path, below))
            }
            Target::Output { call, output, .. } => {
                child(*call).is_some_and(|child| !at(child, Item::Output(*output)).is_empty())
            }
            Target::Module { call, .. } => child(*call).is_some_and(|child| {
                let outputs = self.sites.outputs(child);
                (0..outputs).any(|output| !at(child, Item::Output(output)).is_empty())
            }),
            Target::Foreign { stack, output } => {
                self.facts.outputs.get(stack).is_some_and(|facts| facts.sensitive.contains(output.as_ref()))
            }
            Target::Secret => true,
            Target::Inside { .. } | Target::Keys { .. } => false,
        };
        sensitive && !(one.keys_only && self.keys_are_written(site, one))
    }
}

/// Whether who reads `read` of a value reads what is at `path` of it, or a part of that.
fn touches(path: &PropertyPath, read: &[RefSegment]) -> bool {
    path.0.iter().zip(read).all(|(step, segment)| match (step, segment) {
        (Step::Key(key), RefSegment::Field(name)) => key.as_ref() == name,
        (Step::Index(at), RefSegment::Index(index)) => usize::try_from(*index).is_ok_and(|index| index == *at),
        _ => true,
    })
}

/// The instances of another declaration as a whole have keys that are known to be none.
fn instances(one: &Use) -> bool {
    matches!(one.target, Target::Resource { read: Read::Whole, .. } | Target::Module { .. })
}

/// True when ids, ARNs, names or other attributes are made of the property or a part of it: what tells the objects of a type
/// apart, which object they are a part of, and what a value is generated of.
pub(in crate::compile) fn identifies(schema: &TypeSchema, path: &PropertyPath) -> bool {
    let Some(name) = path.first() else { return false };
    let relations = &schema.relations;
    let tells = |name: &str| relations.identity.contains(&name) || relations.part_of.contains(&name);
    let is_name = tells(name) || name.strip_suffix("_prefix").is_some_and(tells);
    schema.field(name).is_some_and(|field| (field.names || is_name) && !field.sensitive)
}
