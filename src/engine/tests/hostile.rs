//! A bounded run of the fuzz targets: the kept corpus, mutated from a fixed seed.
//!
//! No input may panic or take more than [`PEAK`] bytes at a time. Time is bounded by what is allocated in sum, which
//! is the same on every machine. A binary of its own, because it counts allocations.

use std::alloc::{GlobalAlloc, Layout, System};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use wildfire_engine::fuzz;

/// Bytes that are held for one input at most.
const PEAK: usize = 256 << 20;
/// Bytes that are allocated for one input at most, in sum.
const SUM: usize = 4 << 30;
/// Mutations of the corpus for each target.
const ROUNDS: usize = 150;

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);
static ALL: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        ALL.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

/// Pieces that mean something to one parser or another.
const WORDS: [&str; 40] = [
    "${",
    "}",
    "$${",
    "{",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "'",
    ":",
    ",",
    "\n",
    "\n  ",
    "- ",
    "&a",
    "*a",
    "!!str ",
    "|\n",
    ">-\n",
    "---\n",
    "#",
    "\t",
    "\0",
    "\u{feff}",
    "\u{2028}",
    "é",
    "-",
    "!",
    "?",
    ".map(x, x)",
    "range(65535)",
    "1e400",
    "9223372036854775808",
    "-0",
    "\\u0000",
    "null",
    "null,",
    "\"a\":",
    "[1].map(x, [x, x])",
];

fn mutated(random: &mut Random, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = corpus[random.next(corpus.len())].clone();
    for _ in 0..=random.next(4) {
        let at = random.next(bytes.len() + 1);
        let end = (at + random.next(12)).min(bytes.len());
        match random.next(6) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..at, WORDS[random.next(WORDS.len())].bytes())),
            2 => {
                // Repeated often: depth and size.
                let piece = [bytes[at..end].to_vec(), WORDS[random.next(WORDS.len())].into()][random.next(2)].clone();
                let count = [3, 70, 300, 20_000][random.next(4)];
                drop(bytes.splice(at..at, piece.repeat(count)));
            }
            3 if at < bytes.len() => bytes[at] = random.next(256) as u8,
            4 => {
                let other = &corpus[random.next(corpus.len())];
                let from = random.next(other.len());
                drop(bytes.splice(at.., other[from..].iter().copied()));
            }
            _ => bytes.truncate(at.max(1)),
        }
    }
    bytes.truncate(1 << 20);
    bytes
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| ".".into());
    let folder = Path::new(&folder).join("../../fuzz/corpus").join(target);
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).expect("a corpus").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).expect("it can be read")).collect()
}

/// Takes bytes, and comes back.
type Target = fn(&[u8]);

fn check(name: &str, target: Target, input: &[u8]) {
    let (before, sum) = (HELD.load(Ordering::Relaxed), ALL.load(Ordering::Relaxed));
    MOST.store(before, Ordering::Relaxed);
    let ended = catch_unwind(AssertUnwindSafe(|| target(input))).is_ok();
    let peak = MOST.load(Ordering::Relaxed).saturating_sub(before);
    let sum = ALL.load(Ordering::Relaxed) - sum;
    if !ended || peak > PEAK || sum > SUM {
        let file = std::env::temp_dir().join(format!("wildfire-{name}"));
        std::fs::write(&file, input).expect("a place for the input");
        let file = file.display();
        panic!("{name}: panicked: {}, {peak} bytes at a time, {sum} in sum; the input is in {file}", !ended);
    }
}

/// One test, since the counters are of the whole process.
#[test]
fn no_input_breaks_a_parser() {
    let targets: [(&str, Target); 6] = [
        ("configuration", fuzz::configuration),
        ("expression", fuzz::expression),
        ("head", fuzz::head),
        ("snapshot", fuzz::snapshot),
        ("entries", fuzz::entries),
        ("plan_file", fuzz::plan_file),
    ];
    let nasty: Vec<Vec<u8>> = ["[", "{", "(", "${", "!", "-", "\"", "[{\"a\":", "${[", "a ? ", "\n- ", "? ", "\\"]
        .iter()
        .map(|piece| piece.repeat((1 << 20) / piece.len()).into_bytes())
        .chain([b"\xff\xfe\x00".to_vec(), vec![0; 1 << 20], vec![b' '; 1 << 20], b"{\"a\":1,\"a\":2}".to_vec()])
        .collect();
    for (name, target) in targets {
        let corpus = corpus(name);
        nasty.iter().chain(&corpus).for_each(|input| check(name, target, input));
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        (0..ROUNDS).for_each(|_| check(name, target, &mutated(&mut random, &corpus)));
    }
}
