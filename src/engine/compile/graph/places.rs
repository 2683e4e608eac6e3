//! Which resource a place in the files belongs to.
//!
//! What is wrong with a declaration is found before there are instances. Tools still want to know which resource it is
//! about, so faults without an address get that of the declaration that their place is in. Owns: that guess, which is
//! made only where it is right: the body stands at one address.

use std::collections::BTreeMap;

use super::call_sites::CallSites;
use crate::compile::declarations::Definition;
use crate::compile::ids::Item;
use crate::model::{Address, Diagnostics, Span, StackId};

/// Gives every diagnostic without an address the one of the resource or data source that it stands in.
pub(in crate::compile) fn address(
    stack: &StackId,
    sites: &CallSites,
    definitions: &[Definition],
    diagnostics: Diagnostics,
) -> Diagnostics {
    if diagnostics.iter().all(|diagnostic| diagnostic.address.is_some() || diagnostic.origin.is_none()) {
        return diagnostics;
    }
    let declarations = declarations(stack, sites, definitions);
    let mut out = Diagnostics::default();
    for mut diagnostic in diagnostics {
        if diagnostic.address.is_none()
            && let Some(origin) = &diagnostic.origin
        {
            diagnostic.address = within(&declarations, &origin.span);
        }
        out.push(diagnostic);
    }
    out
}

/// Every declaration by its place; those that are no resource or data source, or stand at many addresses, without one.
fn declarations(stack: &StackId, sites: &CallSites, definitions: &[Definition]) -> BTreeMap<Span, Option<Address>> {
    let mut out = BTreeMap::new();
    for (index, definition) in definitions.iter().enumerate() {
        let mut at = sites.sites.iter().filter(|site| site.definition == index);
        let only = at.next().filter(|_| at.next().is_none()).map(|site| site.path.as_str());
        let body = &definition.body;
        let address = |name: &str| {
            let path = match only? {
                "" => name.to_string(),
                path => format!("{path}.{name}"),
            };
            Address::in_stack(stack, &path).ok()
        };
        for (position, decl) in body.resources.values().enumerate() {
            out.insert(decl.span.clone(), address(&definition.name(Item::Resource(position))));
        }
        for (position, decl) in body.data.values().enumerate() {
            out.insert(decl.span.clone(), address(&definition.name(Item::Data(position))));
        }
        let others = body.modules.values().map(|call| &call.span);
        let others = others.chain(body.locals.values().map(|local| &local.span));
        let others = others.chain(body.outputs.values().map(|output| &output.span));
        // A check of a resource is inside of it.
        let checks = definition.checks.iter().filter(|check| check.owner.is_none());
        let others = others.chain(checks.map(|check| &check.decl.span));
        out.extend(others.map(|span| (span.clone(), None)));
    }
    out
}

/// The declaration that begins last before a place, if the place is inside of it: on its line, or deeper than its name.
fn within(declarations: &BTreeMap<Span, Option<Address>>, place: &Span) -> Option<Address> {
    let (begin, address) = declarations.range(..=place.clone()).next_back()?;
    let inside = begin.file == place.file && (begin.line == place.line || place.column > begin.column);
    // The name itself counts whatever its length.
    address.clone().filter(|_| inside)
}
