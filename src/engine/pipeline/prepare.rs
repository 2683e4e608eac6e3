//! From a compiled stack and its state to a plan.

use tokio_util::sync::CancellationToken;

use crate::apply::{self, RecoveryMode};
use crate::compile::DesiredGraph;
use crate::journal::{self, Entry};
use crate::model::{Address, Catalog, Cloud, Code, Diagnostic, Diagnostics};
use crate::plan::{self, Options, Plan};
use crate::read::{self, LiveSet};
use crate::state::State;

/// A plan and what it was made from.
pub struct Prepared {
    /// With `recovery` folded in.
    pub state: State,
    pub live: LiveSet,
    pub plan: Plan,
    /// Entries that a recovery wants to be committed before anything else.
    pub recovery: Vec<Entry>,
}

/// Recovers (reads only), reads live AWS in batches, and plans. Writes nothing.
///
/// # Errors
/// Resources that cannot be read, and everything that makes a plan impossible.
pub async fn prepare(
    graph: &DesiredGraph,
    mut state: State,
    catalog: &dyn Catalog,
    cloud: &dyn Cloud,
    options: &Options,
    mode: RecoveryMode,
    halt: &CancellationToken,
    waiting: impl FnMut(&Address, &str),
) -> Result<Prepared, Diagnostics> {
    let recovery = apply::recover(&state, catalog, cloud, mode, halt).await?;
    for entry in &recovery.entries {
        journal::apply_entry(&mut state, entry).map_err(|error| {
            Diagnostic::error(Code::StateCorrupt, format!("the result of a recovery does not fit the state: {error}"))
        })?;
    }
    let wanted = plan::reads_needed(graph, &state, options);
    let mut live = read::read(cloud, wanted).await;
    apply::await_settled(&state, &mut live, catalog, cloud, mode, halt, waiting).await?;
    let mut plan = plan::plan(graph, catalog, &state, &live, options)?;
    plan.recovered = recovery.recovered;
    Ok(Prepared { state, live, plan, recovery: recovery.entries })
}
