//! One apply of a stage, on a clock of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wildfire_engine::apply::{ApplyOptions, RecoveryMode, apply};
use wildfire_engine::compile::Facts;
use wildfire_engine::config::{MemoryFiles, Project};
use wildfire_engine::model::StackId;
use wildfire_engine::pipeline::{CompileSession, Holder, PlanInputs, Prepared, Writing, prepare};
use wildfire_engine::plan::Options;
use wildfire_engine::state::{
    LockTimes, MemoryLock, MemoryStore, ObjectStore, Owner, Place, Precondition, Put, StoreError, Ulids,
};

use crate::catalog::Types;
use crate::cloud::Aws;
use crate::slots;

const ACCOUNT: &str = "123456789012";
/// A write to S3.
const WRITE: Duration = Duration::from_millis(50);

pub struct Outcome {
    pub resources: usize,
    pub critical: f64,
    pub makespan: f64,
    pub calls: u64,
    pub heads: u64,
    pub slots: f64,
}

pub fn play(yaml: &str) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime without any I/O can be built").block_on(whole(yaml))
}

/// A store in memory that takes the time of one in AWS.
struct Store {
    inner: MemoryStore,
    heads: AtomicU64,
}

#[async_trait]
impl ObjectStore for Store {
    async fn get(&self, key: &str) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        self.inner.get(key).await
    }

    async fn put(&self, key: &str, body: Vec<u8>, condition: Precondition) -> Result<Put, StoreError> {
        tokio::time::sleep(WRITE).await;
        self.heads.fetch_add(u64::from(key.ends_with("head.json")), Ordering::Relaxed);
        self.inner.put(key, body, condition).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.inner.delete(key).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.inner.list(prefix).await
    }

    fn location(&self) -> String {
        "memory".into()
    }
}

fn project(yaml: &str) -> Project {
    let head = format!("account_id: \"{ACCOUNT}\"\nregion: eu-west-1\n");
    let files = MemoryFiles::new([("wildfire.yaml", "name: test\n"), ("stages/test/stage.yaml", head.as_str())])
        .with("stages/test/main/main.yaml", yaml);
    files.load("test").unwrap_or_else(|problems| panic!("{problems:?}"))
}

async fn whole(yaml: &str) -> Outcome {
    let store = Arc::new(Store { inner: MemoryStore::default(), heads: AtomicU64::new(0) });
    let place = Place {
        store: store.clone(),
        stack: StackId::new("test", "main"),
        account: ACCOUNT.into(),
        region: "eu-west-1".into(),
    };
    let owner = Owner { who: "bench".into(), why: "apply".into(), account: ACCOUNT.into(), state: "memory".into() };
    let halt = CancellationToken::new();
    let holder = Holder { owner, times: LockTimes::default(), halt: halt.clone() };
    let writing = Writing::open(place, Arc::new(MemoryLock::default()), &holder, Arc::new(Ulids), &mut |_| {}).await;
    let writing = writing.unwrap_or_else(|error| panic!("{error}"));
    let cloud = Arc::new(Aws::default());
    let project = project(yaml);
    let mut compiling = CompileSession::new(&project, "main", &Types, Facts::default());
    let compiled = compiling.compile(Some(&*cloud)).await.unwrap_or_else(|problems| panic!("{problems:?}"));
    let options = Options::default();
    let inputs = PlanInputs {
        state: writing.state(),
        catalog: &Types,
        cloud: &*cloud,
        options: &options,
        mode: RecoveryMode::Finish,
        now: "2026-01-01T00:00:00Z".into(),
        halt: &halt,
    };
    let prepared = prepare(&mut compiling, compiled.graph, inputs, |_, _| {}).await;
    let Prepared { plan, graph, .. } = prepared.unwrap_or_else(|problems| panic!("{problems:?}"));
    let (critical, slots) = (slots::critical_path(&plan), slots::makespan(&plan));
    let heads = store.heads.load(Ordering::Relaxed);
    let begin = Instant::now();
    let (events, _heard) = mpsc::unbounded_channel();
    let options = ApplyOptions { fence: writing.fence(), ..ApplyOptions::default() };
    let report = apply(&plan, &graph, &Types, cloud.clone(), writing.journal(), options, events).await;
    assert_eq!(report.outcome, wildfire_engine::apply::Outcome::Complete, "{:?}", report.diagnostics);
    Outcome {
        resources: plan.resources.len(),
        critical,
        makespan: begin.elapsed().as_secs_f64(),
        calls: cloud.calls(),
        heads: store.heads.load(Ordering::Relaxed) - heads,
        slots,
    }
}
