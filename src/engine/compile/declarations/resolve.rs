//! What a reference means: its path to a declaration, checked against names and schemas.
//!
//! This is static: it looks at every reference, also of a branch that is never taken, and knows no values
//! but `stage`.

use std::sync::Arc;

use indexmap::IndexMap;

use super::attributes::{Fault, by_index, fields};
use super::target::{Key, Read, Target};
use crate::compile::given;
use crate::config::{Body, Input, Module, Project};
use crate::expr::{Expr, RefSegment, Reference};
use crate::model::{Catalog, StackId, Value, nearest};

/// What is the same for all bodies of a compilation.
pub(in crate::compile) struct World<'a> {
    pub project: &'a Project,
    pub stack: StackId,
    pub catalog: &'a dyn Catalog,
    /// `stage`, evaluated.
    pub stage: &'a Value,
}

/// Resolves the references of one body.
pub(in crate::compile) struct Resolver<'a> {
    pub world: &'a World<'a>,
    pub body: &'a Body,
    /// `None` for the stack's own body.
    pub inputs: Option<&'a IndexMap<Arc<str>, Input>>,
    /// The module whose body it is.
    pub module: Option<&'a Module>,
}

pub(super) type Resolved = Result<Option<Target>, Fault>;

impl Resolver<'_> {
    /// What a reference of an expression needs. `each`: whether the declaration has a `for_each`.
    pub fn reference(&self, expr: &Expr, reference: &Reference, each: bool) -> Result<Option<Target>, Fault> {
        if given::is_secret(self.world.project, &reference.path) {
            if !reference.optional {
                self.stage(&reference.path)?;
            }
            return Ok(Some(Target::Secret));
        }
        // Whether a value of the stage is there may be asked.
        if reference.optional && matches!(reference.path.first(), Some(RefSegment::Field(root)) if root == "stage") {
            return Ok(None);
        }
        let key = Some(Key::Each).filter(|_| each && by_each_key(expr, reference));
        let resolved = self.path(&reference.path, key, each);
        Ok(match resolved? {
            Some(target) if reference.keys_only => Some(target.only_keys(&reference.path)),
            other => other,
        })
    }

    /// A name of `depends_on`.
    pub fn dependency(&self, name: &str) -> Result<Target, Fault> {
        if let Some(data) = name.strip_prefix("data.") {
            if !self.body.data.contains_key(data) && self.body.may_have(data) {
                return Err(Fault::told());
            }
            let index = self.body.data.get_index_of(data).ok_or_else(|| {
                Fault::new(format!("there is no data source `{data}`"))
                    .near(data, self.body.data.keys().map(AsRef::as_ref))
            })?;
            return Ok(Target::Data { index, key: Key::All, sensitive: false });
        }
        if let Some(index) = self.body.resources.get_index_of(name) {
            return Ok(Target::Resource { index, key: Key::All, read: Read::Keys, sensitive: false });
        }
        if let Some(call) = self.body.modules.get_index_of(name) {
            return Ok(Target::Inside { call });
        }
        let bare = name.split(['.', '[']).next().unwrap_or(name);
        if self.body.may_have(bare) && !self.body.resources.contains_key(bare) && !self.body.modules.contains_key(bare)
        {
            return Err(Fault::told());
        }
        let fault = Fault::new(format!("there is no resource or module `{name}`"));
        if bare != name && (self.body.resources.contains_key(bare) || self.body.modules.contains_key(bare)) {
            return Err(fault.help(format!("a whole resource or module is named: write `{bare}`")));
        }
        Err(fault.near(name, self.body.resources.keys().chain(self.body.modules.keys()).map(AsRef::as_ref)))
    }

    /// An entry of `replace_triggered_by`: a resource, or an attribute of one.
    pub fn trigger(&self, text: &str, each: bool) -> Result<Target, Fault> {
        let expr = Expr::parse(text, 0).map_err(|error| Fault {
            code: error.code,
            message: error.message,
            help: error.help,
            told: false,
        })?;
        let Some(reference) = expr.references.first() else {
            return Err(
                Fault::new("expected a resource, or an attribute of one").help("write `name` or `name.attribute`")
            );
        };
        match self.reference(&expr, reference, each)? {
            Some(target @ Target::Resource { .. }) => Ok(target),
            _ => Err(Fault::new(format!("`{text}` is not a resource of this file's stack or module"))
                .help("write `name` or `name.attribute` of a resource beside this one")),
        }
    }

    fn path(&self, path: &[RefSegment], key: Option<Key>, each: bool) -> Resolved {
        let Some(RefSegment::Field(root)) = path.first() else { return Ok(None) };
        match root.as_str() {
            "stage" => self.stage(path),
            "stack" => self.stack(path),
            "stages" => self.stages(path),
            "each" => self.each(path, each),
            "inputs" => self.input(path),
            "locals" => self.local(path),
            "data" => self.data(path, key),
            name => {
                if let Some(index) = self.body.resources.get_index_of(name) {
                    return self.resource(index, path, key);
                }
                if let Some(call) = self.body.modules.get_index_of(name) {
                    return self.module(call, path, key);
                }
                Err(self.unknown_root(name))
            }
        }
    }

    fn unknown_root(&self, name: &str) -> Fault {
        if self.body.may_have(name) {
            return Fault::told();
        }
        let fault = Fault::new(format!("there is no `{name}` here"));
        if self.inputs.is_some_and(|inputs| inputs.contains_key(name)) {
            return fault.help(format!("an input is written `inputs.{name}`"));
        }
        if self.body.data.contains_key(name) {
            return fault.help(format!("a data source is written `data.{name}`"));
        }
        if self.body.locals.contains_key(name) {
            return fault.help(format!("a local is written `locals.{name}`"));
        }
        if self.world.stage.get("values").and_then(|values| values.get(name)).is_some() {
            return fault.help(format!("a value of the stage is written `stage.values.{name}`"));
        }
        if self.world.catalog.schema(name).is_some() {
            return fault.help("a resource is written by its name alone: `<name>.<attribute>`");
        }
        if matches!(name, "local" | "module" | "self" | "count" | "terraform" | "path") {
            return fault.help(match name {
                "local" => "a local is written `locals.<name>`, a value of the stage `stage.values.<name>`",
                "terraform" => "the name of the stage is `stage.name`",
                "path" => "paths of `file` and `templatefile` are relative to the file that they stand in",
                "module" => "an output of a module is written `<module>.<output>`",
                "count" => "use `for_each` with a list, and `each.index`",
                _ => "names are resources, modules, `data`, `inputs`, `locals`, `stage`, `stack`, `stages` and `each`",
            });
        }
        // Names of the shell are large; ours seldom are.
        let of_shell = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        if name.contains(|c: char| c.is_ascii_uppercase()) && name.chars().all(of_shell) {
            return fault.help(format!("a variable of a shell is written `$${{{name}}}`"));
        }
        let roots = ["stage", "stack", "stages", "each", "inputs", "locals", "data"];
        let names = self.body.resources.keys().chain(self.body.modules.keys()).map(AsRef::as_ref);
        match nearest(name, names.chain(roots)) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault.help("names are resources and modules of the same stack or module, `data`, `inputs`, `locals`, `stage`, `stack`, `stages` and `each`"),
        }
    }

    fn each(&self, path: &[RefSegment], each: bool) -> Resolved {
        if !each {
            return Err(Fault::new("`each` has no meaning here").help(
                "`each` is known inside a declaration with `for_each`; a module's body does not see the `each` of its call: pass it as an input",
            ));
        }
        match path.get(1) {
            Some(RefSegment::Field(name)) if matches!(name.as_str(), "key" | "value" | "index") => {
                Ok(Some(Target::Each))
            }
            Some(RefSegment::Field(name)) => {
                Err(Fault::new(format!("`each` has no `{name}`")).near(name, ["key", "value", "index"]))
            }
            _ => Ok(Some(Target::Each)),
        }
    }

    fn local(&self, path: &[RefSegment]) -> Resolved {
        let locals = &self.body.locals;
        match path.get(1) {
            Some(RefSegment::Field(name)) => {
                match locals.get_index_of(name.as_str()) {
                    Some(index) => Ok(Some(Target::Local(index))),
                    None if self.body.may_have(name) => Err(Fault::told()),
                    None => Err(Fault::new(format!("there is no local `{name}` here"))
                        .near(name, locals.keys().map(AsRef::as_ref))),
                }
            }
            _ => Err(Fault::new("`locals` alone has no value").help("write `locals.<name>`")),
        }
    }

    fn input(&self, path: &[RefSegment]) -> Resolved {
        let Some(inputs) = self.inputs else {
            return Err(Fault::new("`inputs` exist in modules only")
                .help("values of the stage are written `stage.values.<name>`"));
        };
        match path.get(1) {
            Some(RefSegment::Field(name)) => match inputs.get_index_of(name.as_str()) {
                Some(index) => Ok(Some(Target::Input(index))),
                None => Err(Fault::new(format!("this module has no input `{name}`"))
                    .near(name, inputs.keys().map(AsRef::as_ref))),
            },
            _ => Err(Fault::new("`inputs` alone has no value").help("write `inputs.<name>`")),
        }
    }

    fn data(&self, path: &[RefSegment], each: Option<Key>) -> Resolved {
        let Some(RefSegment::Field(name)) = path.get(1) else {
            return Err(Fault::new("`data` alone has no value").help("write `data.<name>.<attribute>`"));
        };
        let Some((index, _, decl)) = self.body.data.get_full(name.as_str()) else {
            if self.body.may_have(name) {
                return Err(Fault::told());
            }
            return Err(Fault::new(format!("there is no data source `{name}`"))
                .near(name, self.body.data.keys().map(AsRef::as_ref)));
        };
        let (key, depth) = keyed(path, 2, decl.for_each.is_some(), each);
        let sensitive = match self.world.catalog.data_schema(&decl.type_name.value) {
            Some(schema) => {
                fields(&format!("data.{name}"), schema.name, &schema.fields, &path[depth..], decl.for_each.is_some())?
            }
            None => false,
        };
        Ok(Some(Target::Data { index, key, sensitive }))
    }

    fn resource(&self, index: usize, path: &[RefSegment], each: Option<Key>) -> Resolved {
        // The caller found `index` by name.
        let (name, decl) = &self.body.resources.get_index(index).expect("an index of this body");
        let (key, depth) = keyed(path, 1, decl.for_each.is_some(), each);
        let rest = &path[depth..];
        let sensitive = match self.world.catalog.schema(&decl.type_name.value) {
            Some(schema) => fields(name, schema.name, &schema.fields, rest, decl.for_each.is_some())?,
            None => false,
        };
        let read = match rest.first() {
            Some(RefSegment::Field(name)) => Read::Attribute(name.as_str().into()),
            _ => Read::Whole,
        };
        Ok(Some(Target::Resource { index, key, read, sensitive }))
    }

    fn module(&self, call: usize, path: &[RefSegment], each: Option<Key>) -> Resolved {
        // The caller found `call` by name.
        let (name, decl) = &self.body.modules.get_index(call).expect("an index of this body");
        let (key, depth) = keyed(path, 1, decl.for_each.is_some(), each);
        let module = decl.module.as_ref().and_then(|folder| self.world.project.modules.get(folder));
        match (path.get(depth), module) {
            (_, None) => Ok(None),
            (Some(RefSegment::Field(output)), Some(module)) => {
                match module.body.outputs.get_index_of(output.as_str()) {
                    Some(output) => Ok(Some(Target::Output { call, key, output })),
                    None if module.body.may_have(output) => Err(Fault::told()),
                    None => {
                        let fault = Fault::new(format!("module `{name}` has no output `{output}`"));
                        if module.body.resources.contains_key(output.as_str()) {
                            return Err(fault.help(format!(
                                "`{output}` is a resource inside the module; add an output to {}/module.yaml",
                                module.folder
                            )));
                        }
                        Err(fault.near(output, module.body.outputs.keys().map(AsRef::as_ref)))
                    }
                }
            }
            (Some(RefSegment::Index(_)), Some(_)) => Err(by_index(name, decl.for_each.is_some())),
            _ => Ok(Some(Target::Module { call, key })),
        }
    }
}

/// The key in a path, and where the attribute begins.
fn keyed(path: &[RefSegment], at: usize, for_each: bool, each: Option<Key>) -> (Key, usize) {
    let end = |position: usize| position.min(path.len());
    match path.get(at) {
        _ if !for_each => (Key::All, end(at)),
        Some(RefSegment::Any) => (each.unwrap_or(Key::All), end(at + 1)),
        Some(RefSegment::Field(key)) => (Key::One(key.as_str().into()), end(at + 1)),
        _ => (each.unwrap_or(Key::All), end(at)),
    }
}

/// Whether the reference reads as `private[each.key]`: then one instance is needed and not all.
fn by_each_key(expr: &Expr, reference: &Reference) -> bool {
    let names = reference.path.iter().map_while(|segment| match segment {
        RefSegment::Field(name) => Some(name.as_str()),
        RefSegment::Index(_) | RefSegment::Any => None,
    });
    let written = names.collect::<Vec<_>>().join(".");
    let text: String = expr.source.chars().skip(reference.at.start).collect();
    let index = text.strip_prefix(written.as_str()).map(str::trim_start).and_then(|rest| rest.strip_prefix('['));
    let rest = index.and_then(|rest| rest.trim_start().strip_prefix("each.key"));
    rest.is_some_and(|rest| rest.trim_start().starts_with(']'))
}
