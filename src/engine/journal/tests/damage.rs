//! Whatever is done to the objects of a stack behind our back is noticed, told, and not made worse.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::stack::{ACCOUNT, Stack, adopted};
use crate::journal::{Entry, Ledger, read};
use crate::model::{Code, Diagnostic, DigestKey, Value};
use crate::state::tests::head_object;
use crate::state::{LockTable, MemoryStore, ObjectStore, Precondition, StateError};

const HEAD: &str = "test/main/head.json";

type Objects = BTreeMap<String, Vec<u8>>;

async fn dump(store: &MemoryStore) -> Objects {
    let mut objects = Objects::new();
    for key in store.list("").await.unwrap() {
        let (body, _) = store.get(&key).await.unwrap().unwrap();
        objects.insert(key, body);
    }
    objects
}

async fn write(store: &MemoryStore, key: &str, body: &[u8]) {
    store.put(key, body.to_vec(), Precondition::None).await.unwrap();
}

/// A stack with a snapshot, segments and a tail; and its objects before and after the last commits.
async fn lived_in() -> (Stack, Objects, Objects) {
    let stack = Stack::default();
    let (ledger, guard) = stack.open().await.unwrap();
    for number in 0..100 {
        ledger.commit(vec![adopted(&format!("r{number}"), 3_000)]).await.unwrap();
    }
    ledger.publish().await.unwrap();
    let before = dump(&stack.store).await;
    for number in 100..130 {
        ledger.commit(vec![adopted(&format!("r{number}"), 3_000)]).await.unwrap();
    }
    drop(ledger);
    guard.release().await.unwrap();
    let after = dump(&stack.store).await;
    let text = String::from_utf8_lossy(&after[HEAD]).into_owned();
    let label: serde_json::Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
    assert!(label["snapshot"].is_object() && !label["segments"].as_array().unwrap().is_empty());
    assert!(text.lines().count() > 2, "there is a tail");
    (stack, before, after)
}

/// Both ways of reading fail, and neither writes.
async fn refused(stack: &Stack) -> StateError {
    let before = dump(&stack.store).await;
    let error = stack.read().await.unwrap_err();
    let opened = stack.open().await.map(drop).unwrap_err();
    assert_eq!(error, opened);
    assert_eq!(dump(&stack.store).await, before, "nothing is written after a failed read");
    error
}

fn code(error: StateError) -> Code {
    let diagnostic = Diagnostic::from(error);
    assert!(diagnostic.help.is_some());
    diagnostic.code
}

/// The objects that the head names, and the head.
fn named(objects: &Objects) -> Vec<String> {
    let text = String::from_utf8_lossy(&objects[HEAD]).into_owned();
    let label: serde_json::Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
    let segments = label["segments"].as_array().unwrap().iter().map(|segment| &segment["key"]);
    let keys = segments.chain([&label["snapshot"]["key"]]).map(|key| key.as_str().unwrap().to_string());
    keys.chain([HEAD.to_string()]).collect()
}

#[tokio::test(start_paused = true)]
async fn each_object_missing_emptied_cut_altered_or_swapped_is_noticed() {
    let (stack, _, objects) = lived_in().await;
    let keys = named(&objects);
    for key in &keys {
        let body = &objects[key];
        stack.store.delete(key).await.unwrap();
        assert_eq!(code(refused(&stack).await), Code::StateMissing, "{key} deleted");

        let mut altered = body.clone();
        let last = altered.len() - 10;
        altered[last] ^= 1;
        let cuts = [0, 1, body.len() / 2, body.len() - 1].map(|at| body[..at].to_vec());
        for damaged in cuts.into_iter().chain([altered, b"{}".to_vec(), b"null\n".to_vec(), vec![0xff; 100]]) {
            write(&stack.store, key, &damaged).await;
            assert_eq!(code(refused(&stack).await), Code::StateCorrupt, "{key} damaged");
        }
        for other in keys.iter().filter(|other| *other != key) {
            write(&stack.store, key, &objects[other]).await;
            assert_eq!(code(refused(&stack).await), Code::StateCorrupt, "{key} swapped for {other}");
        }
        write(&stack.store, key, body).await;
    }
    assert_eq!(stack.read().await.unwrap().state.resources.len(), 130);
}

#[tokio::test(start_paused = true)]
async fn each_object_that_another_version_of_the_stack_had_is_noticed() {
    let (stack, before, after) = lived_in().await;
    let kinds = ["/segments/", "/snapshots/"];
    for kind in kinds {
        let old: Vec<&Vec<u8>> = before.iter().filter(|(key, _)| key.contains(kind)).map(|(_, body)| body).collect();
        for key in named(&after).iter().filter(|key| key.contains(kind)) {
            for body in old.iter().filter(|body| **body != &after[key]) {
                write(&stack.store, key, body).await;
                assert_eq!(code(refused(&stack).await), Code::StateCorrupt, "{key} as it was before");
            }
            write(&stack.store, key, &after[key]).await;
        }
    }
    assert_eq!(stack.read().await.unwrap().state.resources.len(), 130);
}

/// A store that refuses to show one key.
struct Denying {
    inner: Arc<MemoryStore>,
    key: String,
}

#[async_trait::async_trait]
impl ObjectStore for Denying {
    async fn get(&self, key: &str) -> Result<Option<(Vec<u8>, String)>, crate::state::StoreError> {
        match key == self.key {
            true => Err(crate::state::tests::faults::failure(crate::model::ErrorKind::AccessDenied)),
            false => self.inner.get(key).await,
        }
    }
    async fn put(
        &self,
        key: &str,
        body: Vec<u8>,
        on: Precondition,
    ) -> Result<crate::state::Put, crate::state::StoreError> {
        self.inner.put(key, body, on).await
    }
    async fn delete(&self, key: &str) -> Result<(), crate::state::StoreError> {
        self.inner.delete(key).await
    }
    async fn list(&self, prefix: &str) -> Result<Vec<String>, crate::state::StoreError> {
        self.inner.list(prefix).await
    }
    fn location(&self) -> String {
        self.inner.location()
    }
}

#[tokio::test(start_paused = true)]
async fn each_object_denied_is_an_error_and_nothing_is_written() {
    let (stack, _, objects) = lived_in().await;
    for key in named(&objects) {
        let place = crate::state::Place {
            store: Arc::new(Denying { inner: stack.store.clone(), key: key.clone() }),
            ..stack.place()
        };
        let error = read(&place, &*stack.rows).await.unwrap_err();
        assert!(matches!(error, StateError::Store(_)), "{key}: {error}");
        let guard = stack.lock(stack.rows.clone()).await.unwrap();
        let opened = Ledger::open(place, guard.lease(), stack.ids.clone()).await.map(drop);
        assert_eq!(opened.unwrap_err(), error);
        guard.release().await.unwrap();
        assert_eq!(dump(&stack.store).await, objects, "nothing is written after a failed read");
    }
}

#[tokio::test(start_paused = true)]
async fn an_older_head_is_noticed() {
    let (stack, before, _) = lived_in().await;
    write(&stack.store, HEAD, &before[HEAD]).await;
    let error = refused(&stack).await;
    assert!(matches!(error, StateError::RolledBack { serial: 100, known: 130, .. }), "{error}");
    assert_eq!(code(error), Code::StateCorrupt);
}

#[tokio::test(start_paused = true)]
async fn an_emptied_bucket_is_not_a_new_stack() {
    let (stack, ..) = lived_in().await;
    for key in stack.store.list("").await.unwrap() {
        stack.store.delete(&key).await.unwrap();
    }
    assert_eq!(code(refused(&stack).await), Code::StateMissing);
}

#[tokio::test(start_paused = true)]
async fn a_missing_head_is_noticed_without_the_lock_row() {
    let (stack, ..) = lived_in().await;
    stack.store.delete(HEAD).await.unwrap();
    let stack = Stack { rows: Arc::default(), ..stack };
    assert_eq!(code(refused(&stack).await), Code::StateMissing);
}

#[tokio::test(start_paused = true)]
async fn the_state_of_another_stage_or_account_is_refused() {
    let (stack, _, objects) = lived_in().await;
    write(&stack.store, "prod/main/head.json", &objects[HEAD]).await;
    for place in [stack.place_of("prod", ACCOUNT), stack.place_of("test", "999999999999")] {
        let error = read(&place, &*stack.rows).await.unwrap_err();
        assert_eq!(code(error), Code::StateForeign);
    }
}

#[tokio::test(start_paused = true)]
async fn state_of_another_region_is_refused() {
    let (stack, ..) = lived_in().await;
    let place = crate::state::Place { region: "eu-central-1".into(), ..stack.place() };
    let error = read(&place, &*stack.rows).await.unwrap_err();
    assert!(error.to_string().contains("eu-central-1"), "{error}");
    assert_eq!(code(error), Code::StateForeign);
}

/// Who can write the bucket and not the lock table cannot make a head: neither one with an entry of his own, nor one
/// signed with another key, nor one as wildfire wrote them before it signed.
#[tokio::test(start_paused = true)]
async fn a_head_that_somebody_else_wrote_is_refused() {
    let (stack, _, objects) = lived_in().await;
    let text = String::from_utf8(objects[HEAD].clone()).unwrap();
    let content = text.split_once('\n').unwrap().1;
    let entry = serde_json::to_string(&adopted("backdoor", 1)).unwrap();
    let longer = format!("{content}{entry}\n");
    let hmac = text.split_once("\"hmac\":\"").unwrap().1.split_once('"').unwrap().0;
    let unsigned = String::from_utf8(head_object(longer.as_bytes(), &DigestKey::default())).unwrap();
    let with_old_hmac = unsigned.replacen("\"}", &format!("\",\"hmac\":\"{hmac}\"}}"), 1);
    for forged in [
        head_object(content.as_bytes(), &DigestKey::default()),
        head_object(content.as_bytes(), &DigestKey::new("another key")),
        head_object(longer.as_bytes(), &DigestKey::new("another key")),
        unsigned.into_bytes(),
        with_old_hmac.into_bytes(),
    ] {
        write(&stack.store, HEAD, &forged).await;
        let error = refused(&stack).await;
        assert!(matches!(error, StateError::Forged { .. }), "{error}");
        assert_eq!(code(error), Code::StateCorrupt);
    }
    write(&stack.store, HEAD, &objects[HEAD]).await;
    assert_eq!(stack.read().await.unwrap().state.resources.len(), 130);
}

/// As a wildfire left it that did not sign yet.
#[tokio::test(start_paused = true)]
async fn a_head_without_a_signature_is_read_until_the_row_says_that_there_is_one() {
    let (stack, _, objects) = lived_in().await;
    let content = String::from_utf8(objects[HEAD].clone()).unwrap();
    let unsigned = head_object(content.split_once('\n').unwrap().1.as_bytes(), &DigestKey::default());
    write(&stack.store, HEAD, &unsigned).await;
    let mut row = stack.rows.get("test/main").await.unwrap().unwrap();
    let before = row.version.clone();
    row.signed = false;
    stack.rows.put("test/main", &row, Some(&before)).await.unwrap();

    assert_eq!(stack.read().await.unwrap().state.resources.len(), 130);
    let (ledger, guard) = stack.open().await.unwrap();
    drop(ledger);
    guard.release().await.unwrap();
    assert!(stack.rows.get("test/main").await.unwrap().unwrap().signed);
    write(&stack.store, HEAD, &unsigned).await;
    assert!(matches!(refused(&stack).await, StateError::Forged { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_lock_row_of_another_account_is_refused() {
    let (stack, ..) = lived_in().await;
    let mut row = stack.rows.get("test/main").await.unwrap().unwrap();
    row.account = "999999999999".into();
    let before = row.version.clone();
    stack.rows.put("test/main", &row, Some(&before)).await.unwrap();
    let error = read(&stack.place(), &*stack.rows).await.unwrap_err();
    assert_eq!(code(error), Code::StateForeign);
}

#[tokio::test(start_paused = true)]
async fn state_of_a_later_wildfire_is_refused() {
    let (stack, _, objects) = lived_in().await;
    for key in named(&objects) {
        let text = String::from_utf8(objects[&key].clone()).unwrap();
        write(&stack.store, &key, text.replacen("\"version\":1", "\"version\":2", 1).as_bytes()).await;
        assert_eq!(code(refused(&stack).await), Code::StateTooNew);
        write(&stack.store, &key, &objects[&key]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_that_changes_or_goes_during_a_run_stops_it() {
    for damage in [None, Some(b"".as_slice())] {
        let (stack, before, _) = lived_in().await;
        let (ledger, _guard) = stack.open().await.unwrap();
        match damage {
            None => stack.store.delete(HEAD).await.unwrap(),
            Some(body) => write(&stack.store, HEAD, body).await,
        }
        let error = ledger.commit(vec![adopted("new", 1)]).await.unwrap_err();
        assert!(matches!(error, StateError::Missing { .. } | StateError::Corrupt { .. }), "{error}");
        write(&stack.store, HEAD, &before[HEAD]).await;
        assert_eq!(ledger.commit(vec![adopted("new", 1)]).await.unwrap_err(), error, "it stays stopped");
        assert_eq!(dump(&stack.store).await[HEAD], before[HEAD]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lock_row_deleted_by_hand_costs_nothing() {
    let (stack, ..) = lived_in().await;
    let stack = Stack { rows: Arc::default(), ..stack };
    let (ledger, guard) = stack.open().await.unwrap();
    assert_eq!(ledger.commit(vec![adopted("new", 1)]).await, Ok(131));
    guard.release().await.unwrap();
    assert_eq!(stack.rows.get("test/main").await.unwrap().unwrap().serial, 131);
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_does_not_add_up_is_refused() {
    let stack = Stack::default();
    let (ledger, guard) = stack.open().await.unwrap();
    ledger.commit(vec![adopted("a", 1)]).await.unwrap();
    guard.release().await.unwrap();
    // A whole head of ours in every respect, but for an entry that cannot follow.
    let text = String::from_utf8(dump(&stack.store).await[HEAD].clone()).unwrap();
    let content = text.split_once('\n').unwrap().1;
    let entry = serde_json::to_string(&Entry::Observed { path: "b".into(), attributes: Value::Null }).unwrap();
    let key = stack.rows.get("test/main").await.unwrap().unwrap().digest_key;
    let head = head_object(format!("{content}{entry}\n").as_bytes(), &key);
    write(&stack.store, HEAD, &head).await;
    let error = refused(&stack).await;
    assert!(matches!(&error, StateError::Corrupt { reason, .. } if reason.contains("b is not in state")), "{error}");
}

#[tokio::test(start_paused = true)]
async fn stores_that_cannot_be_read_are_not_empty_stores() {
    let (stack, ..) = lived_in().await;
    let before = dump(&stack.store).await;
    let mut machine = crate::state::tests::faults::Machine::new(1);
    machine.faults = 1000;
    let (place, _) = stack.seen_by(&Arc::new(machine));
    let guard = stack.lock(stack.rows.clone()).await.unwrap();
    let outcome = Ledger::open(place, guard.lease(), stack.ids.clone()).await;
    assert!(matches!(outcome.map(drop), Err(StateError::Store(_))));
    assert_eq!(dump(&stack.store).await, before);
}
