//! A resource as state has it.

use wildfire_engine::model::Address;
use wildfire_engine::state::ResourceState;

use super::change::{Owner, properties};
use super::line::{Line, Page};

/// The whole of a resource: nothing of it is cut.
pub fn text(address: &Address, resource: &ResourceState) -> String {
    let mut page = Page::default();
    page.push(Line::at(0).text(address));
    page.push(Line::at(2).text(format!("{} {}", resource.type_name, resource.id)));
    let sensitive = resource.sensitive.iter().map(|path| path.as_str().into()).collect();
    let owner = Owner { type_name: &resource.type_name, path: address.path(), sign: None, sensitive: &sensitive };
    properties(&mut page, owner, &resource.attributes);
    page.ansi()
}
