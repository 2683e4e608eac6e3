//! Several machines use one stack, die, sleep, and lose requests and replies: whatever happens, what was
//! acknowledged is there, and what is there was asked for, in the order in which it was asked.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::{sleep, timeout};

use super::stack::{Stack, adopted};
use crate::journal::Ledger;
use crate::state::tests::faults::{Machine, Random};
use crate::state::{Lease, LockError, State, StateError};

/// What the world outside was told.
#[derive(Default)]
struct Witness {
    acknowledged: Mutex<BTreeSet<String>>,
    leases: Mutex<Vec<Lease>>,
}

impl Witness {
    /// A run that has the lock: nobody else may believe to have it.
    fn saw(&self, lease: Lease) {
        let mut leases = self.leases.lock().unwrap();
        assert!(leases.iter().all(|other| !other.is_valid()), "two leases are valid at once");
        leases.push(lease);
    }

    /// Everything acknowledged is in state; each committer's entries are there up to some point and none beyond.
    fn check(&self, state: &State) {
        let there: BTreeSet<&str> = state.resources.keys().map(String::as_str).collect();
        for path in self.acknowledged.lock().unwrap().iter() {
            assert!(there.contains(path.as_str()), "{path} was acknowledged and is lost");
        }
        for path in there {
            let (committer, number) = path.rsplit_once('-').unwrap();
            let number: usize = number.parse().unwrap();
            if number > 0 {
                let before = format!("{committer}-{}", number - 1);
                assert!(state.resources.contains_key(&before), "{path} is there without {before}");
            }
        }
    }
}

/// One run of wildfire: takes the lock, opens the ledger, commits from several tasks, gives up at the first error.
async fn run(stack: Stack, witness: Arc<Witness>, name: String, machine: Arc<Machine>, bytes: usize) {
    let (place, table) = stack.seen_by(&machine);
    let guard = match stack.lock(table).await {
        Ok(guard) => guard,
        Err(LockError::Store(_)) => return,
        Err(error) => panic!("{error}"),
    };
    witness.saw(guard.lease());
    let expected = |error: &StateError| {
        let fine = matches!(error, StateError::Store(_) | StateError::Uncertain { .. }) || error.is_fenced();
        assert!(fine, "{error}");
    };
    let ledger = match Ledger::open(place, guard.lease(), stack.ids.clone()).await {
        Ok(ledger) => ledger,
        Err(error) => return expected(&error),
    };
    witness.check(&ledger.state().await.expect("an open ledger has a state"));
    let committers = (0..4).map(|committer| {
        let (ledger, witness, name) = (ledger.clone(), witness.clone(), name.clone());
        tokio::spawn(async move {
            for number in 0..12 {
                let path = format!("{name}-{committer}-{number}");
                match ledger.commit(vec![adopted(&path, bytes)]).await {
                    Ok(_) => drop(witness.acknowledged.lock().unwrap().insert(path)),
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })
    });
    for committer in committers.collect::<Vec<_>>() {
        // One committer stops being waited for, as a step does that is cancelled: its commit goes on or not.
        if let Ok(Err(error)) = committer.await {
            expected(&error);
        }
    }
    let _ = ledger.publish().await;
    let _ = ledger.close().await;
    let _ = guard.release().await;
}

fn simulate(seed: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let stack = Stack::default();
        let witness = Arc::new(Witness::default());
        let random = Random::new(seed);
        let mut runs = Vec::new();
        for number in 0..5 {
            let mut machine = Machine::new(random.below(u64::MAX));
            machine.faults = [0, 20, 150][random.below(3) as usize];
            match random.below(3) {
                0 => machine.dies_at = 1 + random.below(60),
                1 => machine.sleeps_at = 1 + random.below(60),
                _ => {}
            }
            let bytes = [10, 4_000, 20_000][random.below(3) as usize];
            let (stack, witness) = (stack.clone(), witness.clone());
            runs.push(tokio::spawn(run(stack, witness, format!("m{number}"), Arc::new(machine), bytes)));
            sleep(random.millis(5_000)).await;
        }
        for handle in runs {
            // A run whose machine has died never ends.
            if let Ok(Err(error)) = timeout(Duration::from_secs(3_600), handle).await {
                std::panic::resume_unwind(error.into_panic());
            }
        }
        // Requests that were delayed have all arrived by now.
        let heads = stack.heads.lock().unwrap().clone();
        assert!(heads.is_sorted(), "a head was covered by an older one: {heads:?}");
        let reading = stack.read().await.expect("the state reads");
        witness.check(&reading.state);
        let (ledger, guard) = stack.open().await.expect("the next run opens it");
        assert_eq!(ledger.state().await.unwrap(), stack.read().await.unwrap().state);
        ledger.close().await.unwrap();
        guard.release().await.unwrap();
        witness.check(&stack.read().await.unwrap().state);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 0, ..ProptestConfig::default() })]
    #[test]
    fn nothing_acknowledged_is_lost_and_nothing_is_written_by_two(seed in any::<u64>()) {
        simulate(seed);
    }
}
