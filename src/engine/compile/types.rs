//! What compilation takes and gives.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::GivenValue;
use crate::config::Timeouts;
use crate::model::{
    Address, DataSchema, Diagnostics, Map, Origin, Origins, PhysicalId, Placement, PropertyPath, StackId, TypeSchema,
    Value,
};

/// What is known from outside of the configuration when a stack is compiled.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Results of data sources that were read already.
    pub data: BTreeMap<Address, Value>,
    /// Outputs of other stacks, of this stage and of others.
    pub outputs: BTreeMap<StackId, StackFacts>,
    /// `outputs` is all that there is: an output that is not in it does not exist, and asking for it is an error. Else
    /// nobody has looked, and it is unknown.
    pub complete: bool,
}

/// The outputs of another stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StackFacts {
    /// Without those whose value nobody keeps. Of a stack that is planned beside this one: what they will be, with
    /// unknowns that name what they wait for.
    pub outputs: Map,
    pub sensitive: BTreeSet<String>,
}

/// The attributes of resources, as far as they are known at the moment.
pub trait Known {
    /// All attributes of a resource, unknowns marked; `None` when nothing is known of it.
    fn attributes(&self, address: &Address) -> Option<Arc<Value>>;

    /// Whether what is computed is about to be sent: then it may come back in somebody else's words.
    fn sends(&self) -> bool {
        false
    }

    /// What to take for a text that only AWS will tell, instead of an unknown.
    fn stand_in(&self, _address: &Address, _attribute: &str) -> Option<Value> {
        None
    }

    /// What to take for an output of another stack, instead of what is known of it.
    fn output(&self, _stack: &StackId, _name: &str) -> Option<Value> {
        None
    }
}

/// A data source whose arguments are known and whose result is not.
#[derive(Clone, Debug, PartialEq)]
pub struct DataRequest {
    pub address: Address,
    pub place: Placement,
    pub type_name: Arc<str>,
    pub arguments: Value,
    /// An argument came through something sensitive: what the cloud says of it would repeat it.
    pub of_secret: bool,
    pub origin: Origin,
}

/// The result of a compilation. When `wanted` is not empty, read these and compile again with the results:
/// expansions that wait for them are missing from the graph.
pub struct Compiled {
    pub graph: DesiredGraph,
    pub wanted: Vec<DataRequest>,
    pub diagnostics: Diagnostics,
}

/// What a resource is, as declared; its properties are computed by [`DesiredGraph::evaluate`].
#[derive(Clone, Debug)]
pub struct Desired {
    pub address: Address,
    pub schema: &'static TypeSchema,
    /// The account and region that it is to be in.
    pub place: Placement,
    /// The place of the declaration and the module calls around it.
    pub origin: Origin,
    pub lifecycle: DesiredLifecycle,
    pub timeouts: Timeouts,
    /// Position in the files; plans list resources in this order.
    pub order: usize,
}

/// `lifecycle`, with references resolved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DesiredLifecycle {
    /// None: nothing is said.
    pub prevent_destroy: Option<bool>,
    pub create_before_destroy: bool,
    pub ignore_changes: Vec<String>,
    /// Resources, and the attribute if only that counts.
    pub replace_triggered_by: Vec<(Address, Option<String>)>,
}

/// The properties of a resource, computed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluated {
    /// A map with what the user wrote (an explicit null is left out), and for a taggable type `tags` and `tags_all`
    /// (the stage's tags under the resource's own). Provider defaults are not in it.
    pub properties: Map,
    pub origins: Origins,
    /// Paths whose value came through something sensitive, beyond what the schema marks.
    pub sensitive: BTreeSet<PropertyPath>,
}

/// An output of a stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    pub value: Value,
    pub sensitive: bool,
    pub description: Option<String>,
    pub origin: Origin,
}

/// A `moved` entry for one resource instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    pub from: Address,
    pub to: Address,
    pub origin: Origin,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Removed {
    /// A resource, all instances of one, or everything inside of a module.
    pub from: Address,
    pub destroy: bool,
    pub origin: Origin,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    pub to: Address,
    /// `None` while the id is unknown.
    pub id: Option<PhysicalId>,
    pub origin: Origin,
    /// It stands in a file, and may stay there when it is carried out and has no effect any more.
    pub written: bool,
}

/// One thing that a graph was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ingredient {
    pub kind: IngredientKind,
    /// The path of a file within the project, the address of a data source, `<stage>/<stack>:<output>`.
    pub name: String,
    /// The text of a file; of the others the value as JSON, without what is sensitive.
    pub text: Arc<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IngredientKind {
    File,
    /// A value that was set from outside; of a sensitive one only that it was.
    Value,
    /// The result of a data source.
    Data,
    /// An output of another stack.
    Output,
}

/// The declared resources of a stack and what depends on what.
pub struct DesiredGraph {
    pub stack: StackId,
    pub account: String,
    pub region: String,
    /// In the order of the files.
    pub resources: IndexMap<Address, Desired>,
    /// Data sources with their type; read ones and unread ones.
    pub data: IndexMap<Address, (&'static DataSchema, Origin)>,
    /// Direct dependencies of each resource on resources (through modules, outputs, locals and data sources).
    pub dependencies: BTreeMap<Address, BTreeSet<Address>>,
    pub moved: Vec<Moved>,
    pub removed: Vec<Removed>,
    pub imports: Vec<Import>,
    /// SHA-256 of everything that the graph was made of, in hex.
    pub digest: String,
    /// What was set from outside of the files, of the values that the stack reads.
    pub values: Vec<GivenValue>,
    /// Conditions that were not answered yet.
    pub(super) open_checks: Vec<super::checks::asserted::Asked>,
    /// Expressions and their scopes; private to this module.
    pub(super) program: super::instances::Program,
    /// What everything needs, by instance.
    pub(super) reach: super::instances::Dependencies,
}

impl DesiredGraph {
    /// Resources so that each comes after everything it depends on; ties in the order of the files.
    pub fn topological(&self) -> Vec<Address> {
        super::graph::resource_order(self)
    }

    /// True when the files declare a resource of this name, whatever instances it has.
    pub fn declares(&self, address: &Address) -> bool {
        self.program.declares(address)
    }

    /// Lifts the limits on what the expressions of the stack may cost: its plan was made within them, and an apply must
    /// not stop half way.
    pub fn begin_apply(&self) {
        self.program.allowance.lift();
    }

    /// Computes the properties of a resource with what is known now. Pure; the same input gives the same output.
    ///
    /// # Errors
    /// Wrong types, missing required properties, failed expressions: everything that is wrong with this resource.
    pub fn evaluate(&self, address: &Address, known: &dyn Known) -> Result<Evaluated, Diagnostics> {
        super::values::evaluate::resource(self, address, known)
    }

    /// The arguments of a data source with what is known now.
    ///
    /// # Errors
    /// As for [`DesiredGraph::evaluate`].
    pub fn evaluate_data(&self, address: &Address, known: &dyn Known) -> Result<Value, Diagnostics> {
        super::values::evaluate::data(self, address, known)
    }

    /// The stack's outputs with what is known now.
    ///
    /// # Errors
    /// As for [`DesiredGraph::evaluate`].
    pub fn outputs(&self, known: &dyn Known) -> Result<IndexMap<String, Output>, Diagnostics> {
        super::values::evaluate::outputs(self, known)
    }

    /// Sets the ids of imports that follow from what is known now; true when there are new ones.
    ///
    /// # Errors
    /// As for [`DesiredGraph::evaluate`].
    pub fn learn_import_ids(&mut self, known: &dyn Known) -> Result<bool, Diagnostics> {
        let found = super::values::evaluate::import_ids(self, known)?;
        for (index, id) in &found {
            if let Some(import) = self.imports.get_mut(*index) {
                import.id = Some(id.clone());
            }
        }
        Ok(!found.is_empty())
    }

    /// What the graph was made of so far: the files of the configuration, files that expressions have read up to now,
    /// results of data sources, and the outputs of other stacks that expressions ask for.
    pub fn ingredients(&self) -> Vec<Ingredient> {
        super::values::digest::ingredients(self)
    }

    /// The names of the sensitive values that were set from outside, of those that the stack reads.
    pub fn secrets_from_outside(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter(|given| given.value.is_none()).map(|given| given.name.as_str())
    }

    /// A sensitive value that was set from outside and that the stack reads. For digests, and never to be shown.
    pub fn secret_from_outside(&self, name: &str) -> Option<&Value> {
        let secret = self.secrets_from_outside().any(|secret| secret == name);
        self.program.given.get(name).and_then(|given| given.value.as_ref()).filter(|_| secret)
    }

    /// Paths within a resource's or data source's attributes that came through something sensitive, beyond what the schema
    /// marks. The root of a data source that was asked with something sensitive.
    pub fn sensitive(&self, address: &Address) -> BTreeSet<PropertyPath> {
        super::values::evaluate::sensitive(self, address)
    }

    /// The names of the sensitive outputs of a module that the stack calls.
    pub fn sensitive_outputs(&self, call: &str) -> Vec<String> {
        super::values::evaluate::sensitive_outputs(self, call)
    }

    /// The values of the stage that are declared to be sensitive.
    pub fn sensitive_values(&self) -> impl Iterator<Item = &str> {
        self.program.secret_values.iter().map(AsRef::as_ref)
    }

    /// As [`DesiredGraph::evaluate_text`], for a value that is not shown: it may be sensitive.
    ///
    /// # Errors
    /// As for [`DesiredGraph::evaluate`].
    pub fn evaluate_unshown(&self, expression: &str, known: &dyn Known) -> Result<Value, Diagnostics> {
        super::values::evaluate::unshown(self, expression, known)
    }

    /// Evaluates any expression in the stack's own scope, for `wildfire console`.
    ///
    /// # Errors
    /// As for [`DesiredGraph::evaluate`].
    pub fn evaluate_text(&self, expression: &str, known: &dyn Known) -> Result<Value, Diagnostics> {
        super::values::evaluate::text(self, expression, known)
    }
}
