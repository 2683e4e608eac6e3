//! From a compiled stack and its state to a plan.

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use super::CompileSession;
use super::compile::ROUNDS;
use crate::apply::{self, RecoveryMode};
use crate::compile::DesiredGraph;
use crate::journal::{self, Entry};
use crate::model::{Address, Answers, Catalog, Cloud, Code, Diagnostic, Diagnostics, Question};
use crate::plan::{self, Options, Plan, Unread};
use crate::read::{self, LiveSet};
use crate::state::State;

/// A plan and what it was made from.
pub struct Prepared {
    pub graph: DesiredGraph,
    pub plan: Plan,
    /// What clouds that decide by themselves said, for the calls that carry the plan out.
    pub answers: Answers,
    /// Entries that a recovery wants to be committed before anything else; the plan takes them as done.
    pub recovery: Vec<Entry>,
}

/// What a plan is made of, besides the stack.
pub struct PlanInputs<'a> {
    pub state: State,
    pub catalog: &'a dyn Catalog,
    pub cloud: &'a dyn Cloud,
    pub options: &'a Options,
    pub mode: RecoveryMode,
    /// RFC 3339, of the clock of this machine.
    pub now: String,
    pub halt: &'a CancellationToken,
}

/// Recovers (reads only), reads live AWS in batches, and plans. Writes nothing, so it ends the moment that it is halted.
/// `waiting` hears what is waited for, as a sentence without its subject.
///
/// # Errors
/// Everything that makes a plan impossible. What cannot be read is in [`Plan::unread`].
pub async fn prepare(
    compiling: &mut CompileSession<'_>,
    graph: DesiredGraph,
    inputs: PlanInputs<'_>,
    waiting: impl FnMut(&Address, &str),
) -> Result<Prepared, Diagnostics> {
    let halt = inputs.halt;
    tokio::select! {
        biased;
        () = halt.cancelled() => {
            Err(Diagnostic::error(Code::Interrupted, "interrupted before there was a plan; nothing was changed").into())
        }
        prepared = plan_of(compiling, graph, inputs, waiting) => prepared,
    }
}

async fn plan_of(
    compiling: &mut CompileSession<'_>,
    mut graph: DesiredGraph,
    inputs: PlanInputs<'_>,
    mut waiting: impl FnMut(&Address, &str),
) -> Result<Prepared, Diagnostics> {
    let PlanInputs { mut state, catalog, cloud, options, mode, now, halt } = inputs;
    let mut recovery = apply::recover(&state, catalog, cloud, mode, &now, halt, &mut waiting).await?;
    for entry in &recovery.entries {
        journal::apply_entry(&mut state, entry).map_err(|error| misfit(&error))?;
    }
    let mut live = read::read(cloud, plan::reads_needed(&graph, catalog, &state, options)).await;
    apply::await_settled(&state, &mut live, catalog, cloud, mode, halt, waiting).await?;
    let seen_first = apply::observe_created(&state, &live, catalog);
    for entry in &seen_first {
        journal::apply_entry(&mut state, entry).map_err(|error| misfit(&error))?;
    }
    recovery.entries.extend(seen_first);
    plan::carry_over(&mut live, &state, catalog);
    let mut answers = Answers::default();
    for _ in 0..ROUNDS {
        let mut plan = plan_asking(&graph, catalog, cloud, &state, &live, &mut answers, options).await?;
        // A data source may depend on a resource that exists and does not change: then it need not wait for the apply.
        let readable = plan::readable(&graph, &plan);
        // So may the id of an import.
        let importable = plan::importable(&mut graph, &plan)?;
        if readable.is_empty() && !importable {
            if !plan.open_imports.is_empty() {
                let mut problems = Diagnostics::default();
                problems.extend(plan.open_imports);
                return Err(problems);
            }
            plan.recovered = recovery.recovered;
            explain(&mut plan, recovery.unclear);
            return Ok(Prepared { graph, plan, answers, recovery: recovery.entries });
        }
        if !readable.is_empty() {
            compiling.read(cloud, readable).await?;
            graph = compiling.compile(Some(cloud)).await?.graph;
        }
        // What the results add to the stack may have to be read as well.
        for (key, answer) in
            read::read(cloud, unread(plan::reads_needed(&graph, catalog, &state, options), &live)).await.0
        {
            live.0.insert(key, answer);
        }
        plan::carry_over(&mut live, &state, catalog);
    }
    let message = format!("data sources depend on each other more than {ROUNDS} levels deep");
    Err(Diagnostic::error(Code::InvalidValue, message).into())
}

/// A plan without open questions. Each answer may make known what the next question is about, so a plan is made at most
/// once more than there are resources.
async fn plan_asking(
    graph: &DesiredGraph,
    catalog: &dyn Catalog,
    cloud: &dyn Cloud,
    state: &State,
    live: &LiveSet,
    answers: &mut Answers,
    options: &Options,
) -> Result<Plan, Diagnostics> {
    for _ in 0..=graph.resources.len() + 1 {
        let mut plan = plan::plan(graph, catalog, state, live, answers, options)?;
        if plan.asked.is_empty() {
            return Ok(plan);
        }
        ask(cloud, std::mem::take(&mut plan.asked), answers).await?;
    }
    Err(Diagnostic::error(Code::Internal, "the questions of the plan have no end").into())
}

/// Asks the cloud what the changes would come to, all at the same time.
async fn ask(cloud: &dyn Cloud, questions: Vec<Question>, answers: &mut Answers) -> Result<(), Diagnostics> {
    let all = questions.into_iter().map(|question| async {
        let answer = cloud.foresee(&question).await;
        (question, answer)
    });
    let mut failed = Diagnostics::default();
    for (question, answer) in join_all(all).await {
        match answer {
            Ok(foreseen) => answers.add(question, foreseen),
            Err(error) => {
                let message = format!("what a change of {} comes to is not known: {}", question.address, error.message);
                let mut diagnostic = Diagnostic::error(Code::AwsError, message).address(question.address.clone());
                diagnostic.call = error.call.clone().map(Box::new);
                diagnostic.help = error.help_if_denied();
                failed.push(diagnostic);
            }
        }
    }
    if failed.has_errors() { Err(failed) } else { Ok(()) }
}

/// Says of calls of an earlier run why nothing could be found out about them.
fn explain(plan: &mut Plan, unclear: Vec<Diagnostic>) {
    for problem in unclear {
        let Some(address) = problem.address.clone() else { continue };
        match plan.unread.iter_mut().find(|unread| unread.address == address) {
            Some(unread) => unread.problem = problem,
            // A late request of a create that was given up; what the stack has now is not affected.
            None => {
                plan.unread.push(Unread { address, type_name: String::new(), id: None, problem, waiting: Vec::new() })
            }
        }
    }
}

fn misfit(error: &journal::TransitionError) -> Diagnostic {
    Diagnostic::error(Code::StateCorrupt, format!("the result of a recovery does not fit the state: {error}"))
}

type Requests = std::collections::BTreeMap<read::Sort, Vec<crate::model::ReadRequest>>;

fn unread(mut wanted: Requests, live: &read::LiveSet) -> Requests {
    for ((place, type_name), requests) in &mut wanted {
        requests.retain(|request| live.get(place, type_name, &request.id).is_none());
    }
    wanted.retain(|_, requests| !requests.is_empty());
    wanted
}
