//! Compiling, with data sources read on the way.

use futures::future::join_all;

use crate::compile::{self, DataRequest, DesiredGraph, Facts, Import};
use crate::config::Project;
use crate::model::{Catalog, Cloud, Code, Diagnostic, Diagnostics, ErrorKind, SecretPaths, Value, secret};

/// A compilation reads data sources whose arguments depend on others' results: this deep.
pub(super) const ROUNDS: usize = 16;

/// A stack and what is known from outside of its files; compiled as often as more becomes known.
pub struct CompileSession<'a> {
    project: &'a Project,
    stack: &'a str,
    catalog: &'a dyn Catalog,
    facts: Facts,
    /// Imports that no file asks for: those of the command line.
    pub imports: Vec<Import>,
}

/// A compiled stack.
pub struct CompiledStack {
    pub graph: DesiredGraph,
    pub warnings: Diagnostics,
}

impl<'a> CompileSession<'a> {
    pub fn new(project: &'a Project, stack: &'a str, catalog: &'a dyn Catalog, facts: Facts) -> Self {
        Self { project, stack, catalog, facts, imports: Vec::new() }
    }

    /// Compiles. With a cloud, data sources are read as soon as their arguments are known, one round of concurrent
    /// calls for each level of them; without one they stay unknown.
    ///
    /// # Errors
    /// Everything that is wrong with the stack, and data sources that cannot be read.
    pub async fn compile(&mut self, cloud: Option<&dyn Cloud>) -> Result<CompiledStack, Diagnostics> {
        for _ in 0..ROUNDS {
            let compiled = compile::compile(self.project, self.stack, self.catalog, &self.facts);
            if compiled.diagnostics.has_errors() {
                return Err(compiled.diagnostics);
            }
            match cloud.filter(|_| !compiled.wanted.is_empty()) {
                Some(cloud) => self.read(cloud, compiled.wanted).await?,
                None => {
                    let mut graph = compiled.graph;
                    graph.imports.extend(self.imports.iter().cloned());
                    return Ok(CompiledStack { graph, warnings: compiled.diagnostics });
                }
            }
        }
        let message = format!("data sources depend on each other more than {ROUNDS} levels deep");
        Err(Diagnostic::error(Code::InvalidValue, message).into())
    }

    /// Reads data sources, for the next compilation to know.
    pub(super) async fn read(&mut self, cloud: &dyn Cloud, requests: Vec<DataRequest>) -> Result<(), Diagnostics> {
        let reads =
            requests.iter().map(|request| cloud.read_data(&request.place, &request.type_name, &request.arguments));
        let mut problems = Diagnostics::default();
        for (request, result) in requests.iter().zip(join_all(reads).await) {
            match result {
                Ok(value) => {
                    self.learn(request, &value);
                    self.facts.data.insert(request.address.clone(), value);
                }
                Err(error) => problems.push(unreadable(request, error)),
            }
        }
        if problems.has_errors() { Err(problems) } else { Ok(()) }
    }
}

impl CompileSession<'_> {
    fn learn(&self, request: &DataRequest, value: &Value) {
        if let (Some(schema), Some(map)) = (self.catalog.data_schema(&request.type_name), value.as_map()) {
            secret::learn(&schema.fields, &SecretPaths::default(), map);
        }
    }
}

fn unreadable(request: &DataRequest, error: crate::model::CloudError) -> Diagnostic {
    let code = match error.kind {
        ErrorKind::AccessDenied => Code::AccessDenied,
        ErrorKind::NotFound => Code::NotFound,
        ErrorKind::NoCredentials => Code::NoCredentials,
        _ => Code::AwsError,
    };
    if request.of_secret {
        // AWS's words name what was asked for, and which instance it was tells of it as well.
        let message = "a data source that is asked with something sensitive cannot be read";
        let fault = Diagnostic::error(code, message).at(request.origin.clone()).note("why is not shown");
        return fault.of_secret();
    }
    let help = error.help_if_denied();
    let mut diagnostic = Diagnostic::error(code, format!("{} cannot be read", request.address.path()))
        .at(request.origin.clone())
        .address(request.address.clone())
        .note(error.message);
    diagnostic.help = help;
    if let Some(call) = error.call {
        diagnostic = diagnostic.call(call);
    }
    diagnostic
}
