//! Committing, reading back, compacting and publishing, when nothing goes wrong or one thing does.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use futures::future::join_all;

use super::stack::{Stack, adopted};
use crate::journal::{Entry, Ledger};
use crate::model::{ErrorKind, Value};
use crate::state::tests::faults::{Machine, failure};
use crate::state::{
    Keys, LockRow, LockTable, ObjectStore, OutputState, Place, Precondition, Put, StateError, StoreError,
};

#[tokio::test(start_paused = true)]
async fn what_was_committed_is_read_again_and_counts_serials() {
    let stack = Stack::default();
    assert!(!stack.read().await.unwrap().exists);
    let (ledger, guard) = stack.open().await.unwrap();
    let fresh = stack.read().await.unwrap();
    assert!(fresh.exists && fresh.state.serial == 0 && !fresh.state.lineage.is_empty());
    assert!(fresh.state.is_at("", 0), "a plan of a stack that was never written is still good");

    assert_eq!(ledger.commit(vec![adopted("a", 1), adopted("b", 1)]).await, Ok(1));
    assert_eq!(ledger.commit(vec![Entry::Moved { from: "a".into(), to: "c".into() }]).await, Ok(2));
    assert_eq!(ledger.commit(Vec::new()).await, Ok(2));
    let state = ledger.state().await.unwrap();
    assert_eq!(state.resources.keys().collect::<Vec<_>>(), ["b", "c"]);
    assert_eq!(stack.read().await.unwrap().state, state);

    ledger.close().await.unwrap();
    assert!(matches!(ledger.commit(vec![adopted("d", 1)]).await, Err(StateError::Closed { .. })));
    guard.release().await.unwrap();
    let reading = stack.read().await.unwrap();
    assert_eq!(reading.state, state);
    assert_eq!(reading.lock.unwrap().serial, 2);

    // Fencing the head is no change: a plan from before it is not stale.
    let (ledger, _guard) = stack.open().await.unwrap();
    assert_eq!(ledger.state().await.unwrap(), state);
}

#[tokio::test(start_paused = true)]
async fn an_illegal_commit_is_refused_whole_and_alone() {
    let stack = Stack::default();
    let (ledger, _guard) = stack.open().await.unwrap();
    let outcomes = join_all([
        ledger.commit(vec![adopted("a", 1)]),
        ledger.commit(vec![adopted("b", 1), adopted("a", 1)]),
        ledger.commit(vec![adopted("c", 1)]),
    ])
    .await;
    assert_eq!((&outcomes[0], &outcomes[2]), (&Ok(1), &Ok(1)), "one write carries both");
    assert!(matches!(outcomes[1], Err(StateError::Illegal { .. })));
    let state = stack.read().await.unwrap().state;
    assert_eq!(state.resources.keys().collect::<Vec<_>>(), ["a", "c"]);
}

#[tokio::test(start_paused = true)]
async fn bytes_written_are_linear_in_the_changes() {
    async fn bytes_for(count: usize) -> u64 {
        let stack = Stack::default();
        let (place, _) = stack.seen_by(&Arc::new(Machine::new(1)));
        let guard = stack.lock(stack.rows.clone()).await.unwrap();
        let ledger = Ledger::open(place, guard.lease(), stack.ids.clone()).await.unwrap();
        // Fifty steps at a time, each a commit of its own.
        let workers = (0..50).map(|worker| {
            let ledger = ledger.clone();
            async move {
                for number in (worker..count).step_by(50) {
                    ledger.commit(vec![adopted(&format!("r{number}"), 500)]).await.unwrap();
                }
            }
        });
        join_all(workers).await;
        ledger.close().await.unwrap();
        assert_eq!(stack.read().await.unwrap().state.resources.len(), count);
        let objects = stack.store.list("test/main/").await.unwrap();
        assert!(objects.len() < 150, "old objects go: {} are left", objects.len());
        stack.sent.load(Ordering::Relaxed)
    }
    let (small, middle, large) = (bytes_for(1_000).await, bytes_for(5_000).await, bytes_for(10_000).await);
    let all = format!("{small} bytes for 1,000 resources, {middle} for 5,000, {large} for 10,000");
    // A journal of 1,000 is too short for a snapshot, hence the 20; the square would be 100, and 4.
    assert!(large < small * 20 && large * 10 < middle * 24, "{all}");
}

/// A store whose writes of the head certainly fail while it is told so.
struct Refusing {
    inner: Arc<dyn ObjectStore>,
    refuses: std::sync::atomic::AtomicBool,
}

#[async_trait]
impl ObjectStore for Refusing {
    async fn get(&self, key: &str) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        self.inner.get(key).await
    }
    async fn put(&self, key: &str, body: Vec<u8>, condition: Precondition) -> Result<Put, StoreError> {
        match self.refuses.load(Ordering::Relaxed) {
            true => Err(failure(ErrorKind::AccessDenied)),
            false => self.inner.put(key, body, condition).await,
        }
    }
    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.inner.delete(key).await
    }
    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.inner.list(prefix).await
    }
    fn location(&self) -> String {
        self.inner.location()
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_write_is_taken_back_and_the_ledger_goes_on() {
    let stack = Stack::default();
    let store = Arc::new(Refusing { inner: stack.store.clone(), refuses: false.into() });
    let guard = stack.lock(stack.rows.clone()).await.unwrap();
    let place = Place { store: store.clone(), ..stack.place() };
    let ledger = Ledger::open(place, guard.lease(), stack.ids.clone()).await.unwrap();
    ledger.commit(vec![adopted("a", 1)]).await.unwrap();
    store.refuses.store(true, Ordering::Relaxed);
    let outcomes = join_all([ledger.commit(vec![adopted("b", 1)]), ledger.commit(vec![adopted("c", 1)])]).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(StateError::Store(_)))), "{outcomes:?}");
    assert_eq!(ledger.state().await.unwrap(), stack.read().await.unwrap().state);
    store.refuses.store(false, Ordering::Relaxed);
    assert_eq!(ledger.commit(vec![adopted("b", 1)]).await, Ok(2));
    assert_eq!(ledger.state().await.unwrap(), stack.read().await.unwrap().state);
}

#[tokio::test(start_paused = true)]
async fn a_holder_whose_lock_was_taken_writes_nothing_more() {
    let stack = Stack::default();
    let machine = Arc::new(Machine::new(1));
    let (place, table) = stack.seen_by(&machine);
    let guard = stack.lock(table).await.unwrap();
    // Only the lock's calls sleep: the store is as fast as ever.
    let ledger = Ledger::open(stack.place(), guard.lease(), stack.ids.clone()).await.unwrap();
    drop(place);
    ledger.commit(vec![adopted("a", 1)]).await.unwrap();
    machine.sleep(true);
    let (next, _next_guard) = stack.open().await.unwrap();
    assert!(ledger.commit(vec![adopted("b", 1)]).await.unwrap_err().is_fenced());
    assert!(ledger.publish().await.unwrap_err().is_fenced());
    assert_eq!(next.state().await.unwrap().resources.len(), 1);
    assert_eq!(next.commit(vec![adopted("b", 1)]).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_seal_kills_the_etag_even_of_a_holder_that_believes_in_its_lease() {
    let stack = Stack::default();
    let (old, old_guard) = stack.open().await.unwrap();
    old.commit(vec![adopted("a", 1)]).await.unwrap();
    // Another lock table: both leases are valid, as after the row was deleted by hand.
    let other = Stack { rows: Arc::default(), ..stack.clone() };
    let (new, new_guard) = other.open().await.unwrap();
    assert!(old_guard.is_valid() && new_guard.is_valid());
    assert!(new_guard.epoch() > old_guard.epoch(), "the epoch goes on from the head's");
    let error = old.commit(vec![adopted("b", 1)]).await.unwrap_err();
    assert!(matches!(error, StateError::Fenced { .. }), "{error}");
    assert_eq!(new.commit(vec![adopted("c", 1)]).await, Ok(2));
    assert!(old.commit(vec![adopted("d", 1)]).await.is_err());
    let state = other.read().await.unwrap().state;
    assert_eq!(state.resources.keys().collect::<Vec<_>>(), ["a", "c"]);
}

#[tokio::test(start_paused = true)]
async fn the_document_for_terraform_never_goes_back() {
    let stack = Stack::default();
    let (ledger, _guard) = stack.open().await.unwrap();
    let outputs = |value: i64| Entry::Outputs {
        outputs: [("o".to_string(), OutputState { value: Value::Int(value), sensitive: false })].into(),
    };
    ledger.commit(vec![outputs(1)]).await.unwrap();
    ledger.publish().await.unwrap();
    let key = Keys::new(&stack.place().stack).terraform();
    let document = async || {
        let (body, _) = stack.store.get(&key).await.unwrap().unwrap();
        serde_json::from_slice::<serde_json::Value>(&body).unwrap()
    };
    assert_eq!(document().await["outputs"]["o"]["value"], 1);

    let mut later = document().await;
    later["serial"] = 99.into();
    stack.store.put(&key, later.to_string().into_bytes(), Precondition::None).await.unwrap();
    ledger.commit(vec![outputs(2)]).await.unwrap();
    ledger.publish().await.unwrap();
    assert_eq!(document().await["serial"], 99);

    stack.store.put(&key, b"{\"version\":4,".to_vec(), Precondition::None).await.unwrap();
    ledger.publish().await.unwrap();
    assert_eq!(document().await["outputs"]["o"]["value"], 2, "a damaged one is replaced");

    let theirs = br#"{"version":4,"serial":1,"lineage":"x","resources":[{"type":"aws_vpc"}]}"#.to_vec();
    stack.store.put(&key, theirs.clone(), Precondition::None).await.unwrap();
    assert!(matches!(ledger.publish().await, Err(StateError::Foreign { .. })));
    assert_eq!(stack.store.get(&key).await.unwrap().unwrap().0, theirs);
}

#[tokio::test(start_paused = true)]
async fn a_reader_of_an_old_head_finds_its_objects() {
    let stack = Stack::default();
    for run in 0..5 {
        let (ledger, guard) = stack.open().await.unwrap();
        let head = Keys::new(&stack.place().stack).head();
        let old = stack.store.get(&head).await.unwrap().unwrap().0;
        ledger.commit(vec![adopted(&format!("r{run}"), 100)]).await.unwrap();
        ledger.close().await.unwrap();
        guard.release().await.unwrap();
        // What the head of before the run names is still there after it.
        let text = String::from_utf8(old).unwrap();
        let label: serde_json::Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
        if let Some(key) = label["snapshot"]["key"].as_str() {
            assert!(stack.store.get(key).await.unwrap().is_some());
        }
        let snapshots = stack.store.list("test/main/snapshots/").await.unwrap();
        assert!(snapshots.len() <= 2, "{snapshots:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn reading_writes_nothing() {
    let stack = Stack::default();
    stack.read().await.unwrap();
    assert!(stack.store.list("").await.unwrap().is_empty());
    assert_eq!(LockTable::get(&*stack.rows, "test/main").await.unwrap(), None::<LockRow>);
}
