//! One test from its begin to its end.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Suite;
use super::cloud::{Memory, Mock};
use super::expect::{self, Seen};
use super::journal::Kept;
use super::stand::{self, Loaded};
use crate::apply::{ApplyOptions, Journal, Outcome, RecoveryMode, StepResult, apply};
use crate::compile::{self, DesiredGraph, Facts, StackFacts};
use crate::config::{Files, Key, Node, TestCase, TestGiven};
use crate::model::{
    Address, Catalog, Code, Diagnostic, Diagnostics, Field, Map, Origin, Segment, Sources, StackId, Value, nearest,
};
use crate::pipeline::{CompileSession, PlanInputs, Prepared, prepare};
use crate::plan::Options;
use crate::state::State;

/// Data sources depend on each other as deep as this.
pub(super) const ROUNDS: usize = 16;

/// Runs a test; returns what is wrong.
pub(super) async fn test(
    files: &dyn Files,
    root: &Path,
    suite: &Suite,
    test: &TestCase,
    catalog: &'static dyn Catalog,
    sources: &mut Sources,
) -> Diagnostics {
    let played = play(files, root, suite, test, catalog, sources).await;
    match (played, test.errors.is_empty()) {
        (Ok(problems), true) => problems,
        (Ok(_), false) => expect::none_of(&test.errors),
        (Err(problems), true) => problems,
        (Err(problems), false) => expect::errors(&test.errors, problems),
    }
}

/// What does not change between the runs of a test.
struct Stage<'a> {
    test: &'a TestCase,
    catalog: &'static dyn Catalog,
    cloud: Arc<Memory>,
    journal: Kept,
}

async fn play(
    files: &dyn Files,
    root: &Path,
    suite: &Suite,
    test: &TestCase,
    catalog: &'static dyn Catalog,
    sources: &mut Sources,
) -> Result<Diagnostics, Diagnostics> {
    let mut runs: Vec<&TestGiven> = test.before.iter().collect();
    runs.push(&test.given);
    let last = runs.len() - 1;
    let mut stage: Option<Stage<'_>> = None;
    for (position, given) in runs.into_iter().enumerate() {
        let loaded = stand::load(files, root, suite, test, given)?;
        loaded.project.sources.files().for_each(|(file, text)| sources.insert(Arc::clone(file), Arc::clone(text)));
        let stage = match &mut stage {
            Some(stage) => stage,
            none => none.insert(Stage::new(&loaded, test, catalog)?),
        };
        let wanted = position == last;
        let problems = stage.run(&loaded, wanted, sources).await?;
        if wanted {
            return Ok(problems);
        }
    }
    Ok(Diagnostics::default())
}

/// A value of the test's file.
fn constant(node: &Node) -> Result<Value, Diagnostics> {
    node.constant().map_err(|expression| {
        let diagnostic = Diagnostic::error(Code::WrongType, "what a test gives is a constant");
        diagnostic.at(Origin::at(expression.span.clone())).into()
    })
}

/// The same of what was read as a map.
fn constant_map(node: &Node) -> Result<Map, Diagnostics> {
    Ok(constant(node)?.as_map().cloned().unwrap_or_default())
}

impl<'a> Stage<'a> {
    fn new(loaded: &Loaded, test: &'a TestCase, catalog: &'static dyn Catalog) -> Result<Self, Diagnostics> {
        let head = &loaded.project.stage;
        let (account, region) = (head.account_id.value.clone(), head.region.value.clone());
        let mocks = |of: &[(Key, Node)], data: bool| {
            let one = |(key, node): &(Key, Node)| {
                let path = address(loaded, key, data)?.path().to_string();
                Ok(Mock { path, type_name: None, values: constant_map(node)? })
            };
            of.iter().map(one).collect::<Result<Vec<_>, Diagnostics>>()
        };
        let mocks = [mocks(&test.attributes, false)?, mocks(&test.data, true)?];
        let state = State::empty(stack_id(loaded), account.clone(), region.clone(), "test".into());
        Ok(Self {
            test,
            catalog,
            cloud: Arc::new(Memory::new(catalog, &account, &region, mocks)),
            journal: Kept::new(state),
        })
    }

    async fn run(&self, loaded: &Loaded, wanted: bool, sources: &Sources) -> Result<Diagnostics, Diagnostics> {
        if loaded.project.diagnostics.has_errors() {
            return Err(loaded.project.diagnostics.clone());
        }
        let facts = self.facts(loaded)?;
        let mut compiling = CompileSession::new(&loaded.project, &loaded.stack, self.catalog, facts);
        let graph = compiling.compile(Some(&*self.cloud)).await?.graph;
        let halt = CancellationToken::new();
        let options = Options::default();
        let inputs = PlanInputs {
            state: self.journal.state(),
            catalog: self.catalog,
            cloud: &*self.cloud,
            options: &options,
            mode: RecoveryMode::Look,
            now: "2030-01-01T00:00:00Z".into(),
            halt: &halt,
        };
        let Prepared { plan, graph, .. } = prepare(&mut compiling, graph, inputs, |_, _| {}).await?;
        if let Some(unread) = plan.unread.first() {
            return Err(unread.problem.clone().into());
        }
        let mut problems = Diagnostics::default();
        if wanted {
            let seen = Seen::planned(&plan, &graph, loaded)?;
            problems.extend(expect::all(&self.test.plan, &seen, sources));
            if self.test.apply.is_empty() || problems.has_errors() {
                return Ok(problems);
            }
        }
        self.apply(&plan, &graph).await?;
        if wanted {
            let seen = Seen::applied(&plan, &graph, loaded, &self.journal.state(), &self.cloud)?;
            problems.extend(expect::all(&self.test.apply, &seen, sources));
        }
        Ok(problems)
    }

    async fn apply(&self, plan: &crate::plan::Plan, graph: &DesiredGraph) -> Result<(), Diagnostics> {
        let (events, _heard) = mpsc::unbounded_channel();
        let (cloud, options) = (Arc::clone(&self.cloud), ApplyOptions::default());
        let report = apply(plan, graph, self.catalog, cloud, &self.journal, options, events).await;
        let mut problems = Diagnostics::default();
        for (_, result, _) in report.steps {
            if let StepResult::Failed(diagnostic) = result {
                problems.push(*diagnostic);
            }
        }
        problems.extend(report.diagnostics.into_iter().filter(|one| one.severity == crate::model::Severity::Error));
        if report.outcome != Outcome::Complete && !problems.has_errors() {
            problems.push(Diagnostic::error(Code::StepFailed, "the apply did not come to its end"));
        }
        if problems.has_errors() { Err(problems) } else { Ok(()) }
    }

    /// What is known from outside: outputs of other stacks, and what data sources answer.
    fn facts(&self, loaded: &Loaded) -> Result<Facts, Diagnostics> {
        let mut facts = Facts::default();
        for (key, node) in &self.test.outputs {
            let stage = &loaded.project.stage.name;
            let stack = match key.name.split_once('/') {
                Some((stage, stack)) => StackId::new(stage, stack),
                None => StackId::new(Arc::clone(stage), Arc::clone(&key.name)),
            };
            facts.outputs.insert(stack, StackFacts { outputs: constant_map(node)?, ..StackFacts::default() });
        }
        let mut graph = None;
        for _ in 0..ROUNDS {
            let compiled = compile::compile(&loaded.project, &loaded.stack, self.catalog, &facts);
            if compiled.diagnostics.has_errors() {
                return Err(compiled.diagnostics);
            }
            let mut learned = false;
            for request in compiled.wanted {
                let answer = self.cloud.answer(request.address.path(), &request.type_name, &request.arguments);
                let Some(answer) = answer else { return Err(self.unsaid(&request, loaded).into()) };
                facts.data.insert(request.address, answer);
                learned = true;
            }
            graph = Some(compiled.graph);
            if !learned {
                break;
            }
        }
        if let Some(graph) = graph {
            self.check_mocks(&graph, loaded)?;
        }
        Ok(facts)
    }

    fn unsaid(&self, request: &compile::DataRequest, loaded: &Loaded) -> Diagnostic {
        let name = shown(&request.address, loaded, true);
        let message = format!("the test does not say what the data source `{name}` answers");
        Diagnostic::error(Code::MissingKey, message)
            .at(Origin::at(self.test.span.clone()))
            .note(format!("it is declared at {}", request.origin.span))
            .help(format!("write `data: {{{name}: {{…}}}}`"))
    }

    /// What is mocked has to be there, and to have such attributes.
    fn check_mocks(&self, graph: &DesiredGraph, loaded: &Loaded) -> Result<(), Diagnostics> {
        let mut problems = Diagnostics::default();
        let data = graph.data.iter().map(|(address, (schema, _))| (address, (schema.name, schema.fields.as_slice())));
        let data: BTreeMap<&Address, (&'static str, &'static [Field])> = data.collect();
        let resources =
            graph.resources.iter().map(|(address, one)| (address, (one.schema.name, one.schema.fields.as_slice())));
        let resources: BTreeMap<&Address, (&'static str, &'static [Field])> = resources.collect();
        for (mocks, there, of_data, what) in
            [(&self.test.data, &data, true, "data source"), (&self.test.attributes, &resources, false, "resource")]
        {
            for (key, node) in mocks {
                let address = address(loaded, key, of_data)?;
                let Some((type_name, fields)) = there.get(&address) else {
                    let names: Vec<String> = there.keys().map(|address| shown(address, loaded, of_data)).collect();
                    let message = format!("there is no {what} `{}` here", key.name);
                    let mut diagnostic =
                        Diagnostic::error(Code::UnknownAddress, message).at(Origin::at(key.span.clone()));
                    if let Some(near) = nearest(&key.name, names.iter().map(String::as_str)) {
                        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                    }
                    problems.push(diagnostic);
                    continue;
                };
                check_names(node, type_name, fields, &mut problems);
            }
        }
        if problems.has_errors() { Err(problems) } else { Ok(()) }
    }
}

fn check_names(node: &Node, type_name: &str, fields: &[Field], problems: &mut Diagnostics) {
    let crate::config::NodeKind::Map(entries) = &node.kind else { return };
    for (key, _) in entries {
        if fields.iter().any(|field| field.name == key.name.as_ref()) || key.name.as_ref() == "id" {
            continue;
        }
        let message = format!("{type_name} has no attribute `{}`", key.name);
        let diagnostic = Diagnostic::error(Code::UnknownProperty, message).at(Origin::at(key.span.clone()));
        problems.push(match nearest(&key.name, fields.iter().map(|field| field.name)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic,
        });
    }
}

fn stack_id(loaded: &Loaded) -> StackId {
    StackId::new(Arc::clone(&loaded.project.stage.name), Arc::clone(&loaded.stack))
}

/// The address that a path of the test means: within the module that is tested, or the stack.
fn address(loaded: &Loaded, key: &Key, data: bool) -> Result<Address, Diagnostics> {
    let stack = stack_id(loaded);
    let parsed = Address::in_stack(&stack, &key.name).map_err(|failure| {
        let message = format!("{:?} is not an address: {}", key.name, failure.reason);
        let help = "write the name, such as `logs`, `network.vpc` or `private[\"a\"]`";
        Diagnostics::from(Diagnostic::error(Code::InvalidValue, message).at(Origin::at(key.span.clone())).help(help))
    })?;
    let mut segments = parsed.segments();
    if let Some(prefix) = loaded.prefix {
        segments.insert(0, Segment { name: prefix.to_string(), key: None });
    }
    if data && !parsed.is_data() {
        let last = segments.len().saturating_sub(1);
        segments.insert(last, Segment { name: "data".into(), key: None });
    }
    Ok(Address::new(stack, &segments))
}

/// An address as a test writes it.
pub(super) fn shown(address: &Address, loaded: &Loaded, data: bool) -> String {
    let mut segments = inside(address, loaded);
    if data && segments.len() > 1 {
        segments.remove(segments.len() - 2);
    }
    Address::new(address.stack.clone(), &segments).path().to_string()
}

/// The segments without the call of the module that is tested.
pub(super) fn inside(address: &Address, loaded: &Loaded) -> Vec<Segment> {
    let mut segments = address.segments();
    if loaded.prefix.is_some() && segments.len() > 1 {
        segments.remove(0);
    }
    segments
}
