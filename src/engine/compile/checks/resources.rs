//! What is wrong with each resource and data source by itself: as it is declared, and with the values of each instance.

use std::collections::HashSet;

use super::{Networks, lacks_snapshot_name, named_files, objects, snapshot_help};
use crate::compile::DesiredLifecycle;
use crate::compile::declarations::Definition;
use crate::compile::sink::Sink;
use crate::compile::values::{Declaration, Evaluator, properties, provenance};
use crate::model::{Catalog, Code, Diagnostic, Origin, PropertyPath, Relations, Span, Value, secret};

/// What is wrong with a declaration whatever its scope. Returns the places of the resources that are wrong.
pub(in crate::compile) fn declarations(definitions: &[Definition], sink: &Sink) -> HashSet<Span> {
    let mut broken = HashSet::new();
    for definition in definitions {
        for (decl, info) in definition.body.resources.values().zip(&definition.resources) {
            if let Some(schema) = info.schema {
                let before = sink.came();
                let declaration = Declaration {
                    type_name: schema.name,
                    fields: &schema.fields,
                    unsupported: &schema.unsupported,
                    exactly_one: &schema.exactly_one,
                    tags: schema.tags,
                    properties: decl.properties.as_ref(),
                    broken: decl.broken,
                    place: &decl.span,
                };
                properties::check(&declaration, sink);
                if sink.came() > before || decl.broken {
                    broken.insert(decl.span.clone());
                }
            }
        }
        for (decl, info) in definition.body.data.values().zip(&definition.data) {
            if let Some(schema) = info.schema {
                let declaration = Declaration {
                    type_name: schema.name,
                    fields: &schema.fields,
                    unsupported: &[],
                    exactly_one: &[],
                    tags: None,
                    properties: decl.properties.as_ref(),
                    broken: false,
                    place: &decl.span,
                };
                properties::check(&declaration, sink);
            }
        }
    }
    broken
}

/// Evaluates every resource with nothing known, and tells what is wrong.
pub(in crate::compile) fn instances(
    evaluator: Evaluator<'_>,
    catalog: &dyn Catalog,
    broken: &HashSet<Span>,
    lifecycles: &[DesiredLifecycle],
) {
    let (program, sink) = (evaluator.program, evaluator.sink);
    let mut networks = Networks::default();
    let mut known = Vec::with_capacity(program.resources.len());
    for (id, instance) in program.resources.iter().enumerate() {
        let before = sink.came();
        let evaluated = properties::resource(evaluator, id);
        let definition = program.definition(instance.frame);
        let Some(schema) = definition.resources[instance.item].schema else { continue };
        if sink.came() > before {
            continue;
        }
        named_files::readable(program, id, &evaluated, sink);
        let no_networks = networks.add(program, id, &evaluated, sink);
        // A type's own checks of what is wrong already would tell the same mistake again.
        if broken.contains(&definition.body.resources[instance.item].span) {
            continue;
        }
        if schema.relations != Relations::NONE {
            known.push((id, evaluated.properties.clone()));
        }
        // What is wrong with a secret would be told in the words of a type, which may repeat it, and of each instance.
        let properties = Value::Map(secret::unknown_at(&evaluated.sensitive, evaluated.properties));
        let problems = catalog.validate(schema.name, &properties);
        for problem in problems.into_iter().filter(|problem| !no_networks.contains(&problem.path)) {
            let decl = &definition.body.resources[instance.item];
            let via = |place: Span| Origin::via(place, program.frames[instance.frame].via.clone());
            // Inside of a document only the property itself has an origin, and of what an expression makes only the whole.
            let written = || decl.properties.as_ref().and_then(|node| node.at(&problem.path)).map(via);
            let around = |end: usize| evaluated.origins.get(&PropertyPath(problem.path.0[..end].to_vec())).cloned();
            let nearest = || (1..problem.path.0.len()).rev().find_map(around);
            let exact = evaluated.origins.get(&problem.path).cloned();
            let origin = exact.or_else(written).or_else(nearest).unwrap_or_else(|| via(decl.span.clone()));
            let mut fault = Diagnostic::error(Code::InvalidValue, problem.message);
            fault.help = problem.help;
            let template = decl.properties.as_ref().and_then(|node| provenance::template_at(node, &origin.span));
            let mut fault = fault.at(origin).address(instance.address.clone());
            fault
                .notes
                .extend(template.into_iter().flat_map(|one| provenance::of_template(program, instance.frame, one)));
            sink.push(fault);
        }
        if let Some(last) = lacks_snapshot_name(schema, &properties)
            && lifecycles[id].prevent_destroy != Some(true)
        {
            let decl = &definition.body.resources[instance.item];
            let origin = Origin::via(decl.span.clone(), program.frames[instance.frame].via.clone());
            let message = format!("{} cannot be deleted: its last snapshot has no name", instance.address);
            let warning = Diagnostic::warning(Code::MissingProperty, message).at(origin);
            sink.push(warning.address(instance.address.clone()).help(snapshot_help(last)));
        }
    }
    networks.check(sink);
    objects::check(program, catalog, known, sink);
}
