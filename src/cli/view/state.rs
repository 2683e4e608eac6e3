//! Resources as state has them, and what rearranges them.

use serde_json::{Map as JsonMap, Value as Json};
use wildfire_engine::journal::Entry;
use wildfire_engine::model::Address;
use wildfire_engine::model::visible::Visible;
use wildfire_engine::pipeline::Rearrangement;
use wildfire_engine::state::{ResourceState, State};

use super::change::{Owner, properties};
use super::line::{Line, Page};

/// The whole of each resource: nothing of it is cut.
pub fn text(resources: &[(Address, &ResourceState)]) -> String {
    let mut page = Page::default();
    for (position, (address, resource)) in resources.iter().enumerate() {
        if position > 0 {
            page.gap();
        }
        page.push(Line::at(0).text(address));
        page.push(Line::at(2).text(format!("{} {}", resource.type_name, resource.id)));
        let sensitive = resource.sensitive.iter().map(|path| path.as_str().into()).collect();
        let owner = Owner { type_name: &resource.type_name, path: address.path(), sign: None, sensitive: &sensitive };
        properties(&mut page, owner, &resource.attributes);
    }
    page.ansi()
}

/// The resource that `asked` names; a map by path of those that it stands for.
pub fn json(asked: &Address, resources: &[(Address, &ResourceState)]) -> Json {
    let one = |resource: &ResourceState| serde_json::to_value(resource).unwrap_or_default();
    match resources {
        [(address, resource)] if address == asked => one(resource),
        _ => {
            let entry = |(address, resource): &(Address, &ResourceState)| (address.path().to_string(), one(resource));
            resources.iter().map(entry).collect::<JsonMap<_, _>>().into()
        }
    }
}

/// What is asked before the entries of a rearrangement are written.
pub fn question(rearrangement: &Rearrangement, entries: &[Entry]) -> String {
    let count = entries.len();
    match rearrangement {
        Rearrangement::Move { from, to } if is_as_named(rearrangement, entries) => {
            format!("Move {} to {} in state?", from.path(), to.path())
        }
        Rearrangement::Move { from, to } => {
            format!("Move {} of {} to {} in state?", resources(count), from.path(), to.path())
        }
        Rearrangement::Forget { address } if is_as_named(rearrangement, entries) => {
            format!("Forget {}? It stays at AWS.", address.path())
        }
        Rearrangement::Forget { address } => {
            format!("Forget {} of {}? What is there stays at AWS.", resources(count), address.path())
        }
    }
}

/// What becomes of each resource, where that is more than the command says.
pub fn listed(rearrangement: &Rearrangement, entries: &[Entry], state: &State) -> Option<Vec<String>> {
    let line = |entry: &Entry| match entry {
        Entry::Moved { from, to } => Some(format!("  {} -> {}", Visible(from), Visible(to))),
        Entry::Forgotten { path, .. } => {
            let resource = state.resources.get(path)?;
            Some(format!("  {} ({} {})", Visible(path), Visible(&resource.type_name), Visible(resource.id.as_str())))
        }
        _ => None,
    };
    (!is_as_named(rearrangement, entries)).then(|| entries.iter().filter_map(line).collect())
}

/// Whether it is about the one resource that it names.
fn is_as_named(rearrangement: &Rearrangement, entries: &[Entry]) -> bool {
    match (rearrangement, entries) {
        (Rearrangement::Move { from, .. }, [Entry::Moved { from: path, .. }]) => from.path() == path,
        (Rearrangement::Forget { address }, [Entry::Forgotten { path, .. }]) => address.path() == path,
        _ => false,
    }
}

fn resources(count: usize) -> String {
    if count == 1 { "1 resource".to_string() } else { format!("{count} resources") }
}
