//! How the engine grows: loading, compiling and planning stages of a thousand to a hundred thousand resources.
//!
//! `cargo bench -p wildfire-engine --bench scale` measures time. With `WILDFIRE_BENCH_MEMORY=1` it prints the time and
//! the peak memory of whole runs instead, each in a process of its own.
//!
//! Leaves out: the cloud. Answers of AWS are there from the beginning.

#![forbid(unsafe_code)]

#[path = "scale/catalog.rs"]
mod catalog;
#[path = "scale/memory.rs"]
mod memory;
#[path = "scale/stage.rs"]
mod stage;

use divan::Bencher;

use stage::{Account, Shape};

/// Resources.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const SHAPES: [Shape; 2] = [Shape::Written, Shape::Counted];

fn main() {
    match std::env::var_os("WILDFIRE_BENCH_MEMORY").is_some() {
        true => memory::run(),
        false => divan::main(),
    }
}

fn cases() -> impl Iterator<Item = Case> {
    SHAPES.into_iter().flat_map(|shape| SIZES.into_iter().map(move |resources| Case { shape, resources }))
}

#[derive(Debug)]
struct Case {
    shape: Shape,
    resources: usize,
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}", self.shape, self.resources)
    }
}

#[divan::bench(args = cases(), sample_count = 5, sample_size = 1)]
fn a_load(bencher: Bencher, case: &Case) {
    let files = stage::files(case.shape, case.resources);
    bencher.bench_local(|| stage::load(&files));
}

#[divan::bench(args = cases(), sample_count = 5, sample_size = 1)]
fn b_compile(bencher: Bencher, case: &Case) {
    let project = stage::load(&stage::files(case.shape, case.resources));
    bencher.bench_local(|| stage::graph(&project));
}

/// Everything is to be created.
#[divan::bench(args = cases(), sample_count = 5, sample_size = 1)]
fn c_plan_empty(bencher: Bencher, case: &Case) {
    let graph = stage::graph(&stage::load(&stage::files(case.shape, case.resources)));
    let account = Account::empty();
    assert_eq!(account.plan(&graph).steps.len(), case.resources + 1);
    bencher.bench_local(|| account.plan(&graph));
}

/// Everything is there.
#[divan::bench(args = cases(), sample_count = 5, sample_size = 1)]
fn d_plan_no_op(bencher: Bencher, case: &Case) {
    let graph = stage::graph(&stage::load(&stage::files(case.shape, case.resources)));
    let account = Account::up(&graph);
    assert!(account.plan(&graph).is_empty());
    bencher.bench_local(|| account.plan(&graph));
}
