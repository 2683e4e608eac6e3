//! The compilation of one stack, from end to end.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use indexmap::IndexMap;

use super::checks::{asserted, declarations, declared, instances, objects, sensitive};
use super::declarations::{Definition, Resolver, World};
use super::graph::{CallSites, cycles, places, values_read};
use super::ids::DefinitionId;
use super::instances::{Expansion, FileTexts, Program, Surroundings, constants, keep_constants};
use super::sink::Sink;
use super::spend::Allowance;
use super::values::{Evaluator, Nothing, digest};
use super::{Compiled, Desired, DesiredGraph, DesiredLifecycle, Facts, given, stage};
use crate::config::{Body, Module, Project, Spanned, Spending};
use crate::model::{Catalog, Code, Diagnostic, Diagnostics, Map, Origin, StackId, Value, nearest};

/// Compiles a stack of the project's stage.
///
/// Faults of the files themselves are in [`Project::diagnostics`] and are not repeated; a project that has some can
/// still be compiled. With errors in [`Compiled::diagnostics`] the graph is incomplete. Time grows with the size of
/// the files plus the number of instances and of their dependencies.
pub fn compile(project: &Project, stack: &str, catalog: &dyn Catalog, facts: &Facts) -> Compiled {
    run(project, stack, catalog, facts, false, &project.spending)
}

/// The same for a stack that a command is not about, and only looks at: what that costs is held against a limit of its own,
/// so that the command's stacks can spend what they may.
pub fn compile_beside(project: &Project, stack: &str, catalog: &dyn Catalog, facts: &Facts) -> Compiled {
    let spending = Arc::new(Spending::new(*project.spending.limits()));
    run(project, stack, catalog, facts, false, &spending)
}

/// What is wrong with a stack, as far as the files alone can tell: nothing outside is read, and what waits for a data
/// source or for another stack is left out without an error.
pub fn validate(project: &Project, stack: &str, catalog: &dyn Catalog) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    diagnostics.extend(regions(project, catalog));
    // Of a file that cannot be read nothing is known: what the others miss may stand there.
    if project.stage.stacks.get(stack).is_some_and(|stack| stack.body.incomplete) {
        return diagnostics;
    }
    diagnostics.extend(compile_offline(project, stack, catalog).diagnostics);
    diagnostics
}

/// The graph as far as the files alone tell: what waits for something outside is missing.
pub fn compile_offline(project: &Project, stack: &str, catalog: &dyn Catalog) -> Compiled {
    run(project, stack, catalog, &Facts::default(), true, &project.spending)
}

/// Regions that there are not.
fn regions(project: &Project, catalog: &dyn Catalog) -> Vec<Diagnostic> {
    let stage = &project.stage;
    let of_state = stage.state.as_ref().and_then(|state| state.region.as_ref());
    // What has not even the form of one is told where it is read.
    let told_already = |region: &Spanned<String>| {
        let at = |fault: &Diagnostic| fault.origin.as_ref().is_some_and(|origin| origin.span == region.span);
        project.diagnostics.iter().any(at)
    };
    let told = |region: &Spanned<String>| {
        if told_already(region) {
            return None;
        }
        let (message, help) = catalog.region_problem(&region.value).filter(|_| !region.value.is_empty())?;
        let mut fault = Diagnostic::error(Code::InvalidValue, message).at(Origin::at(region.span.clone()));
        fault.help = help;
        Some(fault)
    };
    std::iter::once(&stage.region).chain(of_state).chain(stage.regions.values()).filter_map(told).collect()
}

/// What is wrong with the stacks of a stage, each by itself and all together. They come in the order of their references.
pub fn validate_stage(project: &Project, stacks: &[Arc<str>], catalog: &dyn Catalog) -> Diagnostics {
    let mut all = Diagnostics::default();
    all.extend(regions(project, catalog));
    let mut graphs = Vec::with_capacity(stacks.len());
    for stack in stacks {
        let compiled = compile_offline(project, stack, catalog);
        if !compiled.diagnostics.has_errors() {
            graphs.push(compiled.graph);
        }
        all.extend(compiled.diagnostics);
    }
    all.extend(objects::across(&graphs, catalog));
    all
}

fn run(
    project: &Project,
    stack_name: &str,
    catalog: &dyn Catalog,
    facts: &Facts,
    offline: bool,
    spending: &Arc<Spending>,
) -> Compiled {
    let sink = Sink::default();
    let reads = values_read(project, stack_name);
    let mut stage = stage::evaluate(project, catalog, reads.as_ref(), &sink);
    let id = StackId::new(project.stage.name.clone(), stack_name);
    let Some(stack) = project.stage.stacks.get(stack_name) else {
        let names = project.stage.stacks.keys().map(AsRef::as_ref);
        let mut fault = Diagnostic::error(
            Code::UnknownStack,
            format!("stage `{}` has no stack `{stack_name}`", project.stage.name),
        );
        fault.help = match nearest(stack_name, names) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None => Some(format!("it has {}", written(project.stage.stacks.keys()))),
        };
        sink.push(fault);
        return Compiled { graph: empty(project, id), wanted: Vec::new(), diagnostics: sink.into_diagnostics() };
    };
    stage::add_stack_tags(project, catalog, stack, &mut stage, &sink);
    let world = World { project, stack: id.clone(), catalog, stage: &stage.value };
    let definitions = definitions(&world, stack.folder.clone(), &stack.body, &sink);
    let broken = declarations(&definitions, &sink);
    let sites = CallSites::new(&definitions, 0);
    let needs = sites.needs(&definitions);
    let order = CallSites::order(&needs);
    cycles::cycles(&sites, &definitions, &needs, &order).into_iter().for_each(|fault| sink.push_static(fault));
    cycles::without_end(&sites, &definitions, &order, &sink);
    let constant = constants(&sites, &needs, &order);
    let sensitive = sensitive::sensitive(&sites, &definitions, facts, &order, &sink);
    let program = Program {
        stack: id.clone(),
        stage: stage.value,
        tags: stage.tags,
        tag_places: stage.places,
        given: project.given.clone(),
        secret_values: given::secrets(project),
        facts: facts.clone(),
        definitions,
        sites,
        frames: Vec::new(),
        resources: Vec::new(),
        data: Vec::new(),
        resource_at: HashMap::new(),
        data_at: HashMap::new(),
        sensitive,
        files: FileTexts::new(project),
        allowance: Allowance::new(spending),
        stage_file: Arc::clone(&project.stage.file),
        shared: stack.shared.clone(),
        home: home(project),
        offline,
    };
    let mut expansion = Expansion::new(program, Surroundings::of_stage(&project.stage), &sink, offline);
    expansion.run(&order);
    let Expansion { mut program, memo, dependencies, wanted, .. } = expansion;
    let evaluator = Evaluator { program: &program, known: &Nothing, memo: &memo, sink: &sink };
    let lifecycles = declared::lifecycles(evaluator);
    instances(evaluator, catalog, &broken, &lifecycles);
    let open_checks = asserted::ask(evaluator, &asserted::every(evaluator));
    let moved = declared::moved(&program, &stack.body, &sink);
    let removed = declared::removed(&program, &stack.body, &sink);
    let imports = declared::imports(evaluator, &stack.body);
    keep_constants(&mut program, &memo, &constant);
    let values = given::shown(project, reads.as_ref());
    let digest = digest::digest(&program, &values);
    let mut graph = DesiredGraph {
        stack: id,
        account: project.stage.account_id.value.clone(),
        region: project.stage.region.value.clone(),
        resources: IndexMap::with_capacity(program.resources.len()),
        data: IndexMap::with_capacity(program.data.len()),
        dependencies: BTreeMap::new(),
        moved,
        removed,
        imports,
        digest,
        values,
        open_checks,
        program,
        reach: dependencies,
    };
    fill(&mut graph, lifecycles);
    let Program { stack, sites, definitions, .. } = &graph.program;
    let diagnostics = places::address(stack, sites, definitions, sink.into_diagnostics());
    Compiled { graph, wanted, diagnostics }
}

/// Account and region of the stage.
fn home(project: &Project) -> (Arc<str>, Arc<str>) {
    (project.stage.account_id.value.as_str().into(), project.stage.region.value.as_str().into())
}

fn written<'a>(names: impl Iterator<Item = &'a Arc<str>>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

fn empty(project: &Project, stack: StackId) -> DesiredGraph {
    DesiredGraph {
        account: project.stage.account_id.value.clone(),
        region: project.stage.region.value.clone(),
        resources: IndexMap::new(),
        data: IndexMap::new(),
        dependencies: BTreeMap::new(),
        moved: Vec::new(),
        removed: Vec::new(),
        imports: Vec::new(),
        digest: String::new(),
        values: Vec::new(),
        open_checks: Vec::new(),
        reach: Default::default(),
        program: Program {
            stack: stack.clone(),
            stage: Value::Null,
            tags: Map::new(),
            tag_places: HashMap::new(),
            given: IndexMap::new(),
            secret_values: BTreeSet::new(),
            facts: Facts::default(),
            definitions: Vec::new(),
            sites: CallSites::default(),
            frames: Vec::new(),
            resources: Vec::new(),
            data: Vec::new(),
            resource_at: HashMap::new(),
            data_at: HashMap::new(),
            sensitive: Default::default(),
            files: FileTexts::default(),
            allowance: Allowance::default(),
            stage_file: Arc::clone(&project.stage.file),
            shared: None,
            home: home(project),
            offline: false,
        },
        stack,
    }
}

/// The folder and body of what becomes a definition, and the module that it is.
type Undefined<'a> = (Arc<str>, &'a Body, Option<&'a Module>);

/// The stack's body as definition 0, and every module that it reaches.
fn definitions(world: &World<'_>, folder: Arc<str>, body: &Body, sink: &Sink) -> Vec<Definition> {
    let modules = &world.project.modules;
    let mut ids: HashMap<&str, DefinitionId> = HashMap::new();
    let mut bodies: Vec<Undefined<'_>> = vec![(folder, body, None)];
    let mut next = 0;
    while next < bodies.len() {
        for call in bodies[next].1.modules.values() {
            let module = call.module.as_ref().and_then(|folder| modules.get(folder));
            if let Some(module) = module.filter(|module| !ids.contains_key(module.folder.as_ref())) {
                ids.insert(&module.folder, bodies.len());
                bodies.push((module.folder.clone(), &module.body, Some(module)));
            }
        }
        next += 1;
    }
    let callee = |folder: &str| {
        let (folder, _) = modules.get_key_value(folder)?;
        Some((*ids.get(folder.as_ref())?, &modules.get(folder)?.inputs))
    };
    let define = |(folder, body, module): Undefined<'_>| {
        let inputs = module.map(|module| &module.inputs);
        Definition::new(&Resolver { world, body, inputs, module }, folder, &callee, sink)
    };
    bodies.into_iter().map(define).collect()
}

/// The public face of the program, in the order of the files.
fn fill(graph: &mut DesiredGraph, mut lifecycles: Vec<DesiredLifecycle>) {
    let program = &graph.program;
    let (resources, data) = declared::in_file_order(program);
    for (order, id) in resources.into_iter().enumerate() {
        let instance = &program.resources[id];
        let definition = program.definition(instance.frame);
        let decl = &definition.body.resources[instance.item];
        let Some(schema) = definition.resources[instance.item].schema else { continue };
        let desired = Desired {
            address: instance.address.clone(),
            schema,
            place: instance.place.of(schema.scope),
            origin: Origin::via(decl.span.clone(), program.frames[instance.frame].via.clone()),
            lifecycle: std::mem::take(&mut lifecycles[id]),
            timeouts: decl.timeouts,
            order,
        };
        graph.resources.insert(instance.address.clone(), desired);
    }
    for id in data {
        let instance = &program.data[id];
        let definition = program.definition(instance.frame);
        let decl = &definition.body.data[instance.item];
        let Some(schema) = definition.data[instance.item].schema else { continue };
        let origin = Origin::via(decl.span.clone(), program.frames[instance.frame].via.clone());
        graph.data.insert(instance.address.clone(), (schema, origin));
    }
    let address = |id: &usize| program.resources[*id].address.clone();
    let entries = program.resources.iter().zip(&graph.reach.resources);
    graph.dependencies = entries
        .map(|(instance, reach)| (instance.address.clone(), reach.resources.iter().map(address).collect()))
        .collect();
}
