//! What a compiled graph can be asked: properties, arguments, outputs, any expression.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::evaluator::{Evaluator, Memo};
use super::properties;
use crate::compile::checks::declared::import_id;
use crate::compile::ids::Item;
use crate::compile::instances::{Instance, Instances};
use crate::compile::sink::Sink;
use crate::compile::{DesiredGraph, Evaluated, Known, Output};
use crate::expr::{EvalError, Expr, Part, RefSegment, Template};
use crate::model::{Address, Code, Diagnostic, Diagnostics, Origin, PhysicalId, PropertyPath, Value};

/// Runs `work` with an evaluator of its own; any error makes the whole an error.
fn with<T>(graph: &DesiredGraph, known: &dyn Known, work: impl FnOnce(Evaluator<'_>) -> T) -> Result<T, Diagnostics> {
    let sink = Sink::default();
    let memo = Memo::default();
    let result = work(Evaluator { program: &graph.program, known, memo: &memo, sink: &sink });
    if sink.has_errors() { Err(sink.into_diagnostics()) } else { Ok(result) }
}

fn not_declared(address: &Address) -> Diagnostics {
    Diagnostic::error(Code::UnknownAddress, format!("`{address}` is not declared")).address(address.clone()).into()
}

pub(in crate::compile) fn resource(
    graph: &DesiredGraph,
    address: &Address,
    known: &dyn Known,
) -> Result<Evaluated, Diagnostics> {
    let id = *graph.program.resource_at.get(address).ok_or_else(|| not_declared(address))?;
    with(graph, known, |evaluator| properties::resource(evaluator, id))
}

pub(in crate::compile) fn data(
    graph: &DesiredGraph,
    address: &Address,
    known: &dyn Known,
) -> Result<Value, Diagnostics> {
    let id = *graph.program.data_at.get(address).ok_or_else(|| not_declared(address))?;
    with(graph, known, |evaluator| Value::Map(properties::data(evaluator, id)))
}

pub(in crate::compile) fn outputs(
    graph: &DesiredGraph,
    known: &dyn Known,
) -> Result<IndexMap<String, Output>, Diagnostics> {
    let program = &graph.program;
    if program.frames.is_empty() {
        return Ok(IndexMap::new());
    }
    with(graph, known, |evaluator| {
        let outputs = program.definition(0).body.outputs.iter().enumerate();
        let output = |(index, (name, decl)): (usize, (&std::sync::Arc<str>, &crate::config::OutputDecl))| {
            let output = Output {
                // An output is kept as JSON, which would forget the text of a number.
                value: evaluator.output(0, index).as_ref().clone().in_texts(),
                sensitive: !program.sensitive(0, Item::Output(index)).is_empty(),
                description: decl.description.clone(),
                origin: Origin::at(decl.span.clone()),
            };
            (name.to_string(), output)
        };
        outputs.map(output).collect()
    })
}

/// The ids of imports that were not known when the stack was compiled and are now, by the place of the import.
pub(in crate::compile) fn import_ids(
    graph: &DesiredGraph,
    known: &dyn Known,
) -> Result<Vec<(usize, PhysicalId)>, Diagnostics> {
    let open = graph.imports.iter().enumerate().filter(|(_, import)| import.id.is_none());
    let open: Vec<(usize, &Address)> = open.map(|(index, import)| (index, &import.to)).collect();
    if open.is_empty() || graph.program.frames.is_empty() {
        return Ok(Vec::new());
    }
    with(graph, known, |evaluator| {
        let declared = &graph.program.definition(0).body.imports;
        let id = |(index, to): (usize, &Address)| {
            let decl = declared.iter().find(|decl| decl.to.value == *to)?;
            Some((index, import_id(evaluator, decl)??))
        };
        open.into_iter().filter_map(id).collect()
    })
}

pub(in crate::compile) fn text(
    graph: &DesiredGraph,
    expression: &str,
    known: &dyn Known,
) -> Result<Value, Diagnostics> {
    let template = parsed(expression)?;
    if let Some(secret) = shows_secret(graph, &template) {
        let message = format!("`{secret}` is sensitive, and is not shown");
        return Err(Diagnostic::error(Code::InvalidExpression, message).into());
    }
    evaluated(graph, &template, known)
}

/// As [`text`], for a value that is not shown: it may be sensitive.
pub(in crate::compile) fn unshown(
    graph: &DesiredGraph,
    expression: &str,
    known: &dyn Known,
) -> Result<Value, Diagnostics> {
    evaluated(graph, &parsed(expression)?, known)
}

fn parsed(expression: &str) -> Result<Template, Diagnostics> {
    if expression.contains("${") {
        return Template::parse(expression).map_err(failed);
    }
    let expr = Expr::parse(expression, 0).map_err(failed)?;
    Ok(Template { source: expression.into(), parts: vec![Part::Expr(expr)] })
}

fn evaluated(graph: &DesiredGraph, template: &Template, known: &dyn Known) -> Result<Value, Diagnostics> {
    if graph.program.frames.is_empty() {
        return Err(Diagnostic::error(Code::UnknownStack, "there is no such stack").into());
    }
    with(graph, known, |evaluator| template.evaluate(&evaluator.view(0)))?.map_err(failed)
}

fn failed(error: EvalError) -> Diagnostics {
    let mut fault = Diagnostic::error(error.code, error.message);
    fault.help = error.help;
    fault.into()
}

/// What of a resource's or data source's properties came through something sensitive.
pub(in crate::compile) fn sensitive(graph: &DesiredGraph, address: &Address) -> BTreeSet<PropertyPath> {
    let program = &graph.program;
    let of = |instance: &Instance, item: Item| program.sensitive(instance.frame, item).as_ref().clone();
    if let Some(id) = program.resource_at.get(address) {
        let instance = &program.resources[*id];
        return of(instance, Item::Resource(instance.item));
    }
    match program.data_at.get(address).map(|id| &program.data[*id]) {
        // What AWS answers may repeat what it was asked for.
        Some(instance) if program.asks_with_secret(instance) => BTreeSet::from([PropertyPath::default()]),
        _ => BTreeSet::new(),
    }
}

/// The names of the sensitive outputs of a module that the stack calls.
pub(in crate::compile) fn sensitive_outputs(graph: &DesiredGraph, call: &str) -> Vec<String> {
    let program = &graph.program;
    let Some(root) = program.frames.first() else { return Vec::new() };
    let position = program.definition(0).body.modules.get_index_of(call);
    let frames = position.and_then(|position| root.calls.get(position)).map(Instances::ids).unwrap_or_default();
    let Some(frame) = frames.first() else { return Vec::new() };
    let outputs = program.definition(*frame).body.outputs.keys().enumerate();
    let secret = outputs.filter(|(index, _)| !program.sensitive(*frame, Item::Output(*index)).is_empty());
    secret.map(|(_, name)| name.to_string()).collect()
}

/// A value of the stage, or a local, that is sensitive and that an expression names.
fn shows_secret(graph: &DesiredGraph, template: &Template) -> Option<String> {
    let program = &graph.program;
    let secret = |path: &[RefSegment]| match path {
        [RefSegment::Field(root), RefSegment::Field(name), ..] if root == "locals" => {
            let index = program.definition(0).body.locals.get_index_of(name.as_str())?;
            let paths = program.sensitive(0, Item::Local(index));
            (!paths.is_empty()).then(|| format!("locals.{name}"))
        }
        [RefSegment::Field(root), RefSegment::Field(values), RefSegment::Field(name), ..]
            if root == "stage" && values == "values" =>
        {
            program.secret_values.contains(name.as_str()).then(|| format!("stage.values.{name}"))
        }
        [RefSegment::Field(root), rest @ ..] if root == "stage" && rest.len() < 2 => {
            let whole = rest.first().is_none_or(|one| matches!(one, RefSegment::Field(name) if name == "values"));
            (whole && !program.secret_values.is_empty()).then(|| "stage.values".to_string())
        }
        _ => None,
    };
    template.references().find_map(|(reference, _)| secret(&reference.path))
}
