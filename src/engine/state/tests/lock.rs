//! The lock under paused time: every second here is exact.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::faults::{Counter, FaultyLock, Machine};
use crate::model::{Code, Diagnostic, Severity};
use crate::state::{
    Lease, LockError, LockGuard, LockRow, LockTable, LockTimes, MemoryLock, Owner, RowPut, StateError, acquire,
};

const KEY: &str = "test/main";
const STATE: &str = "s3://shop-test-state";
const LEASE: Duration = Duration::from_secs(30);

struct Yard {
    table: Arc<MemoryLock>,
    ids: Arc<Counter>,
}

impl Yard {
    fn new() -> Self {
        Self { table: Arc::default(), ids: Arc::default() }
    }

    fn machine(&self, machine: Machine) -> (Arc<Machine>, Arc<dyn LockTable>) {
        let machine = Arc::new(machine);
        (machine.clone(), Arc::new(FaultyLock { machine, inner: self.table.clone() }))
    }

    async fn take(&self, table: Arc<dyn LockTable>, wait: Duration) -> Result<LockGuard, LockError> {
        let owner = Owner {
            who: "me@here".into(),
            why: "apply test".into(),
            account: "123456789012".into(),
            state: STATE.into(),
        };
        let times = LockTimes { wait: Some(wait), ..LockTimes::default() };
        acquire(table, KEY, &owner, times, self.ids.clone(), &CancellationToken::new(), &mut |_| {}).await
    }

    async fn row(&self) -> LockRow {
        self.table.get(KEY).await.unwrap().unwrap()
    }
}

const LONG: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn a_free_lock_is_taken_and_given_back_and_the_row_stays() {
    let yard = Yard::new();
    let guard = yard.take(yard.table.clone(), Duration::ZERO).await.unwrap();
    assert!(guard.is_valid());
    assert_eq!(guard.epoch(), 1);
    let lease = guard.lease();
    lease.note_serial(7);
    guard.release().await.unwrap();
    assert!(!lease.is_valid());
    let row = yard.row().await;
    assert_eq!((row.owner, row.epoch, row.serial), (None, 1, 7));

    let next = yard.take(yard.table.clone(), Duration::ZERO).await.unwrap();
    assert_eq!(next.epoch(), 2);
    assert_eq!(next.lease().known().serial, 7);
}

#[tokio::test(start_paused = true)]
async fn a_held_lock_is_told_and_not_taken() {
    let yard = Yard::new();
    let _guard = yard.take(yard.table.clone(), Duration::ZERO).await.unwrap();
    let mut told = Vec::new();
    let owner =
        Owner { who: "you@there".into(), why: "plan".into(), account: "123456789012".into(), state: STATE.into() };
    let times = LockTimes { wait: Some(Duration::from_secs(600)), ..LockTimes::default() };
    let (halt, mut on_wait) = (CancellationToken::new(), |row: &LockRow| told.push(row.who.clone()));
    let began = Instant::now();
    let taken = acquire(yard.table.clone(), KEY, &owner, times, yard.ids.clone(), &halt, &mut on_wait).await;
    let error = taken.unwrap_err();
    // The holder beats, so ten minutes of waiting do not make it dead; and waiting ends when it should.
    assert_eq!(began.elapsed(), Duration::from_secs(600));
    assert_eq!(told, ["me@here"]);
    let diagnostic = Diagnostic::from(error);
    assert_eq!(diagnostic.code, Code::LockHeld);
    assert_eq!(diagnostic.message, "test/main is locked by me@here since 2026-01-01T00:00:00Z");
    assert!(diagnostic.notes[0].contains("apply test"));
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_broken_off_at_once() {
    let yard = Yard::new();
    let _guard = yard.take(yard.table.clone(), Duration::ZERO).await.unwrap();
    let owner =
        Owner { who: "you@there".into(), why: "plan".into(), account: "123456789012".into(), state: STATE.into() };
    let times = LockTimes { wait: Some(Duration::from_secs(600)), ..LockTimes::default() };
    let halt = CancellationToken::new();
    let (interrupt, began) = (halt.clone(), Instant::now());
    tokio::spawn(async move {
        sleep(Duration::from_millis(40_100)).await;
        interrupt.cancel();
    });
    let outcome = acquire(yard.table.clone(), KEY, &owner, times, yard.ids.clone(), &halt, &mut |_| {}).await;
    assert!(matches!(outcome, Err(LockError::Halted { .. })));
    assert_eq!(began.elapsed(), Duration::from_millis(40_100));
}

#[tokio::test(start_paused = true)]
async fn a_row_of_another_account_or_another_state_is_refused() {
    let yard = Yard::new();
    yard.take(yard.table.clone(), Duration::ZERO).await.unwrap().release().await.unwrap();
    let before = yard.row().await;
    for (account, state, told) in [
        ("999999999999", STATE, "belongs to account 123456789012, not to account 999999999999"),
        ("123456789012", "s3://other", "belongs to the state in s3://shop-test-state, not to the state in s3://other"),
    ] {
        let owner = Owner { who: "me".into(), why: "apply".into(), account: account.into(), state: state.into() };
        let (times, halt) = (LockTimes::default(), CancellationToken::new());
        let outcome = acquire(yard.table.clone(), KEY, &owner, times, yard.ids.clone(), &halt, &mut |_| {}).await;
        let Err(error @ LockError::Foreign { .. }) = outcome else { panic!("{state}: it was taken") };
        assert_eq!(error.to_string(), format!("the lock row test/main {told}"));
        assert_eq!(yard.row().await, before);
    }
}

#[tokio::test(start_paused = true)]
async fn a_row_that_names_no_state_learns_it() {
    let yard = Yard::new();
    yard.take(yard.table.clone(), Duration::ZERO).await.unwrap().release().await.unwrap();
    let row = yard.row().await;
    let old = LockRow { state: String::new(), version: "earlier".into(), ..row.clone() };
    assert_eq!(yard.table.put(KEY, &old, Some(&row.version)).await, Ok(RowPut::Written));
    let guard = yard.take(yard.table.clone(), Duration::ZERO).await.unwrap();
    assert_eq!(yard.row().await.state, STATE);
    guard.release().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_dead_holder_is_succeeded_within_two_leases_and_not_before_its_lease_ends() {
    let yard = Yard::new();
    let (machine, table) = yard.machine(Machine::new(1));
    let dead = yard.take(table, Duration::ZERO).await.unwrap();
    sleep(Duration::from_secs(25)).await;
    machine.kill();
    let died = Instant::now();
    let lease = dead.lease();
    let guard = yard.take(yard.table.clone(), LONG).await.unwrap();
    assert!(died.elapsed() >= LEASE - Duration::from_secs(10), "{:?}", died.elapsed());
    assert!(died.elapsed() <= LEASE * 2, "{:?}", died.elapsed());
    assert!(!lease.is_valid());
    assert_eq!(guard.epoch(), 2);
    // The dead one's last words change nothing.
    assert!(matches!(dead.release().await, Err(StateError::LockLost { .. })));
    assert_eq!(yard.row().await.epoch, 2);
    assert!(yard.row().await.owner.is_some());
}

#[tokio::test(start_paused = true)]
async fn without_a_time_to_wait_a_dead_lock_is_taken_and_a_living_one_is_told() {
    let yard = Yard::new();
    let (machine, table) = yard.machine(Machine::new(5));
    let holder = yard.take(table, Duration::ZERO).await.unwrap();
    let owner =
        Owner { who: "you@there".into(), why: "apply".into(), account: "123456789012".into(), state: STATE.into() };
    let attempt = || async {
        let halt = CancellationToken::new();
        acquire(yard.table.clone(), KEY, &owner, LockTimes::default(), yard.ids.clone(), &halt, &mut |_| {}).await
    };
    let began = Instant::now();
    assert!(matches!(attempt().await, Err(LockError::Held { .. })));
    // No longer than from one sign of life to the next.
    assert!(began.elapsed() < LEASE / 2, "{:?}", began.elapsed());
    machine.kill();
    let began = Instant::now();
    let guard = attempt().await.unwrap();
    assert!(began.elapsed() <= LEASE * 2, "{:?}", began.elapsed());
    assert!(guard.is_valid() && !holder.is_valid());
}

#[tokio::test(start_paused = true)]
async fn a_table_that_is_silent_at_the_end_leaves_the_lock_to_its_lease() {
    let yard = Yard::new();
    let (machine, table) = yard.machine(Machine::new(1));
    let guard = yard.take(table, Duration::ZERO).await.unwrap();
    machine.kill();
    let began = Instant::now();
    let error = guard.release().await.unwrap_err();
    assert!(matches!(error, StateError::NotReleased { .. }), "{error}");
    assert_eq!(began.elapsed(), Duration::from_secs(5));
    assert_eq!(Diagnostic::from(error).severity, Severity::Warning);
}

#[tokio::test(start_paused = true)]
async fn a_holder_that_slept_finds_its_lock_lost() {
    let yard = Yard::new();
    let (machine, table) = yard.machine(Machine::new(2));
    let sleeper = yard.take(table, Duration::ZERO).await.unwrap();
    machine.sleep(true);
    let next = yard.take(yard.table.clone(), LONG).await.unwrap();
    assert!(!sleeper.is_valid());
    machine.sleep(false);
    timeout(LEASE, sleeper.lost()).await.expect("it is told that the lock is lost");
    assert!(next.is_valid());
    sleep(LEASE * 3).await;
    assert!(next.is_valid() && !sleeper.is_valid());
}

#[tokio::test(start_paused = true)]
async fn a_table_that_fails_for_a_while_costs_nothing_and_for_a_lease_the_lock() {
    let yard = Yard::new();
    let (machine, table) = yard.machine(Machine::new(3));
    let guard = yard.take(table, Duration::ZERO).await.unwrap();
    for _ in 0..20 {
        machine.sleep(true);
        sleep(Duration::from_secs(12)).await;
        machine.sleep(false);
        sleep(Duration::from_secs(13)).await;
        assert!(guard.is_valid());
    }
    machine.sleep(true);
    let began = Instant::now();
    guard.lost().await;
    assert!(began.elapsed() <= LEASE);
    assert!(!guard.is_valid());
}

#[tokio::test(start_paused = true)]
async fn a_dropped_guard_frees_itself() {
    let yard = Yard::new();
    let lease = yard.take(yard.table.clone(), Duration::ZERO).await.unwrap().lease();
    assert!(!lease.is_valid());
    let began = Instant::now();
    yard.take(yard.table.clone(), LONG).await.unwrap();
    assert!(began.elapsed() <= LEASE * 2);
}

#[tokio::test(start_paused = true)]
async fn an_epoch_can_be_raised_by_the_holder_only() {
    let yard = Yard::new();
    let (machine, table) = yard.machine(Machine::new(4));
    let guard = yard.take(table, Duration::ZERO).await.unwrap();
    guard.lease().raise_epoch(57).await.unwrap();
    assert_eq!((guard.epoch(), yard.row().await.epoch), (57, 57));
    machine.sleep(true);
    let next = yard.take(yard.table.clone(), LONG).await.unwrap();
    assert_eq!(next.epoch(), 58);
    assert!(guard.lease().raise_epoch(99).await.is_err());
    assert_eq!(yard.row().await.epoch, 58);
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_somebody_frees_by_hand_is_lost_to_its_holder() {
    let yard = Yard::new();
    let guard = yard.take(yard.table.clone(), Duration::ZERO).await.unwrap();
    let row = yard.row().await;
    let free = LockRow { owner: None, version: "by hand".into(), ..row.clone() };
    assert!(matches!(yard.table.put(KEY, &free, Some(&row.version)).await, Ok(RowPut::Written)));
    let next = yard.take(yard.table.clone(), Duration::ZERO).await.unwrap();
    assert_eq!(next.epoch(), 2);
    timeout(LEASE, guard.lost()).await.expect("its next heartbeat tells it");
}

/// Every lease that was ever handed out; no two may be valid together.
#[derive(Clone, Default)]
struct Witness(Arc<Mutex<Vec<Lease>>>);

impl Witness {
    fn saw(&self, lease: Lease) {
        let mut all = self.0.lock().unwrap();
        assert!(all.iter().all(|other| !other.is_valid()), "two leases are valid at once");
        assert!(all.iter().all(|other| other.epoch() < lease.epoch()), "an epoch came twice");
        all.push(lease);
    }
}

#[tokio::test(start_paused = true)]
async fn sixty_four_contenders_hold_it_one_at_a_time() {
    let yard = Arc::new(Yard::new());
    let witness = Witness::default();
    let tasks: Vec<_> = (0..64)
        .map(|seed| {
            let (yard, witness) = (yard.clone(), witness.clone());
            tokio::spawn(async move {
                let mut machine = Machine::new(seed);
                machine.faults = 30;
                let (_, table) = yard.machine(machine);
                let guard = loop {
                    // A table that fails five times in a row is an error to the caller, who may come again.
                    match yard.take(table.clone(), LONG * 100).await {
                        Ok(guard) => break guard,
                        Err(error) => assert!(matches!(error, LockError::Store(_)), "{error}"),
                    }
                };
                witness.saw(guard.lease());
                sleep(Duration::from_secs(2)).await;
                let _ = guard.release().await;
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(witness.0.lock().unwrap().len(), 64);
}

#[tokio::test(start_paused = true)]
async fn holders_that_die_or_sleep_never_hold_it_together_with_another() {
    for seed in 0..40 {
        let yard = Arc::new(Yard::new());
        let witness = Witness::default();
        let tasks: Vec<_> = (0..6)
            .map(|number| {
                let (yard, witness) = (yard.clone(), witness.clone());
                tokio::spawn(async move {
                    let mut machine = Machine::new(seed * 100 + number);
                    machine.faults = 100;
                    match (seed + number) % 3 {
                        0 => machine.dies_at = 3 + (seed * 7 + number) % 9,
                        1 => machine.sleeps_at = 2 + (seed * 5 + number) % 9,
                        _ => {}
                    }
                    let (_, table) = yard.machine(machine);
                    let guard = match yard.take(table, LONG).await {
                        Ok(guard) => guard,
                        Err(error) => return assert!(matches!(error, LockError::Store(_)), "{error}"),
                    };
                    witness.saw(guard.lease());
                    for _ in 0..30 {
                        sleep(Duration::from_secs(2)).await;
                    }
                    let _ = guard.release().await;
                })
            })
            .collect();
        for task in tasks {
            // A machine that died in the middle of taking the lock never comes back.
            let _ = timeout(LONG * 2, task).await.map(Result::unwrap);
        }
    }
}

/// Ten thousand changes of hands, of holders that let go, die, sleep, and come back to find that they have lost it.
#[tokio::test(start_paused = true)]
async fn ten_thousand_handovers() {
    const HANDOVERS: u64 = 10_000;
    let yard = Arc::new(Yard::new());
    // Only the last lease can be valid; keeping them all would cost the square.
    let last: Arc<Mutex<Option<(Lease, Instant)>>> = Arc::default();
    let contenders = (0..6).map(|number| {
        let (yard, last) = (yard.clone(), last.clone());
        tokio::spawn(async move {
            let mut round = 0;
            loop {
                round += 1;
                let random = super::faults::Random::new(number * 1_000_003 + round);
                let mut machine = Machine::new(random.below(u64::MAX));
                machine.faults = [0, 0, 50][random.below(3) as usize];
                let (machine, table) = yard.machine(machine);
                let guard = match yard.take(table, LONG * 1000).await {
                    Ok(guard) => guard,
                    Err(error) => {
                        assert!(matches!(error, LockError::Store(_)), "{error}");
                        continue;
                    }
                };
                let epoch = guard.epoch();
                if let Some((before, freed)) = last.lock().unwrap().replace((guard.lease(), Instant::now() + LONG)) {
                    assert!(!before.is_valid(), "two leases are valid at once");
                    assert!(before.epoch() < epoch, "an epoch came twice");
                    // Taken over within two leases of the last sign of life.
                    assert!(Instant::now() <= freed + LEASE * 2, "a dead lock stood for {:?}", freed.elapsed());
                }
                if epoch >= HANDOVERS {
                    return;
                }
                let freed = |at: Instant| {
                    if let Some((lease, freed)) = last.lock().unwrap().as_mut()
                        && lease.epoch() == epoch
                    {
                        *freed = at;
                    }
                };
                sleep(random.millis(2_000)).await;
                match random.below(20) {
                    0 => {
                        machine.kill();
                        freed(Instant::now());
                        drop(guard);
                    }
                    1 => {
                        machine.sleep(true);
                        freed(Instant::now());
                        sleep(random.millis(90_000)).await;
                        machine.sleep(false);
                        let _ = guard.release().await;
                    }
                    _ => {
                        // A release that fails leaves the row to its lease.
                        freed(Instant::now() + Duration::from_secs(5));
                        let _ = guard.release().await;
                    }
                }
            }
        })
    });
    let mut contenders: Vec<_> = contenders.collect();
    // The first that sees the last epoch ends the test; the others wait for a lock that nobody gives them.
    let (ended, _, others) = futures::future::select_all(contenders.drain(..)).await;
    ended.unwrap();
    others.iter().for_each(tokio::task::JoinHandle::abort);
    assert!(yard.row().await.epoch >= HANDOVERS);
}
