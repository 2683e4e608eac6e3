//! What a stack file and a `module.yaml` have in common: resources, data, modules and outputs.

use std::sync::Arc;

use indexmap::IndexMap;

use super::table::{Table, error, wrong_type};
use super::{
    Body, DataDecl, ForEach, Key, LocalDecl, ModuleCall, Node, NodeKind, OutputDecl, Remote, ResourceDecl, Spanned,
    checks, lifecycle, placement, remote, shapes,
};
use crate::model::{Code, Diagnostics, Span};

/// Names that mean something else at the beginning of a reference.
const RESERVED: [&str; 29] = [
    "stage",
    "stack",
    "stages",
    "each",
    "inputs",
    "locals",
    "data",
    "optional",
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Whether a reference can begin with it.
pub(super) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Whether a name can be written in an expression. Reports it when not.
pub(super) fn valid_name(key: &Key, root: bool, out: &mut Diagnostics) -> bool {
    let name = key.name.as_ref();
    let shaped = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !shaped {
        let diagnostic = error(Code::InvalidValue, &key.span, format!("`{name}` is not a name"));
        out.push(match name.contains('-') {
            true => diagnostic.help(format!(
                "in an expression `-` is a minus: write `{}`, and keep the dash in the name of the thing at AWS",
                name.replace('-', "_")
            )),
            false => diagnostic.help("a name has letters, digits and `_`, and does not begin with a digit"),
        });
        return false;
    }
    if root && is_reserved(name) {
        let message = format!("`{name}` is a word of the language and cannot be a name");
        out.push(error(Code::InvalidValue, &key.span, message));
        return false;
    }
    true
}

/// A map of named things, for each of which `read` is called.
fn named(
    node: Option<Node>,
    what: &'static str,
    root: bool,
    out: &mut Diagnostics,
    mut read: impl FnMut(Key, Node, &mut Diagnostics) -> bool,
) -> Lost {
    let mut lost = Lost::default();
    let Some(node) = node else { return lost };
    let Some(table) = Table::open(node, what, out) else {
        lost.all = true;
        return lost;
    };
    for (key, node) in table.into_entries() {
        let name = key.name.clone();
        if !valid_name(&key, root, out) || !read(key, node, out) {
            lost.names.push(name);
        }
    }
    lost
}

/// Declarations that could not be read.
#[derive(Default)]
struct Lost {
    names: Vec<Arc<str>>,
    all: bool,
}

/// Adds a thing unless its name is taken, by the same kind or, for `others`, by the other kind of the namespace.
fn add<T>(
    into: &mut IndexMap<Arc<str>, T>,
    taken: Option<Span>,
    key: Key,
    value: T,
    what: &str,
    out: &mut Diagnostics,
) {
    match taken {
        Some(first) => {
            let message = format!("the {what} `{}` is declared twice", key.name);
            let note = format!("it is first at {first}");
            out.push(error(Code::DuplicateAddress, &key.span, message).note(note));
        }
        None => {
            into.insert(key.name, value);
        }
    }
}

impl Body {
    /// Where a resource or a module of that name is declared: both are the begin of a reference.
    fn declared(&self, name: &str) -> Option<Span> {
        let resource = self.resources.get(name).map(|resource| &resource.span);
        resource.or_else(|| self.modules.get(name).map(|module| &module.span)).cloned()
    }
}

/// Tags of a stack: one of a name, in whichever of its files.
pub(super) fn tags(node: Option<Node>, body: &mut Body, out: &mut Diagnostics) {
    let Some(table) = node.and_then(|node| Table::open(node, "`tags`", out)) else { return };
    for (key, node) in table.into_entries() {
        match body.tags.iter().find(|(other, _)| other.name == key.name) {
            Some((first, _)) => {
                let message = format!("the tag `{}` of the stack is written twice", key.name);
                out.push(error(Code::DuplicateKey, &key.span, message).note(format!("it is first at {}", first.span)));
            }
            None => body.tags.push((key, node)),
        }
    }
}

/// Reads the maps of named things out of a file's table into a body, which may have things of other files.
pub(super) fn read(table: &mut Table, body: &mut Body, out: &mut Diagnostics) {
    let resources = named(table.node("resources"), "`resources`", true, out, |key, node, out| {
        let Some(resource) = resource(&key, node, out) else { return false };
        let taken = body.declared(&key.name);
        add(&mut body.resources, taken, key, resource, "name", out);
        true
    });
    let modules = named(table.node("modules"), "`modules`", true, out, |key, node, out| {
        let Some(call) = module_call(&key, node, out) else { return false };
        let taken = body.declared(&key.name);
        add(&mut body.modules, taken, key, call, "name", out);
        true
    });
    let data = named(table.node("data"), "`data`", false, out, |key, node, out| {
        let Some(decl) = data(&key, node, out) else { return false };
        let taken = body.data.get(&key.name).map(|data| data.span.clone());
        add(&mut body.data, taken, key, decl, "data source", out);
        true
    });
    let locals = named(table.node("locals"), "`locals`", false, out, |key, node, out| {
        let taken = body.locals.get(&key.name).map(|local| local.span.clone());
        let local = LocalDecl { value: node, span: key.span.clone() };
        add(&mut body.locals, taken, key, local, "local", out);
        true
    });
    let outputs = named(table.node("outputs"), "`outputs`", false, out, |key, node, out| {
        let Some(decl) = output(&key, node, out) else { return false };
        let taken = body.outputs.get(&key.name).map(|output| output.span.clone());
        add(&mut body.outputs, taken, key, decl, "output", out);
        true
    });
    body.checks.extend(checks::read(table.node("checks"), checks::Place::Body, out));
    for lost in [resources, modules, data, locals, outputs] {
        body.incomplete |= lost.all;
        body.lost.extend(lost.names);
    }
}

/// What Terraform has at this place, and how it is written here.
fn resource_hint(key: &str) -> Option<String> {
    Some(match key {
        "count" => "write `when: …` for one or none, and `for_each` for several".to_string(),
        "provider" | "providers" => {
            "write `region: …` or `account: …`, with a name of stage.yaml: `regions: {edge: us-east-1}`".to_string()
        }
        "provisioner" | "connection" => "there are no provisioners".to_string(),
        "name" | "tags" | "bucket" | "vpc_id" | "cidr_block" => {
            format!("what AWS knows stands under `properties`: `properties: {{{key}: …}}`")
        }
        _ => return None,
    })
}

fn resource(key: &Key, node: Node, out: &mut Diagnostics) -> Option<ResourceDecl> {
    let before = out.len();
    let mut table = Table::read_with(node, &shapes::RESOURCE, out, resource_hint)?.at(&key.span);
    let type_name = table.require_text("type", out);
    let for_each = for_each(&mut table, out);
    let when = when(&mut table, out);
    let place = placement::place(&mut table, out);
    let properties = properties(&mut table, out);
    let broken = out.len() > before;
    let depends_on = table.texts("depends_on", out);
    let lifecycle = lifecycle::lifecycle(table.take("lifecycle"), out);
    let timeouts = lifecycle::timeouts(table.node("timeouts"), out);
    let checks = checks::read(table.node("checks"), checks::Place::Body, out);
    let type_name = type_name?;
    Some(ResourceDecl {
        type_name,
        for_each,
        when,
        place,
        properties,
        broken,
        depends_on,
        lifecycle,
        timeouts,
        checks,
        span: key.span.clone(),
    })
}

fn data(key: &Key, node: Node, out: &mut Diagnostics) -> Option<DataDecl> {
    let mut table = Table::read_with(node, &shapes::DATA_SOURCE, out, resource_hint)?.at(&key.span);
    let type_name = table.require_text("type", out);
    let for_each = for_each(&mut table, out);
    let when = when(&mut table, out);
    let place = placement::place(&mut table, out);
    let properties = properties(&mut table, out);
    let depends_on = table.texts("depends_on", out);
    let span = key.span.clone();
    Some(DataDecl { type_name: type_name?, for_each, when, place, properties, depends_on, span })
}

fn module_call(key: &Key, node: Node, out: &mut Diagnostics) -> Option<ModuleCall> {
    let hint = |key: &str| match key {
        "version" => Some("which version stands in the source: `source: {git: …, ref: v1.0}`".to_string()),
        "lifecycle" => Some("`lifecycle` stands at a resource".to_string()),
        "properties" => Some("a module takes `inputs`".to_string()),
        other => resource_hint(other).filter(|_| other == "count" || other.starts_with("provider")),
    };
    let mut table = Table::read_with(node, &shapes::MODULE_CALL, out, hint)?.at(&key.span);
    let source = module_source(&mut table, out);
    let for_each = for_each(&mut table, out);
    let when = when(&mut table, out);
    let place = placement::place(&mut table, out);
    let passed = placement::passed(&mut table, out);
    let mut inputs = IndexMap::new();
    if let Some(given) = table.node("inputs").and_then(|node| Table::open(node, "`inputs`", out)) {
        inputs.extend(given.into_entries().map(|(key, node)| (key.name, (key.span, node))));
    }
    let depends_on = table.texts("depends_on", out);
    let (module, span) = (None, key.span.clone());
    let (source, remote) = source?;
    Some(ModuleCall { source, remote, module, for_each, when, place, passed, inputs, depends_on, span })
}

/// A name, a path, or a module from elsewhere.
fn module_source(table: &mut Table, out: &mut Diagnostics) -> Option<(Spanned<Arc<str>>, Option<Remote>)> {
    let node = table.require("source", out)?;
    match node.kind {
        NodeKind::Map(_) => remote::source(node, out).map(|(source, remote)| (source, Some(remote))),
        _ => super::table::text(node, out).map(|source| (source, None)),
    }
}

fn for_each(table: &mut Table, out: &mut Diagnostics) -> Option<ForEach> {
    let node = table.node("for_each")?;
    match node.kind {
        NodeKind::Template(_) | NodeKind::List(_) | NodeKind::Map(_) => Some(ForEach(node)),
        _ => {
            let mut diagnostic = wrong_type(&node, "a list of strings, a map or an expression");
            match node.kind {
                NodeKind::Scalar(ref scalar) if scalar.as_int().is_some() => {
                    diagnostic.help =
                        Some("for a number of equal things write the names of them: [\"a\", \"b\"]".into());
                }
                NodeKind::Scalar(ref scalar) if scalar.as_bool().is_some() => {
                    diagnostic.help = Some("for one or none write `when: …`".into())
                }
                _ => {}
            }
            out.push(diagnostic);
            // There is a `for_each`, so `each` has a meaning; what it is, nobody knows.
            let text = Arc::new(crate::expr::Template::invalid("${…}"));
            Some(ForEach(Node { kind: NodeKind::Template(text), span: node.span }))
        }
    }
}

fn when(table: &mut Table, out: &mut Diagnostics) -> Option<Node> {
    let node = table.node("when")?;
    match node.kind {
        NodeKind::Template(_) => Some(node),
        NodeKind::Scalar(ref scalar) if scalar.as_bool().is_some() => Some(node),
        _ => {
            out.push(wrong_type(&node, "true, false or an expression").help("an expression is written `${…}`"));
            None
        }
    }
}

fn properties(table: &mut Table, out: &mut Diagnostics) -> Option<Node> {
    let node = table.node("properties")?;
    match node.kind {
        NodeKind::Map(_) => Some(node),
        _ => {
            out.push(wrong_type(&node, "a map of properties"));
            None
        }
    }
}

/// An output: `{value, description, sensitive}`, or the value alone. A map with `value` in it is the long form.
fn output(key: &Key, node: Node, out: &mut Diagnostics) -> Option<OutputDecl> {
    let span = key.span.clone();
    let long = match &node.kind {
        NodeKind::Map(entries) => entries.iter().any(|(key, _)| key.name.as_ref() == "value"),
        NodeKind::Null => {
            out.push(error(Code::MissingKey, &span, format!("the output `{}` has no value", key.name)));
            return None;
        }
        _ => false,
    };
    if !long {
        return Some(OutputDecl { value: node, description: None, sensitive: false, span });
    }
    let mut table = Table::read(node, &shapes::OUTPUT, out)?.at(&span);
    let description = table.string("description", out);
    let sensitive = table.flag("sensitive", out).unwrap_or(false);
    // An explicit null is a value.
    let null = Node { kind: NodeKind::Null, span: span.clone() };
    Some(OutputDecl { value: table.node("value").unwrap_or(null), description, sensitive, span })
}
