//! Which values came through something sensitive; static, along references.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Facts;
use super::definition::Definition;
use super::program::Item;
use super::sink::Sink;
use super::sites::Sites;
use super::target::{Read, Target};
use super::uses::{Use, UsePart};
use crate::model::{Code, Diagnostic, Origin, PropertyPath, Step};

type Paths = Arc<BTreeSet<PropertyPath>>;

/// By node: the sensitive paths of a resource or data source. For an input or output the set is not empty when it
/// is sensitive.
pub(super) fn sensitive(
    sites: &Sites,
    definitions: &[Definition],
    facts: &Facts,
    order: &[usize],
    sink: &Sink,
) -> Vec<Paths> {
    let mut out: Vec<Paths> = vec![Paths::default(); sites.len()];
    for node in order {
        let (site, Some(item)) = sites.item(*node) else { continue };
        let definition = &definitions[sites.sites[site].definition];
        let whole = || BTreeSet::from([PropertyPath::default()]);
        let mut paths = BTreeSet::new();
        let marks = Marks { sites, facts, out: &out };
        let uses = definition.uses(item);
        // The keys are in addresses, and those are shown everywhere.
        if let Some(secret) = uses.iter().find(|one| marks.names(site, uses, one)) {
            let message = format!("`for_each` of `{}` uses something sensitive", definition.name(item));
            let fault = Diagnostic::error(Code::InvalidValue, message).at(Origin::at(secret.place.clone()));
            sink.push_static(fault.help("its keys become names: use `keys(…)`, or something that may be shown"));
        }
        match item {
            Item::Resource(_) | Item::Data(_) => {
                for one in uses {
                    if let UsePart::Value(path) = &one.part
                        && marks.reads(site, uses, one)
                    {
                        if path.first() == Some("tags") {
                            let mut all = path.clone();
                            all.0[0] = Step::Key("tags_all".into());
                            paths.insert(all);
                        }
                        paths.insert(path.clone());
                    }
                }
            }
            Item::Call(_) => {
                if uses.iter().any(|one| one.part == UsePart::Each && marks.reads(site, uses, one)) {
                    paths = whole();
                }
            }
            Item::Input(index) => {
                let declared = definition.inputs.get_index(index).is_some_and(|(_, input)| input.sensitive);
                let passed = sites.sites[site].caller.is_some_and(|(caller, call)| {
                    let calling = &definitions[sites.sites[caller].definition];
                    let call_uses = calling.uses(Item::Call(call));
                    let uses = calling.calls[call].inputs.get(index).map(Vec::as_slice).unwrap_or_default();
                    uses.iter().any(|one| marks.reads(caller, call_uses, one))
                });
                if declared || passed {
                    paths = whole();
                }
            }
            Item::Output(index) => {
                let declared = definition.body.outputs.get_index(index).is_some_and(|(_, output)| output.sensitive);
                if declared || uses.iter().any(|one| marks.reads(site, uses, one)) {
                    paths = whole();
                }
            }
        }
        if !paths.is_empty() {
            out[*node] = Arc::new(paths);
        }
    }
    out
}

struct Marks<'a> {
    sites: &'a Sites,
    facts: &'a Facts,
    out: &'a [Paths],
}

impl Marks<'_> {
    /// Whether something sensitive becomes the keys of a `for_each`. The instances of another declaration as a whole
    /// have keys that are known to be none.
    fn names(&self, site: usize, uses: &[Use], one: &Use) -> bool {
        let instances = matches!(one.target, Target::Resource { read: Read::Whole, .. } | Target::Module { .. });
        one.part == UsePart::Each && !instances && self.reads(site, uses, one)
    }

    /// Whether `one` reads something sensitive. `uses`: those of the declaration, for its `each`.
    fn reads(&self, site: usize, uses: &[Use], one: &Use) -> bool {
        if one.keys_only {
            return false;
        }
        let at = |site: usize, item: Item| &self.out[self.sites.node(site, item)];
        let child = |call: usize| self.sites.sites[site].children[call];
        match &one.target {
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
            Target::Data { sensitive, .. } => *sensitive,
            Target::Input(index) => !at(site, Item::Input(*index)).is_empty(),
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
            Target::Inside { .. } | Target::Keys { .. } => false,
        }
    }
}
