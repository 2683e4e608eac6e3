//! Plans without the locks: what a command shows that changes nothing.

use std::collections::BTreeMap;

use wildfire_engine::apply::RecoveryMode;
use wildfire_engine::journal::Reading;
use wildfire_engine::model::{Address, StackId};
use wildfire_engine::pipeline::stage::{Flags, StagePlan, Terms};
use wildfire_engine::state::{Ids, Ulids};

use crate::cli::session::cancelled_by_signals;
use crate::cli::stacks::{OtherStacks, Stacks};
use crate::cli::{Failure, Output};

/// The plans of a command, and the states that they were made from.
pub struct Looked {
    pub planned: StagePlan,
    pub readings: BTreeMap<StackId, Reading>,
}

/// Plans without the locks.
pub async fn look(stacks: &Stacks<'_>, flags: &Flags, output: &Output) -> Result<Looked, Failure> {
    let stage = stacks.stage(flags.mode).await?;
    let readings = stacks.read().await?;
    for (id, row) in readings.iter().filter_map(|(id, reading)| Some((id, reading.lock.as_ref()?))) {
        if row.owner.is_some() && !flags.skips(id) {
            output.note(&format!(
                "Note: {} holds the lock of {id} since {} ({}); what it changes is not in this plan.",
                row.who, row.since, row.why
            ));
        }
    }
    let states = readings.iter().map(|(id, reading)| (id.clone(), reading.state.clone())).collect();
    let halt = cancelled_by_signals();
    let now = Ulids.now();
    let catalog = &crate::cli::clouds::AllTypes;
    let beside = OtherStacks::new(stacks, output);
    let terms = Terms { catalog, flags, mode: RecoveryMode::Look, now: &now, halt: &halt, beside: &beside };
    let mut waiting = |address: &Address, status: &str| output.note(&format!("{}: {status}", address.path()));
    let _waiting = output.waiting("reading what there is at AWS");
    let planned = stage.plan(&states, terms, &mut waiting).await.map_err(|diagnostics| stacks.fail(diagnostics))?;
    output.diagnostics(planned.warnings.iter(), &stacks.sources());
    Ok(Looked { planned, readings })
}
