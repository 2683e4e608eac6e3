//! `module.yaml`: inputs, and a body.

use std::sync::Arc;

use indexmap::IndexMap;

use super::table::Table;
use super::{Body, Expected, Module, Node, body, inputs, placement, shapes};
use crate::model::Diagnostics;

pub(super) fn read(folder: &Arc<str>, node: Node, out: &mut Diagnostics) -> Module {
    let mut module = Module {
        folder: folder.clone(),
        description: None,
        inputs: IndexMap::new(),
        expected: Expected::default(),
        body: Body::default(),
    };
    let hint = |key: &str| match key {
        "moved" | "removed" | "import" => Some("it stands in a stack file".to_string()),
        "local" => Some("did you mean `locals`?".to_string()),
        "variables" | "variable" => Some("write `inputs`".to_string()),
        _ => None,
    };
    let Some(mut table) = Table::read_with(node, &shapes::MODULE, out, hint) else { return module };
    module.description = table.string("description", out);
    module.inputs = inputs::read(table.node("inputs"), "`inputs`", out);
    module.expected = placement::expected(&mut table, out);
    body::read(&mut table, &mut module.body, out);
    module
}
