//! Compiling, with data sources read on the way.

use std::collections::BTreeMap;

use futures::future::join_all;

use crate::compile::{self, DesiredGraph, Facts, StackFacts};
use crate::config::Project;
use crate::model::{Catalog, Cloud, Code, Diagnostic, Diagnostics, ErrorKind, StackId};

/// A compilation reads data sources whose arguments depend on others' results: this deep.
const ROUNDS: usize = 16;

/// A compiled stack.
pub struct Declared {
    pub graph: DesiredGraph,
    pub warnings: Diagnostics,
}

/// Compiles `stack`. With a cloud, data sources are read as soon as their arguments are known, one round of
/// concurrent calls for each level of them; without one (`validate`) they stay unknown.
///
/// # Errors
/// Everything that is wrong with the stack, and data sources that cannot be read.
pub async fn compile(
    project: &Project,
    stack: &str,
    catalog: &dyn Catalog,
    cloud: Option<&dyn Cloud>,
    outputs: BTreeMap<StackId, StackFacts>,
) -> Result<Declared, Diagnostics> {
    let mut facts = Facts { data: BTreeMap::new(), outputs };
    for _ in 0..ROUNDS {
        let compiled = compile::compile(project, stack, catalog, &facts);
        if compiled.diagnostics.has_errors() {
            return Err(compiled.diagnostics);
        }
        let Some(cloud) = cloud.filter(|_| !compiled.wanted.is_empty()) else {
            return Ok(Declared { graph: compiled.graph, warnings: compiled.diagnostics });
        };
        let reads = compiled.wanted.iter().map(|request| cloud.read_data(&request.type_name, &request.arguments));
        let mut problems = Diagnostics::default();
        for (request, result) in compiled.wanted.iter().zip(join_all(reads).await) {
            match result {
                Ok(value) => {
                    facts.data.insert(request.address.clone(), value);
                }
                Err(error) => {
                    let code = match error.kind {
                        ErrorKind::AccessDenied => Code::AccessDenied,
                        ErrorKind::NotFound => Code::NotFound,
                        ErrorKind::NoCredentials => Code::NoCredentials,
                        _ => Code::AwsError,
                    };
                    let mut diagnostic = Diagnostic::error(code, format!("{} cannot be read", request.address.path()))
                        .at(request.origin.clone())
                        .address(request.address.clone())
                        .note(error.message);
                    if let Some(call) = error.call {
                        diagnostic = diagnostic.call(call);
                    }
                    problems.push(diagnostic);
                }
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
    }
    let message = format!("data sources depend on each other more than {ROUNDS} levels deep");
    Err(Diagnostic::error(Code::InvalidValue, message).into())
}
