//! Files that resources are made of: whether they can be read is told before anything is changed.

use crate::compile::ids::InstanceId;
use crate::compile::instances::Program;
use crate::compile::sink::Sink;
use crate::compile::types::Evaluated;
use crate::model::{Code, Diagnostic, Origin, PropertyPath, SecretPaths, Value};

/// Tells of files that are not there, or not to be read.
pub(in crate::compile) fn readable(program: &Program, id: InstanceId, evaluated: &Evaluated, sink: &Sink) {
    let instance = &program.resources[id];
    let definition = program.definition(instance.frame);
    let Some(schema) = definition.resources[instance.item].schema else { return };
    for (field, most) in schema.fields.iter().filter_map(|field| Some((field, field.file?))) {
        let Some(name) = evaluated.properties.get(field.name).and_then(Value::as_str) else { continue };
        let path = PropertyPath::from(field.name);
        let Some(why) = program.files.refuses(name, most) else { continue };
        let place = || Origin::at(definition.body.resources[instance.item].span.clone());
        let origin = evaluated.origins.get(&path).cloned().unwrap_or_else(place);
        sink.push(match SecretPaths::new(&evaluated.sensitive).covers(&path) {
            true => Diagnostic::error(Code::InvalidValue, format!("`{path}` names no file that can be read"))
                .at(origin)
                .note("why is not shown, as it came through something sensitive")
                .of_secret(),
            false => Diagnostic::error(Code::InvalidValue, format!("`{path}` is {}: {why}", Value::from(name)))
                .at(origin)
                .address(instance.address.clone())
                .help("the name counts from the folder of the project; no link is followed"),
        });
    }
}
