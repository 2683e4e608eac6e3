//! The doors through which bytes of others come in, for fuzzing: whatever the bytes, there is an error or a result.
//!
//! Called by the targets of `fuzz/` and by the bounded test of this crate (`tests/hostile.rs`). Owns: what stands
//! around the bytes, so that they get past the first check. Leaves out: what is made of the result; the caller only
//! looks whether there is one.

use std::sync::Arc;

use futures::FutureExt;
use sha2::{Digest, Sha256};

use crate::compile;
use crate::config::MemoryFiles;
use crate::expr::{LookupError, RefSegment, Scope, Template, descend};
use crate::journal;
use crate::model::{StackId, Types, Unknown, Value};
use crate::pipeline::saved::{PlanFile, Sealers};
use crate::state::{MemoryLock, MemoryStore, ObjectStore, Place, Precondition, StateError};

const ACCOUNT: &str = "123456789012";
const STAGE: &str = "account_id: \"123456789012\"\nregion: eu-west-1\nvalues: {zones: [a, b], cidr: 10.0.0.0/16}\n";

/// Bytes in the place of each kind of file; what loads is compiled.
pub fn configuration(bytes: &[u8]) {
    let project = MemoryFiles::new([
        ("wildfire.yaml", "name: fuzz\n"),
        ("stages/test/stage.yaml", STAGE),
        ("stages/test/main/calls.yaml", "modules: {part: {source: part, inputs: {name: a}}}\n"),
        ("modules/part/module.yaml", "inputs: {name: string}\noutputs: {name: {value: \"${inputs.name}\"}}\n"),
    ]);
    for file in ["wildfire.yaml", "stages/test/stage.yaml", "stages/test/main/more.yaml", "modules/part/module.yaml"] {
        if let Ok(project) = project.clone().with(file, bytes).load("test") {
            drop(compile::validate(&project, "main", &Types::NONE));
        }
    }
}

/// Bytes as a string of a file, evaluated against a few names, some of which are unknown.
pub fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(template) = Template::parse(text) else { return };
    drop(template.evaluate(&Names(names())));
}

/// Bytes as the head object, as they are and with a first line that fits them.
pub fn head(bytes: &[u8]) {
    drop(read([(HEAD, bytes.to_vec())]));
    drop(read([(HEAD, object("head", bytes))]));
}

/// Bytes as the content of a snapshot that the head names.
pub fn snapshot(bytes: &[u8]) {
    const KEY: &str = "test/main/snapshots/1-a.json";
    let snapshot = object("snapshot", bytes);
    let named = format!(
        "\"snapshot\":{{\"key\":\"{KEY}\",\"sha256\":\"{}\",\"bytes\":{}}}",
        hex::encode(Sha256::digest(bytes)),
        snapshot.len()
    );
    drop(read([(HEAD, object("head", first_line(&named).as_bytes())), (KEY, snapshot)]));
}

/// Bytes as the entries of the journal, one a line.
pub fn entries(bytes: &[u8]) {
    let content = [first_line("\"segments\":[]").as_bytes(), bytes].concat();
    drop(read([(HEAD, object("head", &content))]));
}

/// Bytes as a saved plan, as they are and with a first line that fits them.
pub fn plan_file(bytes: &[u8]) {
    for file in [bytes.to_vec(), object("plan", bytes)] {
        let Ok(file) = PlanFile::read("test.plan", &file) else { continue };
        drop(file.targets().join(" "));
        // Without a key it waits for nothing.
        drop(file.open("test.plan", &Sealers::new()).now_or_never());
    }
}

const HEAD: &str = "test/main/head.json";

fn first_line(more: &str) -> String {
    format!(
        "{{\"stack\":{{\"stage\":\"test\",\"stack\":\"main\"}},\"account\":\"{ACCOUNT}\",\"region\":\"eu-west-1\",\
         \"lineage\":\"l\",\"epoch\":1,\"serial\":1,\"write_id\":\"w\",{more}}}\n"
    )
}

/// An object of state as it is stored, with the checksum of its content.
fn object(kind: &str, content: &[u8]) -> Vec<u8> {
    let sum = hex::encode(Sha256::digest(content));
    let label = format!("{{\"format\":\"wildfire.{kind}\",\"version\":1,\"sha256\":\"{sum}\"}}\n");
    [label.as_bytes(), content].concat()
}

/// Reads a stack of which only these objects are stored.
fn read<const N: usize>(objects: [(&str, Vec<u8>); N]) -> Option<Result<journal::Reading, StateError>> {
    let store = Arc::new(MemoryStore::default());
    // The clock stands still, so that no retry waits.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().ok()?;
    runtime.block_on(async {
        for (key, body) in objects {
            store.put(key, body, Precondition::None).await.ok()?;
        }
        let (account, region) = (ACCOUNT.to_string(), "eu-west-1".to_string());
        let place = Place { store, stack: StackId::new("test", "main"), account, region };
        Some(journal::read(&place, &MemoryLock::default()).await)
    })
}

fn names() -> Value {
    let list = |items: &[&str]| Value::List(items.iter().copied().map(Value::from).collect());
    Value::from([
        ("a", Value::from("text")),
        ("n", Value::Int(3)),
        ("l", list(&["x", "y", "z"])),
        ("m", Value::from([("k", Value::from([("id", Value::Unknown(Unknown::one("m.k.id")))])), ("j", Value::Null)])),
        ("u", Value::Unknown(Unknown::one("u"))),
    ])
}

struct Names(Value);

impl Scope for Names {
    fn lookup(&self, path: &[RefSegment]) -> Result<Value, LookupError> {
        descend(&self.0, path, 0)
    }

    fn file(&self, path: &str) -> Result<Arc<str>, String> {
        match path {
            "t" => Ok("${a} and ${templatefile('t', {})}".into()),
            "big" => Ok("x".repeat(1 << 20).into()),
            "l" => Ok("%{ for a in l ~}\n${a}%{ if a == n } %{ else }${u}%{ endif }%{ endfor }".into()),
            _ => Err("there is no such file".into()),
        }
    }

    fn bytes(&self, path: &str) -> Result<Option<Arc<[u8]>>, String> {
        Ok(self.file(path).ok().map(|text| text.as_bytes().into()))
    }

    fn files(&self, _: &str, _: usize) -> Result<Arc<[String]>, String> {
        Ok(["t".to_string(), "big".to_string(), "a/l".to_string()].into())
    }
}
