//! The whole engine in a simulated world: seeds, and what has to be true after each of them.
//!
//! A seed decides everything: two stages, up to four processes that apply them, when each starts, dies, stands still, is
//! interrupted or cut off, what happens to each request, how late the cloud shows what was done, and whose clock is
//! wrong by how much. Afterwards one process is left alone. Then the plan has to be empty, and the cloud has to hold what
//! a single run in an empty world makes, once each, and all of it in state.

mod remote;
mod sabotage;
mod stages;
mod trial;
mod wire;

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use sabotage::Sabotage;
use trial::{Tale, play};

/// Seeds that were wrong once.
const KEPT: &str = include_str!("kept_seeds.txt");

/// The range in `WILDFIRE_SEEDS`, as `0..1000`.
fn seeds(otherwise: Range<u64>) -> Range<u64> {
    let Ok(text) = std::env::var("WILDFIRE_SEEDS") else { return otherwise };
    let (from, to) = text.split_once("..").expect("WILDFIRE_SEEDS is written as 0..1000");
    let number = |text: &str| text.trim().parse().expect("WILDFIRE_SEEDS has two numbers");
    number(from)..number(to)
}

fn replay(seed: u64) -> String {
    format!("WILDFIRE_SEED={seed} cargo test -p wildfire-engine --lib simulation::tests::one_seed -- --nocapture")
}

/// What is wrong with a seed, and how to see it again.
fn problem(seed: u64) -> Option<String> {
    let Tale { wrong, .. } = play(seed, Sabotage::Nothing);
    (!wrong.is_empty()).then(|| format!("seed {seed}: {}\nTo see it again: {}", wrong.join("\n"), replay(seed)))
}

/// Divides the seeds among the processors. All are played, also after one that is wrong.
fn check_all(range: Range<u64>) {
    let workers = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let (start, total) = (Instant::now(), range.end - range.start);
    let done = AtomicU64::new(0);
    let play_every = |worker: u64| {
        let mut problems = Vec::new();
        for seed in range.clone().skip(worker as usize).step_by(workers as usize) {
            problems.extend(problem(seed).inspect(|_| println!("seed {seed} is wrong")));
            let count = done.fetch_add(1, Ordering::Relaxed) + 1;
            if count.is_multiple_of(5_000) {
                println!("{count} of {total} seeds, {:.0} s", start.elapsed().as_secs_f64());
            }
        }
        problems
    };
    let problems: Vec<String> = thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|worker| scope.spawn(move || play_every(worker))).collect();
        running
            .into_iter()
            .flat_map(|one| one.join().expect("what a seed makes panic is a mistake of its own"))
            .collect()
    });
    println!("{total} seeds in {:.1} s, {} wrong", start.elapsed().as_secs_f64(), problems.len());
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

/// `WILDFIRE_SEED=7`: that seed alone, with everything that happened.
#[test]
fn one_seed() {
    let Some(seed) = std::env::var("WILDFIRE_SEED").ok().and_then(|text| text.parse().ok()) else { return };
    let tale = play(seed, Sabotage::Nothing);
    println!("{}", tale.log.join("\n"));
    assert!(tale.wrong.is_empty());
}

/// `make test` plays 1,000 seeds, `make soak` 100,000.
#[test]
fn every_seed_ends_well() {
    check_all(seeds(0..1_000));
}

#[test]
fn seeds_that_were_wrong_once_end_well() {
    for line in KEPT.lines().filter(|line| !line.starts_with('#')) {
        let seed = line.split_whitespace().next().and_then(|text| text.parse().ok());
        let seed = seed.unwrap_or_else(|| panic!("{line:?} does not begin with a seed"));
        assert_eq!(problem(seed), None);
    }
}

#[test]
fn a_seed_is_the_same_every_time() {
    for seed in 0..20 {
        assert_eq!(play(seed, Sabotage::Nothing), play(seed, Sabotage::Nothing));
    }
}

/// True when the simulation finds something wrong in one of a few seeds.
fn notices(sabotage: Sabotage) -> bool {
    (0..400).any(|seed| !play(seed, sabotage).wrong.is_empty())
}

#[test]
fn a_run_without_intents_is_noticed() {
    assert!(notices(Sabotage::NoIntent));
}

#[test]
fn a_run_without_compare_and_swap_is_noticed() {
    assert!(notices(Sabotage::NoCas));
}

#[test]
fn a_run_without_searches_is_noticed() {
    assert!(notices(Sabotage::NoSearch));
}
