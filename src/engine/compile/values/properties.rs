//! The properties of a resource, and the arguments of a data source.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::coerce::{Coercer, Unevaluated, Written};
use super::evaluator::{Evaluator, View};
use super::{provenance, tags};
use crate::compile::Evaluated;
use crate::compile::checks::late_secrets;
use crate::compile::checks::sensitive::identifies;
use crate::compile::declarations::{Target, Use, UsePart};
use crate::compile::ids::{FrameId, InstanceId, Item};
use crate::compile::instances::{Instance, Program};
use crate::compile::sink::{Sink, failed};
use crate::config::{Key, Node, NodeKind};
use crate::expr::bytes;
use crate::model::{
    Code, Diagnostic, Field, Map, Origin, Origins, PropertyPath, SecretPaths, Span, TagRule, Value, secret,
};

/// Whether a property is written, be it null.
pub(in crate::compile) fn written(properties: Option<&Node>, name: &str) -> bool {
    entries(properties).iter().any(|(key, _)| key.name.as_ref() == name)
}

fn entries(properties: Option<&Node>) -> &[(Key, Node)] {
    match properties.map(|node| &node.kind) {
        Some(NodeKind::Map(entries)) => entries,
        _ => &[],
    }
}

/// The module calls through which the value at a path came: those of the input that it refers to, else the call's.
fn via(program: &Program, frame: FrameId, uses: &[Use], path: &PropertyPath) -> Option<Arc<Origin>> {
    let frame = &program.frames[frame];
    frame.via.as_ref()?;
    let input = uses.iter().find_map(|one| match (&one.part, &one.target) {
        (UsePart::Value(at), Target::Input(index)) if at == path => frame.input_via.get(*index)?.clone(),
        _ => None,
    });
    input.or_else(|| frame.via.clone())
}

struct Subject<'a> {
    instance: &'a Instance,
    type_name: &'static str,
    fields: &'static [Field],
    unsupported: &'static [(&'static str, &'static str)],
    tags: Option<TagRule>,
    uses: &'a [Use],
    properties: Option<&'a Node>,
    place: &'a Span,
    data: bool,
    /// What is missing was told in other words.
    broken: bool,
}

impl<'a> Subject<'a> {
    /// `None` when the type is not known, which was told.
    fn resource(program: &'a Program, id: InstanceId) -> Option<Self> {
        let instance = &program.resources[id];
        let definition = program.definition(instance.frame);
        let schema = definition.resources[instance.item].schema?;
        let decl = &definition.body.resources[instance.item];
        Some(Self {
            instance,
            type_name: schema.name,
            fields: &schema.fields,
            unsupported: &schema.unsupported,
            tags: schema.tags,
            uses: &definition.resources[instance.item].uses,
            properties: decl.properties.as_ref(),
            place: &decl.span,
            data: false,
            broken: decl.broken,
        })
    }

    fn data(program: &'a Program, id: InstanceId) -> Option<Self> {
        let instance = &program.data[id];
        let definition = program.definition(instance.frame);
        let schema = definition.data[instance.item].schema?;
        let decl = &definition.body.data[instance.item];
        Some(Self {
            instance,
            type_name: schema.name,
            fields: &schema.fields,
            unsupported: &[],
            tags: None,
            uses: &definition.data[instance.item].uses,
            properties: decl.properties.as_ref(),
            place: &decl.span,
            data: true,
            broken: false,
        })
    }

    /// Coerces with `work`, tells what is wrong, and gives the result and the origins.
    fn coerce<T>(&self, evaluator: Evaluator<'_>, work: impl FnOnce(&mut Coercer<'_>) -> T) -> (T, Origins) {
        let program = evaluator.program;
        let frame = self.instance.frame;
        let item = if self.data { Item::Data(self.instance.item) } else { Item::Resource(self.instance.item) };
        let view: View<'_> = evaluator.view_of(frame, item, self.instance.each.as_deref());
        let via = |path: &PropertyPath| via(program, frame, self.uses, path);
        let mut coercer = Coercer {
            values: &view as &dyn Written,
            type_name: self.type_name,
            unsupported: self.unsupported,
            tags: self.tags,
            via: &via,
            unevaluated: false,
            sensitive: program.sensitive(frame, item),
            origins: Origins::default(),
            meant: BTreeSet::new(),
            faults: Vec::new(),
        };
        let result = work(&mut coercer);
        let Coercer { origins, faults, .. } = coercer;
        for fault in faults.into_iter().filter(|fault| !self.broken || fault.code != Code::MissingProperty) {
            let addressed = !self.data && !fault.of_secret;
            let mut fault = if addressed { fault.address(self.instance.address.clone()) } else { fault };
            let place = fault.origin.as_ref().map(|origin| &origin.span);
            let template = self.properties.zip(place).and_then(|(node, place)| provenance::template_at(node, place));
            fault.notes.extend(template.into_iter().flat_map(|one| provenance::of_template(program, frame, one)));
            evaluator.sink.push(fault);
        }
        (result, origins)
    }

    /// One property, by name; what is wrong with it is told when the whole is computed.
    fn one(&self, evaluator: Evaluator<'_>, name: &str) -> Value {
        let field = self.fields.iter().find(|field| field.name == name && field.is_property());
        let node = entries(self.properties).iter().find(|(key, _)| key.name.as_ref() == name);
        match (field, node) {
            (Some(field), Some((_, node))) => self.coerce(evaluator, |coercer| coercer.property(field, node)).0,
            (None, Some(_)) => Value::Unknown(failed()),
            (_, None) => Value::Null,
        }
    }
}

/// The value of one written property of a resource, or of all its tags.
pub(in crate::compile) fn one(evaluator: Evaluator<'_>, id: InstanceId, name: &str) -> Value {
    let Some(subject) = Subject::resource(evaluator.program, id) else { return Value::Unknown(failed()) };
    if let Some(rule) = subject.tags.filter(|rule| rule.all == name) {
        return tags::merged(&evaluator.program.tags, &subject.one(evaluator, rule.own));
    }
    subject.one(evaluator, name)
}

/// The value of one written argument of a data source.
pub(in crate::compile) fn one_argument(evaluator: Evaluator<'_>, id: InstanceId, name: &str) -> Value {
    match Subject::data(evaluator.program, id) {
        Some(subject) => subject.one(evaluator, name),
        None => Value::Unknown(failed()),
    }
}

/// All properties of a resource.
pub(in crate::compile) fn resource(evaluator: Evaluator<'_>, id: InstanceId) -> Evaluated {
    let program = evaluator.program;
    let Some(subject) = Subject::resource(program, id) else { return Evaluated::default() };
    let instance = subject.instance;
    let schema = program.definition(instance.frame).resources[instance.item].schema;
    let entries = entries(subject.properties);
    let (mut properties, mut origins) = subject.coerce(evaluator, |coercer| {
        let map = coercer.block(entries, subject.fields, &PropertyPath::default(), subject.place);
        coercer.exactly_one(schema.map_or(&[], |schema| &schema.exactly_one), &map, subject.place);
        if let Some((rule, tags)) = subject.tags.and_then(|rule| Some((rule, map.get(rule.own)?))) {
            tags::check(rule, tags, coercer, subject.place);
        }
        map
    });
    if let Some(rule) = subject.tags {
        let own = properties.get(rule.own).cloned().unwrap_or_default();
        tags::origins(rule, program, &own, &mut origins);
        properties.insert(rule.all.into(), tags::merged(&program.tags, &own));
    }
    let weight = properties.values().map(bytes).sum();
    program.allowance.bytes(weight, subject.place, None, evaluator.memo, evaluator.sink);
    let sensitive = program.sensitive(instance.frame, Item::Resource(instance.item)).as_ref().clone();
    let told = |path: &PropertyPath| sensitive.contains(path) && schema.is_some_and(|schema| identifies(schema, path));
    let Subject { type_name, place, .. } = subject;
    let holder = late_secrets::Holder { program, type_name, origins: &origins, place, told: &told };
    for fault in holder.faults(subject.fields, &properties) {
        evaluator.sink.push(fault.address(instance.address.clone()));
    }
    match evaluator.known.sends() {
        true => secret::learn(subject.fields, &SecretPaths::new(&sensitive), &properties),
        // What follows from a secret is not looked for in a plan: whoever may plan could ask, by texts of his own, which of
        // many guesses it is.
        false if sensitive.is_empty() => secret::learn(subject.fields, &SecretPaths::default(), &properties),
        false => {
            let own = secret::unknown_at(&sensitive, properties.clone());
            secret::learn(subject.fields, &SecretPaths::default(), &own);
            secret::learn_for_logs(subject.fields, &SecretPaths::new(&sensitive), &properties);
        }
    }
    Evaluated { properties, origins, sensitive }
}

/// All arguments of a data source.
pub(in crate::compile) fn data(evaluator: Evaluator<'_>, id: InstanceId) -> Map {
    let Some(subject) = Subject::data(evaluator.program, id) else { return Map::new() };
    let coerce = |coercer: &mut Coercer<'_>| {
        coercer.block(entries(subject.properties), subject.fields, &PropertyPath::default(), subject.place)
    };
    subject.coerce(evaluator, coerce).0
}

/// A declaration and what its type says of it.
pub(in crate::compile) struct Declaration<'a> {
    pub type_name: &'static str,
    pub fields: &'static [Field],
    pub unsupported: &'static [(&'static str, &'static str)],
    pub exactly_one: &'static [Vec<&'static str>],
    pub tags: Option<TagRule>,
    pub properties: Option<&'a Node>,
    /// What is missing was told in other words.
    pub broken: bool,
    pub place: &'a Span,
}

/// Checks a declaration without evaluating it: what is wrong in every instance, and where there is none.
pub(in crate::compile) fn check(declaration: &Declaration<'_>, sink: &Sink) {
    let Declaration { type_name, fields, unsupported, exactly_one, tags, properties, broken, place } = *declaration;
    let none = |_: &PropertyPath| None;
    let mut coercer = Coercer {
        values: &Unevaluated,
        type_name,
        unsupported,
        tags,
        via: &none,
        unevaluated: true,
        sensitive: &BTreeSet::new(),
        origins: Origins::default(),
        meant: BTreeSet::new(),
        faults: Vec::new(),
    };
    let map = coercer.block(entries(properties), fields, &PropertyPath::default(), place);
    coercer.exactly_one(exactly_one, &map, place);
    let told = |fault: &Diagnostic| broken && fault.code == Code::MissingProperty;
    coercer.faults.into_iter().filter(|fault| !told(fault)).for_each(|fault| sink.push_static(fault));
}
